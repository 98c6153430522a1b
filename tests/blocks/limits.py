"""What must not be in a message or view: what Slack refuses, what pings people, more than one primary button."""

import re
from collections.abc import Iterator
from typing import Any

from bot.playground.workspace.block_kit import check_blocks, check_view

Json = dict[str, Any]
# Every entity that the builders write on purpose; any other must have come from people's words.
ENTITY = re.compile(r"<(?!@[UW][A-Z0-9]+>|#C[A-Z0-9]+>|!date\^|https?://)")


def problems(surface: Json) -> Iterator[str]:
    """Of a view, or of a message given as {"blocks": […]}."""
    if "type" in surface:
        yield from (str(problem) for problem in check_view(surface))
    else:
        yield from (str(problem) for problem in check_blocks(list(surface["blocks"])))
    if len(list(_find(surface, "style", "primary"))) > 1:
        yield "several primary buttons"
    for text in _find(surface, "type", "mrkdwn"):
        if found := ENTITY.search(text["text"]):
            yield f"people's words became {text['text'][found.start() : found.start() + 30]!r}"


def _find(part: Any, key: str, value: str) -> Iterator[Json]:
    if isinstance(part, dict):
        if part.get(key) == value:
            yield part
        for child in part.values():
            yield from _find(child, key, value)
    elif isinstance(part, list | tuple):
        for child in part:
            yield from _find(child, key, value)
