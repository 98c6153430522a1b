"""A client of the people API: does in a local workspace what a person does in Slack.

For `make smoke` and for tests; the API itself is described in workspace/PEOPLE_API.md.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Self

import aiohttp

Json = dict[str, Any]


class Failed(Exception):
    """What the person was told when something did not work; `answer` is the API's whole answer."""

    def __init__(self, answer: Json) -> None:
        super().__init__(answer.get("message") or str(answer.get("errors") or answer.get("error")))
        self.answer = answer


class Someone:
    """One person at their client. Use as an async context manager."""

    def __init__(self, workspace_url: str, user: str) -> None:
        self.user = user
        self._base = f"{workspace_url.rstrip('/')}/people/{user}"
        self._http = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def get(self, path: str, **query: str) -> Json:
        """Raises Failed."""
        async with self._http.get(f"{self._base}/{path}", params=query) as response:
            return _checked(await response.json())

    async def post(self, path: str, body: Json | None = None) -> Json:
        """Raises Failed."""
        async with self._http.post(f"{self._base}/{path}", json=body or {}) as response:
            return _checked(await response.json())

    async def command(self, channel: str, text: str) -> None:
        """Types a slash command; returns when the app has acknowledged it."""
        await self.post("commands", {"channel": channel, "text": text})

    async def messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """What the person sees in a channel or thread, oldest first."""
        query = {"thread_ts": thread_ts} if thread_ts else {}
        found: list[Json] = (await self.get(f"channels/{channel}/messages", **query))["messages"]
        return found

    async def top_view(self) -> Json | None:
        """The modal on top, or None."""
        views = (await self.get("views"))["views"]
        return views[-1] if views else None

    async def submit(self, view: Json, values: Json) -> Json:
        """Submits a modal; what was chosen before stays. Raises Failed with the errors at their fields."""
        return await self.post(f"views/{view['id']}/submit", {"values": values})

    async def click(self, message: Json, channel: str, action_id: str, *, confirmed: bool = False) -> None:
        """Presses the button with that action id in a message."""
        block = next(block for block, element in elements(message) if element.get("action_id") == action_id)
        element = next(element for _, element in elements(message) if element.get("action_id") == action_id)
        body: Json = {
            "message": {"channel": channel, "ts": message["ts"]},
            "block_id": block["block_id"],
            "action_id": action_id,
            "value": element.get("value"),
            "confirmed": confirmed,
        }
        await self.post("actions", body)

    async def choose(self, view: Json, action_id: str, value: str) -> None:
        """Chooses an option, by its value, in a select that tells the app at once."""
        block, element = next(pair for pair in elements(view) if pair[1].get("action_id") == action_id)
        option = next(option for option in element["options"] if option["value"] == value)
        body = {"view_id": view["id"], "block_id": block["block_id"], "action_id": action_id, "selected_option": option}
        await self.post("actions", body)


def elements(surface: Json) -> Iterator[tuple[Json, Json]]:
    """(block, element) for everything interactive in a message or view."""
    for block in surface.get("blocks", []):
        for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def text_of(surface: Json) -> str:
    """Everything there is to read in a message or view, for looking things up in it."""
    return json.dumps([surface.get("text", ""), surface.get("blocks", [])], ensure_ascii=False)


async def eventually(look: Callable[[], Awaitable[Any]], what: str, seconds: float = 60) -> Any:
    """The first truthy answer of `look`. Raises TimeoutError that says what did not happen."""
    try:
        async with asyncio.timeout(seconds):
            while not (found := await look()):  # noqa: ASYNC110 - another process is watched
                await asyncio.sleep(0.1)
            return found
    except TimeoutError:
        raise TimeoutError(f"did not happen within {seconds:.0f} s: {what}") from None


def _checked(answer: Json) -> Json:
    if not answer.get("ok"):
        raise Failed(answer)
    return answer
