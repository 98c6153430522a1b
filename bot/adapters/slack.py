"""Slack's Web API for what the bot says and asks by itself, over slack_sdk."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import Permanent, Retryable
from bot.core.model import Json
from bot.ports import Channel, Message, Person, Sent

EVENT_TYPE = "sandbox_message"
_LONGEST_WAIT = 60

# What Slack answers where repeating won't help, and what people are told about it.
_PERMANENT = {
    "channel_not_found": "the channel does not exist, or Sandbox is not in it",
    "not_in_channel": "Sandbox is not in that channel",
    "is_archived": "the channel is archived",
    "user_disabled": "that person's account is deactivated",
    "user_not_found": "there is no such person",
    "cannot_dm_bot": "bots get no messages",
    "messages_tab_disabled": "direct messages to Sandbox are switched off",
    "message_not_found": "the message is gone",
    "thread_not_found": "the thread is gone",
    "cant_update_message": "the message is not ours",
    "restricted_action": "Sandbox may not post there",
    "not_allowed": "Sandbox may not post there",
    "invalid_blocks": "Slack refused the message's content",
    "msg_too_long": "the message is too long",
    "missing_scope": "the Slack app lacks a permission",
}


class SlackMessenger:
    """Implements `bot.ports.Messenger`."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def post(self, channel: str, message: Message, thread_ts: str | None = None) -> Sent:
        answer = await self._call(
            "chat.postMessage",
            channel=channel,
            text=message.text,
            blocks=list(message.blocks),
            metadata={"event_type": EVENT_TYPE, "event_payload": dict(message.metadata)},
            unfurl_links=False,
            unfurl_media=False,
            **({"thread_ts": thread_ts} if thread_ts else {}),
        )
        return Sent(answer["channel"], answer["ts"])

    async def update(self, sent: Sent, message: Message) -> None:
        await self._call(
            "chat.update",
            channel=sent.channel,
            ts=sent.ts,
            text=message.text,
            blocks=list(message.blocks),
            metadata={"event_type": EVENT_TYPE, "event_payload": dict(message.metadata)},
        )

    async def find(
        self, channel: str, metadata: Mapping[str, str], thread_ts: str | None, oldest: datetime
    ) -> Sent | None:
        if channel.startswith(("U", "W")):
            channel = (await self._call("conversations.open", users=channel))["channel"]["id"]
        method = "conversations.replies" if thread_ts else "conversations.history"
        query: Json = {
            "channel": channel,
            "oldest": str(oldest.timestamp()),
            "include_all_metadata": True,
            "limit": 200,
            **({"ts": thread_ts} if thread_ts else {}),
        }
        while True:
            answer = await self._call(method, **query)
            for message in answer["messages"]:
                if message.get("metadata", {}).get("event_payload") == dict(metadata):
                    return Sent(channel, message["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            query["cursor"] = cursor

    async def person(self, user: str) -> Person | None:
        try:
            found = (await self._call("users.info", user=user))["user"]
        except Permanent:
            return None
        profile = found.get("profile", {})
        return Person(
            id=found["id"],
            name=profile.get("display_name") or found.get("real_name") or found.get("name", ""),
            email=profile.get("email"),
            timezone=found.get("tz") or "UTC",
            is_guest=bool(found.get("is_restricted") or found.get("is_ultra_restricted")),
            is_foreign=bool(found.get("is_stranger")),
            is_deactivated=bool(found.get("deleted")),
            is_bot=bool(found.get("is_bot")),
        )

    async def channel(self, channel: str) -> Channel | None:
        try:
            found = (await self._call("conversations.info", channel=channel))["channel"]
        except Permanent:
            return None
        return Channel(
            id=found["id"],
            name=found.get("name", ""),
            is_private=bool(found.get("is_private")),
            is_member=bool(found.get("is_member") or found.get("is_im")),
            is_shared=bool(found.get("is_ext_shared")),
            is_archived=bool(found.get("is_archived")),
        )

    async def publish_home(self, user: str, view: Json) -> None:
        await self._call("views.publish", user_id=user, view=view)

    async def _call(self, method: str, **arguments: Any) -> Any:
        """The answer. Raises Retryable, after the wait that Slack asked for, or Permanent."""
        try:
            return (await self._client.api_call(method, json=arguments)).data
        except SlackApiError as error:
            raise await _sorted(error) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Retryable(f"Slack did not answer ({type(error).__name__})") from None


async def _sorted(error: SlackApiError) -> Exception:
    answer: Any = error.response
    code = str(answer.get("error", "")) if isinstance(answer.data, dict) else ""
    if answer.status_code == 429:
        wait = int(answer.headers.get("Retry-After", 1))
        await asyncio.sleep(min(wait, _LONGEST_WAIT))
        return Retryable("Slack is busy")
    if code in _PERMANENT:
        return Permanent(_PERMANENT[code])
    return Retryable(f"Slack answered {code or answer.status_code}")
