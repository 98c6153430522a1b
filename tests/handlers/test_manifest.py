"""The app's manifest says what is listened to and asks for no permission that isn't used."""

import re
from pathlib import Path

import yaml

import handlers

ROOT = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())
SCOPES = {
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "users.info": {"users:read", "users:read.email"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
"""What the Web API methods that we call need, as Slack's reference says."""


def called_methods() -> set[str]:
    """Web API methods that the code calls, by the SDK's method or by name."""
    sources = [*ROOT.glob("handlers/*.py"), ROOT / "bot/adapters/slack.py", *ROOT.glob("bot/notifier/*.py")]
    text = "\n".join(source.read_text() for source in sources)
    family = "admin|apps|auth|bookmarks|bots|chat|conversations|files|im|pins|reactions|team|users|views"
    by_sdk = re.findall(rf"client\.({family})_(\w+)\(", text)
    by_name = re.findall(rf'"({family})\.([a-zA-Z.]+)"', text)
    return {f"{family}.{method}" for family, method in [*by_sdk, *by_name]}


def test_what_is_listened_to_is_in_the_manifest() -> None:
    features, settings = MANIFEST["features"], MANIFEST["settings"]
    assert [item["command"] for item in features["slash_commands"]] == list(handlers.COMMANDS)
    assert [item["callback_id"] for item in features["shortcuts"]] == list(handlers.SHORTCUTS)
    assert settings["event_subscriptions"]["bot_events"] == list(handlers.EVENTS)
    assert settings["interactivity"]["is_enabled"]
    assert settings["socket_mode_enabled"]
    assert features["app_home"]["home_tab_enabled"]


def test_permissions_are_those_that_the_calls_need() -> None:
    assert called_methods() == SCOPES.keys()
    needed = {"commands"}.union(*SCOPES.values())
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_texts_fit_slack() -> None:
    about = MANIFEST["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
