"""One call of a Web API method: who calls, with what."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.playground.workspace.block_kit import Problem, check_blocks
from bot.playground.workspace.sockets import Sockets
from bot.playground.workspace.state import Conversation, Json, SlackError, State


@dataclass(frozen=True)
class Call:
    """`arguments` may come from a form, so anything but text may be JSON text."""

    state: State
    sockets: Sockets
    base_url: str
    arguments: Json

    def text(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """Raises SlackError invalid_arguments."""
        if not self.text(name):
            messages = [f"[ERROR] missing required field: {name}"]
            raise SlackError("invalid_arguments", response_metadata={"messages": messages})
        return self.text(name)

    def json(self, name: str) -> Any:
        """The argument as an object or list, or None. Raises SlackError invalid_arguments."""
        value = self.arguments.get(name)
        if not isinstance(value, str) or value == "":
            return None if value == "" else value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError("invalid_arguments") from None

    def flag(self, name: str) -> bool:
        return str(self.arguments.get(name, "")).lower() in ("true", "1")

    def page(self, items: list[Any], default: int = 100) -> tuple[list[Any], str]:
        """(the items that limit and cursor ask for, the next cursor or "")."""
        start, limit = self.text("cursor", "0"), self.text("limit", str(default))
        if not start.isdecimal() or not limit.isdecimal():
            raise SlackError("invalid_cursor")
        end = int(start) + max(1, min(1000, int(limit)))
        return items[int(start) : end], str(end) if end < len(items) else ""

    def member_conversation(self) -> Conversation:
        """The conversation that `channel` names, which the bot may write to. Raises SlackError."""
        id_ = self.required("channel")
        found = self.state.direct_message(id_) if id_ in self.state.people else self.state.conversation(id_)
        bot = self.state.config.app.bot_user_id
        if bot not in found.members:
            raise SlackError("channel_not_found" if found.kind == "private" else "not_in_channel")
        if found.is_archived:
            raise SlackError("is_archived")
        if found.kind == "im" and self.state.people[found.user].deleted:
            raise SlackError("user_disabled")
        return found

    def readable_conversation(self) -> Conversation:
        """The conversation that `channel` names, which the bot may read. Raises SlackError."""
        found = self.state.conversation(self.required("channel"))
        if self.state.config.app.bot_user_id not in found.members:
            raise SlackError("channel_not_found" if found.kind == "private" else "not_in_channel")
        return found

    def blocks(self) -> list[Json] | None:
        """Raises SlackError invalid_blocks, with what is wrong."""
        blocks = self.json("blocks")
        if blocks is None:
            return None
        refuse(check_blocks(blocks), "/blocks")
        return list(blocks)


Method = Callable[[Call], Awaitable[Json]]


def refuse(problems: list[Problem], root: str, error: str = "invalid_blocks") -> None:
    """Raises SlackError in Slack's shape if there is any problem."""
    if problems:
        errors = [problem.as_error(root) for problem in problems]
        messages = [f"[ERROR] {message}" for message in errors]
        raise SlackError(error, errors=errors, response_metadata={"messages": messages})
