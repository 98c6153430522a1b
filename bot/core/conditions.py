"""Conditions as the Kubernetes API conventions have them: a list keyed by type, never removed, with stable reasons."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.core.model import Model, Time


class ConditionStatus(StrEnum):
    TRUE = "True"
    FALSE = "False"
    UNKNOWN = "Unknown"


class ConditionType(StrEnum):
    READY = "Ready"
    """All apps are up and, where a scenario is asked for, it is loaded."""
    RECONCILED = "Reconciled"
    """Everything that the spec asks for has been applied."""
    SCENARIO_LOADED = "ScenarioLoaded"
    EXPIRED = "Expired"


class Reason(StrEnum):
    """Why a condition is what it is. Stable: alerts and people's scripts match on these words."""

    CREATING = "Creating"
    WAITING_FOR_APPS = "WaitingForApps"
    APPS_READY = "AppsReady"
    APP_FAILED = "AppFailed"
    SCENARIO_RUNNING = "ScenarioRunning"
    SCENARIO_COMPLETE = "ScenarioComplete"
    SCENARIO_FAILED = "ScenarioFailed"
    SCENARIO_WAITING = "ScenarioWaiting"
    NO_SCENARIO = "NoScenario"
    APPLIED = "Applied"
    APPLYING = "Applying"
    APPLY_FAILED = "ApplyFailed"
    TEMPLATE_NOT_FOUND = "TemplateNotFound"
    TEMPLATE_INVALID = "TemplateInvalid"
    SPEC_INVALID = "SpecInvalid"
    NAMESPACE_TAKEN = "NamespaceTaken"
    DELETING = "Deleting"
    WITHIN_LIFETIME = "WithinLifetime"
    NO_EXPIRY = "NoExpiry"
    LIFETIME_OVER = "LifetimeOver"


class Condition(Model):
    """One observation about a resource."""

    type: Annotated[str, Field(max_length=316)]
    """What is observed, e.g. Ready."""
    status: ConditionStatus
    """True, False or Unknown."""
    reason: Annotated[str, Field(min_length=1, max_length=1024, pattern=r"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")]
    """One CamelCase word for machines."""
    message: Annotated[str, Field(max_length=32768)] = ""
    """A sentence for people."""
    last_transition_time: Time
    """When `status` last changed."""
    observed_generation: int | None = None
    """The generation of the spec that was looked at."""


def find_condition(conditions: Iterable[Condition], type_: ConditionType) -> Condition | None:
    """The condition of that type, if it was ever set."""
    return next((condition for condition in conditions if condition.type == type_), None)


def is_true(conditions: Iterable[Condition], type_: ConditionType) -> bool:
    """Whether that condition is known to hold."""
    condition = find_condition(conditions, type_)
    return condition is not None and condition.status is ConditionStatus.TRUE


def set_condition(conditions: Iterable[Condition], new: Condition) -> list[Condition]:
    """The list with `new` in its place; the transition time is kept where the status did not change."""
    result = list(conditions)
    for index, old in enumerate(result):
        if old.type == new.type:
            if old.status is new.status:
                new = new.model_copy(update={"last_transition_time": old.last_transition_time})
            result[index] = new
            return result
    return [*result, new]


def condition(
    type_: ConditionType,
    holds: bool | None,
    reason: Reason,
    message: str,
    now: datetime,
    generation: int | None,
) -> Condition:
    """A condition observed `now`; `holds` None means unknown."""
    status = {True: ConditionStatus.TRUE, False: ConditionStatus.FALSE, None: ConditionStatus.UNKNOWN}[holds]
    return Condition(
        type=type_,
        status=status,
        reason=reason,
        message=message,
        last_transition_time=now,
        observed_generation=generation,
    )
