"""views.*, apps.connections.open and blocks.validate: modals, the App Home, sockets, checks."""

import hashlib
import json
import secrets

from bot.playground.workspace.block_kit import check_blocks, check_view
from bot.playground.workspace.state import Json, SlackError, State
from bot.playground.workspace.values import initial_values
from bot.playground.workspace.web_api.call import Call, refuse

_MOST_BYTES = 250_000
_DEEPEST = 3


def make_view(state: State, raw: Json, previous: Json | None = None) -> Json:
    """A view as Slack keeps it, with what people typed into `previous` where the ids are the same."""
    if len(json.dumps(raw)) > _MOST_BYTES:
        raise SlackError("view_too_large")
    refuse(check_view(raw), "", "invalid_arguments")
    config = state.config
    view: Json = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        **raw,
        "id": previous["id"] if previous else state.new_id("V"),
        "team_id": config.team_id,
        "app_id": config.app.id,
        "bot_id": config.app.bot_id,
        "app_installed_team_id": config.team_id,
    }
    for block in view["blocks"]:
        block.setdefault("block_id", secrets.token_urlsafe(4))
    view["hash"] = f"{state.new_ts()}.{hashlib.sha256(json.dumps(raw).encode()).hexdigest()[:8]}"
    view["state"] = {"values": initial_values(view, previous["state"]["values"] if previous else {})}
    return view


def open_view(state: State, user: str, raw: Json, *, push: bool = False) -> Json:
    """On top of the person's stack. Raises SlackError."""
    if raw.get("type") != "modal":
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] must be a modal"]})
    stack = state.views.setdefault(user, [])
    if not push:
        stack.clear()
    if len(stack) >= _DEEPEST:
        raise SlackError("push_limit_reached")
    view = make_view(state, raw)
    view["root_view_id"] = stack[0]["id"] if stack else view["id"]
    view["previous_view_id"] = stack[-1]["id"] if stack else None
    stack.append(view)
    state.tell(user, "view", {})
    return view


def update_view(state: State, view_id: str, raw: Json, hash_: str = "") -> Json:
    """In place. Raises SlackError."""
    found = state.find_view(view_id)
    if found is None:
        raise SlackError("not_found")
    user, old = found
    if hash_ and hash_ != old["hash"]:
        raise SlackError("hash_conflict")
    view = make_view(state, raw, old)
    view |= {"root_view_id": old.get("root_view_id"), "previous_view_id": old.get("previous_view_id")}
    old.clear()
    old.update(view)
    state.tell(user, "view", {})
    return old


async def open_(call: Call) -> Json:
    trigger = call.state.use_trigger(call.required("trigger_id"))
    return {"view": open_view(call.state, trigger.user, _raw(call))}


async def push(call: Call) -> Json:
    trigger = call.state.use_trigger(call.required("trigger_id"))
    if not trigger.view_id:
        raise SlackError("not_found")
    return {"view": open_view(call.state, trigger.user, _raw(call), push=True)}


async def update(call: Call) -> Json:
    view_id = call.text("view_id")
    if external := call.text("external_id"):
        stacks = call.state.views.values()
        view_id = next((view["id"] for stack in stacks for view in stack if view["external_id"] == external), "")
    return {"view": update_view(call.state, view_id, _raw(call), call.text("hash"))}


async def publish(call: Call) -> Json:
    user = call.required("user_id")
    if user not in call.state.people:
        raise SlackError("user_not_found")
    raw = _raw(call)
    if raw.get("type") != "home":
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] must be a home view"]})
    old = call.state.homes.get(user)
    if call.text("hash") and old and call.text("hash") != old["hash"]:
        raise SlackError("hash_conflict")
    call.state.homes[user] = make_view(call.state, raw, old)
    call.state.tell(user, "home", {})
    return {"view": call.state.homes[user]}


async def connections_open(call: Call) -> Json:
    return {"url": f"{call.base_url.replace('http', 'ws', 1)}/socket?ticket={call.sockets.new_ticket()}"}


async def blocks_validate(call: Call) -> Json:
    given = [name for name in ("blocks", "view", "message") if call.arguments.get(name) is not None]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    content = call.json(given[0])
    if given[0] == "view":
        problems = check_view(content)
    else:
        problems = check_blocks(content.get("blocks") if given[0] == "message" else content)
    if problems:
        errors = [{"code": "failed_constraint", "message": p.message, "pointer": p.pointer} for p in problems]
        raise SlackError("invalid_blocks", errors=errors)
    return {}


def _raw(call: Call) -> Json:
    view = call.json("view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]})
    return view
