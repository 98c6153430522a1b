"""`make smoke`: the main job, played by a person at the page's own API, with kubectl and helm as witnesses.

Starts a playground of its own on free ports, creates a sandbox from Slack, compares what the card says with
what kubectl and helm say, deletes it from Slack and looks whether anything is left. Any mismatch ends it.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.playground.people import Someone, elements, eventually, text_of

Json = dict[str, Any]
CHANNEL = "C0SANDBOX"
ENGINEER = "U02ENGINEER"
NAME = "smoke-checkout"
NAMESPACE = f"sbx-{NAME}"
RELEASES = {"sandbox", "storefront", "catalog", "postgres"}


class Mismatch(Exception):
    """What Slack says and what the cluster says differ."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Prints what is done and how long it took."""
    print(f"  {title} …", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print(" FAILED", flush=True)
        raise
    print(f" {time.monotonic() - start:.1f} s", flush=True)


class Witness:
    """kubectl and helm, pointed at the playground's cluster; they know nothing of the bot."""

    def __init__(self, facts: Json) -> None:
        self._kubectl = [facts["kubectl"], "--kubeconfig", facts["kubeconfig"]]
        self._helm = [facts["helm"], "--kubeconfig", facts["kubeconfig"]]

    async def objects(self, kinds: str, namespace: str | None = None) -> list[Json]:
        place = ["--namespace", namespace] if namespace else ["--all-namespaces"]
        found: list[Json] = (await _run([*self._kubectl, "get", kinds, *place, "--output", "json"]))["items"]
        return found

    async def releases(self, namespace: str) -> list[Json]:
        found: list[Json] = await _run([*self._helm, "list", "--namespace", namespace, "--output", "json"])
        return found


async def _run(command: list[str]) -> Any:
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = await process.communicate()
    if process.returncode:
        raise Mismatch(f"{Path(command[0]).name} failed: {err.decode().strip()}")
    return json.loads(out)


async def smoke(directory: Path) -> None:
    """Plays it all. Raises Mismatch, TimeoutError or Failed."""
    with step("start a playground on free ports"):
        process, facts = await _start_playground(directory)
    try:
        witness = Witness(facts)
        async with Someone(facts["url"], ENGINEER) as ada:
            with step("/sandbox create, and fill the form"):
                await _create(ada)
            with step("the card goes to ready"):
                card, seen = await _watch_card(ada)
            print(f"    on the way: {' → '.join(seen)}")
            with step("kubectl and helm say the same as the card"):
                await _compare(card, witness)
            with step("the links on the card open"):
                await _open_links(card)
            with step("milestones are in the thread"):
                await _check_thread(ada, card["ts"], ["created", "ready"])
            with step("delete it from Slack"):
                await _delete(ada, card)
            with step("nothing is left"):
                await _check_nothing_left(witness)
    finally:
        with step("stop the playground"):
            process.send_signal(signal.SIGINT)
            await asyncio.wait_for(process.wait(), 60)
    _check_no_process(facts)


async def _start_playground(directory: Path) -> tuple[asyncio.subprocess.Process, Json]:
    command = [sys.executable, "-m", "bot", "playground", "--port", "0", "--dir", str(directory)]
    with (directory / "output.log").open("wb") as output:
        process = await asyncio.create_subprocess_exec(*command, stdout=output, stderr=output)
    file = directory / "playground.json"

    async def written() -> Json | None:
        if process.returncode is not None:
            raise Mismatch((directory / "output.log").read_text()[-2000:])
        return json.loads(file.read_text()) if file.exists() else None

    return process, await eventually(written, "the playground is up", seconds=900)


async def _create(ada: Someone) -> None:
    await ada.command(CHANNEL, "/sandbox create")
    view = await eventually(ada.top_view, "the form opens")
    await ada.choose(view, "template", "storefront")

    async def scenarios() -> Json | None:
        changed = await ada.top_view()
        return changed if changed and "A customer with a full cart" in text_of(changed) else None

    view = await eventually(scenarios, "the form shows what the template has")
    await ada.choose(view, "scenario", "full-cart")

    async def parameters() -> Json | None:
        changed = await ada.top_view()
        return changed if changed and "Items in the cart" in text_of(changed) else None

    view = await eventually(parameters, "the form asks for the scenario's parameters")
    block, element = next(pair for pair in elements(view) if pair[1]["action_id"] == "name")
    await ada.submit(view, {block["block_id"]: {element["action_id"]: NAME}})


async def _watch_card(ada: Someone) -> tuple[Json, list[str]]:
    """The card once it says ready, and the states that it went through."""
    seen: list[str] = []

    async def ready() -> Json | None:
        for message in await ada.messages(CHANNEL):
            if NAME not in text_of(message) or message.get("thread_ts", message["ts"]) != message["ts"]:
                continue
            state = message["text"].removeprefix(NAME).strip()
            if not seen or seen[-1] != state:
                seen.append(state)
            if "is ready" in message["text"]:
                return message
        return None

    return await eventually(ready, f"the card of {NAME} says ready; it said {seen}", seconds=120), seen


async def _compare(card: Json, witness: Witness) -> None:
    said = text_of(card)
    releases = {release["name"]: release for release in await witness.releases(NAMESPACE)}
    if set(releases) != RELEASES or any(release["status"] != "deployed" for release in releases.values()):
        raise Mismatch(f"helm has {releases}")
    (sandbox,) = [item for item in await witness.objects("sandboxes") if item["metadata"]["name"] == NAME]
    workloads = await witness.objects("deployments,statefulsets", NAMESPACE)
    for app in sandbox["status"]["apps"]:
        mine = [item for item in workloads if _release_of(item) == app["name"]]
        ready = sum(item["status"].get("readyReplicas", 0) for item in mine)
        wanted = sum(item["spec"]["replicas"] for item in mine)
        images = {c["image"] for item in mine for c in item["spec"]["template"]["spec"]["containers"]}
        if not wanted or f"{ready}/{wanted}" != app["ready"] or ready != wanted:
            raise Mismatch(f"{app['name']}: kubectl counts {ready}/{wanted}, the status says {app['ready']}")
        for image in images:
            if _tag(image) not in said:
                raise Mismatch(f"{app['name']} runs {image}, the card doesn't say so: {said}")
        if app.get("url") and app["url"] not in said:
            raise Mismatch(f"{app['name']} is at {app['url']}, the card doesn't say so")


def _release_of(item: Json) -> str:
    return str(item["metadata"]["annotations"]["meta.helm.sh/release-name"])


def _tag(image: str) -> str:
    return image.rsplit(":", 1)[1]


async def _open_links(card: Json) -> None:
    urls = {element["url"] for _, element in elements(card) if ".localhost" in element.get("url", "")}
    if not urls:
        raise Mismatch("the card has no link to an app")
    async with aiohttp.ClientSession() as http:
        for url in urls:
            host, _, path = url.removeprefix("http://").partition("/")
            # Not every resolver knows *.localhost, browsers do: go to the loopback address, name the host.
            address = f"http://127.0.0.1:{host.rsplit(':', 1)[1]}/{path}"
            async with http.get(address, headers={"Host": host}) as response:
                page = await response.text()
                if response.status != 200 or "simulated pod" not in page:
                    raise Mismatch(f"{url} answers {response.status}")


async def _check_thread(ada: Someone, ts: str, words: list[str]) -> None:
    async def complete() -> bool:
        replies = [message["text"].lower() for message in await ada.messages(CHANNEL, ts) if message["ts"] != ts]
        return all(any(word in reply for reply in replies) for word in words)

    await eventually(complete, f"the thread has {words}")


async def _delete(ada: Someone, card: Json) -> None:
    await ada.click(card, CHANNEL, "delete_sandbox", confirmed=True)

    async def told() -> bool:
        (now,) = [message for message in await ada.messages(CHANNEL) if message["ts"] == card["ts"]]
        return "deleted" in now["text"].lower()

    await eventually(told, "the card says deleted", seconds=120)
    await _check_thread(ada, card["ts"], ["deleted"])


async def _check_nothing_left(witness: Witness) -> None:
    async def gone() -> bool:
        names = [item["metadata"]["name"] for item in await witness.objects("sandboxes,namespaces")]
        return NAME not in names and NAMESPACE not in names

    await eventually(gone, "the sandbox and its namespace are gone")
    if volumes := await witness.objects("persistentvolumes"):
        raise Mismatch(f"volumes are left: {[volume['metadata']['name'] for volume in volumes]}")


def _check_no_process(facts: Json) -> None:
    left = [pid for pid in facts["pids"] if Path(f"/proc/{pid}").exists()]
    if left:
        raise Mismatch(f"processes are left: {left}")


def main() -> None:
    print("The main job, from Slack to the cluster and back:")
    with tempfile.TemporaryDirectory(prefix="sandbox-bot-smoke-") as directory:
        try:
            asyncio.run(smoke(Path(directory)))
        except Exception as error:
            print(f"smoke: {error}", file=sys.stderr)
            if os.environ.get("SMOKE_LOGS"):
                for log in sorted(Path(directory).rglob("*.log")):
                    print(f"--- {log.name}\n{log.read_text()[-4000:]}", file=sys.stderr)
            sys.exit(1)
    print("The main job is done.")


if __name__ == "__main__":
    main()
