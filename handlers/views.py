"""Forms that people submit. What a form asks for is stored before the submission is acknowledged."""

from blocks import ids
from blocks.create_modal import build_created
from blocks.markup import channel
from blocks.parse import parse_form
from bot.core.access import Actor
from bot.core.model import Json
from bot.services.create import card_channel, create_sandbox
from bot.services.deps import Deps
from handlers.answer import Answer


async def handle_create_submitted(view: Json, answer: Answer, deps: Deps, actor: Actor) -> None:
    """Create: the card says the rest; where that appears elsewhere, the form's place says where."""
    opened = parse_form(view)
    sandbox = await create_sandbox(deps, actor, opened.form)
    place = card_channel(deps, sandbox)
    if place and place == opened.hidden.origin:
        await answer.close_form()
    else:
        await answer.show_in_form(build_created(sandbox.name, channel(place) if place else "your direct messages"))


VIEWS = {ids.CREATE_VIEW: handle_create_submitted}
