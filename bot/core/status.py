"""The status of a sandbox, made from what was found out about its apps: conditions, one word for people, URLs."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.conditions import (
    Condition,
    ConditionType,
    Reason,
    condition,
    find_condition,
    is_true,
    set_condition,
)
from bot.core.model import format_time
from bot.core.sandbox import AppState, AppStatus, Phase, Sandbox, SandboxStatus, ScenarioStatus


@dataclass(frozen=True)
class Findings:
    apps: list[AppStatus] = field(default_factory=list)
    scenario: ScenarioStatus | None = None
    blocked: tuple[Reason, str] | None = None
    """What keeps anything from being done at all."""


def build_status(sandbox: Sandbox, findings: Findings, now: datetime) -> SandboxStatus:
    """The status to save; messages stay as they are, since they are the notifier's."""
    old = sandbox.status
    apps = findings.apps or list(old.apps)
    conditions = list(old.conditions)
    for found in _conditions(sandbox, findings, apps, now):
        conditions = set_condition(conditions, found)
    ready = sum(app.state is AppState.READY for app in apps)
    return old.model_copy(
        update={
            "observed_generation": sandbox.metadata.generation,
            "replicas": 1 if any(app.revision for app in apps) else 0,
            "phase": _phase(sandbox, findings, apps, conditions),
            "url": next((app.url for app in apps if app.url), None),
            "ready": f"{ready}/{len(apps)}",
            "conditions": conditions,
            "apps": apps,
            "scenario": findings.scenario,
        }
    )


def _conditions(sandbox: Sandbox, findings: Findings, apps: list[AppStatus], now: datetime) -> list[Condition]:
    generation = sandbox.metadata.generation
    found = [
        (ConditionType.READY, *_ready(sandbox, findings, apps)),
        (ConditionType.RECONCILED, *_reconciled(sandbox, findings, apps)),
        (ConditionType.SCENARIO_LOADED, *_scenario(sandbox, findings)),
        (ConditionType.EXPIRED, *_expired(sandbox, now)),
    ]
    return [condition(type_, holds, reason, message, now, generation) for type_, holds, reason, message in found]


_Finding = tuple[bool | None, Reason, str]


def _ready(sandbox: Sandbox, findings: Findings, apps: list[AppStatus]) -> _Finding:
    if sandbox.deleting:
        return False, Reason.DELETING, "The sandbox is being deleted."
    if findings.blocked:
        return False, *findings.blocked
    failed = [app.name for app in apps if app.state is AppState.FAILED]
    if failed:
        return False, Reason.APP_FAILED, f"Not up: {', '.join(failed)}."
    waiting = [app.name for app in apps if app.state is not AppState.READY]
    if waiting or not apps:
        return False, Reason.WAITING_FOR_APPS, f"Not ready yet: {', '.join(waiting) or 'all apps'}."
    if findings.scenario and findings.scenario.state == "Failed":
        return False, Reason.SCENARIO_FAILED, f"The scenario {findings.scenario.name} could not be loaded."
    if findings.scenario and findings.scenario.state != "Complete":
        return False, Reason.SCENARIO_RUNNING, f"The scenario {findings.scenario.name} is being loaded."
    return True, Reason.APPS_READY, "All apps are ready."


def _reconciled(sandbox: Sandbox, findings: Findings, apps: list[AppStatus]) -> _Finding:
    if sandbox.deleting:
        return False, Reason.DELETING, "The sandbox is being deleted."
    if findings.blocked:
        return False, *findings.blocked
    under_way = [app for app in apps if app.state in (AppState.WAITING, AppState.RELEASING, AppState.INSTALLING)]
    if under_way or not apps:
        return False, Reason.APPLYING, f"Still to be applied: {', '.join(app.name for app in under_way) or 'all apps'}."
    return True, Reason.APPLIED, "Everything that is asked for has been applied."


def _scenario(sandbox: Sandbox, findings: Findings) -> _Finding:
    scenario = findings.scenario
    if sandbox.spec.scenario is None:
        return False, Reason.NO_SCENARIO, "No scenario is asked for."
    if scenario is None or scenario.state == "Waiting":
        return False, Reason.SCENARIO_WAITING, scenario.message if scenario else "Waits for the apps."
    if scenario.state == "Complete":
        return True, Reason.SCENARIO_COMPLETE, f"The scenario {scenario.name} is loaded."
    if scenario.state == "Failed":
        return False, Reason.SCENARIO_FAILED, scenario.message
    return False, Reason.SCENARIO_RUNNING, f"The scenario {scenario.name} is being loaded."


def _expired(sandbox: Sandbox, now: datetime) -> _Finding:
    if sandbox.spec.expires_at is None:
        return False, Reason.NO_EXPIRY, "It has no end."
    if sandbox.expired(now):
        return True, Reason.LIFETIME_OVER, f"Its lifetime was over at {format_time(sandbox.spec.expires_at)}."
    return False, Reason.WITHIN_LIFETIME, f"Its lifetime ends at {format_time(sandbox.spec.expires_at)}."


def _phase(sandbox: Sandbox, findings: Findings, apps: list[AppStatus], conditions: list[Condition]) -> Phase:
    was_ready = sandbox.status.phase in (Phase.READY, Phase.UPDATING, Phase.DEGRADED)
    ready = find_condition(conditions, ConditionType.READY)
    if sandbox.deleting:
        return Phase.DELETING
    if is_true(conditions, ConditionType.READY):
        return Phase.READY
    if findings.blocked or (ready and ready.reason in (Reason.APP_FAILED, Reason.SCENARIO_FAILED)):
        return Phase.DEGRADED if was_ready else Phase.FAILED
    under_way = any(app.state in (AppState.RELEASING, AppState.INSTALLING) for app in apps)
    if sandbox.status.phase is Phase.UPDATING:
        return Phase.UPDATING
    if was_ready:
        changed = sandbox.status.observed_generation != sandbox.metadata.generation
        return Phase.UPDATING if under_way or changed else Phase.DEGRADED
    return Phase.CREATING
