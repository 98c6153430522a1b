"""What the Home says, and in which order."""

import json
from datetime import UTC, datetime
from typing import Any

from blocks.home import build_home, is_on_home
from bot.core.access import Actor
from bot.core.sandbox import Sandbox
from bot.core.template import SandboxTemplate

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ADA = Actor("U02ENGINEER")


def sandbox(name: str, owner: str = "U02ENGINEER", status: dict[str, Any] | None = None, **spec: Any) -> Sandbox:
    return Sandbox.from_json(
        {
            "metadata": {"name": name, "uid": f"uid-{name}"},
            "spec": {"template": "shop", "owner": {"slackUser": owner}, **spec},
            "status": status or {},
        }
    )


def text_of(view: dict[str, Any]) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


def test_what_waits_comes_first() -> None:
    failed = sandbox("broken", status={"apps": [{"name": "web", "state": "Failed", "message": "No such image."}]})
    text = text_of(build_home([sandbox("fine"), failed], [], ADA, NOW))
    assert "web failed: No such image." in text
    assert text.index("Waiting for you") < text.index("No such image.") < text.index("fine")


def test_an_end_that_is_near_waits_for_its_owner() -> None:
    soon = sandbox("soon", expiresAt="2026-11-24T20:00:00Z")
    later = sandbox("later", expiresAt="2026-12-24T20:00:00Z")
    assert "lifetime ends" in text_of(build_home([soon], [], ADA, NOW))
    assert "Waiting" not in text_of(build_home([later], [], ADA, NOW))


def test_others_failures_do_not_wait_for_me() -> None:
    hers = sandbox("hers", "U03MANAGER", {"phase": "Failed"}, collaborators=["U02ENGINEER"])
    text = text_of(build_home([hers, sandbox("unrelated", "U03MANAGER")], [], ADA, NOW))
    assert "Waiting" not in text
    assert "Shared with you" in text
    assert "unrelated" not in text


def test_an_empty_home_teaches_by_example() -> None:
    raw = {
        "title": "Storefront",
        "apps": [{"name": "web"}],
        "scenarios": [{"name": "cart", "title": "A full cart", "command": "x"}],
    }
    template = SandboxTemplate.from_json({"metadata": {"name": "shop"}, "spec": raw})
    text = text_of(build_home([], [template], ADA, NOW))
    assert "Storefront" in text
    assert "A full cart" in text
    assert "/sandbox create" in text


def test_whose_home_shows_a_sandbox() -> None:
    ours = sandbox("ours", collaborators=["U03MANAGER"])
    assert [is_on_home(ours, user) for user in ("U02ENGINEER", "U03MANAGER", "U01ADMIN")] == [True, True, False]
