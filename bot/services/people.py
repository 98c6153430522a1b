"""Who acts: a person's facts from Slack, remembered for some minutes so that a click needs no question to Slack."""

import asyncio
import json
from dataclasses import asdict

from bot.core.access import Actor
from bot.core.errors import Retryable
from bot.ports import Person
from bot.services.deps import Deps

REMEMBERED_SECONDS = 300
_BUDGET_SECONDS = 0.8


async def fetch_actor(deps: Deps, user: str) -> Actor:
    """The person with that Slack user id, with their role in this installation.

    Somebody whom Slack doesn't know is taken for a stranger. Raises Retryable if Slack doesn't answer in time.
    """
    try:
        async with asyncio.timeout(_BUDGET_SECONDS):
            person = await _fetch_person(deps, user)
    except TimeoutError:
        raise Retryable("Slack didn't say in time who this is") from None
    if person is None:
        return Actor(user, is_foreign=True)
    return Actor(
        id=person.id,
        name=person.name,
        email=person.email,
        is_admin=person.id in deps.admins,
        is_guest=person.is_guest,
        is_foreign=person.is_foreign,
        is_deactivated=person.is_deactivated,
        is_bot=person.is_bot,
    )


async def _fetch_person(deps: Deps, user: str) -> Person | None:
    key = f"person:{user}"
    known = _read(await deps.store.recall(key))
    if known is not None:
        return known
    person = await deps.messenger.person(user)
    if person is not None:
        await deps.store.remember(key, json.dumps(asdict(person)), REMEMBERED_SECONDS)
    return person


def _read(text: str | None) -> Person | None:
    # What another version of this program remembered may have other fields.
    try:
        return Person(**json.loads(text)) if text else None
    except (ValueError, TypeError):
        return None
