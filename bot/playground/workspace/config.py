"""Who and what a local workspace has, read from a file; the sample company's is beside this module."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

DEFAULT = Path(__file__).parent / "acme.yaml"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PersonConfig(Part):
    id: str
    name: str
    real_name: str
    title: str = ""
    tz: str = "Europe/Berlin"
    email: str = ""
    is_admin: bool = False
    is_restricted: bool = False
    deleted: bool = False
    is_bot: bool = False


class ChannelConfig(Part):
    id: str
    name: str
    is_private: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    topic: str = ""
    members: list[str] = []


class CommandConfig(Part):
    command: str
    description: str = ""
    usage_hint: str = ""


class ShortcutConfig(Part):
    name: str
    type: str
    callback_id: str
    description: str = ""


class AppConfig(Part):
    id: str
    name: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    scopes: list[str] = []
    """Empty: all."""
    events: list[str] = []
    commands: list[CommandConfig] = []
    shortcuts: list[ShortcutConfig] = []


class WorkspaceConfig(Part):
    name: str
    domain: str
    team_id: str
    people: list[PersonConfig]
    channels: list[ChannelConfig]
    app: AppConfig
    rate_limits: bool = True


def read_config(path: Path | None = None, manifest: Path | None = None) -> WorkspaceConfig:
    """`manifest` is a Slack app manifest, whose commands, shortcuts, events and scopes the app then has.

    Raises OSError, ValueError.
    """
    config = WorkspaceConfig.model_validate(yaml.safe_load((path or DEFAULT).read_text()))
    if manifest is None:
        return config
    return config.model_copy(update={"app": _with_manifest(config.app, yaml.safe_load(manifest.read_text()))})


def _with_manifest(app: AppConfig, manifest: dict[str, Any]) -> AppConfig:
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    commands = [
        CommandConfig(command=c["command"], description=c.get("description", ""), usage_hint=c.get("usage_hint", ""))
        for c in features.get("slash_commands", [])
    ]
    shortcuts = [
        ShortcutConfig(**{key: s[key] for key in ("name", "type", "callback_id", "description")})
        for s in features.get("shortcuts", [])
    ]
    return app.model_copy(
        update={
            "commands": commands,
            "shortcuts": shortcuts,
            "events": settings.get("event_subscriptions", {}).get("bot_events", []),
            "scopes": manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []),
        }
    )
