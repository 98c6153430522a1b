"""conversations.*: channels and direct messages, as far as the bot sees them."""

from bot.playground.workspace.state import Conversation, Json, SlackError
from bot.playground.workspace.web_api.call import Call


def describe(call: Call, conversation: Conversation) -> Json:
    """As conversations.info gives it."""
    if conversation.kind == "im":
        return {"id": conversation.id, "is_im": True, "is_channel": False, "user": conversation.user}
    bot = call.state.config.app.bot_user_id
    return {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": conversation.kind == "private",
        "is_archived": conversation.is_archived,
        "is_general": conversation.name == "general",
        "is_member": bot in conversation.members,
        "is_shared": conversation.is_ext_shared,
        "is_ext_shared": conversation.is_ext_shared,
        "is_org_shared": False,
        "topic": {"value": conversation.topic, "creator": "", "last_set": 0},
        "num_members": len(conversation.members),
    }


async def info(call: Call) -> Json:
    conversation = call.state.conversation(call.required("channel"))
    if conversation.kind == "private" and call.state.config.app.bot_user_id not in conversation.members:
        raise SlackError("channel_not_found")
    return {"channel": describe(call, conversation)}


async def list_(call: Call) -> Json:
    wanted = set(call.text("types", "public_channel").split(","))
    kinds = {"public": "public_channel", "private": "private_channel", "im": "im"}
    bot = call.state.config.app.bot_user_id
    found = [item for item in call.state.visible_to(bot) if kinds[item.kind] in wanted]
    if call.flag("exclude_archived"):
        found = [item for item in found if not item.is_archived]
    page, cursor = call.page(found)
    return {"channels": [describe(call, item) for item in page], "response_metadata": {"next_cursor": cursor}}


async def members(call: Call) -> Json:
    page, cursor = call.page(sorted(call.readable_conversation().members))
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


async def open_(call: Call) -> Json:
    users = call.text("users").split(",")
    if call.text("channel"):
        return {"channel": {"id": call.state.conversation(call.text("channel")).id}}
    if len(users) != 1 or not users[0]:
        raise SlackError("users_list_not_supplied" if not users[0] else "not_enough_users")
    return {"channel": {"id": call.state.direct_message(users[0]).id}}


async def history(call: Call) -> Json:
    """Newest first, without replies."""
    conversation = call.readable_conversation()
    roots = [
        message
        for message in conversation.messages
        if message.get("thread_ts", message["ts"]) == message["ts"] and not message.get("ephemeral")
    ]
    return _answer(call, conversation, list(reversed(_within(call, roots))))


async def replies(call: Call) -> Json:
    """Oldest first, the parent before all."""
    conversation = call.readable_conversation()
    ts = call.required("ts")
    thread = [
        message
        for message in conversation.messages
        if ts in (message["ts"], message.get("thread_ts")) and not message.get("ephemeral")
    ]
    if not thread:
        raise SlackError("thread_not_found")
    return _answer(call, conversation, thread[:1] + _within(call, thread[1:]))


def _within(call: Call, messages: list[Json]) -> list[Json]:
    oldest, latest = float(call.text("oldest", "0")), float(call.text("latest", "inf"))
    if call.flag("inclusive"):
        return [message for message in messages if oldest <= float(message["ts"]) <= latest]
    return [message for message in messages if oldest < float(message["ts"]) < latest]


def _answer(call: Call, conversation: Conversation, messages: list[Json]) -> Json:
    page, cursor = call.page(messages)
    shown = [call.state.shown(conversation, message) for message in page]
    for message in shown:
        message.pop("pings", None)
        if not call.flag("include_all_metadata"):
            message.pop("metadata", None)
    return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}
