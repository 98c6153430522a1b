"""What people do, as the payloads that Slack sends to the app, and what the app's acknowledgement does."""

from collections.abc import Callable
from typing import Any

from bot.playground.workspace.block_kit import check_blocks
from bot.playground.workspace.sockets import NoAck, NotConnected, Sockets
from bot.playground.workspace.state import Conversation, Json, ResponseUrl, SlackError, State
from bot.playground.workspace.values import check_inputs, find_element
from bot.playground.workspace.web_api.call import refuse
from bot.playground.workspace.web_api.chat import pings
from bot.playground.workspace.web_api.views import open_view, update_view

_RESPONSE_USES, _RESPONSE_SECONDS = 5, 1800
_YIELDS = (
    "value",
    "selected_option",
    "selected_options",
    "selected_user",
    "selected_users",
    "selected_channel",
    "selected_channels",
    "selected_conversation",
    "selected_conversations",
    "selected_date",
    "selected_time",
    "selected_date_time",
)


class Refused(Exception):
    """The client or the app did not accept it; `answer` is what the person is told."""

    def __init__(self, error: str, message: str = "", **more: Any) -> None:
        super().__init__(error)
        self.answer = {"ok": False, "error": error, "message": message or error, **more}


class Interactions:
    """Everything that goes to the app because a person did something. `url` gives the workspace's address."""

    def __init__(self, state: State, sockets: Sockets, url: Callable[[], str]) -> None:
        self._state = state
        self._sockets = sockets
        self._url = url

    async def command(self, user: str, channel: str, text: str) -> None:
        """Raises Refused."""
        name, _, rest = text.partition(" ")
        config = self._state.config
        if name not in {command.command for command in config.app.commands}:
            raise Refused("unknown_command", f"{name} is not a valid command.")
        conversation = self._conversation_of(user, channel)
        payload = {
            "token": "local",
            "team_id": config.team_id,
            "team_domain": config.domain,
            "channel_id": channel,
            "channel_name": conversation.name or "directmessage",
            "user_id": user,
            "user_name": self._state.people[user].name,
            "command": name,
            "text": rest.strip(),
            "api_app_id": config.app.id,
            "is_enterprise_install": "false",
            "response_url": self._new_response_url(user, channel, ""),
            "trigger_id": self._state.new_trigger(user),
        }
        answer = await self._ask("slash_commands", payload, name)
        if answer.get("text") or answer.get("blocks"):
            self._say(self._state.response_urls[payload["response_url"].rsplit("/", 1)[1]], answer)

    async def action(self, user: str, body: Json) -> None:
        """A button pressed or an option chosen, in a message or a view. Raises Refused."""
        surface, payload = self._surface(user, body)
        element = find_element(surface, body.get("block_id", ""), body.get("action_id", ""))
        if element is None:
            raise Refused("no_such_element", "There is no such button any more.")
        if element.get("confirm") and not body.get("confirmed"):
            raise Refused("confirmation_required", confirm=element["confirm"])
        action = {
            "action_id": body["action_id"],
            "block_id": body["block_id"],
            "type": element["type"],
            "action_ts": self._state.new_ts(),
            **{key: body[key] for key in _YIELDS if body.get(key) is not None},
        }
        if element["type"] == "button":
            action |= {"text": element["text"], "value": element.get("value", "")}
        if "view" in payload:
            payload["trigger_id"] = self._state.new_trigger(user, surface["id"])
        payload |= {"type": "block_actions", "actions": [action]}
        await self._ask("interactive", payload, "The app")

    async def options(self, user: str, body: Json) -> Json:
        """What the app offers in an external select. Raises Refused."""
        surface, payload = self._surface(user, body)
        if find_element(surface, body.get("block_id", ""), body.get("action_id", "")) is None:
            raise Refused("no_such_element", "There is no such field any more.")
        payload |= {key: body[key] for key in ("block_id", "action_id", "value")} | {"type": "block_suggestion"}
        answer = await self._ask("interactive", payload, "The app")
        return {key: answer[key] for key in ("options", "option_groups") if key in answer}

    async def submit(self, user: str, view_id: str) -> Json:
        """{closed, view?}. Raises Refused, with the errors by field."""
        view = self._open_view(user, view_id)
        if errors := check_inputs(view):
            raise Refused("validation", "Please check the fields.", errors=errors)
        payload = self._person(user) | {
            "type": "view_submission",
            "trigger_id": self._state.new_trigger(user, view_id),
            "view": view,
            "response_urls": [],
            "is_enterprise_install": False,
        }
        try:
            answer = await self._ask("interactive", payload, "The app")
        except Refused as refusal:
            error = refusal.answer["error"]
            raise Refused("app_timeout", "We had some trouble connecting. Try again?", cause=error) from None
        return self._after_submit(user, view, answer)

    def _after_submit(self, user: str, view: Json, answer: Json) -> Json:
        stack, action = self._state.views.get(user, []), answer.get("response_action")
        try:
            if action == "errors":
                raise Refused("validation", "Please check the fields.", errors=answer["errors"])
            if action == "update":
                update_view(self._state, view["id"], answer["view"])
            elif action == "push":
                open_view(self._state, user, answer["view"], push=True)
            elif action == "clear":
                stack.clear()
            elif view in stack:
                del stack[stack.index(view) :]
        except SlackError as error:
            self._state.record("socket", "view_submission ack", ok=False, error=error.error, **error.more)
            raise Refused("app_error", "We had some trouble connecting. Try again?") from None
        self._state.tell(user, "view", {})
        return {"closed": view not in stack, "view": stack[-1] if stack else None}

    async def close(self, user: str, view_id: str, clear: bool) -> None:
        """By the X (clear: the whole stack) or Cancel."""
        view = self._open_view(user, view_id)
        stack = self._state.views[user]
        gone = list(stack) if clear else stack[stack.index(view) :]
        del stack[len(stack) - len(gone) :]
        self._state.tell(user, "view", {})
        for item in reversed(gone):
            if item["notify_on_close"]:
                payload = self._person(user) | {"type": "view_closed", "view": item, "is_cleared": clear}
                await self._ask("interactive", payload, "The app")

    async def shortcut(self, user: str, callback_id: str, message: Json | None) -> None:
        """Raises Refused."""
        known = {shortcut.callback_id for shortcut in self._state.config.app.shortcuts}
        if callback_id not in known:
            raise Refused("unknown_shortcut", "There is no such shortcut.")
        payload = self._person(user) | {
            "type": "shortcut",
            "callback_id": callback_id,
            "action_ts": self._state.new_ts(),
            "trigger_id": self._state.new_trigger(user),
        }
        if message:
            surface, more = self._surface(user, {"message": message})
            payload |= more | {"type": "message_action", "message_ts": surface["ts"], "message": surface}
        await self._ask("interactive", payload, "The app")

    def open_home(self, user: str, tab: str) -> None:
        home = self._state.homes.get(user)
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._state.direct_message(user).id,
            "tab": tab,
            "event_ts": self._state.new_ts(),
        }
        self._sockets.send_event(event | ({"view": home} if home else {}))

    def respond(self, id_: str, body: Json) -> None:
        """What the app sends to a response_url. Raises SlackError."""
        found = self._state.response_urls.get(id_)
        if found is None:
            raise SlackError("used_url")
        found.uses += 1
        if found.uses > _RESPONSE_USES or self._state.now() - found.at > _RESPONSE_SECONDS:
            raise SlackError("used_url" if found.uses > _RESPONSE_USES else "expired_url")
        self._say(found, body)

    def _say(self, where: ResponseUrl, body: Json) -> None:
        conversation = self._state.conversation(where.channel)
        blocks = body.get("blocks")
        refuse(check_blocks(blocks) if blocks else [], "/blocks")
        message = self._state.find_message(conversation, where.message_ts) if where.message_ts else None
        content: Json = {"text": body.get("text", ""), "pings": pings(body.get("text", ""))}
        if blocks:
            content["blocks"] = blocks
        if body.get("delete_original") and message:
            conversation.messages.remove(message)
            self._state.changed(conversation, message, "deleted")
            return
        if body.get("replace_original") and message:
            message.pop("blocks", None)
            message.update(content)
            self._state.changed(conversation, message, "changed")
            return
        app = self._state.config.app
        content |= {"user": app.bot_user_id, "bot_id": app.bot_id, "app_id": app.id, "username": app.name}
        if body.get("thread_ts"):
            content["thread_ts"] = body["thread_ts"]
        if body.get("response_type", "ephemeral") == "ephemeral":
            content |= {"ephemeral": True, "ephemeral_to": where.user}
        self._state.post(conversation, content)

    async def _ask(self, type_: str, payload: Json, name: str) -> Json:
        try:
            return await self._sockets.ask(type_, payload)
        except NotConnected:
            raise Refused("dispatch_failed", f'{name} failed with the error "dispatch_failed"') from None
        except NoAck:
            raise Refused("operation_timeout", f'{name} failed with the error "operation_timeout"') from None

    def _surface(self, user: str, body: Json) -> tuple[Json, Json]:
        """(the message or view that the person acts in, the payload's part about it)."""
        payload = self._person(user) | {"trigger_id": self._state.new_trigger(user)}
        if view_id := body.get("view_id"):
            found = self._state.find_view(view_id)
            if found is None or found[0] != user:
                raise Refused("not_found", "That dialog is closed.")
            view = found[1]
            container = {"type": "view", "view_id": view_id}
            return view, payload | {"container": container, "view": view, "state": view["state"]}
        where = body.get("message") or {}
        conversation = self._conversation_of(user, where.get("channel", ""))
        message = self._state.find_message(conversation, where.get("ts", ""))
        if message is None or message.get("ephemeral_to", user) != user:
            raise Refused("message_not_found", "That message is gone.")
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": conversation.id,
            "is_ephemeral": bool(message.get("ephemeral")),
        }
        if "thread_ts" in message:
            container["thread_ts"] = message["thread_ts"]
        return message, payload | {
            "container": container,
            "channel": {"id": conversation.id, "name": conversation.name or "directmessage"},
            "message": message,
            "state": {"values": {}},
            "response_url": self._new_response_url(user, conversation.id, message["ts"]),
        }

    def _person(self, user: str) -> Json:
        config, person = self._state.config, self._state.people[user]
        return {
            "team": {"id": config.team_id, "domain": config.domain},
            "user": {"id": user, "username": person.name, "name": person.name, "team_id": config.team_id},
            "api_app_id": config.app.id,
            "token": "local",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _new_response_url(self, user: str, channel: str, message_ts: str) -> str:
        id_ = self._state.new_id("R")
        self._state.response_urls[id_] = ResponseUrl(channel, user, message_ts, self._state.now())
        return f"{self._url()}/response/{id_}"

    def _conversation_of(self, user: str, channel: str) -> Conversation:
        found = self._state.conversations.get(channel)
        if found is None or (found.kind != "public" and user not in found.members):
            raise Refused("channel_not_found", "You are not in that conversation.")
        return found

    def _open_view(self, user: str, view_id: str) -> Json:
        for view in self._state.views.get(user, []):
            if view["id"] == view_id:
                return view
        raise Refused("not_found", "That dialog is closed.")
