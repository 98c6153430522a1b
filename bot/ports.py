"""What this program needs of the outer world, as Protocols.

Adapters implement them with real libraries, tests with in-memory fakes; both are held to the same
contract tests. All methods raise only what `bot.core.errors` and this module name.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.errors import Retryable
from bot.core.kinds import Kind
from bot.core.model import Json


class AlreadyExists(Exception):
    """An object of that name is there already."""


class NotFound(Exception):
    """The object to change is not there (any more)."""


class Conflict(Retryable):
    """The object changed since the resourceVersion that was given; read it again."""


class Refused(Exception):
    """The apiserver refused an object or a permission is missing; `sentence` is its message, fit for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class WatchType(StrEnum):
    SET = "SET"
    """The object is there, as given; also sent for each object when a watch begins."""
    GONE = "GONE"
    """The object is not there any more; as it was last."""
    SYNCED = "SYNCED"
    """All that was there at the beginning has been sent; the object is empty. Sent once a watch."""


@dataclass(frozen=True)
class WatchEvent:
    type: WatchType
    object: Json


class Cluster(Protocol):
    """The Kubernetes API, on plain JSON objects. Every method raises Retryable if it can't be reached in time."""

    async def get(self, kind: Kind, name: str, namespace: str | None = None) -> Json | None:
        """The object, or None."""

    async def list(self, kind: Kind, namespace: str | None = None, labels: str = "") -> list[Json]:
        """All objects of a kind; `labels` is a label selector."""

    async def create(self, kind: Kind, manifest: Json) -> Json:
        """Raises AlreadyExists, Refused."""

    async def apply(self, kind: Kind, manifest: Json, manager: str) -> Json:
        """Server-side apply, taking over the named fields. Raises Refused."""

    async def patch(
        self,
        kind: Kind,
        name: str,
        patch: Json,
        *,
        namespace: str | None = None,
        subresource: str = "",
        manager: str = "sandbox-bot",
    ) -> Json:
        """JSON merge patch. With metadata.resourceVersion in it, raises Conflict if that is no longer the latest.

        Raises NotFound, Refused.
        """

    async def delete(self, kind: Kind, name: str, *, namespace: str | None = None, uid: str | None = None) -> None:
        """Starts deleting in the background; nothing happens if it isn't there or has another uid."""

    async def logs(self, pod: str, namespace: str, container: str | None = None, lines: int = 20) -> str:
        """The last lines that a container wrote; "" where there are none to be had."""

    def watch(
        self, kind: Kind, *, namespace: str | None = None, labels: str = "", metadata_only: bool = False
    ) -> AsyncIterator[WatchEvent]:
        """Never ends and never raises for the network's sake: reconnects, lists anew, reports what vanished."""


@dataclass(frozen=True)
class Chart:
    """Which chart: `reference` is a folder, a chart's name in `repository`, or an oci:// reference."""

    reference: str
    repository: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class ReleaseRequest:
    """A Helm release to be installed or upgraded. `digest` stands for chart and values and is recorded with it."""

    name: str
    namespace: str
    chart: Chart
    values: Json
    digest: str
    as_deployer: bool
    """As the namespace's deployer account, so that a chart can't reach outside."""


class Helm(Protocol):
    """Helm, only to apply; what became of it is observed in the cluster."""

    async def apply(self, request: ReleaseRequest) -> int:
        """Installs or upgrades without waiting for pods; returns the revision. Raises Retryable, Permanent."""

    async def uninstall(self, name: str, namespace: str) -> None:
        """Nothing happens if there is none. Raises Retryable, Permanent."""


class Store(Protocol):
    """Short-lived memory that can be lost at any time (Redis).

    Never raises: when it is away, everything is new and nothing is known.
    """

    async def first_time(self, key: str, seconds: int) -> bool:
        """Whether this key was not given within the last `seconds`; True when the store is away."""

    async def remember(self, key: str, value: str, seconds: int) -> None:
        """Keeps a value for some time."""

    async def recall(self, key: str) -> str | None:
        """What was remembered, or None."""


@dataclass(frozen=True)
class Sent:
    """A message that is in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True)
class Message:
    """Something to say. `text` states the point for screen readers and notifications."""

    text: str
    blocks: tuple[Json, ...]
    metadata: Mapping[str, str]
    """{uid, kind, key}: how the message is recognised later."""


@dataclass(frozen=True)
class Person:
    """What Slack knows about somebody. `email` may be hidden; `timezone` is an IANA name."""

    id: str
    name: str
    email: str | None
    timezone: str
    is_guest: bool
    is_foreign: bool
    """From another workspace (Slack Connect)."""
    is_deactivated: bool
    is_bot: bool


@dataclass(frozen=True)
class Channel:
    """A conversation as the bot sees it."""

    id: str
    name: str
    is_private: bool
    is_member: bool
    """Whether the bot is in it."""
    is_shared: bool
    """With another company."""
    is_archived: bool


class Messenger(Protocol):
    """Slack, for what the bot says and asks by itself.

    Raises Retryable for passing faults (with the wait that Slack asked for already over), Permanent
    where the conversation or person can't be reached.
    """

    async def post(self, channel: str, message: Message, thread_ts: str | None = None) -> Sent:
        """`channel` is a conversation's id or, for a direct message, a user's."""

    async def update(self, sent: Sent, message: Message) -> None:
        """Replaces a message's content. Raises Permanent if it is gone."""

    async def find(
        self, channel: str, metadata: Mapping[str, str], thread_ts: str | None, oldest: datetime
    ) -> Sent | None:
        """A message of ours with that metadata that is in the conversation already, or None."""

    async def person(self, user: str) -> Person | None:
        """None for an unknown id."""

    async def channel(self, channel: str) -> Channel | None:
        """None for a conversation that the bot can't see."""

    async def publish_home(self, user: str, view: Json) -> None:
        """Replaces a person's App Home."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, with its zone."""

    async def sleep(self, seconds: float) -> None: ...
