"""Socket Mode: envelopes to the app, each to one of its connections, with ack deadlines and redelivery of events."""

import asyncio
import itertools
import json
import secrets

from aiohttp import WSMsgType, web

from bot.playground.workspace.state import Json, State

ACK_SECONDS = 3.0
REDELIVER_SECONDS = 4.0
_ATTEMPTS = 4


class NotConnected(Exception):
    """The app has no connection."""


class NoAck(Exception):
    """The app did not acknowledge in time."""


class Sockets:
    """All connections of the app."""

    def __init__(self, state: State, ack_seconds: float = ACK_SECONDS, redeliver: float = REDELIVER_SECONDS) -> None:
        self._state = state
        self._ack_seconds = ack_seconds
        self._redeliver = redeliver
        self._connections: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._turn = itertools.count()
        self._events: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        return bool(self._connections)

    def new_ticket(self) -> str:
        """Opens one connection, once."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket endpoint."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._connections.append(socket)
        self._state.tell("", "app", {"connected": True})
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._connections),
                "debug_info": {"host": "local", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": self._state.config.app.id},
            }
        )
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._take(message.data)
        finally:
            self._connections.remove(socket)
            self._state.tell("", "app", {"connected": self.connected})
        return socket

    def _take(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.pop(answer.get("envelope_id", ""), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload") or {})

    async def ask(self, type_: str, payload: Json) -> Json:
        """Sends a command or interaction; the ack's payload. Raises NotConnected, NoAck."""
        return await self._deliver(type_, payload, True, {})

    def send_event(self, event: Json) -> None:
        """Sends an event of the Events API, again and again until it is acknowledged."""
        config = self._state.config
        if event["type"] not in {name.split(".")[0] for name in config.app.events}:
            return
        payload = {
            "token": "local",
            "team_id": config.team_id,
            "api_app_id": config.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": self._state.new_id("Ev"),
            "event_time": int(self._state.now()),
            "authorizations": [{"team_id": config.team_id, "user_id": config.app.bot_user_id, "is_bot": True}],
        }
        task = asyncio.ensure_future(self._send_until_acked(payload))
        self._events.add(task)
        task.add_done_callback(self._events.discard)

    async def _send_until_acked(self, payload: Json) -> None:
        for attempt in range(_ATTEMPTS):
            reason = "timeout" if attempt else ""
            try:
                await self._deliver("events_api", payload, False, {"retry_attempt": attempt, "retry_reason": reason})
                return
            except (NotConnected, NoAck):
                await asyncio.sleep(self._redeliver)

    async def _deliver(self, type_: str, payload: Json, accepts: bool, more: Json) -> Json:
        if not self._connections:
            raise NotConnected
        socket = self._connections[next(self._turn) % len(self._connections)]
        envelope_id = self._state.new_id("E")
        envelope = {"envelope_id": envelope_id, "type": type_, "payload": payload, "accepts_response_payload": accepts}
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        self._state.record("socket", type_)
        try:
            await socket.send_json({**envelope, **more})
            return await asyncio.wait_for(waiting, self._ack_seconds)
        except ConnectionError:
            raise NotConnected from None
        except TimeoutError:
            raise NoAck from None
        finally:
            self._waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str) -> None:
        """Asks the app to reconnect, as Slack does from time to time."""
        for socket in list(self._connections):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})

    async def close(self) -> None:
        for task in list(self._events):
            task.cancel()
        await asyncio.gather(*self._events, return_exceptions=True)
        for socket in list(self._connections):
            await socket.close()
