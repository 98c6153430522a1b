"""chat.*: messages."""

import re

from bot.playground.workspace.state import Conversation, Json, SlackError
from bot.playground.workspace.web_api.call import Call

_PING = re.compile(r"<!(channel|here|everyone)(?:\|[^>]*)?>|<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


async def post_message(call: Call) -> Json:
    conversation = call.member_conversation()
    message = {**_content(call, 40_000), **_author(call)}
    if thread := call.text("thread_ts"):
        if call.state.find_message(conversation, thread) is None:
            raise SlackError("thread_not_found")
        message["thread_ts"] = thread
    message = call.state.post(conversation, message)
    return {"channel": conversation.id, "ts": message["ts"], "message": message}


async def post_ephemeral(call: Call) -> Json:
    conversation = call.member_conversation()
    user = call.required("user")
    if user not in call.state.people:
        raise SlackError("user_not_found")
    if user not in conversation.members:
        raise SlackError("user_not_in_channel")
    message = {**_content(call, 40_000), **_author(call), "ephemeral": True, "ephemeral_to": user}
    if thread := call.text("thread_ts"):
        message["thread_ts"] = thread
    return {"message_ts": call.state.post(conversation, message)["ts"]}


async def update(call: Call) -> Json:
    conversation = call.member_conversation()
    message = _own_message(call, conversation)
    change = _content(call, 4_000, updating=True)
    if call.arguments.get("blocks") is None and call.arguments.get("text") is not None:
        message.pop("blocks", None)  # as Slack: text alone drops the blocks
    message.update(change)
    app = call.state.config.app
    message["edited"] = {"user": app.bot_user_id, "ts": call.state.new_ts()}
    call.state.changed(conversation, message, "changed")
    return {"channel": conversation.id, "ts": message["ts"], "text": message["text"], "message": message}


async def delete(call: Call) -> Json:
    conversation = call.member_conversation()
    message = _own_message(call, conversation)
    conversation.messages.remove(message)
    call.state.changed(conversation, message, "deleted")
    return {"channel": conversation.id, "ts": message["ts"]}


async def get_permalink(call: Call) -> Json:
    conversation = call.readable_conversation()
    ts = call.required("message_ts")
    message = call.state.find_message(conversation, ts)
    if message is None:
        raise SlackError("message_not_found")
    place = f"channel/{conversation.id}" + (f"/thread/{message['thread_ts']}" if "thread_ts" in message else "")
    return {"channel": conversation.id, "permalink": f"{call.base_url}/#/{place}?ts={ts}"}


def _own_message(call: Call, conversation: Conversation) -> Json:
    message = call.state.find_message(conversation, call.required("ts"))
    if message is None or message.get("ephemeral"):
        raise SlackError("message_not_found")
    if message.get("bot_id") != call.state.config.app.bot_id:
        raise SlackError("cant_update_message")
    return message


def _content(call: Call, longest: int, *, updating: bool = False) -> Json:
    text, blocks = call.text("text"), call.blocks()
    if not text and not blocks and not (updating and blocks is not None):
        raise SlackError("no_text")
    if len(text) > longest:
        if updating:
            raise SlackError("msg_too_long")
        text = text[:longest]
    content: Json = {"text": text, "pings": pings(text)}
    if blocks is not None:
        content["blocks"] = blocks
    metadata = call.json("metadata")
    if metadata is not None:
        if not isinstance(metadata, dict) or not metadata.get("event_type") or "event_payload" not in metadata:
            raise SlackError("invalid_metadata_format")
        content["metadata"] = metadata
    return content


def _author(call: Call) -> Json:
    app = call.state.config.app
    return {
        "user": app.bot_user_id,
        "bot_id": app.bot_id,
        "app_id": app.id,
        "username": app.name,
        "team": call.state.config.team_id,
    }


def pings(text: str) -> list[str]:
    """Whom a text makes a sound for: only unescaped mentions do."""
    return [match[1] or match[2] for match in _PING.finditer(text)]
