"""What becomes of every error: a sentence for the person who acted, and for a surprise a line in the log.

Each request has a reference id that is in all its log lines; a surprise is told with it, so that the
platform team finds what happened. Whatever wasn't acknowledged is acknowledged with the sentence.
"""

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks import ids
from blocks.lists import build_sentence
from blocks.parse import parse_form
from bot.core.create import Problem
from bot.core.errors import ForPerson, Retryable
from bot.core.model import Json
from bot.services.create import NO_ANSWER, Rejected
from handlers.answer import Answer

log = structlog.get_logger()

_TOO_LATE = ("expired_trigger_id", "exchanged_trigger_id")
_NO_ANSWER_ELSEWHERE = "The cluster didn't answer. Please try again in a moment; nothing is doubled."


async def handle_error(
    error: Exception, body: Json, ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient
) -> BoltResponse | None:
    """Bolt's one error handler. The answer to Slack, or None if it has been given already."""
    acknowledged = ack.response is not None
    problems = _problems(error, body.get("type") == "view_submission")
    if "event" not in body:
        try:
            await _tell(Answer(body, ack, respond, client), body, problems)
        except Exception:
            log.exception("an error could not be told")
    return None if acknowledged else ack.response or BoltResponse(status=200)


def _problems(error: Exception, is_form: bool) -> list[Problem]:
    if isinstance(error, Rejected):
        log.info("refused", audit=True, reason=str(error))
        return error.problems
    if isinstance(error, ForPerson):
        log.info("refused", audit=True, reason=error.sentence)
        return [Problem(error.field or ids.NAME, error.sentence)]
    if isinstance(error, Retryable | TimeoutError):
        log.warning("no answer", reason=str(error))
        return [Problem(ids.NAME, NO_ANSWER if is_form else _NO_ANSWER_ELSEWHERE)]
    if isinstance(error, SlackApiError) and error.response.get("error") in _TOO_LATE:
        log.warning("a form came too late", reason=error.response["error"])
        return [Problem(ids.NAME, "Slack didn't wait for the form any longer. Please try again.")]
    reference = structlog.contextvars.get_contextvars().get("reference", "unknown")
    log.error("something went wrong", exc_info=error)
    sentence = (
        "Something went wrong on our side. Please try again; if it happens again, give the platform team"
        f" this reference: {reference}"
    )
    return [Problem(ids.NAME, sentence)]


async def _tell(answer: Answer, body: Json, problems: list[Problem]) -> None:
    if answer.is_submission and not answer.acknowledged:
        await answer.refuse_form(parse_form(body["view"]).errors(problems))
    else:
        await answer.say(build_sentence(" ".join(problem.sentence for problem in problems)))
