"""A form is either refused with sentences, or makes a resource that the schema takes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.access import Actor
from bot.core.create import (
    Form,
    build_manifest,
    check_form,
    default_lifetime,
    offered_lifetimes,
    propose_free,
    propose_name,
    say_duration,
)
from bot.core.names import SANDBOX_NAME_MAX, is_name
from bot.core.sandbox import Sandbox
from bot.core.template import SandboxTemplate

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ADA = Actor("U02ENGINEER", "Ada Lovelace", "ada@acme.example")
NAMES = st.from_regex(r"[a-z](-?[a-z0-9]){0,29}", fullmatch=True).filter(lambda text: is_name(text, SANDBOX_NAME_MAX))


def template(**spec: object) -> SandboxTemplate:
    parameters = [
        {"name": "items", "type": "Integer", "default": "12"},
        {"name": "loud", "type": "Boolean"},
        {"name": "size", "choices": ["small", "large"]},
        {"name": "note"},
    ]
    scenario = {"name": "cart", "title": "Cart", "command": "x", "parameters": parameters}
    apps = [
        {"name": "web", "image": {"repository": "r"}},
        {"name": "postgres", "chart": {"path": "postgres"}},
    ]
    raw = {"title": "Shop", "apps": apps, "scenarios": [scenario], **spec}
    return SandboxTemplate.from_json({"metadata": {"name": "shop"}, "spec": raw})


@given(
    name=st.one_of(NAMES, st.text(max_size=200)),
    title=st.text(max_size=200),
    scenario=st.sampled_from(["", "cart", "gone"]),
    parameters=st.dictionaries(st.sampled_from(["items", "loud", "size", "note", "x"]), st.text(max_size=1100)),
    lifetime=st.one_of(st.sampled_from(["", "7d", "1d", "0s", "99999999999d"]), st.text(max_size=10)),
    tags=st.dictionaries(st.sampled_from(["web", "postgres", "gone"]), st.text(max_size=140)),
)
def test_what_has_no_problems_fits_the_schema(
    name: str, title: str, scenario: str, parameters: dict[str, str], lifetime: str, tags: dict[str, str]
) -> None:
    form = Form("r", "shop", name, title, scenario, parameters, lifetime, "", tags)
    problems = check_form(form, template(), [], ADA)
    assert all(problem.sentence.strip() for problem in problems)
    if not problems:
        made = Sandbox.from_json(build_manifest(form, template(), ADA, "sandboxes", NOW))
        assert made.name == name
        assert made.spec.expires_at is not None
        assert made.spec.expires_at > NOW


@pytest.mark.parametrize(
    ("name", "value", "fine"),
    [
        ("items", "12", True),
        ("items", "-3", True),
        ("items", "1.5", False),
        ("items", "١٢", False),
        ("items", "9" * 40, False),
        ("loud", "true", True),
        ("loud", "yes", False),
        ("size", "small", True),
        ("size", "medium", False),
        ("note", "x" * 1000, True),
        ("note", "x" * 1001, False),
    ],
)
def test_parameters(name: str, value: str, fine: bool) -> None:
    form = Form("r", "shop", "totals", scenario="cart", parameters={name: value})
    problems = check_form(form, template(), [], ADA)
    assert [problem.field for problem in problems] == ([] if fine else [f"parameter:{name}"])


def test_an_app_whose_version_cannot_be_chosen() -> None:
    form = Form("r", "shop", "totals", tags={"postgres": "16", "gone": "1", "web": ""})
    assert {problem.field for problem in check_form(form, template(), [], ADA)} == {"tag:postgres", "tag:gone"}


@given(
    first=st.text(max_size=60),
    taken=st.sets(st.sampled_from(["shop-ada", "shop", *(f"shop-ada-{number}" for number in range(2, 30))])),
)
def test_the_proposed_name_is_valid_and_free(first: str, taken: set[str]) -> None:
    name = propose_name(template(), Actor("U1", first), taken)
    assert is_name(name, SANDBOX_NAME_MAX)
    assert name not in taken


@given(base=NAMES)
def test_many_of_one_name(base: str) -> None:
    taken: set[str] = set()
    for _ in range(12):
        name = propose_free(base, taken)
        assert is_name(name, SANDBOX_NAME_MAX)
        assert name not in taken
        taken.add(name)


@pytest.mark.parametrize(
    ("lifetime", "default", "offered"),
    [
        ({}, "7 days", ["1 day", "3 days", "7 days", "14 days", "30 days", "90 days"]),
        ({"default": "3d", "max": "14d"}, "3 days", ["1 day", "3 days", "7 days", "14 days"]),
        ({"max": "36h"}, "1d12h", ["1 day", "1d12h"]),
        ({"default": "12h", "max": "6h"}, "6h", ["6h"]),
    ],
)
def test_lifetimes(lifetime: dict[str, str], default: str, offered: list[str]) -> None:
    chosen = template(lifetime=lifetime)
    assert say_duration(default_lifetime(chosen)) == default
    assert [say_duration(time) for time in offered_lifetimes(chosen)] == offered


def test_the_longest_lifetime_is_allowed_and_no_more() -> None:
    chosen = template(lifetime={"max": "14d"})
    for text, fine in (("14d", True), ("14d1s", False)):
        assert (not check_form(Form("r", "shop", "totals", lifetime=text), chosen, [], ADA)) is fine


def test_others_and_vanishing_ones_do_not_count_for_the_limit() -> None:
    def held(name: str, owner: str = "U02ENGINEER", **metadata: str) -> Sandbox:
        spec = {"template": "shop", "owner": {"slackUser": owner}}
        return Sandbox.from_json({"metadata": {"name": name, **metadata}, "spec": spec})

    chosen = template(limits={"perOwner": 1})
    form = Form("r", "shop", "totals")
    going = held("going", deletionTimestamp="2026-11-24T10:00:00Z")
    assert not check_form(form, chosen, [held("hers", "U03MANAGER"), going], ADA)
    (problem,) = check_form(form, chosen, [held("mine")], ADA)
    assert "mine" in problem.sentence


def test_expiry_counts_from_now() -> None:
    manifest = build_manifest(Form("r", "shop", "totals", lifetime="2h"), template(), ADA, "sandboxes", NOW)
    made = Sandbox.from_json(manifest)
    assert made.spec.expires_at == NOW + timedelta(hours=2)
