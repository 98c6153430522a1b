"""The names by which Slack hands back what was pressed, chosen or submitted: each is written only here.

What a button is about travels in its value as a `Reference`. The uid is part of it, so that a button on
an old card never reaches a newer sandbox that happens to have the same name.
"""

from dataclasses import dataclass

COMMAND = "/sandbox"

CREATE_SHORTCUT = "create_sandbox_shortcut"
"""Global shortcut Create Sandbox."""

CREATE_VIEW = "create_sandbox_view"
"""The create form."""

CREATE_SANDBOX = "create_sandbox"
"""Button that opens the create form; no value."""
DELETE_SANDBOX = "delete_sandbox"
"""Danger button with a confirm dialog; value: a Reference."""
SHOW_DETAILS = "show_details"
"""Button that shows the sandbox to the one who pressed it; value: a Reference."""
SANDBOX_MENU = "sandbox_menu"
"""Overflow menu of a sandbox; the value of an option is one of `MenuChoice`."""
OPEN_LINK = "open_link"
"""Begins the action id of every button with a URL, since Slack reports these as well; see `open_link`."""
LIST_SANDBOXES = "list_sandboxes"
"""Button that lists the presser's sandboxes; no value."""
SHOW_HELP = "show_help"
"""Button that shows the help; no value."""
RUN_COMMAND = "run_command"
"""Button that runs what a typo was taken for; value: the text after the command, e.g. `create`."""

CHOOSE_TEMPLATE = "template"
"""Select in the create form that changes the rest of it."""
CHOOSE_SCENARIO = "scenario"
"""Select in the create form that shows the scenario's parameters."""
CHOOSE_VERSIONS = "choose_versions"
"""Button in the create form that shows an input for each app's version."""

NAME = "name"
TITLE = "title"
LIFETIME = "lifetime"
CHANNEL = "channel"
PARAMETER = "parameter"
"""Begins the block id of an input for a scenario's parameter; see `field`."""
TAG = "tag"
"""Begins the block id of an input for an app's version; see `field`."""

MENU_DETAILS = "details"
MENU_DELETE = "delete"


@dataclass(frozen=True)
class Reference:
    """Which sandbox a button is about. `uid` may be "" where the name alone is meant, as in a command."""

    name: str
    uid: str = ""

    def to_value(self) -> str:
        return f"{self.name}/{self.uid}"


def parse_reference(value: str) -> Reference:
    """The opposite of `to_value`; any text gives some reference."""
    name, _, uid = value.partition("/")
    return Reference(name, uid)


@dataclass(frozen=True)
class MenuChoice:
    """What was chosen in a sandbox's overflow menu: MENU_DETAILS or MENU_DELETE, and for which sandbox."""

    choice: str
    reference: Reference

    def to_value(self) -> str:
        return f"{self.choice}:{self.reference.to_value()}"


def parse_menu_choice(value: str) -> MenuChoice:
    """The opposite of `to_value`; any text gives some choice."""
    choice, _, reference = value.partition(":")
    return MenuChoice(choice, parse_reference(reference))


def open_link(name: str) -> str:
    """The action id of a button with a URL; `name` tells it from others in its block."""
    return f"{OPEN_LINK}:{name}"


def field(kind: str, *parts: str) -> str:
    """The block id of a form's input, e.g. `tag:storefront/catalog`.

    What the input depends on is part of it, since Slack keeps what was typed where the id stays the same.
    """
    return f"{kind}:{'/'.join(parts)}" if parts else kind
