"""What people press and choose, in messages, on the Home and in the create form."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from blocks import ids
from blocks.create_modal import Draft, build_create_modal, switch_template
from blocks.lists import build_deleting
from blocks.parse import OpenForm, parse_click, parse_command, parse_form
from bot.core.access import Actor
from bot.core.errors import ForPerson
from bot.core.model import Json
from bot.core.sandbox import Sandbox
from bot.core.template import SandboxTemplate
from bot.services.delete import delete_sandbox
from bot.services.deps import Deps
from handlers.answer import Answer
from handlers.commands import details_of, open_create, question_of, run_command, show_help, show_list


async def handle_create_pressed(answer: Answer, deps: Deps, actor: Actor) -> None:
    """Create Sandbox."""
    await open_create(answer, deps, actor)


async def handle_list_pressed(answer: Answer, deps: Deps, actor: Actor) -> None:
    """My Sandboxes."""
    await show_list(answer, deps, actor)


async def handle_help_pressed(answer: Answer, deps: Deps, actor: Actor) -> None:
    """Help."""
    await show_help(answer, deps, actor)


async def handle_suggestion_pressed(action: Json, answer: Answer, deps: Deps, actor: Actor) -> None:
    """What a typo or an ambiguous name was taken for."""
    await run_command(parse_command(parse_click(action)), answer, deps, actor)


async def handle_link_pressed(answer: Answer) -> None:
    """The browser opens the link; Slack reports it as well."""
    await answer.acknowledge()


async def handle_details_pressed(action: Json, answer: Answer, deps: Deps, actor: Actor) -> None:
    """Details."""
    sandbox = _referred(ids.parse_reference(parse_click(action)), deps)
    await answer.say(details_of(sandbox, deps, actor))


async def handle_delete_pressed(action: Json, answer: Answer, deps: Deps, actor: Actor) -> None:
    """Delete, after Slack asked once more."""
    reference = ids.parse_reference(parse_click(action))
    await delete_sandbox(deps, actor, reference.name, reference.uid)
    await answer.replace(build_deleting(reference.name))


async def handle_menu_chosen(action: Json, answer: Answer, deps: Deps, actor: Actor) -> None:
    """An entry of a sandbox's menu."""
    chosen = ids.parse_menu_choice(parse_click(action))
    build = _MENU.get(chosen.choice, details_of)
    await answer.say(build(_referred(chosen.reference, deps), deps, actor))


async def handle_template_chosen(body: Json, answer: Answer, deps: Deps, actor: Actor) -> None:
    """Another template in the create form."""
    opened = parse_form(body["view"])
    template = _template(opened, deps)
    taken = {sandbox.name for sandbox in deps.view.sandboxes()}
    draft = switch_template(Draft(opened.form, opened.hidden), template, actor, taken)
    await answer.update_view(build_create_modal(draft, template, deps.view.templates()))


async def handle_scenario_chosen(body: Json, answer: Answer, deps: Deps) -> None:
    """Another scenario in the create form: its parameters appear."""
    opened = parse_form(body["view"])
    draft = Draft(opened.form, opened.hidden)
    await answer.update_view(build_create_modal(draft, _template(opened, deps), deps.view.templates()))


async def handle_versions_pressed(body: Json, answer: Answer, deps: Deps) -> None:
    """Choose Versions in the create form: an input for each app appears."""
    opened = parse_form(body["view"])
    draft = Draft(opened.form, replace(opened.hidden, versions_shown=True))
    await answer.update_view(build_create_modal(draft, _template(opened, deps), deps.view.templates()))


def _referred(reference: ids.Reference, deps: Deps) -> Sandbox:
    sandbox = deps.view.sandbox(reference.name)
    if sandbox is None or sandbox.uid != reference.uid:
        raise ForPerson(f"The sandbox {reference.name} doesn't exist any more.")
    return sandbox


def _template(opened: OpenForm, deps: Deps) -> SandboxTemplate:
    template = deps.view.template(opened.form.template)
    if template is None:
        raise ForPerson("This template isn't offered any more. Please close the form and start again.")
    return template


_MENU = {ids.MENU_DETAILS: details_of, ids.MENU_DELETE: question_of}

ACTIONS: dict[str | re.Pattern[str], Callable[..., Awaitable[None]]] = {
    ids.CREATE_SANDBOX: handle_create_pressed,
    ids.LIST_SANDBOXES: handle_list_pressed,
    ids.SHOW_HELP: handle_help_pressed,
    ids.SHOW_DETAILS: handle_details_pressed,
    ids.DELETE_SANDBOX: handle_delete_pressed,
    ids.SANDBOX_MENU: handle_menu_chosen,
    ids.CHOOSE_TEMPLATE: handle_template_chosen,
    ids.CHOOSE_SCENARIO: handle_scenario_chosen,
    ids.CHOOSE_VERSIONS: handle_versions_pressed,
    re.compile(f"^{ids.RUN_COMMAND}(:|$)"): handle_suggestion_pressed,
    re.compile(f"^{ids.OPEN_LINK}(:|$)"): handle_link_pressed,
}
