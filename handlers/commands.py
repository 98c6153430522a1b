"""The slash command, and everything that a button can ask for in its words."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from blocks import ids
from blocks.create_modal import build_create_modal, start_draft
from blocks.lists import (
    Reply,
    build_delete_question,
    build_details,
    build_help,
    build_list,
    build_menu,
    build_unknown,
    build_which,
)
from blocks.parse import Command, parse_command
from bot.core.access import Action, Actor, decide
from bot.core.errors import ForPerson
from bot.core.links import build_links
from bot.core.model import Json
from bot.core.sandbox import Sandbox
from bot.core.suggest import match_name, suggest
from bot.services.create import STARTING_UP, check_open
from bot.services.deps import Deps
from handlers.answer import Answer

Verb = Callable[[Answer, Deps, Actor, str], Awaitable[None]]


async def handle_sandbox_typed(command: Json, answer: Answer, deps: Deps, actor: Actor) -> None:
    """`/sandbox …`"""
    await run_command(parse_command(command.get("text") or ""), answer, deps, actor)


async def run_command(command: Command, answer: Answer, deps: Deps, actor: Actor) -> None:
    """Does what the words say. Raises ForPerson, and SlackApiError where a modal can't be opened."""
    verb = VERBS.get(command.verb)
    if verb is None:
        await answer.say(build_unknown(command.verb, suggest(command.verb, list(filter(None, VERBS)))))
    else:
        await verb(answer, deps, actor, command.rest)


async def open_create(answer: Answer, deps: Deps, actor: Actor, template: str = "") -> None:
    """Opens the create form; `template` may name the one to begin with."""
    check_open(deps, actor)
    templates = deps.view.templates()
    chosen = match_name(template, [item.name for item in templates], []).name if template else None
    first = next((item for item in templates if item.name == chosen), templates[0])
    taken = {sandbox.name for sandbox in deps.view.sandboxes()}
    draft = start_draft(first, actor, taken, uuid4().hex, answer.origin)
    await answer.open(build_create_modal(draft, first, templates))


async def show_list(answer: Answer, deps: Deps, actor: Actor, which: str = "") -> None:
    """Lists one's own sandboxes and shared ones; with `all`, everybody's."""
    sandboxes = _known_sandboxes(deps)
    mine = [sandbox for sandbox in sandboxes if sandbox.spec.owner.slack_user == actor.id]
    shared = [sandbox for sandbox in sandboxes if actor.id in sandbox.spec.collaborators and sandbox not in mine]
    others = [sandbox for sandbox in sandboxes if sandbox not in mine and sandbox not in shared]
    await answer.say(build_list(mine, shared, others if which.lower() == "all" else [], actor))


async def show_details(answer: Answer, deps: Deps, actor: Actor, name: str) -> None:
    """Shows one sandbox to the person who asked."""
    await _about_one("show", name, answer, deps, actor)


async def ask_to_delete(answer: Answer, deps: Deps, actor: Actor, name: str) -> None:
    """Asks whether to delete a sandbox, if the person may."""
    await _about_one("delete", name, answer, deps, actor)


async def show_help(answer: Answer, deps: Deps, actor: Actor, rest: str = "") -> None:
    """Says which commands there are."""
    await answer.say(build_help())


async def show_menu(answer: Answer, deps: Deps, actor: Actor, rest: str = "") -> None:
    """Offers what most people want."""
    await answer.say(build_menu())


def details_of(sandbox: Sandbox, deps: Deps, actor: Actor) -> Reply:
    """What is shown of one sandbox."""
    template = deps.view.template(sandbox.spec.template)
    return build_details(sandbox, build_links(sandbox, template, deps.site) if template else None, actor)


def question_of(sandbox: Sandbox, deps: Deps, actor: Actor) -> Reply:
    """The question before a sandbox is deleted. Raises ForPerson if that isn't the actor's to decide."""
    decision = decide(Action.DELETE, actor, sandbox)
    if not decision.allowed:
        raise ForPerson(decision.sentence)
    if sandbox.deleting:
        raise ForPerson(f"{sandbox.name} is being deleted already.")
    return build_delete_question(sandbox)


_ABOUT_ONE: dict[str, Callable[[Sandbox, Deps, Actor], Reply]] = {"show": details_of, "delete": question_of}


async def _about_one(verb: str, text: str, answer: Answer, deps: Deps, actor: Actor) -> None:
    sandboxes = {sandbox.name: sandbox for sandbox in _known_sandboxes(deps)}
    own = [sandbox.name for sandbox in sandboxes.values() if sandbox.spec.owner.slack_user == actor.id]
    match = match_name(text, list(sandboxes), own)
    if match.name is None:
        await answer.say(build_which(verb, text, match.candidates))
    else:
        await answer.say(_ABOUT_ONE[verb](sandboxes[match.name], deps, actor))


def _known_sandboxes(deps: Deps) -> list[Sandbox]:
    if not deps.view.synced.is_set():
        raise ForPerson(STARTING_UP)
    return [sandbox for sandbox in deps.view.sandboxes() if not sandbox.gone]


VERBS: dict[str, Verb] = {
    "": show_menu,
    "create": open_create,
    "list": show_list,
    "show": show_details,
    "delete": ask_to_delete,
    "help": show_help,
}
COMMANDS = {ids.COMMAND: handle_sandbox_typed}
