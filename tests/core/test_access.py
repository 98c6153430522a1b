"""Who may do what."""

import pytest

from bot.core.access import Action, Actor, Role, decide, role_of
from bot.core.sandbox import Sandbox

SANDBOX = Sandbox.from_json(
    {
        "metadata": {"name": "totals"},
        "spec": {"template": "shop", "owner": {"slackUser": "U1OWNER"}, "collaborators": ["U2COLLABORATOR"]},
    }
)
OWNER, COLLABORATOR, OTHER = Actor("U1OWNER"), Actor("U2COLLABORATOR"), Actor("U3OTHER")
ADMIN = Actor("U4ADMIN", is_admin=True)


@pytest.mark.parametrize(
    ("actor", "role", "allowed"),
    [
        (OWNER, Role.OWNER, set(Action)),
        (ADMIN, Role.ADMIN, set(Action)),
        (COLLABORATOR, Role.COLLABORATOR, {Action.LOOK, Action.CREATE, Action.OPERATE}),
        (OTHER, Role.OTHER, {Action.LOOK, Action.CREATE}),
    ],
)
def test_roles(actor: Actor, role: Role, allowed: set[Action]) -> None:
    assert role_of(actor, SANDBOX) is role
    assert {action for action in Action if decide(action, actor, SANDBOX).allowed} == allowed


@pytest.mark.parametrize("fact", ["is_guest", "is_foreign", "is_deactivated", "is_bot"])
@pytest.mark.parametrize("user", ["U1OWNER", "U2COLLABORATOR", "U4ADMIN"])
def test_some_may_nothing_whatever_else_they_are(fact: str, user: str) -> None:
    actor = Actor(user, is_admin=user == "U4ADMIN", **{fact: True})
    for action in Action:
        decision = decide(action, actor, SANDBOX)
        assert not decision.allowed
        assert decision.sentence.endswith(".")


def test_a_refusal_says_whom_to_ask() -> None:
    assert "owner of totals" in decide(Action.DELETE, OTHER, SANDBOX).sentence
    assert "owner of totals" in decide(Action.OPERATE, OTHER, SANDBOX).sentence
