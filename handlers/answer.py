"""Answering the one who acted, there where they acted: the only place that knows how each kind of request is answered.

A command and a click in a message get an ephemeral message, a click in a view or a shortcut gets a modal,
a form gets errors at its fields. Every method acknowledges the request if that has not happened yet.
"""

from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.lists import Reply, build_notice_view
from bot.core.model import Json

log = structlog.get_logger()


class Answer:
    """To one request."""

    def __init__(self, body: Json, ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient) -> None:
        self._body = body
        self._ack = ack
        self._respond = respond
        self._client = client

    @property
    def acknowledged(self) -> bool:
        return self._ack.response is not None

    @property
    def is_submission(self) -> bool:
        return self._body.get("type") == "view_submission"

    @property
    def origin(self) -> str:
        """The channel where the person acted; "" in direct messages, on the Home and for shortcuts."""
        channel = self._body.get("channel_id") or (self._body.get("channel") or {}).get("id") or ""
        return channel if channel.startswith(("C", "G")) else ""

    async def acknowledge(self) -> None:
        """Says to Slack that the request was taken care of, and to the person nothing."""
        if not self.acknowledged:
            await self._ack()

    async def say(self, reply: Reply) -> None:
        """Says something to the person alone."""
        if "command" in self._body and not self.acknowledged:
            await self._ack(text=reply.text, blocks=reply.blocks or None, response_type="ephemeral")
        elif self.is_submission and not self.acknowledged:
            await self._ack(response_action="update", view=build_notice_view(reply))
        else:
            await self.acknowledge()
            await self._say_late(reply)

    async def replace(self, reply: Reply) -> None:
        """Puts the reply where the button was, if that was said to the person alone; anything else stays as it is."""
        await self.acknowledge()
        if (self._body.get("container") or {}).get("is_ephemeral"):
            await self._respond(text=reply.text, blocks=reply.blocks, replace_original=True)
        elif self._in_modal:
            await self.update_view(build_notice_view(reply))

    async def open(self, view: Json) -> None:
        """Opens a modal, on top of the one where the button was if there is one."""
        await self.acknowledge()
        trigger: str = self._body["trigger_id"]
        if self._in_modal:
            await self._client.views_push(trigger_id=trigger, view=view)
        else:
            await self._client.views_open(trigger_id=trigger, view=view)

    async def update_view(self, view: Json) -> None:
        """Replaces the modal where something was pressed, unless that has changed since."""
        await self.acknowledge()
        shown = self._body["view"]
        try:
            await self._client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        except SlackApiError as error:
            if error.response.get("error") != "hash_conflict":
                raise

    async def close_form(self) -> None:
        """Accepts a form and closes the whole stack of modals."""
        await self._ack(response_action="clear")

    async def show_in_form(self, view: Json) -> None:
        """Accepts a form and puts another view in its place."""
        await self._ack(response_action="update", view=view)

    async def refuse_form(self, errors: dict[str, str]) -> None:
        """Keeps a form open, with a sentence for each block id."""
        await self._ack(response_action="errors", errors=errors)

    @property
    def _in_modal(self) -> bool:
        return (self._body.get("view") or {}).get("type") == "modal"

    async def _say_late(self, reply: Reply) -> None:
        if self._body.get("response_url"):
            answer = await self._respond(
                text=reply.text, blocks=reply.blocks, response_type="ephemeral", replace_original=False
            )
            _log_failure(answer)
        elif "trigger_id" in self._body and not self.is_submission:
            await self.open(build_notice_view(reply))


def _log_failure(answer: Any) -> None:
    if answer.status_code != 200:
        log.warning("an answer did not reach the person", status=answer.status_code)
