"""`/sandbox create` → form → resource, with all that people and networks do to it."""

import asyncio
import json
import re

import pytest

from blocks import ids
from bot.core.kinds import TEMPLATE
from tests.handlers.conftest import (
    ADMIN,
    ARCHIVED,
    CHANNEL,
    ENGINEER,
    GUEST,
    HOME,
    LEAVER,
    MANAGER,
    NOT_JOINED,
    PRIVATE,
    SHARED,
    STRANGER,
    World,
    fill,
    until,
    untouched,
)


def error_at(answer: dict, kind: str) -> str:
    """The sentence at the field whose block id begins with that."""
    assert answer["response_action"] == "errors", answer
    return next(text for block, text in answer["errors"].items() if block.split(":")[0] == kind)


async def open_form(world: World, user: str = ENGINEER, template: str = "") -> dict:
    await world.command(f"create {template}", user)
    return await world.opened()


async def test_two_clicks_make_a_sandbox(world: World) -> None:
    view = await open_form(world)
    answer = await world.submit(view)
    assert answer == {"response_action": "clear"}
    (made,) = world.cluster.created
    assert made["metadata"]["name"] == "handbook-ada"
    assert made["spec"]["owner"] == {"slackUser": ENGINEER, "email": "u02engineer@acme.example"}
    assert made["spec"]["expiresAt"] == "2026-11-27T10:00:00Z"


async def test_everything_that_can_be_chosen_is_stored(world: World) -> None:
    view = await open_form(world, template="storefront")
    scenario = {"action_id": ids.CHOOSE_SCENARIO, "type": "static_select"}
    await world.click_in_view(fill(view, scenario="full-cart"), scenario)
    view = untouched(world.slack.views("views.update")[-1])
    await world.click_in_view(view, {"action_id": ids.CHOOSE_VERSIONS, "type": "button"})
    view = untouched(world.slack.views("views.update")[-1])
    typed = {"parameter__items": "3", "tag__catalog": "2.4.0-rc.1", "title": "New  totals <!channel>"}
    await world.submit(fill(view, name="checkout-totals", lifetime="14d", channel=CHANNEL, **typed))
    (made,) = world.cluster.created
    assert made["metadata"]["name"] == "checkout-totals"
    assert made["spec"]["scenario"] == {"name": "full-cart", "parameters": {"items": "3"}}
    assert made["spec"]["apps"] == [{"name": "catalog", "image": {"tag": "2.4.0-rc.1"}}]
    assert made["spec"]["title"] == "New totals <!channel>"
    assert made["spec"]["expiresAt"] == "2026-12-08T10:00:00Z"
    assert made["spec"]["channel"] == CHANNEL


async def test_another_template_keeps_what_was_typed_and_proposes_the_rest(world: World) -> None:
    view = await open_form(world)
    choose = {"action_id": ids.CHOOSE_TEMPLATE, "type": "static_select"}
    await world.click_in_view(fill(view, template="storefront", title="Totals"), choose)
    proposed = untouched(world.slack.views("views.update")[-1])
    assert "storefront-ada" in json.dumps(proposed)
    await world.click_in_view(fill(proposed, template="handbook", name="mine"), choose)
    kept = json.dumps(world.slack.views("views.update")[-1])
    assert '"initial_value": "mine"' in kept
    assert '"initial_value": "Totals"' in kept


async def test_the_proposed_name_is_free(world: World) -> None:
    await world.add("handbook-ada")
    await world.submit(await open_form(world))
    assert world.cluster.created[-1]["metadata"]["name"] == "handbook-ada-2"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "give it a name"),
        ("   ", "give it a name"),
        ("x" * 200, "up to 30"),
        ("Checkout Totals", "For example: checkout-totals"),
        ("🛒🛒", "For example: checkout-totals"),
        ("a--b", "For example: a-b"),
        ("<!channel>", "For example: channel"),
        ("9lives", "For example: lives"),
        ("taken", "How about taken-2?"),
    ],
)
async def test_names_that_cannot_be(world: World, name: str, says: str) -> None:
    await world.add("taken", MANAGER)
    answer = await world.submit(fill(await open_form(world), name=name))
    assert says in error_at(answer, "name")
    assert len(world.cluster.created) == 1


@pytest.mark.parametrize(
    ("field", "value", "at", "says"),
    [
        ("title", "x" * 101, "title", "at most 100"),
        ("lifetime", "60d", "lifetime", "14 days at most"),
        ("lifetime", "0d", "lifetime", "how long"),
        ("lifetime", "forever", "lifetime", "no duration"),
        ("template", "vanished", "template", "isn't offered"),
        ("channel", SHARED, "channel", "shared with another company"),
        ("channel", ARCHIVED, "channel", "archived"),
        ("channel", PRIVATE, "channel", "invite @sandbox"),
        ("channel", NOT_JOINED, "channel", "Invite @sandbox to that channel first"),
    ],
)
async def test_impossible_choices_are_told_at_their_field(
    world: World, field: str, value: str, at: str, says: str
) -> None:
    answer = await world.submit(fill(await open_form(world), **{field: value}))
    assert says in error_at(answer, at)
    assert not world.cluster.created


@pytest.mark.parametrize("tag", ["a b", "-x", "x" * 129, "latest@sha256:1", "<!channel>", "🛒", "a\nb"])
async def test_tags_of_impossible_shape(world: World, tag: str) -> None:
    view = await open_form(world)
    await world.click_in_view(view, {"action_id": ids.CHOOSE_VERSIONS, "type": "button"})
    view = fill(untouched(world.slack.views("views.update")[-1]), tag__handbook=tag)
    assert "image tag" in error_at(await world.submit(view), "tag")
    assert not world.cluster.created


async def test_all_problems_are_shown_at_once(world: World) -> None:
    view = fill(await open_form(world), name="X", title="y" * 101, channel=SHARED, lifetime="60d")
    answer = await world.submit(view)
    assert {block.split(":")[0] for block in answer["errors"]} == {"name", "title", "channel", "lifetime"}


async def test_errors_stand_only_at_blocks_that_are_shown(world: World) -> None:
    view = fill(await open_form(world), template="vanished", name="")
    shown = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    assert set((await world.submit(view))["errors"]) <= shown


async def test_a_scenario_that_was_removed_meanwhile(world: World) -> None:
    view = fill(await open_form(world, template="storefront"), scenario="gone")
    assert "isn't offered" in error_at(await world.submit(view), "scenario")


async def test_over_the_limit_says_what_is_held(world: World) -> None:
    for number in range(5):
        await world.add(f"held-{number}")
    answer = await world.submit(await open_form(world, template="storefront"))
    assert "held-0, held-1, held-2, held-3, held-4" in error_at(answer, "template")
    assert await world.submit(fill(await open_form(world, MANAGER, "storefront"), name="hers"), MANAGER)
    assert world.cluster.created[-1]["metadata"]["name"] == "hers"


async def test_a_form_submitted_twice_makes_one(world: World) -> None:
    view = await open_form(world)
    first = await world.submit(view)
    again = await world.submit(view)
    assert first == again == {"response_action": "clear"}
    assert len(world.cluster.created) == 1


async def test_a_form_submitted_twice_at_the_same_moment_makes_one(world: World) -> None:
    view = await open_form(world)
    answers = await asyncio.gather(*(world.submit(view) for _ in range(5)))
    assert answers == [{"response_action": "clear"}] * 5
    assert len(world.cluster.created) == 1


async def test_two_people_take_one_name_at_the_same_moment(world: World) -> None:
    views = [(fill(await open_form(world, user), name="same"), user) for user in (ENGINEER, MANAGER)]
    answers = await asyncio.gather(*(world.submit(view, user) for view, user in views))
    assert len(world.cluster.created) == 1
    (lost,) = [answer for answer in answers if answer["response_action"] == "errors"]
    assert "How about same-2?" in error_at(lost, "name")


async def test_the_cluster_is_away_and_comes_back(world: World) -> None:
    view = await open_form(world)
    world.cluster.away = True
    assert "press Create again" in error_at(await world.submit(view), "name").replace("Press", "press")
    world.cluster.away = False
    assert await world.submit(view) == {"response_action": "clear"}
    assert len(world.cluster.created) == 1


async def test_an_answer_that_was_lost_doubles_nothing_even_under_another_name(world: World) -> None:
    view = await open_form(world)
    world.cluster.lose_answers = True
    assert "didn't answer" in error_at(await world.submit(view), "name")
    world.cluster.lose_answers = False
    await until(world.deps.view.sandboxes)
    assert await world.submit(fill(view, name="another")) == {"response_action": "clear"}
    assert len(world.cluster.created) == 1


async def test_a_cluster_that_never_answers_is_not_waited_for(world: World) -> None:
    view = await open_form(world)
    never = asyncio.Event()
    world.cluster._reach = never.wait  # type: ignore[method-assign,assignment]
    assert "didn't answer" in error_at(await world.submit(view), "name")


async def test_what_the_cluster_refuses_is_told_at_its_field(world: World) -> None:
    view = await open_form(world)
    world.cluster.refuses = "spec.title: too long"
    assert error_at(await world.submit(view), "title") == "spec.title: too long"


async def test_without_redis_everything_goes_on(world: World) -> None:
    world.store.away = True
    view = await open_form(world)
    assert await world.submit(view) == {"response_action": "clear"}
    assert await world.submit(view) == {"response_action": "clear"}
    assert len(world.cluster.created) == 1


async def test_slack_does_not_say_who_it_is(world: World) -> None:
    view = await open_form(world)
    world.messenger.away = world.store.away = True
    assert "nothing is doubled" in error_at(await world.submit(view), "name")
    assert not world.cluster.created


@pytest.mark.parametrize("user", [GUEST, STRANGER, LEAVER, "U0UNKNOWN"])
async def test_some_people_may_nothing(world: World, user: str) -> None:
    view = await open_form(world)
    calls = len(world.slack.calls)
    assert "andboxes" in (await world.command("create", user))["text"]
    assert "andboxes" in (await world.command("list all", user))["text"]
    assert "andboxes" in error_at(await world.submit(view, user), "name")
    assert not [method for method, _ in world.slack.calls[calls:] if method.startswith("views.")]
    assert not world.cluster.created


async def test_where_the_card_appears_is_said_if_it_is_elsewhere(world: World) -> None:
    world.messenger.channels["C0TEAM"] = world.messenger.channels[CHANNEL]
    answer = await world.submit(fill(await open_form(world), channel="C0TEAM"))
    assert answer["response_action"] == "update"
    assert "<#C0TEAM>" in json.dumps(answer["view"])


async def test_before_the_catalog_is_known(empty_world: World) -> None:
    assert "just been started" in (await empty_world.command("create"))["text"]
    assert not empty_world.slack.views("views.open")


async def test_an_empty_catalog(empty_world: World) -> None:
    following = asyncio.create_task(empty_world.deps.view.run())
    await empty_world.deps.view.synced.wait()
    assert "nothing to create" in (await empty_world.command("create"))["text"]
    following.cancel()


async def test_the_shortcut_and_the_button_open_the_form_too(world: World) -> None:
    await world.interact({"type": "shortcut", "callback_id": ids.CREATE_SHORTCUT}, ADMIN)
    await until(lambda: world.slack.views("views.open"))
    await world.click(ids.CREATE_SANDBOX)
    await until(lambda: len(world.slack.views("views.open")) == 2)
    assert {view["callback_id"] for view in world.slack.views("views.open")} == {ids.CREATE_VIEW}


async def test_a_template_that_vanishes_while_the_form_is_open(world: World) -> None:
    view = await open_form(world)
    await world.cluster.delete(TEMPLATE, "handbook", namespace=HOME)
    await until(lambda: world.deps.view.template("handbook") is None)
    assert "isn't offered" in error_at(await world.submit(view), "template")


async def test_a_surprise_gets_a_reference(world: World) -> None:
    view = await open_form(world)

    async def broken() -> None:
        raise RuntimeError("token xoxb-secret")

    world.cluster._reach = broken  # type: ignore[method-assign]
    sentence = error_at(await world.submit(view), "name")
    assert "Something went wrong on our side" in sentence
    assert re.search(r"reference: [0-9a-f]{8}$", sentence)
    assert "xoxb" not in sentence


async def test_a_form_that_slack_did_not_wait_for(world: World) -> None:
    world.slack.errors["views.open"] = "expired_trigger_id"
    await world.command("create")
    await until(lambda: world.slack.responses)
    assert "try again" in world.slack.responses[0]["text"]


async def test_choices_that_come_too_fast_are_settled_by_the_newest(world: World) -> None:
    view = await open_form(world)
    world.slack.errors["views.update"] = "hash_conflict"
    await world.click_in_view(view, {"action_id": ids.CHOOSE_VERSIONS, "type": "button"})
    await until(lambda: world.slack.views("views.update"))
    assert len(world.slack.views("views.push")) == 0
    assert not world.slack.responses


async def test_a_form_opened_by_another_version_is_understood(world: World) -> None:
    view = await open_form(world)
    view["private_metadata"] = json.dumps({"request_id": "older", "newer_field": 1})
    assert await world.submit(view)
    assert world.cluster.created[0]["metadata"]["annotations"]["sandbox-bot.dev/request-id"] == "older"
