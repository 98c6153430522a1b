"""Deleting a sandbox, asked for by a person: the sandbox that they saw, and no other of the same name."""

import asyncio

import structlog

from bot.core.access import Action, Actor, decide
from bot.core.errors import ForPerson, Retryable
from bot.core.kinds import SANDBOX
from bot.ports import Refused
from bot.services.deps import Deps

log = structlog.get_logger()

BUDGET_SECONDS = 2.0


async def delete_sandbox(deps: Deps, actor: Actor, name: str, uid: str) -> None:
    """Starts the deletion of the sandbox with that uid; nothing happens if it is gone already.

    Raises ForPerson if the actor may not or the cluster says no, Retryable if it didn't answer.
    """
    sandbox = deps.view.sandbox(name)
    if sandbox is None or sandbox.uid != uid or not uid:
        if not deps.view.synced.is_set():
            raise Retryable("the local view isn't complete yet")
        raise ForPerson(f"The sandbox {name} doesn't exist any more.")
    decision = decide(Action.DELETE, actor, sandbox)
    if not decision.allowed:
        log.warning("delete refused", audit=True, sandbox=name)
        raise ForPerson(decision.sentence)
    try:
        async with asyncio.timeout(BUDGET_SECONDS):
            await deps.cluster.delete(SANDBOX, name, namespace=deps.view.home, uid=uid)
    except TimeoutError:
        raise Retryable("the cluster didn't answer in time") from None
    except Refused as error:
        raise ForPerson(error.sentence) from None
    log.info("sandbox deleted", audit=True, sandbox=name, uid=uid)
