"""The workspace through stock slack_sdk: what Slack accepts, and what it refuses with which words."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.workspace.config import read_config
from bot.playground.workspace.coverage import METHODS as COVERED
from bot.playground.workspace.coverage import README, build_readme
from bot.playground.workspace.server import METHODS, Workspace

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    running = Workspace(read_config().model_copy(update={"rate_limits": False}))
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def client(workspace: Workspace) -> AsyncWebClient:
    return AsyncWebClient("xoxb-local-bot", base_url=f"{workspace.url}/api/")


async def refused(call: Any) -> Any:
    with pytest.raises(SlackApiError) as error:
        await call
    return error.value.response


def test_table_readme_and_methods_are_the_same() -> None:
    assert COVERED.keys() == METHODS.keys()
    assert README.read_text() == build_readme()


async def test_message_is_posted_updated_and_read_with_its_metadata(client: AsyncWebClient) -> None:
    metadata = {"event_type": "t", "event_payload": {"key": "k"}}
    sent = await client.chat_postMessage(channel="C0SANDBOX", text="one", blocks=[SECTION], metadata=metadata)
    reply = await client.chat_postMessage(channel="C0SANDBOX", text="in thread", thread_ts=sent["ts"])
    await client.chat_update(channel="C0SANDBOX", ts=sent["ts"], text="two")
    (found,) = (await client.conversations_history(channel="C0SANDBOX", include_all_metadata=True))["messages"]
    assert found["text"] == "two"
    assert "blocks" not in found, "text alone drops the blocks"
    assert found["metadata"] == metadata
    assert found["reply_count"] == 1
    thread = (await client.conversations_replies(channel="C0SANDBOX", ts=sent["ts"]))["messages"]
    assert [message["ts"] for message in thread] == [sent["ts"], reply["ts"]]
    assert "metadata" not in thread[0]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("C0LEADS", "channel_not_found"),
        ("U05GONE", "user_disabled"),
        ("U00BOT", "cannot_dm_bot"),
    ],
)
async def test_where_the_bot_may_not_write(client: AsyncWebClient, channel: str, error: str) -> None:
    assert (await refused(client.chat_postMessage(channel=channel, text="x")))["error"] == error


async def test_tokens_are_checked(workspace: Workspace) -> None:
    base = f"{workspace.url}/api/"
    assert (await refused(AsyncWebClient("xoxb-wrong", base_url=base).auth_test()))["error"] == "invalid_auth"
    wrong_kind = AsyncWebClient("xapp-local-app", base_url=base).auth_test()
    assert (await refused(wrong_kind))["error"] == "not_allowed_token_type"


async def test_unknown_methods_are_never_ok(client: AsyncWebClient) -> None:
    assert (await refused(client.api_call("chat.meMessage")))["error"] == "unknown_method"


async def test_blocks_are_refused_in_slacks_words(client: AsyncWebClient) -> None:
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    answer = await refused(client.chat_postMessage(channel="C0SANDBOX", text="x", blocks=[long]))
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]
    answer = await refused(client.api_call("blocks.validate", json={"blocks": [long]}))
    assert answer["errors"][0]["pointer"] == "/0/text/text"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "actions", "elements": []},
        {"type": "section"},
        {"type": "section", "text": "a string"},
        {"type": "section", "text": {"type": "mrkdwn", "text": ""}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]},
        {"type": "image", "alt_text": "x"},
        {"type": "divider", "unknown": 1},
        {"type": "nonsense"},
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}}] * 2,
        },
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "x"},
            "accessory": {
                "type": "static_select",
                "action_id": "a",
                "options": [{"text": {"type": "plain_text", "text": "x" * 76}, "value": "v"}],
            },
        },
    ],
    ids=range(11),
)
async def test_bad_blocks_are_refused(client: AsyncWebClient, block: dict[str, Any]) -> None:
    answer = await refused(client.chat_postMessage(channel="C0SANDBOX", text="x", blocks=[block]))
    assert answer["error"] == "invalid_blocks"


async def test_a_trigger_works_once_and_only_for_a_while(workspace: Workspace, client: AsyncWebClient) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [SECTION]}
    trigger = workspace.state.new_trigger("U02ENGINEER")
    opened = await client.views_open(trigger_id=trigger, view=view)
    assert (await refused(client.views_open(trigger_id=trigger, view=view)))["error"] == "exchanged_trigger_id"
    late = workspace.state.new_trigger("U02ENGINEER")
    workspace.state.triggers[late].at -= 4
    assert (await refused(client.views_open(trigger_id=late, view=view)))["error"] == "expired_trigger_id"
    stale = client.views_update(view_id=opened["view"]["id"], hash="stale", view=view)
    assert (await refused(stale))["error"] == "hash_conflict"


async def test_only_unescaped_mentions_ping(workspace: Workspace, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C0SANDBOX", text="&lt;!channel&gt; and <!here>")
    (message,) = workspace.state.conversations["C0SANDBOX"].messages
    assert message["pings"] == ["here"]
