"""Slack's limits, as a check of what the builders make."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

OPTIONS = {"static_select": 100, "overflow": 5, "radio_buttons": 10}
TEXT_LIMITS = {
    "title": 24, "submit": 24, "close": 24, "label": 2000, "hint": 2000, "placeholder": 150, "description": 75,
}  # fmt: skip
ENTITY = re.compile(r"<(?!@[UW][A-Z0-9]+>|#C[A-Z0-9]+>|!date\^|https?://)")


def problems(surface: Json) -> Iterator[str]:
    """What Slack would refuse in a message or view, and what would ping or format where people's words stand."""
    blocks = surface["blocks"]
    limit = 100 if surface.get("type") in ("modal", "home") else 50
    if len(blocks) > limit:
        yield f"{len(blocks)} blocks"
    block_ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(block_ids) != len(set(block_ids)):
        yield f"block ids twice: {block_ids}"
    if any(block["type"] == "input" for block in blocks) and "submit" not in surface:
        yield "inputs without submit"
    if len(surface.get("private_metadata", "")) > 3000:
        yield "private_metadata"
    styles = [element.get("style") for element in _elements(blocks)]
    if styles.count("primary") > 1:
        yield "several primary buttons"
    for key in ("title", "submit", "close"):
        if key in surface:
            yield from _text(key, surface[key])
    for block in blocks:
        yield from _block(block)


def _elements(blocks: list[Json]) -> Iterator[Json]:
    for block in blocks:
        yield from block.get("elements", [])
        yield from filter(None, [block.get("accessory"), block.get("element")])


def _block(block: Json) -> Iterator[str]:
    for key in ("label", "hint"):
        if key in block:
            yield from _text(key, block[key])
    if block["type"] == "section":
        yield from _text("text", block["text"], 3000)
    if block["type"] == "header":
        yield from _text("text", block["text"], 150)
    if not 0 < len(block.get("block_id", "x")) <= 255:
        yield f"block_id {block['block_id']}"
    if block["type"] == "context":
        for element in block["elements"]:
            yield from _text("text", element, 3000)
        return
    ids = [element["action_id"] for element in block.get("elements", [])]
    if len(ids) != len(set(ids)) or len(ids) > 25:
        yield f"action ids {ids}"
    for element in _elements([block]):
        yield from _element(element)


def _element(element: Json) -> Iterator[str]:
    if not 0 < len(element["action_id"]) <= 255:
        yield f"action_id {element['action_id']}"
    if "options" in element:
        yield from _options(element)
    if element["type"] == "button":
        yield from _text("text", element["text"], 75)
        if not 0 < len(element.get("value", "x")) <= 2000:
            yield "button value"
        if "confirm" in element:
            yield from _text("text", element["confirm"]["text"], 300)
    if "placeholder" in element:
        yield from _text("placeholder", element["placeholder"])
    if not 0 < len(element.get("initial_value", "x")) <= element.get("max_length", 3000):
        yield "initial value"


def _options(element: Json) -> Iterator[str]:
    options = element["options"]
    if not 0 < len(options) <= OPTIONS[element["type"]]:
        yield f"{len(options)} options"
    for option in options:
        if not 0 < len(option["value"]) <= 150:
            yield f"option value {option['value']!r}"
        yield from _text("text", option["text"], 75)
        if "description" in option:
            yield from _text("description", option["description"])
    if "initial_option" in element and element["initial_option"] not in options:
        yield "initial option isn't offered"


def _text(key: str, text: Json, limit: int = 0) -> Iterator[str]:
    words = text["text"]
    if not 0 < len(words) <= (limit or TEXT_LIMITS[key]):
        yield f"{key} has {len(words)} characters"
    if text["type"] == "mrkdwn" and (found := ENTITY.search(words)):
        yield f"{key} has {words[found.start() : found.start() + 30]!r}"
