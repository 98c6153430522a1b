"""The people API: what a person's client does, as JSON over HTTP. Described in PEOPLE_API.md."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.playground.workspace.interactions import Interactions, Refused
from bot.playground.workspace.sockets import Sockets
from bot.playground.workspace.state import Conversation, Json, SlackError, State
from bot.playground.workspace.values import set_value
from bot.playground.workspace.web_api.chat import pings

_COLORS = ("#3a6ea5", "#8a5a00", "#2d7d4f", "#8b3a62", "#5b4ba8", "#7a4a2b")
_KEEPALIVE = 15.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}

Handler = Callable[[web.Request], Awaitable[Json]]


def add_routes(app: web.Application, state: State, sockets: Sockets, interactions: Interactions) -> None:
    api = PeopleApi(state, sockets, interactions)
    person, channel = "/people/{user}", "/people/{user}/channels/{channel}"
    routes: list[tuple[str, str, Handler]] = [
        ("GET", "/people", api.list_people),
        ("GET", "/people/log", api.read_log),
        ("GET", f"{person}/channels", api.list_channels),
        ("GET", f"{channel}/messages", api.read_messages),
        ("POST", f"{channel}/messages", api.post_message),
        ("POST", f"{channel}/join", api.join),
        ("POST", f"{channel}/leave", api.leave),
        ("POST", f"{channel}/invite", api.invite),
        ("GET", f"{person}/commands", api.list_commands),
        ("POST", f"{person}/commands", api.send_command),
        ("POST", f"{person}/actions", api.act),
        ("POST", f"{person}/options", api.list_options),
        ("GET", f"{person}/views", api.list_views),
        ("POST", person + "/views/{view}/state", api.remember),
        ("POST", person + "/views/{view}/submit", api.submit),
        ("POST", person + "/views/{view}/close", api.close),
        ("GET", f"{person}/home", api.read_home),
        ("POST", f"{person}/home", api.open_home),
        ("POST", f"{person}/shortcuts", api.use_shortcut),
    ]
    for method, path, handler in routes:
        app.router.add_route(method, path, _answering(handler, state))
    app.router.add_get(f"{person}/stream", api.stream)


def _answering(handler: Handler, state: State) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        if not _is_local(request):
            return web.json_response({"ok": False, "error": "forbidden", "message": "Only from here."}, status=403)
        user = request.match_info.get("user", "")
        try:
            if user and (user not in state.people or state.people[user].is_bot):
                raise Refused("user_not_found", "There is no such person.")
            result = {"ok": True, **await handler(request)}
        except Refused as refusal:
            result = refusal.answer
        except SlackError as error:
            result = {"ok": False, "error": error.error, "message": error.error}
        except (ValueError, KeyError, TypeError, AttributeError):
            result = {"ok": False, "error": "bad_request", "message": "That request is not understood."}
        if request.method == "POST":
            state.record("people", request.path, actor=user, ok=result["ok"], error=result.get("error"))
        return web.json_response(result, status=200 if result["ok"] else 400)

    return answer


def _is_local(request: web.Request) -> bool:
    """A page of the internet, open in the same browser, must not play a person here."""
    origin = request.headers.get("Origin")
    hosts = [urlsplit(f"//{request.host}").hostname] + ([urlsplit(origin).hostname] if origin else [])
    return all(host in _LOOPBACK for host in hosts)


class PeopleApi:
    """The handlers; each returns what goes beside ok: true, or raises Refused."""

    def __init__(self, state: State, sockets: Sockets, interactions: Interactions) -> None:
        self._state = state
        self._sockets = sockets
        self._interactions = interactions

    async def list_people(self, request: web.Request) -> Json:
        fields = ("id", "name", "real_name", "title", "tz", "is_admin", "is_restricted", "deleted")
        people = [
            {key: getattr(person, key) for key in fields} | {"color": _COLORS[number % len(_COLORS)]}
            for number, person in enumerate(self._state.people.values())
            if not person.is_bot
        ]
        app = self._state.config.app
        described = {"name": app.name, "bot_user_id": app.bot_user_id, "app_id": app.id}
        workspace = {"name": self._state.config.name}
        return {"people": people, "app": described | {"connected": self._sockets.connected}, "workspace": workspace}

    async def read_log(self, request: web.Request) -> Json:
        since = int(request.query.get("since", "0"))
        return {"entries": [entry for entry in self._state.log if entry["n"] > since]}

    async def list_channels(self, request: web.Request) -> Json:
        user = request.match_info["user"]
        if not self._state.people[user].deleted:
            self._state.direct_message(user)
        return {
            "channels": [
                _describe(item, user, self._state.config.app.bot_user_id) for item in self._state.visible_to(user)
            ]
        }

    async def read_messages(self, request: web.Request) -> Json:
        user, conversation = self._place(request)
        thread = request.query.get("thread_ts")
        found = []
        for message in conversation.messages:
            if message.get("ephemeral_to", user) != user:
                continue
            root = message.get("thread_ts", message["ts"])
            if (thread is None and root == message["ts"]) or (thread is not None and thread == root):
                found.append(self._state.shown(conversation, message))
        return {"messages": found}

    async def post_message(self, request: web.Request) -> Json:
        user, conversation = self._place(request)
        body = await request.json()
        text = str(body["text"])
        if user not in conversation.members:
            raise Refused("not_in_channel", "Join the channel first.")
        if not text.strip():
            raise Refused("no_text", "A message needs text.")
        message: Json = {"user": user, "text": text, "pings": pings(text), "team": self._state.config.team_id}
        if body.get("thread_ts"):
            message["thread_ts"] = body["thread_ts"]
        message = self._state.post(conversation, message)
        kind = {"im": "im", "public": "channel", "private": "group"}[conversation.kind]
        event = {key: value for key, value in message.items() if key != "pings"}
        self._sockets.send_event({**event, "channel": conversation.id, "channel_type": kind, "event_ts": message["ts"]})
        return {"message": message}

    async def join(self, request: web.Request) -> Json:
        user, conversation = self._place(request)
        return self._add(conversation, user, user)

    async def leave(self, request: web.Request) -> Json:
        user, conversation = self._place(request)
        conversation.members.discard(user)
        self._state.tell("", "channel", {})
        return {}

    async def invite(self, request: web.Request) -> Json:
        user, conversation = self._place(request)
        if user not in conversation.members:
            raise Refused("not_in_channel", "Join the channel first.")
        invited = str((await request.json())["user"])
        if invited not in self._state.people:
            raise Refused("user_not_found", "There is no such person.")
        return self._add(conversation, invited, user)

    def _add(self, conversation: Conversation, user: str, inviter: str) -> Json:
        conversation.members.add(user)
        self._state.tell("", "channel", {})
        event = {"type": "member_joined_channel", "user": user, "channel": conversation.id, "inviter": inviter}
        self._sockets.send_event({**event, "event_ts": self._state.new_ts()})
        return {}

    async def list_commands(self, request: web.Request) -> Json:
        app = self._state.config.app
        shortcuts = [shortcut.model_dump() for shortcut in app.shortcuts]
        return {"commands": [command.model_dump() for command in app.commands], "shortcuts": shortcuts}

    async def send_command(self, request: web.Request) -> Json:
        body = await request.json()
        if body.get("thread_ts"):
            command = str(body["text"]).split(" ")[0]
            raise Refused("not_supported_in_thread", f"{command} is not supported in threads. Sorry!")
        await self._interactions.command(request.match_info["user"], str(body["channel"]), str(body["text"]))
        return {}

    async def act(self, request: web.Request) -> Json:
        body = await request.json()
        user = request.match_info["user"]
        if body.get("view_id"):
            self._keep_choice(user, body)
        await self._interactions.action(user, body)
        return {}

    def _keep_choice(self, user: str, body: Json) -> None:
        found = self._state.find_view(body["view_id"])
        if found is None or found[0] != user:
            return
        chosen = {key: value for key, value in body.items() if key.startswith("selected_") or key == "value"}
        for block_id, actions in (body.get("state") or {}).get("values", {}).items():
            for action_id, value in actions.items():
                set_value(found[1], block_id, action_id, value)
        if chosen:
            set_value(found[1], body["block_id"], body["action_id"], chosen | {"type": ""})

    async def list_options(self, request: web.Request) -> Json:
        return await self._interactions.options(request.match_info["user"], await request.json())

    async def list_views(self, request: web.Request) -> Json:
        return {"views": self._state.views.get(request.match_info["user"], [])}

    async def remember(self, request: web.Request) -> Json:
        self._set_values(request, (await request.json())["values"])
        return {}

    async def submit(self, request: web.Request) -> Json:
        self._set_values(request, (await request.json()).get("values", {}))
        return await self._interactions.submit(request.match_info["user"], request.match_info["view"])

    def _set_values(self, request: web.Request, values: Json) -> None:
        for view in self._state.views.get(request.match_info["user"], []):
            if view["id"] == request.match_info["view"]:
                for block_id, actions in values.items():
                    for action_id, value in actions.items():
                        if not set_value(view, block_id, action_id, value):
                            raise Refused("no_such_element", f"There is no field {block_id} {action_id} to fill.")

    async def close(self, request: web.Request) -> Json:
        body = await request.json() if request.can_read_body else {}
        await self._interactions.close(request.match_info["user"], request.match_info["view"], bool(body.get("clear")))
        return {}

    async def read_home(self, request: web.Request) -> Json:
        return {"view": self._state.homes.get(request.match_info["user"])}

    async def open_home(self, request: web.Request) -> Json:
        body = await request.json() if request.can_read_body else {}
        self._interactions.open_home(request.match_info["user"], str(body.get("tab", "home")))
        return {}

    async def use_shortcut(self, request: web.Request) -> Json:
        body = await request.json()
        await self._interactions.shortcut(request.match_info["user"], str(body["callback_id"]), body.get("message"))
        return {}

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events about what this person can see."""
        if not _is_local(request):
            return web.Response(status=403)
        user = request.match_info["user"]
        events: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()

        def listen(to: str, event: str, data: Json) -> None:
            if to in ("", user):
                events.put_nowait((event, data))

        stop_listening = self._state.listen(listen)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            while True:
                await response.write(await self._next_event(events))
        except ConnectionError:
            return response
        finally:
            stop_listening()

    async def _next_event(self, events: "asyncio.Queue[tuple[str, Any]]") -> bytes:
        try:
            event, data = await asyncio.wait_for(events.get(), _KEEPALIVE)
        except TimeoutError:
            return b": still here\n\n"
        return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()

    def _place(self, request: web.Request) -> tuple[str, Conversation]:
        user = request.match_info["user"]
        conversation = self._state.conversation(request.match_info["channel"])
        if conversation.kind != "public" and user not in conversation.members:
            raise Refused("channel_not_found", "There is no such conversation.")
        return user, conversation


def _describe(conversation: Conversation, user: str, bot: str) -> Json:
    return {
        "id": conversation.id,
        "name": conversation.name,
        "kind": conversation.kind,
        "is_member": user in conversation.members,
        "topic": conversation.topic,
        "is_ext_shared": conversation.is_ext_shared,
        **({"user": bot} if conversation.kind == "im" else {}),
    }
