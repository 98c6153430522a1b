"""The `SandboxUser` resource: what belongs to a person rather than to a sandbox."""

from typing import Annotated

from pydantic import Field

from bot.core.model import Model, ObjectMeta, Time
from bot.core.names import API_VERSION
from bot.core.sandbox import SlackUser


class UserSettings(Model):
    """What a person chose for themselves."""

    idle_warnings: bool = True
    """Whether to be told by direct message before an idle sandbox sleeps."""


class UserSpec(Model):
    """A person."""

    slack_user: SlackUser
    """Slack user id."""
    github_login: Annotated[str, Field(max_length=39, pattern=r"^[A-Za-z0-9](-?[A-Za-z0-9])*$")] | None = None
    """The person's account on GitHub."""
    team: Annotated[str, Field(max_length=63)] | None = None
    """The team that this person's sandboxes count for."""
    settings: UserSettings = UserSettings()
    """What the person chose."""


class UserStatus(Model):
    """What the product remembers about a person."""

    onboarded_at: Time | None = None
    """When the person was first shown around."""


class SandboxUser(Model):
    """A person who uses sandboxes: settings, linked GitHub login, onboarding."""

    api_version: str = API_VERSION
    kind: str = "SandboxUser"
    metadata: ObjectMeta
    spec: UserSpec
    """Who it is, and what they chose."""
    status: UserStatus = UserStatus()
    """What the product remembers."""
