"""Whatever people and templates are called, Slack takes what the builders make, and nobody is pinged."""

import json
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks.create_modal import Draft, build_create_modal, build_created, start_draft, switch_template
from blocks.home import build_home
from blocks.lists import (
    Reply,
    build_delete_question,
    build_details,
    build_help,
    build_list,
    build_menu,
    build_notice_view,
    build_sentence,
    build_unknown,
    build_which,
)
from blocks.parse import Hidden, parse_form
from bot.core.access import Actor
from bot.core.create import Form, parameter_field, tag_field
from bot.core.links import Site, build_links
from bot.core.sandbox import Sandbox
from bot.core.template import SandboxTemplate
from tests.blocks.hostile import lines, sandboxes, templates
from tests.blocks.limits import problems

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ADA = Actor("U02ENGINEER", "Ada Lovelace")
hostile = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def acceptable(reply: Reply) -> bool:
    """Whether Slack takes it, as a message and as a modal."""
    return (
        bool(reply.text.strip())
        and len(reply.text) <= 3000
        and not list(problems({"blocks": reply.blocks}))
        and not list(problems(build_notice_view(reply)))
    )


@hostile
@given(template=templates(), typed=lines, data=st.data())
def test_the_form(template: SandboxTemplate, typed: str, data: st.DataObject) -> None:
    draft = start_draft(template, ADA, set(), "r" * 32, "C0SANDBOX")
    scenario = data.draw(st.sampled_from(["", *(item.name for item in template.spec.scenarios)]))
    tags = {app.name: typed for app in template.spec.apps}
    known = template.scenario(scenario)
    chosen = {parameter.name: typed for parameter in known.parameters} if known else {}
    form = Form("r" * 32, template.name, typed, typed, scenario, chosen, "14d", "C0SANDBOX", tags)
    for filled in (draft, Draft(form, Hidden("r" * 32, "C0SANDBOX", versions_shown=True))):
        view = build_create_modal(filled, template, [template])
        assert not list(problems(view))
        assert len(json.dumps(view, ensure_ascii=False).encode()) < 250_000


@hostile
@given(first=templates("first"), second=templates("second"))
def test_switching_templates_proposes_what_the_new_one_offers(first: SandboxTemplate, second: SandboxTemplate) -> None:
    draft = switch_template(start_draft(first, ADA, set(), "r", ""), second, ADA, {"second-ada"})
    assert draft.form.name == "second-ada-2"
    view = build_create_modal(draft, second, [first, second])
    assert not list(problems(view))
    lifetime = next(block for block in view["blocks"] if block.get("block_id", "").startswith("lifetime"))
    assert "initial_option" in lifetime["element"]


def test_many_templates_fit() -> None:
    catalog = [
        SandboxTemplate.from_json(
            {"metadata": {"name": f"t-{number}"}, "spec": {"title": "Same", "apps": [{"name": "web"}]}}
        )
        for number in range(150)
    ]
    view = build_create_modal(start_draft(catalog[140], ADA, set(), "r", ""), catalog[140], catalog)
    assert not list(problems(view))
    assert view["blocks"][0]["element"]["initial_option"]["value"] == "t-140"


@hostile
@given(mine=st.lists(sandboxes(), max_size=2), typed=lines)
def test_answers(mine: list[Sandbox], typed: str) -> None:
    others = mine * 40
    for actor in (ADA, Actor("U09SOMEBODY"), Actor("U01ADMIN", is_admin=True)):
        assert acceptable(build_list(mine, mine, others, actor))
        for sandbox in mine:
            assert acceptable(build_details(sandbox, None, actor))
            assert acceptable(build_delete_question(sandbox))
    assert acceptable(build_unknown(typed, None))
    assert acceptable(build_unknown(typed, "create"))
    assert acceptable(build_which("show", typed, []))
    assert acceptable(build_which("show", typed, ["a" * 30] * 100))
    assert acceptable(build_sentence(f"About {typed}"))
    assert not list(problems(build_created("a" * 30, "<#C0SANDBOX>")))


@hostile
@given(sandbox=sandboxes(), template=templates())
def test_details_with_all_links(sandbox: Sandbox, template: SandboxTemplate) -> None:
    raw = template.to_json()
    for app in raw["spec"]["apps"]:
        app["links"] = [{"title": "Logs", "url": "https://x.example/" + "{namespace}" * 150}] * 10
        app["connect"] = [{"title": "Console", "command": "&" * 1000}] * 10
        app["expose"] = {"path": "/" + "a" * 499}
    full = SandboxTemplate.from_json(raw)
    assert acceptable(build_details(sandbox, build_links(sandbox, full, Site("sandbox.example")), ADA))


def test_menu_and_help() -> None:
    assert acceptable(build_menu())
    assert acceptable(build_help())


@hostile
@given(everybodys=st.lists(sandboxes(), max_size=2), catalog=st.lists(templates(), max_size=2))
def test_the_home(everybodys: list[Sandbox], catalog: list[SandboxTemplate]) -> None:
    for actor in (ADA, Actor("U09SOMEBODY"), Actor("U04GUEST", is_guest=True)):
        for known in (everybodys * 50, [], None):
            view = build_home(known, catalog, actor, NOW)
            assert not list(problems(view))


@hostile
@given(typed=lines)
def test_a_form_is_read_back_as_it_was_typed(typed: str) -> None:
    view = {
        "private_metadata": Hidden("r").to_metadata(),
        "blocks": [],
        "state": {
            "values": {
                "name:x": {"name": {"value": typed}},
                "p": {parameter_field("items"): {"value": typed}},
                "t": {tag_field("web"): {"value": typed}},
                "s": {"scenario": {"selected_option": {"value": "-"}}},
            }
        },
    }
    form = parse_form(view).form
    assert form.name == form.parameters["items"] == form.tags["web"] == typed.strip()
    assert form.scenario == ""
