"""A real Bolt app, spoken to with signed requests; what it says to Slack is recorded by a server on loopback."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.kinds import SANDBOX, TEMPLATE
from bot.core.links import Site
from bot.services.view import View
from handlers import Deps, register
from tests.fakes.cluster import FakeCluster
from tests.fakes.slack import FakeClock, FakeMessenger, FakeStore, channel, person

Json = dict[str, Any]
HOME = "sandboxes"
ENGINEER, MANAGER, ADMIN = "U02ENGINEER", "U03MANAGER", "U01ADMIN"
GUEST, STRANGER, LEAVER = "U04GUEST", "U05STRANGER", "U06LEAVER"
CHANNEL, PRIVATE, SHARED, ARCHIVED, NOT_JOINED = "C0SANDBOX", "C0SECRET", "C0SHARED", "C0OLD", "C0OTHER"
TEMPLATES = Path(__file__).parents[2] / "bot/playground/company/templates.yaml"


@dataclass
class Recorder:
    """What was called: (method, arguments) of the Web API, and what went to response URLs."""

    url: str = ""
    calls: list[tuple[str, Json]] = field(default_factory=list)
    responses: list[Json] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    def views(self, method: str) -> list[Json]:
        return [arguments["view"] for called, arguments in self.calls if called == method]

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            arguments = await request.json()
        else:
            arguments = dict(await request.post())
        self.calls.append((method, _decoded(arguments)))
        if method in self.errors:
            return web.json_response({"ok": False, "error": self.errors[method]})
        return web.json_response({"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team_id": "T0ACME"})

    async def respond(self, request: web.Request) -> web.Response:
        self.responses.append(await request.json())
        return web.Response(text="ok")


def _decoded(arguments: Json) -> Json:
    view = arguments.get("view")
    return {**arguments, "view": json.loads(view)} if isinstance(view, str) else arguments


@dataclass
class World:
    """The app under test, and everything around it."""

    app: AsyncApp
    deps: Deps
    cluster: FakeCluster
    messenger: FakeMessenger
    store: FakeStore
    slack: Recorder
    numbers: Any = field(default_factory=lambda: count(1))

    async def command(self, text: str, user: str = ENGINEER, channel: str = CHANNEL) -> Json:
        body = {
            "command": "/sandbox",
            "text": text,
            "user_id": user,
            "channel_id": channel,
            "team_id": "T0ACME",
            "trigger_id": f"trigger-{next(self.numbers)}",
            "response_url": f"{self.slack.url}/response/1",
        }
        return await self._send(urlencode(body), "application/x-www-form-urlencoded")

    async def interact(self, payload: Json, user: str = ENGINEER) -> Json:
        payload = {
            "user": {"id": user, "team_id": "T0ACME"},
            "team": {"id": "T0ACME"},
            "trigger_id": f"trigger-{next(self.numbers)}",
            **payload,
        }
        return await self._send(urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded")

    async def click(self, action_id: str, value: str = "", user: str = ENGINEER, *, ephemeral: bool = False) -> Json:
        """Presses a button in a message."""
        return await self.interact(
            {
                "type": "block_actions",
                "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
                "container": {"type": "message", "is_ephemeral": ephemeral, "channel_id": CHANNEL},
                "channel": {"id": CHANNEL},
                "response_url": f"{self.slack.url}/response/2",
            },
            user,
        )

    async def click_in_view(self, view: Json, action: Json, user: str = ENGINEER) -> Json:
        body = {
            "type": "block_actions",
            "actions": [{"block_id": "b", **action}],
            "view": {"id": "V1", "hash": "h1", **view},
            "container": {"type": "view", "view_id": "V1"},
        }
        return await self.interact(body, user)

    async def submit(self, view: Json, user: str = ENGINEER) -> Json:
        return await self.interact({"type": "view_submission", "view": {"id": "V1", "hash": "h1", **view}}, user)

    async def event(self, event: Json, event_id: str = "Ev1") -> Json:
        body = {"type": "event_callback", "team_id": "T0ACME", "event_id": event_id, "event": event}
        return await self._send(json.dumps(body), "application/json")

    async def _send(self, body: str, content_type: str) -> Json:
        """What Slack is answered: {} for nothing said, else the answer's JSON (or its text)."""
        stamp = str(int(time.time()))
        headers = {
            "content-type": [content_type],
            "x-slack-request-timestamp": [stamp],
            "x-slack-signature": [SignatureVerifier("secret").generate_signature(timestamp=stamp, body=body)],
        }
        response = await self.app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
        assert response.status == 200, response
        return json.loads(response.body) if response.body else {}

    async def opened(self) -> Json:
        """The form that was opened last, as it stands in a client that nobody has typed into."""
        await until(lambda: self.slack.views("views.open"))
        return untouched(self.slack.views("views.open")[-1])

    async def add(self, name: str, owner: str = ENGINEER, **spec: Any) -> str:
        """Puts a sandbox there; returns its uid when the app knows it."""
        metadata = {"name": name, "namespace": HOME, "finalizers": ["sandbox-bot.dev/operator"]}
        manifest = {"metadata": metadata, "spec": {"template": "storefront", "owner": {"slackUser": owner}, **spec}}
        stored = await self.cluster.create(SANDBOX, manifest)
        await until(lambda: self.deps.view.sandbox(name))
        return str(stored["metadata"]["uid"])


def untouched(view: Json) -> Json:
    """The view with the state that a client sends when its inputs are as they were proposed."""
    values: Json = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            initial = {
                "type": element["type"],
                "value": element.get("initial_value"),
                "selected_option": element.get("initial_option"),
                "selected_conversation": element.get("initial_conversation"),
            }
            values[block["block_id"]] = {element["action_id"]: initial}
    return {**view, "state": {"values": values}}


def fill(view: Json, **typed: str) -> Json:
    """The view after somebody typed or chose these values, by action id (`__` for a colon)."""
    for block in view["state"]["values"].values():
        for action_id, state in block.items():
            value = typed.get(action_id.replace(":", "__"))
            if value is None:
                continue
            if state["type"] == "static_select":
                state["selected_option"] = {"value": value}
            elif state["type"] == "conversations_select":
                state["selected_conversation"] = value
            else:
                state["value"] = value
    return view


async def until(condition: Any) -> None:
    """Waits until the condition holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the app under test has no event for it
            await asyncio.sleep(0.005)


@pytest.fixture
async def slack() -> AsyncIterator[Recorder]:
    recorder = Recorder()
    server = web.Application()
    server.router.add_post("/api/{method}", recorder.answer)
    server.router.add_post("/response/{number}", recorder.respond)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    recorder.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield recorder
    await runner.cleanup()


@pytest.fixture
async def empty_world(slack: Recorder) -> World:
    """An app whose view of the cluster isn't being filled."""
    cluster, messenger, store = FakeCluster(), FakeMessenger(), FakeStore()
    for someone in (person(ENGINEER), person(MANAGER, "Maria Marin"), person(ADMIN, "Root")):
        messenger.people[someone.id] = someone
    messenger.people[GUEST] = person(GUEST, "Gus", is_guest=True)
    messenger.people[STRANGER] = person(STRANGER, "Stan", is_foreign=True)
    messenger.people[LEAVER] = person(LEAVER, "Lea", is_deactivated=True)
    messenger.channels[CHANNEL] = channel(CHANNEL)
    messenger.channels[SHARED] = channel(SHARED, is_shared=True)
    messenger.channels[ARCHIVED] = channel(ARCHIVED, is_archived=True)
    messenger.channels[NOT_JOINED] = channel(NOT_JOINED, is_member=False)
    view = View(cluster, HOME)
    deps = Deps(view, cluster, messenger, store, FakeClock(), Site("sandbox.example"), frozenset({ADMIN}))
    client = AsyncWebClient(token="xoxb-test", base_url=f"{slack.url}/api/")
    app = AsyncApp(client=client, signing_secret="secret")
    register(app, deps)
    return World(app, deps, cluster, messenger, store, slack)


@pytest.fixture
async def world(empty_world: World) -> AsyncIterator[World]:
    """The sample company's catalog, and a view that follows the cluster."""
    for template in yaml.safe_load_all(TEMPLATES.read_text()):
        template["metadata"]["namespace"] = HOME
        await empty_world.cluster.create(TEMPLATE, template)
    empty_world.cluster.created.clear()
    following = asyncio.create_task(empty_world.deps.view.run())
    await empty_world.deps.view.synced.wait()
    yield empty_world
    following.cancel()
