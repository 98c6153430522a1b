"""Events. Bolt acknowledges them before they get here, so nothing that must not be lost may begin with one."""

import asyncio

from blocks.home import build_home
from bot.core.access import Actor
from bot.core.model import Json
from bot.services.deps import Deps

_PATIENCE_SECONDS = 60.0


async def handle_home_opened(event: Json, deps: Deps, actor: Actor) -> None:
    """Somebody looks at the app's Home: it is shown as of now."""
    if event.get("tab") != "home":
        return
    if not deps.view.synced.is_set():
        await deps.messenger.publish_home(actor.id, build_home(None, [], actor, deps.clock.now()))
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await deps.view.synced.wait()
    home = build_home(deps.view.sandboxes(), deps.view.templates(), actor, deps.clock.now())
    await deps.messenger.publish_home(actor.id, home)


EVENTS = {"app_home_opened": handle_home_opened}
