"""Typos and prefixes."""

import pytest

from bot.core.suggest import Match, match_name, suggest

WORDS = ["create", "list", "show", "delete", "help"]
NAMES = ["catalog", "checkout", "checkout-totals", "demo"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("craete", "create"), ("DELET", "delete"), ("lst", "list"), ("xyzzy", None), ("", None)]
)
def test_typos(typed: str, meant: str | None) -> None:
    assert suggest(typed, WORDS) == meant


@pytest.mark.parametrize(
    ("text", "own", "match"),
    [
        ("demo", [], Match("demo")),
        ("d", [], Match("demo")),
        ("checkout", [], Match("checkout")),
        ("check", [], Match(candidates=("checkout", "checkout-totals"))),
        ("check", ["checkout-totals"], Match("checkout-totals")),
        ("c", [], Match(candidates=("catalog", "checkout", "checkout-totals"))),
        ("cattalog", [], Match(candidates=("catalog",))),
        ("nothing-like-it", [], Match()),
        ("", ["demo"], Match("demo")),
        ("", [], Match()),
        ("", ["catalog", "demo"], Match(candidates=("catalog", "demo"))),
    ],
)
def test_names(text: str, own: list[str], match: Match) -> None:
    assert match_name(text, NAMES, own) == match
