"""What travels in a button comes back as it was, and nonsense does no harm."""

from hypothesis import given
from hypothesis import strategies as st

from blocks import ids
from blocks.parse import parse_click, parse_command


@given(name=st.from_regex(r"[a-z](-?[a-z0-9]){0,20}", fullmatch=True), uid=st.uuids().map(str))
def test_references_come_back(name: str, uid: str) -> None:
    reference = ids.Reference(name, uid)
    choice = ids.MenuChoice(ids.MENU_DELETE, reference)
    assert ids.parse_reference(reference.to_value()) == reference
    assert ids.parse_menu_choice(choice.to_value()) == choice


@given(st.text())
def test_any_text_is_some_reference_and_some_command(text: str) -> None:
    ids.parse_reference(text)
    ids.parse_menu_choice(text)
    command = parse_command(text)
    assert command.verb == command.verb.strip()
    assert parse_click({"value": text}) == text


def test_what_is_chosen_counts_as_pressed() -> None:
    assert parse_click({"selected_option": {"value": "details:a/b"}}) == "details:a/b"
    assert parse_click({}) == ""
