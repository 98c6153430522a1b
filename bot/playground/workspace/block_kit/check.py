"""Holds content against the tables; each problem has the pointer and the words that Slack would give."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground.workspace.block_kit import tables
from bot.playground.workspace.block_kit.tables import (
    Anything,
    ElementIn,
    Fields,
    Flag,
    Items,
    Number,
    One,
    String,
    Text,
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    pointer: str
    """JSON pointer below the list of blocks or the view."""
    message: str

    def as_error(self, root: str) -> str:
        """As chat.postMessage and views.open list it."""
        return f"{self.message} [json-pointer:{root}{self.pointer}]"


def check_blocks(blocks: Any, surface: str = "message") -> list[Problem]:
    """Every reason for which Slack would refuse these blocks on that surface."""
    if not isinstance(blocks, list):
        return [Problem("", "must be an array")]
    problems = []
    if len(blocks) > tables.MOST_BLOCKS[surface]:
        problems.append(Problem("", f"no more than {tables.MOST_BLOCKS[surface]} items allowed [max_items]"))
    for index, block in enumerate(blocks):
        problems += _check_block(block, f"/{index}", surface)
    ids = [block.get("block_id") for block in blocks if isinstance(block, dict)]
    problems += [
        Problem(f"/{index}/block_id", f"`block_id` {id_} already exists")
        for index, id_ in enumerate(ids)
        if id_ is not None and id_ in ids[:index]
    ]
    return problems


def check_view(view: Any) -> list[Problem]:
    """Every reason for which Slack would refuse this modal or Home view."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return [Problem("/type", "must be one of modal, home")]
    surface = view["type"]
    table = tables.MODAL if surface == "modal" else tables.VIEW
    content = {key: value for key, value in view.items() if key != "type"}
    problems = list(_check_fields(content, table, ""))
    blocks = view.get("blocks", [])
    problems += [Problem(f"/blocks{problem.pointer}", problem.message) for problem in check_blocks(blocks, surface)]
    if problems:
        return problems
    if surface == "modal" and "submit" not in view and any(block["type"] == "input" for block in blocks):
        problems.append(Problem("/submit", "missing required field: submit, since there are input blocks"))
    focused = sum(bool(element.get("focus_on_load")) for block in blocks for element in _elements(block))
    if focused > 1:
        problems.append(Problem("/blocks", "only one element may have focus_on_load"))
    return problems


def _check_block(block: Any, pointer: str, surface: str) -> Iterator[Problem]:
    if not isinstance(block, dict):
        yield Problem(pointer, "must be an object")
        return
    type_ = block.get("type")
    if type_ not in tables.BLOCKS or type_ not in tables.SURFACES[surface]:
        yield Problem(f"{pointer}/type", f"unsupported type: {type_}")
        return
    content = {key: value for key, value in block.items() if key != "type"}
    yield from _check_fields(content, {**tables.BLOCKS[type_], "block_id": String(255)}, pointer)
    if type_ == "section" and not block.get("text") and not block.get("fields"):
        yield Problem(pointer, "missing required field: text or fields")
    if type_ == "image" and not block.get("image_url") and not block.get("slack_file"):
        yield Problem(pointer, "missing required field: image_url")
    ids = [element.get("action_id") for element in _elements(block) if element.get("action_id")]
    if len(ids) != len(set(ids)):
        yield Problem(f"{pointer}/elements", "`action_id` already exists in this block")


def _elements(block: Json) -> list[Json]:
    found = block.get("elements", []) if block.get("type") == "actions" else []
    return [item for item in [*found, block.get("element"), block.get("accessory")] if isinstance(item, dict)]


def _check_fields(content: Json, table: Fields, pointer: str) -> Iterator[Problem]:
    known = {name.rstrip("!"): rule for name, rule in table.items()}
    for name in content.keys() - known.keys():
        yield Problem(f"{pointer}/{name}", f"unexpected field: {name}")
    for name in table:
        if name.endswith("!") and content.get(name[:-1]) is None:
            yield Problem(pointer, f"missing required field: {name[:-1]}")
    for name, value in content.items():
        if name in known and value is not None:
            yield from _check_value(value, known[name], f"{pointer}/{name}")


def _check_value(value: Any, rule: Any, pointer: str) -> Iterator[Problem]:  # noqa: C901, PLR0912 - one case a kind of rule
    match rule:
        case String(longest, shortest, choices):
            yield from _check_string(value, longest, shortest, choices, pointer)
        case Text():
            yield from _check_text(value, rule, pointer)
        case Flag():
            if not isinstance(value, bool):
                yield Problem(pointer, "must be a boolean")
        case Number(least, most):
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
                yield Problem(pointer, f"must be a number from {least} to {most}")
        case One(name):
            if isinstance(value, dict):
                yield from _check_fields(value, tables.OBJECTS[name], pointer)
            else:
                yield Problem(pointer, "must be an object")
        case Items():
            yield from _check_items(value, rule, pointer)
        case ElementIn(types):
            yield from _check_element(value, types, pointer)
        case Anything():
            if not isinstance(value, dict | list):
                yield Problem(pointer, "must be an object or array")


def _check_string(value: Any, longest: int, shortest: int, choices: tuple[str, ...], pointer: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(pointer, "must be a string")
    elif len(value) > longest:
        yield Problem(pointer, f"must be less than {longest + 1} characters")
    elif len(value) < shortest:
        yield Problem(pointer, f"must be more than {shortest - 1} characters")
    elif choices and value not in choices:
        yield Problem(pointer, f"must be one of {', '.join(choices)}")


def _check_text(value: Any, rule: Text, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(pointer, "must be an object")
        return
    types = ("plain_text",) if rule.plain else ("plain_text", "mrkdwn")
    if value.get("type") not in types:
        yield Problem(f"{pointer}/type", f"must be one of {', '.join(types)}")
        return
    table: Fields = {"type!": String(10), "text!": String(rule.longest, rule.shortest)}
    table |= {"emoji": Flag()} if value["type"] == "plain_text" else {"verbatim": Flag()}
    yield from _check_fields(value, table, pointer)


def _check_items(value: Any, rule: Items, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(pointer, "must be an array")
        return
    if len(value) > rule.most:
        yield Problem(pointer, f"no more than {rule.most} items allowed [max_items]")
    if len(value) < rule.least:
        yield Problem(pointer, f"no fewer than {rule.least} items allowed [min_items]")
    for index, item in enumerate(value):
        yield from _check_value(item, rule.of, f"{pointer}/{index}")


def _check_element(value: Any, types: tuple[str, ...], pointer: str) -> Iterator[Problem]:
    if not isinstance(value, dict) or value.get("type") not in types:
        given = value.get("type") if isinstance(value, dict) else value
        yield Problem(f"{pointer}/type", f"unsupported type: {given}")
        return
    type_ = value["type"]
    if type_ in ("plain_text", "mrkdwn"):
        yield from _check_text(value, Text(3000), pointer)
        return
    content = {key: item for key, item in value.items() if key != "type"}
    yield from _check_fields(content, tables.ELEMENTS[type_], pointer)
    if type_.endswith("static_select") and ("options" in value) == ("option_groups" in value):
        yield Problem(pointer, "must have either options or option_groups")
    if type_ == "image" and not value.get("image_url") and not value.get("slack_file"):
        yield Problem(pointer, "missing required field: image_url")
