"""The main job with everything real, and with bad luck: people's clicks in, kubectl and helm as witnesses."""

import asyncio
import json
import os
import signal
import subprocess
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.playground.people import Failed, Someone, eventually
from tests.e2e.conftest import CHANNEL, Playground, card_that, cards, field, open_form


async def create(person: Someone, name: str, template: str = "handbook") -> None:
    view = await open_form(person, template)
    await person.submit(view, field(view, "name", name))


async def replies(person: Someone, card: dict[str, Any]) -> list[str]:
    return [m["text"] for m in await person.messages(CHANNEL, card["ts"]) if m["ts"] != card["ts"]]


async def test_card_survives_the_loss_of_everything_but_the_resource(playground: Playground, ada: Someone) -> None:
    """Redis emptied, every process killed again and again while the sandbox comes up."""
    await create(ada, "survivor", "storefront")
    for _ in range(3):
        await card_that(ada, "survivor")
        playground.kill("serve", "operator")
        async with Redis.from_url(playground.facts["redis_url"]) as redis:
            await redis.flushall()
        before = playground.read_facts()["parts"]

        async def started_again(before: dict[str, int] = before) -> bool:
            return all(playground.read_facts()["parts"][part] != pid for part, pid in before.items())

        await eventually(started_again, "both parts are started again")
    card = await card_that(ada, "survivor", "*Ready*")
    assert len(await cards(ada, "survivor")) == 1

    async def milestones() -> bool:
        return any("is ready" in text for text in await replies(ada, card))

    await eventually(milestones, "the thread says that it is ready")
    said = await replies(ada, card)
    assert len(said) == len(set(said)), "a milestone was said twice"
    releases = await playground.witness.releases("sbx-survivor")
    assert {release["name"]: release["status"] for release in releases} == dict.fromkeys(
        ["sandbox", "storefront", "catalog", "postgres"], "deployed"
    )


async def test_one_broken_app_leaves_the_others_alone(playground: Playground, ada: Someone) -> None:
    manifest = {
        "apiVersion": "sandbox-bot.dev/v1alpha1",
        "kind": "Sandbox",
        "metadata": {"name": "half-broken", "namespace": "sandboxes"},
        "spec": {
            "template": "storefront",
            "owner": {"slackUser": "U02ENGINEER"},
            "channel": CHANNEL,
            "apps": [{"name": "storefront", "image": {"tag": "1.5.0-broken"}}],
        },
    }
    kubectl = [playground.facts["kubectl"], "--kubeconfig", playground.facts["kubeconfig"]]
    await asyncio.to_thread(
        subprocess.run, [*kubectl, "apply", "-f", "-"], input=json.dumps(manifest).encode(), check=True
    )
    card = await card_that(ada, "half-broken", "release process failed", "Catalog* ready")
    assert any("storefront failed" in text for text in await replies(ada, card))
    channels = (await ada.get("channels"))["channels"]
    direct = next(channel["id"] for channel in channels if channel["kind"] == "im")

    async def told() -> bool:
        return any("half-broken" in message["text"] for message in await ada.messages(direct))

    await eventually(told, "the owner is told by direct message")
    fix = {"spec": {"apps": [{"name": "storefront", "image": {"tag": "1.5.1"}}]}}
    command = [*kubectl, "patch", "sandbox", "half-broken", "-n", "sandboxes", "--type=merge", "-p", json.dumps(fix)]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    await card_that(ada, "half-broken", "*Ready*", "1.5.1")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x" * 200, "30"),
        ("UPPER", "lowercase"),
        ("party-🎉", "lowercase"),
        ("a--b", "single dashes"),
        ("<!channel>", "lowercase"),
    ],
)
async def test_bad_names_are_explained_at_the_field(ada: Someone, name: str, words: str) -> None:
    view = await open_form(ada)
    with pytest.raises(Failed) as failure:
        await ada.submit(view, field(view, "name", name))
    (sentence,) = failure.value.answer["errors"].values()
    assert words in sentence
    assert await ada.top_view() is not None


async def test_name_is_taken_by_somebody_at_the_same_moment(ada: Someone, grace: Someone) -> None:
    first, second = await open_form(ada), await open_form(grace)
    results = await asyncio.gather(
        ada.submit(first, field(first, "name", "contested")),
        grace.submit(second, field(second, "name", "contested")),
        return_exceptions=True,
    )
    refused = [result for result in results if isinstance(result, Failed)]
    assert len(refused) == 1
    assert "already a sandbox called contested" in str(refused[0].answer["errors"])
    await card_that(ada, "contested")
    assert len(await cards(ada, "contested")) == 1


async def test_hostile_title_neither_pings_nor_formats(ada: Someone) -> None:
    view = await open_form(ada)
    values = {**field(view, "name", "hostile"), **field(view, "title", "<!channel> *boom* <https://evil.example|x>")}
    await ada.submit(view, values)
    await card_that(ada, "hostile", "*Ready*")
    for message in await ada.messages(CHANNEL):
        assert message.get("pings") in ([], None), message


async def test_cluster_away_during_a_create(playground: Playground, ada: Someone) -> None:
    """The form stays open and says so; pressed again later, exactly one sandbox is made."""
    view = await open_form(ada)
    apiserver = next(pid for pid in playground.facts["pids"] if "kube-apiserver" in _command(pid))
    os.kill(apiserver, signal.SIGSTOP)
    try:
        with pytest.raises(Failed) as failure:
            await ada.submit(view, field(view, "name", "patient"))
        assert "didn't answer" in str(failure.value.answer["errors"])
    finally:
        os.kill(apiserver, signal.SIGCONT)

    async def accepted() -> bool:
        top = await ada.top_view()
        if top is None:
            return True
        try:
            await ada.submit(top, field(top, "name", "patient"))
        except Failed:
            return False
        return True

    await eventually(accepted, "the form is accepted once the cluster is back")
    await card_that(ada, "patient", "*Ready*")
    assert len(await cards(ada, "patient")) == 1


def _command(pid: int) -> str:
    with open(f"/proc/{pid}/cmdline") as file:
        return file.read()


async def test_others_may_look_but_not_delete(playground: Playground, ada: Someone, grace: Someone) -> None:
    await create(ada, "private-thing", "storefront")
    card = await card_that(ada, "private-thing", "*Ready*")
    await grace.click(card, CHANNEL, "delete_sandbox", confirmed=True)

    async def refused() -> bool:
        return any(message.get("ephemeral") for message in await grace.messages(CHANNEL))

    await eventually(refused, "the other person is told why not")
    await ada.click(card, CHANNEL, "delete_sandbox", confirmed=True)
    await card_that(ada, "private-thing", "*Deleted*")

    async def gone() -> bool:
        names = [item["metadata"]["name"] for item in await playground.witness.objects("namespaces")]
        return "sbx-private-thing" not in names

    await eventually(gone, "its namespace is gone")
