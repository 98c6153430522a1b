"""The `Sandbox` resource: what somebody wants, and what was observed of it.

The truth of the whole product lives here; every part reads it and writes only its own fields of it.
The CRD is generated from these models (`bot.core.crds`), so the docstrings below are what
`kubectl explain sandbox` shows.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from bot.core.conditions import Condition, ConditionType, is_true
from bot.core.model import Duration, Json, Model, ObjectMeta, Time
from bot.core.names import API_VERSION, APP_NAME_MAX, FINALIZER, NAME_PATTERN, SANDBOX_NAME_MAX

AppName = Annotated[str, Field(max_length=APP_NAME_MAX, pattern=NAME_PATTERN)]
SandboxName = Annotated[str, Field(max_length=SANDBOX_NAME_MAX, pattern=NAME_PATTERN)]
ProcessName = Annotated[str, Field(max_length=20, pattern=NAME_PATTERN)]
Tag = Annotated[str, Field(max_length=128, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
EnvName = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
EnvValue = Annotated[str, Field(max_length=8192)]
Env = Annotated[dict[EnvName, EnvValue], Field(max_length=100)]
SlackUser = Annotated[str, Field(max_length=20, pattern=r"^[UW][A-Z0-9]+$")]
SlackChannel = Annotated[str, Field(max_length=20, pattern=r"^[CGD][A-Z0-9]+$")]


def list_map(*keys: str) -> Json:
    """Schema extras of a list whose items are told apart by these fields."""
    return {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": list(keys)}


SET = {"x-kubernetes-list-type": "set"}
OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


class Owner(Model):
    """Who a sandbox belongs to."""

    slack_user: SlackUser
    """Slack user id, e.g. U02ENGINEER."""
    email: Annotated[str, Field(max_length=254)] | None = None
    """For people who look at the resource without Slack."""
    team: Annotated[str, Field(max_length=63)] | None = None
    """The team that limits and costs are counted for."""


class SleepMode(StrEnum):
    AUTO = "Auto"
    NEVER = "Never"
    SCHEDULE = "Schedule"


class SleepPolicy(Model):
    """When an unused sandbox may be put to sleep."""

    mode: SleepMode = SleepMode.AUTO
    """Auto: when idle; Never: only by hand; Schedule: outside the owner's working hours."""
    idle_after: Duration | None = None
    """How long nobody may have used it, e.g. 1h."""
    warn_before: Duration | None = None
    """How long before sleeping the owner is told, e.g. 15m."""


class Follow(Model):
    """What an app's image follows: a branch or a pull request."""

    model_config = {
        "json_schema_extra": {
            "x-kubernetes-validations": [
                {
                    "rule": "has(self.branch) != has(self.pullRequest)",
                    "message": "follow either a branch or a pullRequest",
                }
            ]
        }
    }

    branch: Annotated[str, Field(min_length=1, max_length=244)] | None = None
    """Name of a branch in the app's source repository."""
    pull_request: Annotated[int, Field(ge=1)] | None = None
    """Number of a pull request in the app's source repository."""


class ScenarioChoice(Model):
    """Which of the template's scenarios to load, and with what."""

    name: Annotated[str, Field(max_length=APP_NAME_MAX, pattern=NAME_PATTERN)]
    """Name of a scenario of the template."""
    parameters: Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(max_length=20)] = {}
    """Values for the scenario's parameters; left out: their defaults."""


class ImagePin(Model):
    """An image chosen by hand."""

    tag: Tag | None = None
    """Image tag, e.g. 1.4.2."""
    digest: Digest | None = None
    """Image digest, sha256:…; wins over the tag."""


class ProcessOverride(Model):
    """What differs from the template for one process type."""

    replicas: Annotated[int, Field(ge=0, le=20)] | None = None
    """How many pods."""
    command: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    """Command line, as in a Procfile."""


class AppOverride(Model):
    """What differs from the template for one app."""

    name: AppName
    """Name of an app of the template."""
    image: ImagePin | None = None
    """Pins the app to an image."""
    follow: Follow | None = None
    """Makes the app follow a branch or pull request."""
    processes: Annotated[dict[ProcessName, ProcessOverride], Field(max_length=20)] = {}
    """By process type, e.g. web, worker."""
    env: Env = {}
    """Configuration that is added to the template's."""
    secrets: Annotated[list[str], Field(max_length=20, json_schema_extra=SET)] = []
    """Names of secret sets that the template allows; never values."""
    values: Annotated[dict[str, Any], Field(json_schema_extra=OPEN)] = {}
    """Raw Helm values, where the template opts in."""


class SandboxSpec(Model):
    """What is wanted."""

    model_config = {
        "json_schema_extra": {
            "x-kubernetes-validations": [
                {
                    "rule": "self.template == oldSelf.template",
                    "message": "template is immutable; create another sandbox for another template",
                }
            ]
        }
    }

    title: Annotated[str, Field(max_length=100)] = ""
    """What the sandbox is for, in a few words."""
    template: Annotated[str, Field(max_length=63, pattern=NAME_PATTERN)]
    """Name of the SandboxTemplate it is made from. Immutable."""
    owner: Owner
    """Who it belongs to."""
    collaborators: Annotated[list[SlackUser], Field(max_length=50, json_schema_extra=SET)] = []
    """Slack user ids of people who may operate it."""
    channel: SlackChannel | None = None
    """Slack channel of its card; left out: the template's, else the owner's direct messages."""
    replicas: Annotated[int, Field(ge=0, le=1)] = 1
    """1 awake, 0 asleep."""
    keep_awake_until: Time | None = None
    """Until then it is not put to sleep."""
    expires_at: Time | None = None
    """When its lifetime is over; it is deleted some days later."""
    sleep: SleepPolicy | None = None
    """Left out: the template's."""
    follow: Follow | None = None
    """For every app whose repository has that branch."""
    scenario: ScenarioChoice | None = None
    """The scenario to load once its apps are ready."""
    apps: Annotated[list[AppOverride], Field(max_length=30, json_schema_extra=list_map("name"))] = []
    """Only what differs from the template."""

    def override_of(self, app: str) -> AppOverride:
        """What differs for that app; an empty override where nothing does."""
        return next((item for item in self.apps if item.name == app), AppOverride(name=app))


class Phase(StrEnum):
    """The state of a sandbox in one word for people; machines read the conditions."""

    CREATING = "Creating"
    READY = "Ready"
    UPDATING = "Updating"
    FALLING_ASLEEP = "FallingAsleep"
    ASLEEP = "Asleep"
    WAKING = "Waking"
    DEGRADED = "Degraded"
    FAILED = "Failed"
    DELETING = "Deleting"


class AppState(StrEnum):
    """Where one app stands on its way up."""

    WAITING = "Waiting"
    """For an app that it depends on."""
    RELEASING = "Releasing"
    """Its release process runs."""
    INSTALLING = "Installing"
    STARTING = "Starting"
    READY = "Ready"
    FAILED = "Failed"


class AppStatus(Model):
    """What was observed of one app."""

    name: AppName
    """Name of the app."""
    state: AppState
    """Waiting, Releasing, Installing, Starting, Ready or Failed."""
    revision: int | None = None
    """Revision of its Helm release."""
    ready: Annotated[str, Field(max_length=20)] = "0/0"
    """Ready pods of wanted pods."""
    url: Annotated[str, Field(max_length=2000)] | None = None
    """Where it is reached, once it can be."""
    image: Annotated[str, Field(max_length=500)] | None = None
    """The image that was applied last."""
    message: Annotated[str, Field(max_length=1000)] = ""
    """A sentence about what it waits for or why it failed."""


class MessageRecord(Model):
    """One message in Slack about this sandbox."""

    key: Annotated[str, Field(max_length=200)]
    """What the message is about; a message is never sent twice for one key."""
    kind: Annotated[str, Field(max_length=20)]
    """card, thread or dm."""
    channel: Annotated[str, Field(max_length=20)]
    """Where it was sent."""
    ts: Annotated[str, Field(max_length=30)] | None = None
    """Slack's timestamp of the message; left out while it is being sent."""
    digest: Annotated[str, Field(max_length=64)] | None = None
    """Of the content that was sent last, for messages that are updated in place."""


class ScenarioStatus(Model):
    """The scenario that was loaded last."""

    name: str
    """Name of the scenario."""
    job: str
    """Name of the Job that loads it."""
    state: Annotated[str, Field(max_length=20)]
    """Waiting, Running, Complete or Failed."""
    message: Annotated[str, Field(max_length=1000)] = ""
    """A sentence about it."""


class SandboxStatus(Model):
    """What was observed."""

    observed_generation: int | None = None
    """The generation of the spec that this status is about."""
    replicas: int | None = None
    """1 awake, 0 asleep."""
    phase: Phase | None = None
    """One word for people."""
    url: Annotated[str, Field(max_length=2000)] | None = None
    """Where the sandbox is entered: the URL of its first app that has one."""
    ready: Annotated[str, Field(max_length=20)] | None = None
    """Ready apps of all apps."""
    conditions: Annotated[list[Condition], Field(json_schema_extra=list_map("type"))] = []
    """Latest observations: Ready, Reconciled, ScenarioLoaded, Expired."""
    apps: Annotated[list[AppStatus], Field(json_schema_extra=list_map("name"))] = []
    """One entry an app, in the template's order. Written by the operator."""
    scenario: ScenarioStatus | None = None
    """Written by the operator."""
    messages: Annotated[list[MessageRecord], Field(json_schema_extra=list_map("key"))] = []
    """What was said in Slack. Written by the notifier."""


class Sandbox(Model):
    """A person's own complete copy of the company's applications, with its own data."""

    model_config = {
        "json_schema_extra": {
            "x-kubernetes-validations": [
                {
                    "rule": f"self.metadata.name.size() <= {SANDBOX_NAME_MAX}"
                    f" && self.metadata.name.matches('{NAME_PATTERN}')",
                    "message": f"a sandbox's name has at most {SANDBOX_NAME_MAX} lowercase letters, digits and"
                    " single dashes, and starts with a letter",
                }
            ]
        }
    }

    api_version: str = API_VERSION
    kind: str = "Sandbox"
    metadata: ObjectMeta
    spec: SandboxSpec
    """What is wanted."""
    status: SandboxStatus = SandboxStatus()
    """What was observed."""

    @model_validator(mode="before")
    @classmethod
    def _null_status_is_empty(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and raw.get("status", 0) is None:
            return {key: value for key, value in raw.items() if key != "status"}
        return raw

    @property
    def name(self) -> str:
        return self.metadata.name

    @property
    def uid(self) -> str:
        """Set by the apiserver; "" for one that was never stored."""
        return self.metadata.uid or ""

    @property
    def display_title(self) -> str:
        """What people call it: the title, else the name."""
        return self.spec.title or self.metadata.name

    @property
    def deleting(self) -> bool:
        return self.metadata.deletion_timestamp is not None

    @property
    def gone(self) -> bool:
        """Whether all of it has been removed, and only the last word about it is left to be said."""
        return self.deleting and FINALIZER not in self.metadata.finalizers

    @property
    def ready(self) -> bool:
        """Whether it is ready for the spec as it is now, not only for an earlier one."""
        return self.status.observed_generation == self.metadata.generation and is_true(
            self.status.conditions, ConditionType.READY
        )

    def expired(self, now: datetime) -> bool:
        """Whether its lifetime is over."""
        return self.spec.expires_at is not None and self.spec.expires_at <= now
