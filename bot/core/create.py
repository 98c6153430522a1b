"""From a filled form to a Sandbox: all that is wrong with it, each at its field, or the manifest to be stored.

The form holds plain text, as typed. `check_form` finds every problem that can be known without asking
anybody; what only the apiserver or Slack knows (a name taken this moment, a channel) is asked by
`bot.services.create`. Sentences are plain text without markup, for people who know nothing of Kubernetes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.access import Actor
from bot.core.model import Json, format_duration, format_time, parse_duration
from bot.core.names import (
    ANNOTATION_REQUEST_ID,
    ANNOTATION_REQUESTED_BY,
    API_VERSION,
    SANDBOX_NAME_MAX,
    build_slug,
    is_name,
)
from bot.core.sandbox import Sandbox
from bot.core.template import Parameter, ParameterType, SandboxTemplate, Scenario, TemplateApp

TEMPLATE = "template"
NAME = "name"
TITLE = "title"
SCENARIO = "scenario"
LIFETIME = "lifetime"
CHANNEL = "channel"

TITLE_MAX = 100
VALUE_MAX = 1000
DEFAULT_LIFETIME = timedelta(days=7)
OFFERED_LIFETIMES = tuple(timedelta(days=days) for days in (1, 3, 7, 14, 30, 90))
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True)
class Form:
    """What somebody filled in, untouched. Empty text stands for the template's default."""

    request_id: str
    """Made when the form was opened; the same for every press of Create on it."""
    template: str
    name: str = ""
    title: str = ""
    scenario: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    lifetime: str = ""
    """E.g. 7d."""
    channel: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    """By app."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field: a constant above, `parameter_field(…)` or `tag_field(…)`."""

    field: str
    sentence: str


def parameter_field(name: str) -> str:
    """The field of a scenario's parameter."""
    return f"parameter:{name}"


def tag_field(app: str) -> str:
    """The field of an app's version."""
    return f"tag:{app}"


def check_form(
    form: Form, template: SandboxTemplate | None, sandboxes: Sequence[Sandbox], actor: Actor
) -> list[Problem]:
    """Everything that is wrong with the form; empty if nothing is. `template` is the one it names, if there is one."""
    taken = {sandbox.name for sandbox in sandboxes}
    problems = _check_name(form.name, taken)
    if len(form.title) > TITLE_MAX:
        problems.append(Problem(TITLE, f"Please use at most {TITLE_MAX} characters; this has {len(form.title)}."))
    if template is None:
        sentence = "This template isn't offered any more. Please choose another one."
        return [*problems, Problem(TEMPLATE, sentence)]
    problems += _check_limit(template, sandboxes, actor)
    problems += _check_scenario(form, template)
    problems += _check_lifetime(form.lifetime, template)
    for app, tag in form.tags.items():
        problems += _check_tag(app, tag, template.app(app))
    return problems


def name_taken(name: str, taken: set[str]) -> Problem:
    """What is said when somebody else was first with a name."""
    return Problem(NAME, f"There is already a sandbox called {name}. How about {propose_free(name, taken | {name})}?")


def _check_name(name: str, taken: set[str]) -> list[Problem]:
    if not name:
        return [Problem(NAME, "Please give it a name, for example checkout-totals.")]
    if not is_name(name, SANDBOX_NAME_MAX):
        slug = build_slug(name)
        example = propose_free(slug, taken) if slug else "checkout-totals"
        sentence = (
            f"Please use up to {SANDBOX_NAME_MAX} lowercase letters, digits and single dashes,"
            f" beginning with a letter and not ending with a dash. For example: {example}"
        )
        return [Problem(NAME, sentence)]
    return [name_taken(name, taken)] if name in taken else []


def _check_limit(template: SandboxTemplate, sandboxes: Sequence[Sandbox], actor: Actor) -> list[Problem]:
    limit = template.spec.limits.per_owner
    held = [
        sandbox.name
        for sandbox in sandboxes
        if sandbox.spec.owner.slack_user == actor.id and sandbox.spec.template == template.name and not sandbox.deleting
    ]
    if limit is None or len(held) < limit:
        return []
    shown = ", ".join(held[:10]) + (f" and {len(held) - 10} more" if len(held) > 10 else "")
    sentence = f"You have {len(held)} sandboxes of this template, and {limit} is the limit: {shown}. Delete one first."
    return [Problem(TEMPLATE, sentence)]


def _check_scenario(form: Form, template: SandboxTemplate) -> list[Problem]:
    if not form.scenario:
        return []
    scenario = template.scenario(form.scenario)
    if scenario is None:
        return [Problem(SCENARIO, "This scenario isn't offered any more. Please choose another one, or None.")]
    known = {parameter.name: parameter for parameter in scenario.parameters}
    return [
        Problem(parameter_field(name), sentence)
        for name, value in form.parameters.items()
        if name in known and value and (sentence := _parameter_problem(known[name], value))
    ]


def _parameter_problem(parameter: Parameter, value: str) -> str:
    if parameter.choices and value not in parameter.choices:
        return "Please choose one of the values that are offered."
    if len(value) > VALUE_MAX:
        return f"Please use at most {VALUE_MAX} characters; this has {len(value)}."
    if parameter.type is ParameterType.INTEGER and not _INTEGER.fullmatch(value):
        return "Please give a whole number, for example 12."
    if parameter.type is ParameterType.BOOLEAN and value not in ("true", "false"):
        return "Please choose Yes or No."
    return ""


def _check_lifetime(text: str, template: SandboxTemplate) -> list[Problem]:
    try:
        lifetime = _lifetime(text, template)
    except ValueError as error:
        return [Problem(LIFETIME, f"{error}.")]
    longest = template.spec.lifetime.max
    if lifetime <= timedelta():
        return [Problem(LIFETIME, "Please choose how long it is needed, for example 7d.")]
    if longest is not None and lifetime > longest:
        return [Problem(LIFETIME, f"Sandboxes of this template live for {say_duration(longest)} at most.")]
    if lifetime > timedelta(days=3650):
        return [Problem(LIFETIME, "That is too long a time; please choose a shorter one.")]
    return []


def _check_tag(app: str, tag: str, known: TemplateApp | None) -> list[Problem]:
    if not tag:
        return []
    if known is None or not takes_tag(known):
        return [Problem(tag_field(app), "No version can be chosen for this app. Please leave it empty.")]
    if not _TAG.fullmatch(tag):
        sentence = (
            "Please give an image tag: up to 128 letters, digits, dots, dashes and underscores, for example 1.4.2"
        )
        return [Problem(tag_field(app), sentence)]
    return []


def takes_tag(app: TemplateApp) -> bool:
    """Whether a person can choose which version of the app runs."""
    return app.image is not None and (bool(app.chart.builtin) or app.value_paths.tag is not None)


def default_lifetime(template: SandboxTemplate) -> timedelta:
    """What the form proposes; never beyond the template's longest."""
    lifetime = template.spec.lifetime
    proposed = lifetime.default or DEFAULT_LIFETIME
    return min(proposed, lifetime.max) if lifetime.max else proposed


def offered_lifetimes(template: SandboxTemplate) -> list[timedelta]:
    """What the form offers: the usual ones within the template's longest, its default and its longest."""
    longest = template.spec.lifetime.max
    offered = {time for time in OFFERED_LIFETIMES if longest is None or time <= longest}
    offered.add(default_lifetime(template))
    if longest is not None:
        offered.add(longest)
    return sorted(time for time in offered if time > timedelta())


def say_duration(value: timedelta) -> str:
    """A length of time in words, e.g. `7 days`, `1 day`, `12h`."""
    if value and value % timedelta(days=1) == timedelta():
        return f"{value.days} day{'' if value.days == 1 else 's'}"
    return format_duration(value)


def propose_name(template: SandboxTemplate, actor: Actor, taken: set[str]) -> str:
    """A valid name that nobody has at this moment, from the template's and the person's first name."""
    person = build_slug(next(iter(actor.name.split()), ""), 12)
    room = SANDBOX_NAME_MAX - len(person) - 1
    base = f"{template.name[:room].rstrip('-')}-{person}" if person else build_slug(template.name)
    return propose_free(base, taken)


def propose_free(base: str, taken: set[str]) -> str:
    """`base`, a valid name, or the first of base-2, base-3, … that is free."""
    if base not in taken:
        return base
    number = 2
    while (name := f"{base[: SANDBOX_NAME_MAX - 1 - len(str(number))].rstrip('-')}-{number}") in taken:
        number += 1
    return name


def build_manifest(form: Form, template: SandboxTemplate, actor: Actor, home: str, now: datetime) -> Json:
    """The Sandbox that a form without problems asks for, in the home namespace. Only what differs from defaults."""
    owner = {"slackUser": actor.id, **({"email": actor.email} if actor.email else {})}
    spec: Json = {
        "template": template.name,
        "owner": owner,
        "expiresAt": format_time(now + _lifetime(form.lifetime, template)),
    }
    if form.title:
        spec["title"] = form.title
    if form.channel:
        spec["channel"] = form.channel
    if scenario := template.scenario(form.scenario):
        spec["scenario"] = _scenario_choice(form, scenario)
    if apps := [{"name": app, "image": {"tag": tag}} for app, tag in form.tags.items() if tag]:
        spec["apps"] = apps
    return {
        "apiVersion": API_VERSION,
        "kind": "Sandbox",
        "metadata": {
            "name": form.name,
            "namespace": home,
            "annotations": {ANNOTATION_REQUEST_ID: form.request_id, ANNOTATION_REQUESTED_BY: actor.id},
        },
        "spec": spec,
    }


def _lifetime(text: str, template: SandboxTemplate) -> timedelta:
    return parse_duration(text) if text else default_lifetime(template)


def _scenario_choice(form: Form, scenario: Scenario) -> Json:
    known = {parameter.name for parameter in scenario.parameters}
    parameters = {name: value for name, value in form.parameters.items() if value and name in known}
    return {"name": scenario.name, **({"parameters": parameters} if parameters else {})}
