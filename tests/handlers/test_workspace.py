"""The listeners over Socket Mode in the local workspace, which refuses what Slack refuses; people type and click."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from blocks import ids
from bot.adapters.slack import SlackMessenger
from bot.core.kinds import SANDBOX, TEMPLATE
from bot.core.links import Site
from bot.playground.people import Failed, Someone, elements, eventually, text_of
from bot.playground.workspace.config import read_config
from bot.playground.workspace.server import Workspace
from bot.services.view import View
from handlers import Deps, register
from tests.fakes.cluster import FakeCluster
from tests.fakes.slack import FakeClock, FakeStore

ROOT = Path(__file__).parents[2]
HOME = "sandboxes"
CHANNEL, PARTNERS, LEADS = "C0SANDBOX", "C0PARTNERS", "C0LEADS"
Json = dict[str, Any]


@dataclass
class Office:
    """The workspace, the app in it, and the cluster behind it."""

    url: str
    cluster: FakeCluster
    deps: Deps


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    workspace = Workspace(read_config(manifest=ROOT / "manifest.yml"))
    url = await workspace.start()
    cluster = FakeCluster()
    for template in yaml.safe_load_all((ROOT / "bot/playground/company/templates.yaml").read_text()):
        template["metadata"]["namespace"] = HOME
        await cluster.create(TEMPLATE, template)
    cluster.created.clear()
    config = workspace.state.config.app
    client = AsyncWebClient(token=config.bot_token, base_url=f"{url}/api/")
    view = View(cluster, HOME)
    admins = frozenset({"U01ADMIN"})
    deps = Deps(view, cluster, SlackMessenger(client), FakeStore(), FakeClock(), Site("sandbox.localhost"), admins)
    app = AsyncApp(client=client)
    register(app, deps)
    handler = AsyncSocketModeHandler(app, config.app_token)
    following = asyncio.create_task(view.run())
    await handler.connect_async()
    await view.synced.wait()
    yield Office(url, cluster, deps)
    await handler.close_async()
    following.cancel()
    await workspace.stop()


@pytest.fixture
async def ada(office: Office) -> AsyncIterator[Someone]:
    async with Someone(office.url, "U02ENGINEER") as someone:
        yield someone


async def open_form(someone: Someone, text: str = "/sandbox create") -> Json:
    await someone.command(CHANNEL, text)
    view: Json = await eventually(someone.top_view, "the form opens")
    return view


def value_of(view: Json, action_id: str, value: str) -> Json:
    """What `submit` takes for one input."""
    block, _ = next(pair for pair in elements(view) if pair[1]["action_id"] == action_id)
    return {block["block_id"]: {action_id: value}}


async def last_message(someone: Someone, channel: str = CHANNEL) -> Json | None:
    messages = await someone.messages(channel)
    return messages[-1] if messages else None


async def test_two_clicks(office: Office, ada: Someone) -> None:
    view = await open_form(ada)
    answer = await ada.submit(view, {})
    assert answer["closed"]
    assert office.cluster.created[0]["spec"]["owner"]["slackUser"] == "U02ENGINEER"


async def test_an_engineer_chooses_everything(office: Office, ada: Someone) -> None:
    view = await open_form(ada)
    await ada.choose(view, ids.CHOOSE_TEMPLATE, "storefront")
    view = await eventually(lambda: _having(ada, ids.CHOOSE_SCENARIO), "scenarios are offered")
    await ada.choose(view, ids.CHOOSE_SCENARIO, "full-cart")
    view = await eventually(lambda: _having(ada, "parameter:items"), "its parameters are asked for")
    block, _ = next(pair for pair in elements(view) if pair[1]["action_id"] == ids.CHOOSE_VERSIONS)
    pressed = {"view_id": view["id"], "block_id": block["block_id"], "action_id": ids.CHOOSE_VERSIONS}
    await ada.post("actions", pressed)
    view = await eventually(lambda: _having(ada, "tag:catalog"), "versions are asked for")
    with pytest.raises(Failed) as refused:
        await ada.submit(view, value_of(view, "tag:catalog", "not a tag") | value_of(view, "name", "Not A Name"))
    assert len(refused.value.answer["errors"]) == 2
    await ada.submit(view, value_of(view, "tag:catalog", "2.4.0") | value_of(view, "name", "totals"))
    (made,) = office.cluster.created
    assert made["metadata"]["name"] == "totals"
    assert made["spec"]["template"] == "storefront"
    assert made["spec"]["scenario"] == {"name": "full-cart", "parameters": {"items": "12"}}
    assert made["spec"]["apps"] == [{"name": "catalog", "image": {"tag": "2.4.0"}}]


async def _having(someone: Someone, action_id: str) -> Json | None:
    view = await someone.top_view()
    found = view and any(element["action_id"] == action_id for _, element in elements(view))
    return view if found else None


@pytest.mark.parametrize(("channel", "says"), [(PARTNERS, "another company"), (LEADS, "nvite @sandbox")])
async def test_channels_that_cannot_be(office: Office, ada: Someone, channel: str, says: str) -> None:
    view = await open_form(ada)
    with pytest.raises(Failed) as refused:
        await ada.submit(view, value_of(view, ids.CHANNEL, channel))
    assert says in json.dumps(refused.value.answer["errors"])
    assert not office.cluster.created


async def test_the_cluster_is_away_and_create_is_pressed_again(office: Office, ada: Someone) -> None:
    view = await open_form(ada)
    office.cluster.away = True
    with pytest.raises(Failed) as refused:
        await ada.submit(view, {})
    assert "nothing is doubled" in json.dumps(refused.value.answer["errors"])
    office.cluster.away = False
    await ada.submit(view, {})
    assert len(office.cluster.created) == 1


async def test_delete_with_confirmation(office: Office, ada: Someone) -> None:
    manifest = {
        "metadata": {"name": "mine", "namespace": HOME},
        "spec": {"template": "storefront", "owner": {"slackUser": "U02ENGINEER"}},
    }
    await office.cluster.create(SANDBOX, manifest)
    await ada.command(CHANNEL, "/sandbox delete")
    question = await eventually(lambda: last_message(ada), "it asks")
    with pytest.raises(Failed):
        await ada.click(question, CHANNEL, ids.DELETE_SANDBOX)
    await ada.click(question, CHANNEL, ids.DELETE_SANDBOX, confirmed=True)
    assert office.cluster.deleted == ["mine"]

    async def told() -> bool:
        message = await last_message(ada)
        return message is not None and "is being deleted" in text_of(message)

    await eventually(told, "the question says what became of it")


async def test_list_show_and_help_are_taken_by_slack(office: Office, ada: Someone) -> None:
    manifest = {
        "metadata": {"name": "mine", "namespace": HOME},
        "spec": {"template": "storefront", "title": "<!channel> *now*", "owner": {"slackUser": "U02ENGINEER"}},
    }
    await office.cluster.create(SANDBOX, manifest)
    for text in ("", " help", " list all", " show mine", " lsit", " show nothing"):
        before = len(await ada.messages(CHANNEL))
        await ada.command(CHANNEL, f"/sandbox{text}")
        after = await ada.messages(CHANNEL)
        assert len(after) == before + 1, text
        assert "<!channel>" not in json.dumps(after[-1]["blocks"]), text


async def test_home_and_shortcut(office: Office, ada: Someone) -> None:
    await ada.post("home", {"tab": "home"})

    async def published() -> Json | None:
        view: Json | None = (await ada.get("home"))["view"]
        return view

    home = await eventually(published, "the Home is published")
    assert "no sandbox yet" in text_of(home)
    await ada.post("shortcuts", {"callback_id": ids.CREATE_SHORTCUT})
    view = await eventually(ada.top_view, "the form opens")
    answer = await ada.submit(view, {})
    assert not answer["closed"]
    assert CHANNEL in text_of(answer["view"])


async def test_a_guest_is_told_calmly(office: Office) -> None:
    async with Someone(office.url, "U04GUEST") as guest:
        await guest.command(CHANNEL, "/sandbox create")
        message = await eventually(lambda: last_message(guest), "it is said")
        assert "guests" in text_of(message)
        assert await guest.top_view() is None
