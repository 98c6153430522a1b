"""The other words of the command, buttons and the Home."""

import asyncio
import json

import pytest

from blocks import ids
from bot.core.kinds import SANDBOX
from tests.handlers.conftest import ADMIN, ENGINEER, GUEST, HOME, MANAGER, World, until


def elements(reply: dict, action_id: str) -> list[dict]:
    """Buttons with that action id in an answer."""
    return [
        element
        for block in reply["blocks"]
        for element in [*block.get("elements", []), block.get("accessory", {})]
        if element.get("action_id", "").split(":")[0] == action_id
    ]


async def test_the_command_alone_offers_a_menu(world: World) -> None:
    reply = await world.command("")
    assert reply["response_type"] == "ephemeral"
    assert elements(reply, ids.CREATE_SANDBOX)
    assert elements(reply, ids.LIST_SANDBOXES)


async def test_a_typo_gets_a_suggestion_that_can_be_pressed(world: World) -> None:
    reply = await world.command("craete storefront")
    assert "Did you mean create?" in reply["text"]
    (button,) = elements(reply, ids.RUN_COMMAND)
    await world.click(button["action_id"], button["value"])
    await until(lambda: world.slack.views("views.open"))


@pytest.mark.parametrize("text", ["xyzzy", "🛒", "<!channel>", "*" * 300])
async def test_other_words_lead_to_the_help(world: World, text: str) -> None:
    reply = await world.command(text)
    assert "/sandbox help" in reply["text"]
    assert "<!" not in json.dumps(reply["blocks"])


async def test_case_and_spaces_do_not_matter(world: World) -> None:
    assert "commands" in (await world.command("  HELP  "))["text"]


async def test_lists_are_about_the_one_who_asks(world: World) -> None:
    await world.add("mine")
    await world.add("ours", MANAGER, collaborators=[ENGINEER])
    await world.add("hers", MANAGER)
    short, full = json.dumps(await world.command("list")), json.dumps(await world.command("list all"))
    assert "mine" in short
    assert "ours" in short
    assert "hers" not in short
    assert "hers" in full


async def test_an_empty_list_offers_to_create(world: World) -> None:
    assert elements(await world.command("list"), ids.CREATE_SANDBOX)


async def test_names_complete_and_ones_only_sandbox_is_meant(world: World) -> None:
    await world.add("checkout-totals", title="Totals")
    await world.add("catalog", MANAGER)
    for text in ("show", "show check", "show CHECKOUT-TOTALS"):
        assert "Totals" in (await world.command(text))["text"]
    which = await world.command("show c", ADMIN)
    assert [button["value"] for button in elements(which, ids.RUN_COMMAND)] == ["show catalog", "show checkout-totals"]
    assert "no sandbox called" in (await world.command("show nothing"))["text"]


async def test_delete_asks_and_then_deletes_once(world: World) -> None:
    uid = await world.add("mine")
    (button,) = elements(await world.command("delete mine"), ids.DELETE_SANDBOX)
    assert button["confirm"]
    assert button["value"] == f"mine/{uid}"
    assert not world.cluster.deleted
    await world.click(ids.DELETE_SANDBOX, button["value"], ephemeral=True)
    assert world.cluster.deleted == ["mine"]
    await until(lambda: world.slack.responses)
    assert world.slack.responses[-1]["replace_original"] is True


async def test_delete_pressed_twice_is_calm(world: World) -> None:
    uid = await world.add("mine")
    await asyncio.gather(*(world.click(ids.DELETE_SANDBOX, f"mine/{uid}") for _ in range(3)))
    assert not world.slack.responses
    assert await world.cluster.get(SANDBOX, "mine", HOME)


async def test_an_old_button_never_reaches_a_newer_sandbox(world: World) -> None:
    await world.add("mine")
    await world.click(ids.DELETE_SANDBOX, "mine/uid-of-an-earlier-one")
    await world.click(ids.DELETE_SANDBOX, "mine/")
    assert not world.cluster.deleted
    await until(lambda: len(world.slack.responses) == 2)
    assert "doesn't exist any more" in world.slack.responses[-1]["text"]


async def test_somebody_elses_sandbox_is_not_deleted(world: World) -> None:
    uid = await world.add("hers", MANAGER, collaborators=[ENGINEER])
    assert "Only the owner" in (await world.command("delete hers"))["text"]
    await world.click(ids.DELETE_SANDBOX, f"hers/{uid}")
    await world.click(ids.DELETE_SANDBOX, f"hers/{uid}", GUEST)
    assert not world.cluster.deleted
    await world.click(ids.DELETE_SANDBOX, f"hers/{uid}", ADMIN)
    assert world.cluster.deleted == ["hers"]


async def test_the_cluster_is_away_while_deleting(world: World) -> None:
    uid = await world.add("mine")
    world.cluster.away = True
    await world.click(ids.DELETE_SANDBOX, f"mine/{uid}")
    await until(lambda: world.slack.responses)
    assert "try again" in world.slack.responses[-1]["text"]


async def test_the_menu_of_a_row_leads_on(world: World) -> None:
    await world.add("mine")
    (menu,) = elements(await world.command("list"), ids.SANDBOX_MENU)
    for option, says in zip(menu["options"], ["is being created", "Delete mine"], strict=True):
        action = {"type": "overflow", "action_id": ids.SANDBOX_MENU, "selected_option": option}
        await world.click_in_view({"type": "home"}, action)
        await until(lambda: world.slack.views("views.open"))
        text = json.dumps(world.slack.views("views.open"))
        assert "mine" in text, says
    assert len(world.slack.views("views.open")) == 2


async def test_a_link_button_is_only_acknowledged(world: World) -> None:
    assert await world.click(ids.open_link("storefront")) == {}
    assert not world.slack.responses


async def test_the_home_is_published_when_it_is_opened(world: World) -> None:
    await world.add("mine")
    await world.event({"type": "app_home_opened", "user": ENGINEER, "tab": "home"})
    await until(lambda: world.messenger.homes)
    assert "mine" in json.dumps(world.messenger.homes[ENGINEER])


async def test_an_event_delivered_twice_is_handled_once(world: World) -> None:
    opened = {"type": "app_home_opened", "user": ENGINEER, "tab": "home"}
    await world.event(opened)
    await until(lambda: world.messenger.homes)
    world.messenger.homes.clear()
    await world.event(opened)
    await world.event({**opened, "user": MANAGER}, "Ev2")
    await until(lambda: world.messenger.homes)
    assert set(world.messenger.homes) == {MANAGER}


async def test_a_guests_home_says_why_it_is_empty(world: World) -> None:
    await world.event({"type": "app_home_opened", "user": GUEST, "tab": "home"})
    await until(lambda: world.messenger.homes)
    assert "guests" in json.dumps(world.messenger.homes[GUEST])


async def test_a_home_opened_early_fills_in_by_itself(empty_world: World) -> None:
    await empty_world.event({"type": "app_home_opened", "user": ENGINEER, "tab": "home"})
    await until(lambda: empty_world.messenger.homes)
    assert "being looked up" in json.dumps(empty_world.messenger.homes)
    following = asyncio.create_task(empty_world.deps.view.run())
    await until(lambda: "being looked up" not in json.dumps(empty_world.messenger.homes))
    following.cancel()


async def test_who_somebody_is_is_asked_once(world: World) -> None:
    await world.command("list")
    await world.command("list")
    assert world.messenger.asked == [ENGINEER]
