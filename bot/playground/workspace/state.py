"""What is in the workspace: people, conversations, messages, open modals. In memory; gone with the process."""

import itertools
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.playground.workspace.config import PersonConfig, WorkspaceConfig

Json = dict[str, Any]
Listener = Callable[[str, str, Json], None]
"""(user id or "" for everybody, event name, data)."""


class SlackError(Exception):
    """An answer of the Web API with ok: false; `more` goes beside the error code."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass
class Conversation:
    id: str
    name: str
    kind: str
    """public, private or im."""
    members: set[str]
    topic: str = ""
    is_ext_shared: bool = False
    is_archived: bool = False
    user: str = ""
    """The person of a direct message with the app."""
    messages: list[Json] = field(default_factory=list)


@dataclass
class Trigger:
    user: str
    at: float
    used: bool = False
    view_id: str = ""


@dataclass
class ResponseUrl:
    channel: str
    user: str
    message_ts: str
    at: float
    uses: int = 0


class State:
    """One workspace. `now` gives seconds since the epoch."""

    def __init__(self, config: WorkspaceConfig, now: Callable[[], float] = time.time) -> None:
        self.config = config
        self.now = now
        app = config.app
        bot = PersonConfig(id=app.bot_user_id, name=app.name.lower(), real_name=app.name, is_bot=True)
        self.people = {person.id: person for person in [*config.people, bot]}
        self.conversations = {
            channel.id: Conversation(
                channel.id,
                channel.name,
                "private" if channel.is_private else "public",
                set(channel.members),
                channel.topic,
                channel.is_ext_shared,
                channel.is_archived,
            )
            for channel in config.channels
        }
        self.views: dict[str, list[Json]] = {}
        """Open modals by person, bottom first."""
        self.homes: dict[str, Json] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.log: deque[Json] = deque(maxlen=2000)
        self._listeners: list[Listener] = []
        self._numbers = itertools.count(1)
        self._last_ts = 0

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):04X}{secrets.token_hex(3).upper()}"

    def new_ts(self) -> str:
        """Slack's timestamps: microseconds, and never twice the same."""
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def listen(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, user: str, event: str, data: Json) -> None:
        for listener in list(self._listeners):
            listener(user, event, data)

    def record(self, direction: str, kind: str, **more: Any) -> None:
        """Into the call log; tokens never get here."""
        self.log.append({"n": next(self._numbers), "at": self.now(), "direction": direction, "type": kind, **more})

    def conversation(self, id_: str) -> Conversation:
        """Raises SlackError channel_not_found."""
        found = self.conversations.get(id_)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def direct_message(self, user: str) -> Conversation:
        """The one between a person and the app. Raises SlackError user_not_found."""
        person = self.people.get(user)
        if person is None:
            raise SlackError("user_not_found")
        if person.deleted:
            raise SlackError("user_disabled")
        if person.is_bot:
            raise SlackError("cannot_dm_bot")
        id_ = "D" + user[1:]
        bot = self.config.app.bot_user_id
        return self.conversations.setdefault(id_, Conversation(id_, "", "im", {user, bot}, user=user))

    def visible_to(self, user: str) -> Iterator[Conversation]:
        for conversation in self.conversations.values():
            if conversation.kind == "public" or user in conversation.members:
                yield conversation

    def new_trigger(self, user: str, view_id: str = "") -> str:
        id_ = f"{next(self._numbers)}.{secrets.token_hex(8)}"
        self.triggers[id_] = Trigger(user, self.now(), view_id=view_id)
        return id_

    def use_trigger(self, id_: str) -> Trigger:
        """Raises SlackError where it is unknown, used or older than 3 s."""
        trigger = self.triggers.get(id_)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.now() - trigger.at > 3:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def find_view(self, view_id: str) -> tuple[str, Json] | None:
        """(person, view) of an open modal or a published home."""
        for user, stack in self.views.items():
            for view in stack:
                if view["id"] == view_id:
                    return user, view
        return next(((user, view) for user, view in self.homes.items() if view["id"] == view_id), None)

    def post(self, conversation: Conversation, message: Json) -> Json:
        """Adds a message, with its ts; tells those who can see it."""
        message = {"type": "message", "ts": self.new_ts(), **message}
        for block in message.get("blocks") or []:
            block.setdefault("block_id", secrets.token_urlsafe(4))
        conversation.messages.append(message)
        self.changed(conversation, message, "ephemeral" if message.get("ephemeral") else "posted")
        return message

    def changed(self, conversation: Conversation, message: Json, kind: str) -> None:
        data = {"channel": conversation.id, "ts": message["ts"], "kind": kind}
        if "thread_ts" in message:
            data["thread_ts"] = message["thread_ts"]
        self.tell(message.get("ephemeral_to", ""), "message", data)

    def find_message(self, conversation: Conversation, ts: str) -> Json | None:
        return next((message for message in conversation.messages if message["ts"] == ts), None)

    def shown(self, conversation: Conversation, message: Json) -> Json:
        """The message as it is read: a parent with what is known of its replies."""
        replies = [m for m in conversation.messages if m.get("thread_ts") == message["ts"] and not m.get("ephemeral")]
        if not replies:
            return dict(message)
        users = list(dict.fromkeys(reply.get("user", "") for reply in replies))
        return {
            **message,
            "thread_ts": message["ts"],
            "reply_count": len(replies),
            "latest_reply": replies[-1]["ts"],
            "reply_users": users,
            "reply_users_count": len(users),
        }
