"""The notifier, killed at any step and started again: every message is there, and none is there twice."""

import asyncio
import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.kinds import SANDBOX
from bot.core.links import Site
from bot.core.names import FINALIZER, NOTIFIER_FINALIZER
from bot.notifier.run import Notifier
from bot.ports import Message, Sent
from bot.services.view import View
from tests.fakes.cluster import FakeCluster
from tests.fakes.slack import FakeMessenger


class FastClock:
    """Virtual time: whoever sleeps finds it later at once."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 24, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Killed(BaseException):
    """The process is gone."""


class Steps:
    """Kills at the step with that number; steps are counted before and after each effect."""

    def __init__(self, at: int | None) -> None:
        self._left = at

    def pass_by(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise Killed


class Channel(FakeMessenger):
    """Keeps what was said, and finds it again."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, Message] = {}
        self.steps = Steps(None)
        self._numbers = itertools.count(1)

    async def post(self, channel: str, message: Message, thread_ts: str | None = None) -> Sent:
        self.steps.pass_by()
        ts = str(next(self._numbers))
        self.said[ts] = message
        self.steps.pass_by()
        return Sent(channel, ts)

    async def update(self, sent: Sent, message: Message) -> None:
        self.steps.pass_by()
        self.said[sent.ts] = message
        self.steps.pass_by()

    async def find(
        self, channel: str, metadata: Mapping[str, str], thread_ts: str | None, oldest: datetime
    ) -> Sent | None:
        found = (ts for ts, message in self.said.items() if message.metadata == metadata)
        return next((Sent(channel, ts) for ts in found), None)


class Resource(FakeCluster):
    """A cluster whose writes may be the last thing that the process does."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = Steps(None)

    async def patch(self, *args: Any, **kwargs: Any) -> Any:
        self.steps.pass_by()
        result = await super().patch(*args, **kwargs)
        self.steps.pass_by()
        return result


def manifest() -> dict[str, Any]:
    return {
        "apiVersion": "sandbox-bot.dev/v1alpha1",
        "kind": "Sandbox",
        "metadata": {"name": "demo", "namespace": "home", "finalizers": [FINALIZER]},
        "spec": {"template": "shop", "owner": {"slackUser": "U02ENGINEER"}, "channel": "C0SANDBOX"},
    }


def ready() -> dict[str, Any]:
    condition = {
        "type": "Ready",
        "status": "True",
        "reason": "AppsReady",
        "lastTransitionTime": "2026-11-24T10:00:05Z",
    }
    app = {"name": "web", "state": "Ready", "ready": "1/1", "image": "r/web:1"}
    return {"phase": "Ready", "observedGeneration": 1, "conditions": [condition], "apps": [app]}


async def tell(cluster: Resource, channel: Channel, kill_at: int | None) -> bool:
    """One life of the notifier; whether it came to its end."""
    cluster.steps = channel.steps = Steps(kill_at)
    notifier = Notifier(cluster, View(cluster, "home"), channel, FastClock(), Site("sandbox.example"))
    try:
        await notifier.deliver("demo")
    except Killed:
        return False
    return True


@pytest.mark.parametrize("kill_at", [*range(24), None])
async def test_said_once_whenever_it_dies(kill_at: int | None) -> None:
    cluster, channel = Resource(), Channel()
    await cluster.create(SANDBOX, manifest())
    await tell(cluster, channel, kill_at)
    cluster.steps = Steps(None)
    await cluster.patch(SANDBOX, "demo", {"status": ready()}, namespace="home", subresource="status")
    await tell(cluster, channel, kill_at)
    assert await tell(cluster, channel, None)
    keys = [message.metadata["key"] for message in channel.said.values()]
    assert len(keys) == len(set(keys)), keys
    assert {"card", "ready"} <= set(keys)
    (card,) = [message for message in channel.said.values() if message.metadata["key"] == "card"]
    assert card.text.startswith("demo is ready")

    stored = await cluster.get(SANDBOX, "demo", "home")
    assert stored is not None
    assert NOTIFIER_FINALIZER in stored["metadata"]["finalizers"]
    said = len(channel.said)
    assert await tell(cluster, channel, None)
    assert len(channel.said) == said, "nothing is said where nothing changed"


async def test_deletion_is_told_before_the_resource_goes() -> None:
    cluster, channel = Resource(), Channel()
    await cluster.create(SANDBOX, manifest())
    assert await tell(cluster, channel, None)
    gone = {
        "metadata": {
            "deletionTimestamp": datetime(2026, 11, 24, 11, tzinfo=UTC).isoformat(),
            "finalizers": [NOTIFIER_FINALIZER],
        }
    }
    await cluster.patch(SANDBOX, "demo", gone, namespace="home")
    await tell(cluster, channel, None)
    texts = [message.text for message in channel.said.values()]
    assert texts[0] == "demo was deleted."
    assert texts[-1] == "demo was deleted."
    stored = await cluster.get(SANDBOX, "demo", "home")
    assert stored is None or NOTIFIER_FINALIZER not in stored["metadata"]["finalizers"]
