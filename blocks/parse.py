"""What Slack hands back, read into plain values: commands, clicks and the create form. Any payload gives some value."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Self

from blocks import ids
from bot.core.create import Form, Problem
from bot.core.model import Json

NO_SCENARIO = "-"
"""Value of the option None; no scenario can have this name."""


@dataclass(frozen=True)
class Command:
    """`/sandbox VERB REST`. `verb` is in lower case and "" for the command alone."""

    verb: str
    rest: str


def parse_command(text: str) -> Command:
    """What was typed after the command."""
    verb, _, rest = text.strip().partition(" ")
    return Command(verb.lower(), " ".join(rest.split()))


def parse_click(action: Json) -> str:
    """The value of what was pressed or chosen; "" where it has none."""
    chosen = action.get("selected_option") or {}
    return str(action.get("value") or chosen.get("value") or "")


@dataclass(frozen=True)
class Hidden:
    """What travels with the create form unseen, so that every replica can go on with it."""

    request_id: str
    origin: str = ""
    """The channel where the command was typed, if there was one."""
    proposed_name: str = ""
    """To know whether the person changed it."""
    proposed_channel: str = ""
    versions_shown: bool = False

    def to_metadata(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_metadata(cls, text: str) -> Self:
        """The opposite; what another version of this program put there is left out."""
        known = {item.name for item in fields(cls)}
        return cls(**{key: value for key, value in json.loads(text).items() if key in known})


@dataclass(frozen=True)
class OpenForm:
    """A create form as it stands in somebody's client. `blocks` leads from each field shown to its block's id."""

    form: Form
    hidden: Hidden
    blocks: dict[str, str]

    def errors(self, problems: list[Problem]) -> dict[str, str]:
        """The problems by block id, as Slack wants them; those of fields that aren't shown stand at the name."""
        found: dict[str, list[str]] = {}
        for problem in problems:
            block = self.blocks.get(problem.field, self.blocks.get(ids.NAME, ids.NAME))
            found.setdefault(block, []).append(problem.sentence)
        return {block: " ".join(sentences)[:2000] for block, sentences in found.items()}


def parse_form(view: Json) -> OpenForm:
    """The create form in a submission or in a click inside of it."""
    hidden = Hidden.from_metadata(view["private_metadata"])
    values = {
        action_id: _value(state)
        for block in view.get("state", {}).get("values", {}).values()
        for action_id, state in block.items()
    }
    scenario = values.get(ids.CHOOSE_SCENARIO, "")
    form = Form(
        request_id=hidden.request_id,
        template=values.get(ids.CHOOSE_TEMPLATE, ""),
        name=values.get(ids.NAME, ""),
        title=" ".join(values.get(ids.TITLE, "").split()),
        scenario="" if scenario == NO_SCENARIO else scenario,
        parameters=_values_of(ids.PARAMETER, values),
        lifetime=values.get(ids.LIFETIME, ""),
        channel=values.get(ids.CHANNEL, ""),
        tags=_values_of(ids.TAG, values),
    )
    shown = {
        block["element"]["action_id"]: block["block_id"] for block in view.get("blocks", []) if block["type"] == "input"
    }
    return OpenForm(form, hidden, shown)


def _value(state: Json) -> str:
    chosen = state.get("selected_option") or {}
    typed = (state.get("value") or "").strip()
    return str(typed or chosen.get("value") or state.get("selected_conversation") or "")


def _values_of(kind: str, values: dict[str, str]) -> dict[str, str]:
    prefix = f"{kind}:"
    return {
        action_id.removeprefix(prefix): value for action_id, value in values.items() if action_id.startswith(prefix)
    }
