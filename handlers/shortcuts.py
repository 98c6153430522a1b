"""Shortcuts from Slack's own menus."""

from blocks import ids
from bot.core.access import Actor
from bot.services.deps import Deps
from handlers.answer import Answer
from handlers.commands import open_create


async def handle_create_chosen(answer: Answer, deps: Deps, actor: Actor) -> None:
    """Create Sandbox, from anywhere in Slack."""
    await open_create(answer, deps, actor)


SHORTCUTS = {ids.CREATE_SHORTCUT: handle_create_chosen}
