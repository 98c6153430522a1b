"""Creating a sandbox: the one write behind the form's Create button, safe to repeat.

The form's request id is stored with the resource. Whoever finds the name taken by that very request has
created it already, with an earlier press or a delivery that came twice.
"""

import asyncio

import structlog

from bot.core.access import Action, Actor, decide
from bot.core.create import (
    CHANNEL,
    LIFETIME,
    NAME,
    SCENARIO,
    TITLE,
    Form,
    Problem,
    build_manifest,
    check_form,
    name_taken,
)
from bot.core.errors import ForPerson, Permanent, Retryable
from bot.core.kinds import SANDBOX
from bot.core.names import ANNOTATION_REQUEST_ID
from bot.core.sandbox import Sandbox
from bot.core.template import SandboxTemplate
from bot.ports import AlreadyExists, Channel, Refused
from bot.services.deps import Deps
from bot.services.view import View

log = structlog.get_logger()

BUDGET_SECONDS = 2.0
"""Slack wants an answer within 3 s; what isn't stored by then is reported as not stored."""
NO_ANSWER = "The cluster didn't answer. Press Create again; nothing is doubled."
STARTING_UP = "I have just been started and don't know the sandboxes yet. Please try again in a few seconds."


class Rejected(Exception):
    """The form can't be carried out as it is; nothing was created."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.sentence for problem in problems))
        self.problems = problems


async def create_sandbox(deps: Deps, actor: Actor, form: Form) -> Sandbox:
    """The sandbox that this form's request created, now or before.

    Raises Rejected with every problem at its field; a problem that belongs to none is at the name.
    """
    decision = decide(Action.CREATE, actor)
    if not decision.allowed:
        raise Rejected([Problem(NAME, decision.sentence)])
    if not deps.view.synced.is_set():
        raise Rejected([Problem(NAME, STARTING_UP)])
    if (earlier := _created_by(deps.view, form.request_id)) is not None:
        return earlier
    try:
        async with asyncio.timeout(BUDGET_SECONDS):
            return await _checked_and_stored(deps, actor, form)
    except (Retryable, TimeoutError) as error:
        log.warning("create got no answer", sandbox=form.name, reason=type(error).__name__)
        raise Rejected([Problem(NAME, NO_ANSWER)]) from None


def _created_by(view: View, request_id: str) -> Sandbox | None:
    return next(
        (
            sandbox
            for sandbox in view.sandboxes()
            if sandbox.metadata.annotations.get(ANNOTATION_REQUEST_ID) == request_id
        ),
        None,
    )


async def _checked_and_stored(deps: Deps, actor: Actor, form: Form) -> Sandbox:
    template = deps.view.template(form.template)
    problems = check_form(form, template, deps.view.sandboxes(), actor)
    channel = form.channel or (template.spec.channel if template else None)
    if channel and (sentence := await _channel_problem(deps, channel)):
        problems.append(Problem(CHANNEL, sentence))
    if problems or template is None:
        raise Rejected(problems)
    return await _stored(deps, actor, form, template)


async def _stored(deps: Deps, actor: Actor, form: Form, template: SandboxTemplate) -> Sandbox:
    manifest = build_manifest(form, template, actor, deps.view.home, deps.clock.now())
    try:
        stored = await deps.cluster.create(SANDBOX, manifest)
    except AlreadyExists:
        existing = await deps.cluster.get(SANDBOX, form.name, deps.view.home)
        annotations = (existing or {}).get("metadata", {}).get("annotations", {})
        if existing is None or annotations.get(ANNOTATION_REQUEST_ID) != form.request_id:
            taken = {sandbox.name for sandbox in deps.view.sandboxes()}
            raise Rejected([name_taken(form.name, taken)]) from None
        stored = existing
    except Refused as error:
        raise Rejected([_refusal(error.sentence)]) from None
    log.info("sandbox created", audit=True, sandbox=form.name, template=template.name, request=form.request_id)
    return Sandbox.from_json(stored)


def _refusal(sentence: str) -> Problem:
    """The apiserver names the path of what it refuses; the field that it belongs to says it best."""
    fields = {"spec.title": TITLE, "spec.scenario": SCENARIO, "spec.channel": CHANNEL, "spec.expiresAt": LIFETIME}
    return Problem(next((field for path, field in fields.items() if path in sentence), NAME), sentence)


async def _channel_problem(deps: Deps, channel: str) -> str:
    try:
        return check_channel(await deps.messenger.channel(channel))
    except Permanent:
        return check_channel(None)


def check_channel(channel: Channel | None) -> str:
    """Why a card can't be posted there, or "". None is a conversation that the bot can't see."""
    if channel is None:
        return "I can't see that channel. If it is private, invite @sandbox to it first, or choose another one."
    if channel.is_archived:
        return "That channel is archived. Please choose another one."
    if channel.is_shared:
        return "That channel is shared with another company, and sandboxes aren't. Please choose another one."
    if not channel.is_member:
        return "Invite @sandbox to that channel first, or choose another one."
    return ""


def card_channel(deps: Deps, sandbox: Sandbox) -> str:
    """Where the sandbox's card appears; "" for its owner's direct messages."""
    template = deps.view.template(sandbox.spec.template)
    return sandbox.spec.channel or (template.spec.channel if template else None) or ""


def check_open(deps: Deps, actor: Actor) -> None:
    """Whether the form can be offered at all. Raises ForPerson."""
    decision = decide(Action.CREATE, actor)
    if not decision.allowed:
        raise ForPerson(decision.sentence)
    if not deps.view.synced.is_set():
        raise ForPerson(STARTING_UP)
    if not deps.view.templates():
        raise ForPerson(
            "There is nothing to create a sandbox from yet. The platform team adds templates to the catalog."
        )
