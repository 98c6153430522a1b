"""The workspace as one HTTP server: Web API, Socket Mode, response URLs, people API and the page."""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground.workspace import people_api
from bot.playground.workspace.config import WorkspaceConfig, read_config
from bot.playground.workspace.interactions import Interactions
from bot.playground.workspace.limits import Limits
from bot.playground.workspace.sockets import Sockets
from bot.playground.workspace.state import Json, SlackError, State
from bot.playground.workspace.web_api import chat, conversations, users, views
from bot.playground.workspace.web_api.call import Call, Method

PAGE = Path(__file__).parent / "page"

METHODS: dict[str, Method] = {
    "api.test": users.api_test,
    "apps.connections.open": views.connections_open,
    "auth.test": users.auth_test,
    "blocks.validate": views.blocks_validate,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.list": conversations.list_,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_,
    "conversations.replies": conversations.replies,
    "users.info": users.info,
    "users.list": users.list_,
    "users.lookupByEmail": users.lookup_by_email,
    "views.open": views.open_,
    "views.publish": views.publish,
    "views.push": views.push,
    "views.update": views.update,
}
SCOPES = {
    "chat": "chat:write",
    "users.lookupByEmail": "users:read.email",
    "users": "users:read",
}
"""Scope by method or family; those of conversations depend on the kind of conversation and aren't checked."""


class Workspace:
    """Use `start` and `stop`, or `run_workspace`."""

    def __init__(self, config: WorkspaceConfig, **timing: float) -> None:
        self.state = State(config)
        self.sockets = Sockets(self.state, **timing)
        self.interactions = Interactions(self.state, self.sockets, lambda: self.url)
        self.limits = Limits(config.rate_limits)
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> str:
        """On 127.0.0.1; returns the URL. Raises OSError if the port is taken."""
        app = web.Application(client_max_size=4_000_000)
        app.router.add_post("/api/{method}", self._handle_call)
        app.router.add_get("/api/{method}", self._handle_call)
        app.router.add_get("/socket", self.sockets.handle)
        app.router.add_post("/response/{id}", self._handle_response)
        people_api.add_routes(app, self.state, self.sockets, self.interactions)
        app.router.add_get("/", self._handle_index)
        app.router.add_static("/page", PAGE)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        await self.sockets.close()
        if self._runner:
            await self._runner.cleanup()

    async def _handle_index(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _handle_call(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        arguments = await _read_arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.pop("token", ""))
        wait = self.limits.take(name, str(arguments.get("channel", "")))
        if wait and token == self.state.config.app.bot_token:
            self.state.record("api", name, ok=False, error="ratelimited")
            answer = {"ok": False, "error": "ratelimited"}
            return web.json_response(answer, status=429, headers={"Retry-After": str(wait)})
        answer = await self._answer(name, token, arguments)
        self.state.record("api", name, ok=answer["ok"], error=answer.get("error"))
        return web.json_response(answer)

    async def _answer(self, name: str, token: str, arguments: Json) -> Json:
        try:
            self._check_token(name, token)
            method = METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            return {"ok": True, **await method(Call(self.state, self.sockets, self.url, arguments))}
        except SlackError as error:
            return {"ok": False, "error": error.error, **error.more}

    def _check_token(self, name: str, token: str) -> None:
        app = self.state.config.app
        if name == "api.test":
            return
        if not token:
            raise SlackError("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise SlackError("invalid_auth")
        if (token == app.app_token) != (name == "apps.connections.open"):
            raise SlackError("not_allowed_token_type")
        needed = SCOPES.get(name) or SCOPES.get(name.split(".", 1)[0])
        if app.scopes and needed and needed not in app.scopes:
            raise SlackError("missing_scope", needed=needed, provided=",".join(app.scopes))

    async def _handle_response(self, request: web.Request) -> web.Response:
        try:
            self.interactions.respond(request.match_info["id"], await request.json())
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.error}, status=404)
        return web.Response(text="ok")


async def _read_arguments(request: web.Request) -> Json:
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        body: Any = await request.json()
        return {**arguments, **body} if isinstance(body, dict) else arguments
    return {**arguments, **(await request.post())}


async def run_workspace(config: Path | None, port: int, manifest: Path | None = None) -> int:
    """Until Ctrl-C; the exit code."""
    try:
        workspace = Workspace(read_config(config, manifest))
        url = await workspace.start(port)
    except (OSError, ValueError) as error:
        print(f"sandbox-bot workspace: {error}", file=sys.stderr)
        return 2
    app = workspace.state.config.app
    print(f"The workspace is at {url}\nWeb API: {url}/api/  bot token: {app.bot_token}  app token: {app.app_token}")
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with contextlib.suppress(asyncio.CancelledError):
        await stopped.wait()
    await workspace.stop()
    return 0
