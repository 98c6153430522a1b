"""Slack's listeners: parse, one short write that is safe to repeat, acknowledge.

What is listened to stands in tables, so that it can be compared with the app's manifest.
"""

from slack_bolt.async_app import AsyncApp

from bot.services.deps import Deps
from handlers.actions import ACTIONS
from handlers.commands import COMMANDS
from handlers.errors import handle_error
from handlers.events import EVENTS
from handlers.middleware import build_middleware
from handlers.shortcuts import SHORTCUTS
from handlers.views import VIEWS

__all__ = ["ACTIONS", "COMMANDS", "EVENTS", "SHORTCUTS", "VIEWS", "Deps", "register"]


def register(app: AsyncApp, deps: Deps) -> None:
    """Makes the app listen."""
    app.use(build_middleware(deps))
    for command, listener in COMMANDS.items():
        app.command(command)(listener)
    for action_id, handler in ACTIONS.items():
        app.action(action_id)(handler)
    for callback_id, submitted in VIEWS.items():
        app.view(callback_id)(submitted)
    for shortcut, chosen in SHORTCUTS.items():
        app.global_shortcut(shortcut)(chosen)
    for event, happened in EVENTS.items():
        app.event(event)(happened)
    app.error(handle_error)
