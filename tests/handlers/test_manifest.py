"""The app's manifest says what is listened to and asks for no permission that isn't used."""

import re
from pathlib import Path

import yaml

import handlers

ROOT = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())
SCOPES = {
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "users_info": {"users:read", "users:read.email"},
    "views_open": set(),
    "views_push": set(),
    "views_update": set(),
    "views_publish": set(),
    "auth_test": set(),
}


def called_methods() -> set[str]:
    """Web API methods that the code calls."""
    sources = [*ROOT.glob("handlers/*.py"), ROOT / "bot/adapters/slack.py"]
    text = "\n".join(source.read_text() for source in sources if source.exists())
    return set(re.findall(r"client\.((?:api|auth|bots|chat|conversations|im|users|views)_\w+)\(", text))


def test_what_is_listened_to_is_in_the_manifest() -> None:
    features, settings = MANIFEST["features"], MANIFEST["settings"]
    assert [item["command"] for item in features["slash_commands"]] == list(handlers.COMMANDS)
    assert [item["callback_id"] for item in features["shortcuts"]] == list(handlers.SHORTCUTS)
    assert settings["event_subscriptions"]["bot_events"] == list(handlers.EVENTS)
    assert settings["interactivity"]["is_enabled"]
    assert settings["socket_mode_enabled"]
    assert features["app_home"]["home_tab_enabled"]


def test_no_permission_is_missing() -> None:
    unknown = called_methods() - SCOPES.keys()
    assert not unknown, f"say in this test which scopes these need: {unknown}"
    needed = {"commands"}.union(*(SCOPES[method] for method in called_methods()))
    assert needed <= set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_no_permission_is_too_much() -> None:
    used = {"commands"}.union(*SCOPES.values())
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == used


def test_texts_fit_slack() -> None:
    about = MANIFEST["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
