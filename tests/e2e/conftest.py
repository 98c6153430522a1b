"""A whole playground for end-to-end tests: the bot's processes, the cluster, Redis and the workspace, all real."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.playground.people import Someone, elements, eventually, text_of
from bot.playground.smoke import Witness

CHANNEL = "C0SANDBOX"


@dataclass
class Playground:
    """A running one. `facts` is what it wrote about itself."""

    folder: Path
    facts: dict[str, Any]

    @property
    def witness(self) -> Witness:
        return Witness(self.facts)

    def read_facts(self) -> dict[str, Any]:
        """As they are now: parts that were started again have other process ids."""
        found: dict[str, Any] = json.loads((self.folder / "playground.json").read_text())
        return found

    def kill(self, *parts: str) -> None:
        """As a crash would; the playground starts them again, as Kubernetes would."""
        for part in parts:
            os.kill(self.read_facts()["parts"][part], signal.SIGKILL)


@pytest.fixture(scope="session")
async def playground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Playground]:
    folder = tmp_path_factory.mktemp("playground")
    with (folder / "output.log").open("wb") as output:
        command = [sys.executable, "-m", "bot", "playground", "--port", "0", "--dir", str(folder)]
        process = await asyncio.create_subprocess_exec(*command, stdout=output, stderr=output)
    file = folder / "playground.json"

    async def up() -> bool:
        assert process.returncode is None, (folder / "output.log").read_text()
        return file.exists()

    await eventually(up, "the playground is up", seconds=240)
    yield Playground(folder, json.loads(file.read_text()))
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.wait(), 60)


@pytest.fixture
async def ada(playground: Playground) -> AsyncIterator[Someone]:
    """The sample engineer."""
    async with Someone(playground.facts["url"], "U02ENGINEER") as someone:
        yield someone


@pytest.fixture
async def grace(playground: Playground) -> AsyncIterator[Someone]:
    """The sample product manager."""
    async with Someone(playground.facts["url"], "U03MANAGER") as someone:
        yield someone


async def open_form(person: Someone, template: str = "handbook") -> dict[str, Any]:
    """The create form, with that template chosen."""
    await person.command(CHANNEL, "/sandbox create")
    view = await eventually(person.top_view, "the form opens")
    await person.choose(view, "template", template)
    view = await person.top_view()
    assert view is not None
    return view


def field(view: dict[str, Any], action_id: str, value: str) -> dict[str, Any]:
    """`values` that fill one input of a view."""
    block = next(block for block, element in elements(view) if element["action_id"] == action_id)
    return {block["block_id"]: {action_id: value}}


async def cards(person: Someone, name: str) -> list[dict[str, Any]]:
    """All cards of a sandbox in the channel; more than one is a mistake."""
    return [
        message
        for message in await person.messages(CHANNEL)
        if message.get("bot_id") and not message.get("ephemeral") and f"`{name}`" in text_of(message)
    ]


async def card_that(person: Someone, name: str, *words: str, seconds: float = 60) -> dict[str, Any]:
    """The card, once it says all of the words."""

    async def found() -> dict[str, Any] | None:
        for card in await cards(person, name):
            if all(word in text_of(card) for word in words):
                return card
        return None

    card: dict[str, Any] = await eventually(found, f"the card of {name} says {words}", seconds)
    return card
