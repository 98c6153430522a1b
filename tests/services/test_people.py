"""Who acts is known within a moment, remembered for a while, and never guessed."""

import asyncio

import pytest

from bot.core.errors import Retryable
from bot.core.links import Site
from bot.ports import Person
from bot.services.deps import Deps
from bot.services.people import fetch_actor
from bot.services.view import View
from tests.fakes.cluster import FakeCluster
from tests.fakes.slack import FakeClock, FakeMessenger, FakeStore, person

ADA = "U02ENGINEER"


@pytest.fixture
def messenger() -> FakeMessenger:
    messenger = FakeMessenger()
    messenger.people[ADA] = person(ADA)
    return messenger


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def deps(messenger: FakeMessenger, store: FakeStore) -> Deps:
    cluster = FakeCluster()
    view = View(cluster, "sandboxes")
    return Deps(view, cluster, messenger, store, FakeClock(), Site("sandbox.example"), frozenset({ADA}))


async def test_slack_is_asked_once(deps: Deps, messenger: FakeMessenger) -> None:
    first, second = await fetch_actor(deps, ADA), await fetch_actor(deps, ADA)
    assert first == second
    assert first.is_admin
    assert messenger.asked == [ADA]


async def test_what_is_remembered_serves_while_slack_is_away(deps: Deps, messenger: FakeMessenger) -> None:
    known = await fetch_actor(deps, ADA)
    messenger.away = True
    assert await fetch_actor(deps, ADA) == known


async def test_without_memory_slack_is_asked_each_time(deps: Deps, messenger: FakeMessenger, store: FakeStore) -> None:
    store.away = True
    assert await fetch_actor(deps, ADA) == await fetch_actor(deps, ADA)
    assert messenger.asked == [ADA, ADA]


@pytest.mark.parametrize("kept", ["not json", "[]", '{"id": "U02ENGINEER", "older": true}', '"text"', "null"])
async def test_an_unreadable_memory_is_no_memory(
    deps: Deps, messenger: FakeMessenger, store: FakeStore, kept: str
) -> None:
    await store.remember(f"person:{ADA}", kept, 60)
    assert (await fetch_actor(deps, ADA)).name == "Ada Lovelace"
    assert messenger.asked == [ADA]


async def test_somebody_unknown_is_a_stranger(deps: Deps) -> None:
    assert (await fetch_actor(deps, "U0NOBODY")).is_foreign


async def test_slack_is_not_waited_for_too_long(deps: Deps, messenger: FakeMessenger) -> None:
    async def silent(user: str) -> Person | None:
        await asyncio.Event().wait()
        return None

    messenger.person = silent  # type: ignore[method-assign]
    with pytest.raises(Retryable):
        await fetch_actor(deps, ADA)
