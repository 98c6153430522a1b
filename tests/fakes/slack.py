"""In-memory stand-ins for what Slack's listeners need beside the cluster: people and channels, memory, a clock."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.core.errors import Retryable
from bot.core.model import Json
from bot.ports import Channel, Message, Person, Sent

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def person(user: str, name: str = "Ada Lovelace", **facts: object) -> Person:
    """An ordinary employee, except for what is said otherwise."""
    ordinary: dict[str, object] = {
        "email": f"{user.lower()}@acme.example",
        "timezone": "Europe/Berlin",
        "is_guest": False,
        "is_foreign": False,
        "is_deactivated": False,
        "is_bot": False,
    }
    return Person(user, name, **(ordinary | facts))  # type: ignore[arg-type]


def channel(channel_id: str, **facts: object) -> Channel:
    """A public channel that the bot is in, except for what is said otherwise."""
    ordinary: dict[str, object] = {"is_private": False, "is_member": True, "is_shared": False, "is_archived": False}
    return Channel(channel_id, "sandboxes", **(ordinary | facts))  # type: ignore[arg-type]


class FakeMessenger:
    """Knows the people and channels that it is given; `homes` is what was published last."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.homes: dict[str, Json] = {}
        self.asked: list[str] = []
        self.away = False

    async def post(self, channel: str, message: Message, thread_ts: str | None = None) -> Sent:
        return Sent(channel, "1.0")

    async def update(self, sent: Sent, message: Message) -> None:
        return None

    async def find(
        self, channel: str, metadata: Mapping[str, str], thread_ts: str | None, oldest: datetime
    ) -> Sent | None:
        return None

    async def person(self, user: str) -> Person | None:
        self._reach()
        self.asked.append(user)
        return self.people.get(user)

    async def channel(self, channel: str) -> Channel | None:
        self._reach()
        return self.channels.get(channel)

    async def publish_home(self, user: str, view: Json) -> None:
        self.homes[user] = view

    def _reach(self) -> None:
        if self.away:
            raise Retryable("Slack does not answer")


class FakeStore:
    """Forgets everything and knows nothing while it is `away`, as the real one does."""

    def __init__(self) -> None:
        self.away = False
        self._kept: dict[str, str] = {}

    async def first_time(self, key: str, seconds: int) -> bool:
        if self.away:
            return True
        new = key not in self._kept
        self._kept[key] = ""
        return new

    async def remember(self, key: str, value: str, seconds: int) -> None:
        if not self.away:
            self._kept[key] = value

    async def recall(self, key: str) -> str | None:
        return None if self.away else self._kept.get(key)


class FakeClock:
    """Stands still."""

    def now(self) -> datetime:
        return NOW

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
