"""Who may do what: decided from the acting person and the sandbox as it is now, never from what a request claims."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.sandbox import Sandbox


@dataclass(frozen=True)
class Actor:
    """The person who acts, as Slack and the settings know them. `id` is a Slack user id."""

    id: str
    name: str = ""
    email: str | None = None
    is_admin: bool = False
    """A platform admin of this installation, not of the Slack workspace."""
    is_guest: bool = False
    is_foreign: bool = False
    """From another company (Slack Connect)."""
    is_deactivated: bool = False
    is_bot: bool = False


class Role(StrEnum):
    """What somebody is to a sandbox."""

    OWNER = "Owner"
    COLLABORATOR = "Collaborator"
    ADMIN = "Admin"
    OTHER = "Other"
    NOBODY = "Nobody"
    """Guests, other companies, deactivated accounts, bots."""


class Action(StrEnum):
    LOOK = "Look"
    CREATE = "Create"
    OPERATE = "Operate"
    """Whatever changes a running sandbox and can be undone."""
    DELETE = "Delete"


@dataclass(frozen=True)
class Decision:
    """`sentence` says why not, for the person who asked; "" where it is allowed."""

    allowed: bool
    sentence: str = ""


_ALLOWED = {
    Role.OWNER: set(Action),
    Role.ADMIN: set(Action),
    Role.COLLABORATOR: {Action.LOOK, Action.CREATE, Action.OPERATE},
    Role.OTHER: {Action.LOOK, Action.CREATE},
    Role.NOBODY: set(),
}


def role_of(actor: Actor, sandbox: Sandbox | None) -> Role:
    """The strongest role that the actor has."""
    if _reason_for_nothing(actor):
        return Role.NOBODY
    if sandbox is not None and sandbox.spec.owner.slack_user == actor.id:
        return Role.OWNER
    if actor.is_admin:
        return Role.ADMIN
    if sandbox is not None and actor.id in sandbox.spec.collaborators:
        return Role.COLLABORATOR
    return Role.OTHER


def decide(action: Action, actor: Actor, sandbox: Sandbox | None = None) -> Decision:
    """Whether the actor may do that, to that sandbox where it is about one."""
    if sentence := _reason_for_nothing(actor):
        return Decision(False, sentence)
    if action in _ALLOWED[role_of(actor, sandbox)]:
        return Decision(True)
    name = sandbox.name if sandbox is not None else "this"
    if action is Action.DELETE:
        return Decision(False, f"Only the owner of {name} or a platform admin can delete it. Please ask its owner.")
    return Decision(False, f"Only the owner of {name} and its collaborators can change it. Please ask its owner.")


def _reason_for_nothing(actor: Actor) -> str:
    if actor.is_deactivated:
        return "This account is deactivated, so it can't use sandboxes."
    if actor.is_bot:
        return "Sandboxes are for people; an app can use kubectl instead."
    if actor.is_foreign:
        return "Sandboxes are for people of this company only. Ask the person you work with here to show you theirs."
    if actor.is_guest:
        return "Sandboxes aren't open to guests. Ask the person who invited you to show you theirs."
    return ""
