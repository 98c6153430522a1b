"""The create form: six inputs that are filled in already, so that two clicks make a sandbox.

It is rebuilt whenever a choice changes what there is to choose. What was typed survives: Slack keeps it
where a block's id stays the same, and where the id has to change (it contains the template) the form as
it was is given as the new initial values.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from blocks import ids
from blocks.markup import escape, mrkdwn, plain
from blocks.parse import NO_SCENARIO, Hidden
from bot.core.access import Actor
from bot.core.create import (
    Form,
    default_lifetime,
    offered_lifetimes,
    parameter_field,
    propose_name,
    say_duration,
    tag_field,
    takes_tag,
)
from bot.core.model import Json, format_duration, parse_duration
from bot.core.template import Parameter, ParameterType, SandboxTemplate, Scenario, TemplateApp

MAX_OPTIONS = 100


@dataclass(frozen=True)
class Draft:
    """A form on its way: what is filled in, and what travels unseen."""

    form: Form
    hidden: Hidden


def start_draft(template: SandboxTemplate, actor: Actor, taken: set[str], request_id: str, origin: str) -> Draft:
    """A form with everything proposed. `origin` is the channel where it was asked for, or ""."""
    empty = Draft(Form(request_id, template.name), Hidden(request_id, origin))
    return switch_template(empty, template, actor, taken)


def switch_template(draft: Draft, template: SandboxTemplate, actor: Actor, taken: set[str]) -> Draft:
    """The form for another template: what the person changed stays, what was only proposed is proposed anew."""
    form, hidden = draft.form, draft.hidden
    name = propose_name(template, actor, taken)
    channel = template.spec.channel or hidden.origin
    form = replace(
        form,
        template=template.name,
        name=form.name if form.name not in ("", hidden.proposed_name) else name,
        channel=form.channel if form.channel not in ("", hidden.proposed_channel) else channel,
        lifetime=format_duration(default_lifetime(template)),
        scenario="",
        parameters={},
        tags={},
    )
    return Draft(form, replace(hidden, proposed_name=name, proposed_channel=channel))


def build_create_modal(draft: Draft, template: SandboxTemplate, templates: Sequence[SandboxTemplate]) -> Json:
    """The form as a modal view. `templates` is the whole catalog, `template` the chosen one."""
    form, hidden = draft.form, draft.hidden
    scenario = template.scenario(form.scenario)
    blocks = [
        _template(template, templates),
        *_description(template),
        _input(
            ids.field(ids.NAME, template.name),
            "Name",
            _text(ids.NAME, form.name),
            hint="It becomes part of the sandbox's addresses.",
        ),
        _input(ids.TITLE, "What is it for?", _text(ids.TITLE, form.title, "Checkout with new totals"), optional=True),
        *_scenario(template, scenario),
        *_parameters(template, scenario, form),
        _lifetime(template, form.lifetime),
        _channel(template, form.channel),
        *_versions(template, form, hidden.versions_shown),
    ]
    return {
        "type": "modal",
        "callback_id": ids.CREATE_VIEW,
        "private_metadata": hidden.to_metadata(),
        "title": plain("Create Sandbox"),
        "submit": plain("Create"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }


def build_created(name: str, place: str) -> Json:
    """Says that the sandbox is on its way, in the form's place; `place` is ready-made mrkdwn."""
    text = f":hourglass_flowing_sand: *{escape(name)}* is being created. Follow its card in {place}."
    return {
        "type": "modal",
        "title": plain("Create Sandbox"),
        "close": plain("Close"),
        "blocks": [{"type": "section", "text": mrkdwn(text)}],
    }


def _template(chosen: SandboxTemplate, templates: Sequence[SandboxTemplate]) -> Json:
    others = [template for template in templates if template.name != chosen.name]
    offered = sorted([chosen, *others[: MAX_OPTIONS - 1]], key=lambda template: template.spec.title.casefold())
    options = [_option(template.spec.title, template.name) for template in offered]
    return _input(ids.CHOOSE_TEMPLATE, "Template", _select(ids.CHOOSE_TEMPLATE, options, chosen.name), dispatch=True)


def _description(template: SandboxTemplate) -> list[Json]:
    apps = ", ".join(app.display_title for app in template.spec.apps)
    text = escape(template.spec.description, 300) or f"With {escape(apps, 300)}"
    return [{"type": "context", "elements": [mrkdwn(text)]}]


def _scenario(template: SandboxTemplate, chosen: Scenario | None) -> list[Json]:
    if not template.spec.scenarios:
        return []
    options = [_option("None", NO_SCENARIO)]
    options += [_option(scenario.title, scenario.name, scenario.description) for scenario in template.spec.scenarios]
    select = _select(ids.CHOOSE_SCENARIO, options, chosen.name if chosen else NO_SCENARIO)
    return [_input(ids.field(ids.CHOOSE_SCENARIO, template.name), "Scenario", select, dispatch=True)]


def _parameters(template: SandboxTemplate, scenario: Scenario | None, form: Form) -> list[Json]:
    if scenario is None:
        return []
    return [
        _input(
            ids.field(ids.PARAMETER, template.name, scenario.name, parameter.name),
            parameter.title.strip() or parameter.name,
            _parameter_element(parameter, form.parameters.get(parameter.name) or parameter.default),
            optional=True,
        )
        for parameter in scenario.parameters
    ]


def _parameter_element(parameter: Parameter, value: str) -> Json:
    action_id = parameter_field(parameter.name)
    if parameter.type is ParameterType.BOOLEAN:
        return _select(action_id, [_option("Yes", "true"), _option("No", "false")], value)
    # Slack's option values are short; longer choices are typed, and checked against the list.
    choices = [choice for choice in dict.fromkeys(parameter.choices) if choice.strip()]
    if choices and max(map(len, choices)) <= 150:
        return _select(action_id, [_option(choice, choice) for choice in choices], value)
    if parameter.type is ParameterType.INTEGER:
        initial = {"initial_value": value} if value.lstrip("+-").isdecimal() else {}
        return {"type": "number_input", "action_id": action_id, "is_decimal_allowed": False, **initial}
    return _text(action_id, value)


def _lifetime(template: SandboxTemplate, chosen: str) -> Json:
    options = [_option(say_duration(time), format_duration(time)) for time in offered_lifetimes(template)]
    try:
        value = format_duration(parse_duration(chosen))
    except ValueError:
        value = ""
    select = _select(ids.LIFETIME, options, value)
    return _input(ids.field(ids.LIFETIME, template.name), "How long is it needed?", select)


def _channel(template: SandboxTemplate, chosen: str) -> Json:
    element: Json = {
        "type": "conversations_select",
        "action_id": ids.CHANNEL,
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": True,
            "exclude_bot_users": True,
        },
        "placeholder": plain("Choose a channel"),
    }
    if chosen.startswith(("C", "G")):
        element["initial_conversation"] = chosen
    otherwise = "the template's channel" if template.spec.channel else "your direct messages"
    return _input(
        ids.field(ids.CHANNEL, template.name),
        "Channel",
        element,
        optional=True,
        hint=f"Its card appears there. Left empty: in {otherwise}.",
    )


def _versions(template: SandboxTemplate, form: Form, shown: bool) -> list[Json]:
    apps = [app for app in template.spec.apps if takes_tag(app)]
    if not apps:
        return []
    if not shown:
        button = {"type": "button", "action_id": ids.CHOOSE_VERSIONS, "text": plain("Choose Versions")}
        return [{"type": "actions", "block_id": ids.CHOOSE_VERSIONS, "elements": [button]}]
    return [_version(template, app, form.tags.get(app.name, "")) for app in apps]


def _version(template: SandboxTemplate, app: TemplateApp, chosen: str) -> Json:
    default = app.image.tag if app.image else ""
    return _input(
        ids.field(ids.TAG, template.name, app.name),
        f"Version of {app.display_title}",
        _text(tag_field(app.name), chosen, default, room=200),
        optional=True,
        hint=f"An image tag. Left empty: {default}",
    )


def _input(
    block_id: str, label: str, element: Json, *, hint: str = "", optional: bool = False, dispatch: bool = False
) -> Json:
    block: Json = {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}
    if hint:
        block["hint"] = plain(hint, 2000)
    if optional:
        block["optional"] = True
    if dispatch:
        block["dispatch_action"] = True
    return block


def _text(action_id: str, value: str, placeholder: str = "", room: int = 3000) -> Json:
    # Room for more than is allowed: our own sentence says more than Slack's "too long".
    element: Json = {"type": "plain_text_input", "action_id": action_id, "max_length": room}
    if value:
        element["initial_value"] = value[:room]
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return element


def _select(action_id: str, options: list[Json], value: str) -> Json:
    element: Json = {"type": "static_select", "action_id": action_id, "options": options[:MAX_OPTIONS]}
    initial = next((option for option in options if option["value"] == value), None)
    if initial is not None:
        element["initial_option"] = initial
    return element


def _option(text: str, value: str, description: str = "") -> Json:
    option: Json = {"text": plain(text if text.strip() else value, 75), "value": value}
    if description.strip():
        option["description"] = plain(description, 75)
    return option
