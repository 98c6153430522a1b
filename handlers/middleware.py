"""What every request passes before its listener: who acts, whether they may at all, and how its log lines are found.

Bolt injects what is put into the context here by name: `deps`, `actor`, `answer`. An event that is
delivered twice is dropped. Commands, clicks and forms are not: a second delivery means that the first got
no answer, and every write is safe to repeat.
"""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.access import Action, decide
from bot.core.errors import ForPerson
from bot.core.model import Json
from bot.services.deps import Deps
from bot.services.people import fetch_actor
from handlers.answer import Answer
from handlers.lasting_ack import LastingAck

log = structlog.get_logger()

SEEN_SECONDS = 3600
Middleware = Callable[..., Awaitable[BoltResponse | None]]


def build_middleware(deps: Deps) -> Middleware:
    """The one middleware of the app."""

    async def prepare(
        body: Json,
        context: AsyncBoltContext,
        respond: AsyncRespond,
        client: AsyncWebClient,
        next_: Callable[[], Awaitable[None]],
    ) -> BoltResponse | None:
        user = context.user_id or ""
        context["ack"] = ack = LastingAck()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            reference=uuid4().hex[:8], actor=user, what=_what(body), where=context.channel_id or ""
        )
        is_event = "event" in body
        if is_event and not await deps.store.first_time(f"event:{body.get('event_id')}", SEEN_SECONDS):
            return BoltResponse(status=200)
        actor = await fetch_actor(deps, user)
        decision = decide(Action.LOOK, actor)
        if not decision.allowed and not is_event:
            raise ForPerson(decision.sentence)
        context["deps"], context["actor"] = deps, actor
        context["answer"] = Answer(body, ack, respond, client)
        log.info("asked", audit=True)
        await next_()
        return None

    return prepare


def _what(body: Json) -> str:
    """What was asked for, in one line of a log."""
    if "command" in body:
        return " ".join(f"{body['command']} {body.get('text') or ''}".split())[:200]
    if "event" in body:
        return str(body["event"].get("type"))
    pressed = [action.get("action_id", "") for action in body.get("actions", [])]
    callback = body.get("callback_id") or (body.get("view") or {}).get("callback_id") or ""
    return " ".join([str(body.get("type")), callback, *pressed]).strip()
