"""What to do next for one sandbox: a pure function of what is wanted and what was observed.

Actions are independent of each other, at most one a release, and each is harmless when repeated. After they
are done the cluster is observed again and the plan made anew, until it is empty. So it makes no difference
between which two steps the process died.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.check import check_sandbox
from bot.core.conditions import Reason
from bot.core.jobs import release_job, scenario_job
from bot.core.links import Site, app_url
from bot.core.model import Json
from bot.core.names import (
    BASE_RELEASE,
    FINALIZER,
    LABEL_SANDBOX,
    LABEL_UID,
    MANAGED_BY,
    namespace_of,
)
from bot.core.observed import JobState, Observed
from bot.core.sandbox import AppState, AppStatus, Sandbox, SandboxStatus, ScenarioStatus
from bot.core.status import Findings, build_status
from bot.core.template import SandboxTemplate, TemplateApp, check_template
from bot.core.values import ReleasePlan, plan_app_release, plan_base_release

GRACE = timedelta(days=3)
"""Between the end of a sandbox's lifetime and its deletion."""


@dataclass(frozen=True)
class AddFinalizer:
    pass


@dataclass(frozen=True)
class RemoveFinalizer:
    pass


@dataclass(frozen=True)
class CreateNamespace:
    manifest: Json


@dataclass(frozen=True)
class ApplyRelease:
    release: ReleasePlan


@dataclass(frozen=True)
class ForgetRevision:
    """Removes the record of a revision that a killed helm process left half done, so that Helm goes on."""

    secret: str


@dataclass(frozen=True)
class UninstallRelease:
    name: str


@dataclass(frozen=True)
class RunJob:
    manifest: Json


@dataclass(frozen=True)
class DeleteNamespace:
    pass


@dataclass(frozen=True)
class DeleteSandbox:
    """Its lifetime and the grace are over."""


Action = (
    AddFinalizer
    | RemoveFinalizer
    | CreateNamespace
    | ApplyRelease
    | ForgetRevision
    | UninstallRelease
    | RunJob
    | DeleteNamespace
    | DeleteSandbox
)


@dataclass(frozen=True)
class World:
    """What plans of all sandboxes have in common. `charts` stands for the content of the built-in charts."""

    site: Site
    charts: str


@dataclass(frozen=True)
class Plan:
    actions: tuple[Action, ...]
    status: SandboxStatus
    look_again: datetime | None = None
    """When time alone will change the plan."""


def plan(sandbox: Sandbox, template: SandboxTemplate | None, observed: Observed, world: World, now: datetime) -> Plan:
    """What to do now, and the status to save."""
    if sandbox.deleting:
        return _plan_deletion(sandbox, template, observed, now)
    if sandbox.spec.expires_at and now >= sandbox.spec.expires_at + GRACE:
        return Plan((DeleteSandbox(),), sandbox.status)
    look_again = _next_moment(sandbox, now)
    problem = _find_problem(sandbox, template, observed)
    if problem is not None or template is None:
        findings = Findings(blocked=problem)
        return Plan((), build_status(sandbox, findings, now), look_again)
    if FINALIZER not in sandbox.metadata.finalizers:
        return Plan((AddFinalizer(),), build_status(sandbox, Findings(), now), look_again)
    if observed.namespace is None:
        action = CreateNamespace(build_namespace(sandbox, template))
        return Plan((action,), build_status(sandbox, Findings(apps=_waiting(template)), now), look_again)
    actions, findings = _plan_releases(sandbox, template, observed, world)
    return Plan(tuple(actions), build_status(sandbox, findings, now), look_again)


def build_namespace(sandbox: Sandbox, template: SandboxTemplate) -> Json:
    """The namespace of a sandbox's workloads; its uid label says whose it is."""
    level = template.spec.pod_security.value
    labels = {
        MANAGED_BY: "sandbox-bot",
        LABEL_SANDBOX: sandbox.name,
        LABEL_UID: sandbox.uid,
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/warn": level,
    }
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace_of(sandbox.name), "labels": labels}}


def _next_moment(sandbox: Sandbox, now: datetime) -> datetime | None:
    if sandbox.spec.expires_at is None:
        return None
    return next((moment for moment in (sandbox.spec.expires_at, sandbox.spec.expires_at + GRACE) if moment > now), None)


def _find_problem(sandbox: Sandbox, template: SandboxTemplate | None, observed: Observed) -> tuple[Reason, str] | None:
    """What keeps anything from being done at all, and only a person can mend."""
    if template is None:
        return Reason.TEMPLATE_NOT_FOUND, f"There is no template {sandbox.spec.template}."
    if problems := check_template(template):
        return Reason.TEMPLATE_INVALID, f"The template {template.name} is not usable: {'; '.join(problems)}"
    if problems := check_sandbox(sandbox, template):
        return Reason.SPEC_INVALID, "; ".join(problems)
    if observed.namespace and observed.namespace.uid != sandbox.uid:
        return Reason.NAMESPACE_TAKEN, f"The namespace {namespace_of(sandbox.name)} belongs to something else."
    return None


def _waiting(template: SandboxTemplate) -> list[AppStatus]:
    return [AppStatus(name=app.name, state=AppState.WAITING) for app in template.spec.apps]


def _plan_releases(
    sandbox: Sandbox, template: SandboxTemplate, observed: Observed, world: World
) -> tuple[list[Action], Findings]:
    base = plan_base_release(sandbox, template, world.charts)
    base_action, base_problem = _towards(base, observed)
    actions: list[Action] = [base_action] if base_action else []
    if base_action or base_problem:
        blocked = (Reason.APPLY_FAILED, base_problem) if base_problem else None
        return actions, Findings(apps=_waiting(template), blocked=blocked)
    apps: list[AppStatus] = []
    ready: set[str] = set()
    for app in in_order(template):
        action, status = _plan_app(sandbox, template, app, observed, world, ready)
        actions += [action] if action else []
        apps.append(status)
        if status.state is AppState.READY:
            ready.add(app.name)
    order = [app.name for app in template.spec.apps]
    apps.sort(key=lambda status: order.index(status.name))
    scenario_action, scenario = _plan_scenario(sandbox, template, observed, ready)
    actions += [scenario_action] if scenario_action else []
    return actions, Findings(apps=apps, scenario=scenario)


def in_order(template: SandboxTemplate) -> list[TemplateApp]:
    """The apps, each after those that it depends on. The template was checked for cycles."""
    left, result = list(template.spec.apps), list[TemplateApp]()
    while left:
        done = {app.name for app in result}
        free = [app for app in left if set(app.depends_on) <= done]
        result += free
        left = [app for app in left if app not in free]
    return result


def _towards(release: ReleasePlan, observed: Observed) -> tuple[Action | None, str]:
    """(what to do to have the release as planned, or why that can't be)."""
    seen = observed.releases.get(release.name)
    failure = observed.failures.get(release.name)
    if seen and seen.digest == release.digest and seen.status == "deployed":
        return None, ""
    if failure and failure.digest == release.digest:
        return None, failure.sentence
    if seen and seen.status.startswith("pending-"):
        return ForgetRevision(seen.secret), ""
    return ApplyRelease(release), ""


def _plan_app(
    sandbox: Sandbox,
    template: SandboxTemplate,
    app: TemplateApp,
    observed: Observed,
    world: World,
    ready: set[str],
) -> tuple[Action | None, AppStatus]:
    release = plan_app_release(sandbox, template, app, world.site, world.charts)
    seen = observed.releases.get(app.name)
    status = AppStatus(
        name=app.name, state=AppState.WAITING, revision=seen.revision if seen else None, image=release.image or None
    )
    waiting_for = [other for other in app.depends_on if other not in ready]
    if seen is None and waiting_for:
        return None, status.model_copy(update={"message": f"Waits for {', '.join(waiting_for)}."})
    action, problem = _towards(release, observed)
    if problem:
        return None, _failed(status, problem[:1].upper() + problem[1:].rstrip(".") + ".")
    if isinstance(action, ApplyRelease) and (job := release_job(sandbox, app)):
        state = observed.jobs.get(job["metadata"]["name"])
        if state is None:
            return RunJob(job), status.model_copy(update={"state": AppState.RELEASING})
        if state.state is JobState.RUNNING:
            return None, status.model_copy(update={"state": AppState.RELEASING, "message": "Its release process runs."})
        if state.state is JobState.FAILED:
            return None, _failed(status, "Its release process failed; the version before goes on running.")
    if action is not None:
        return action, status.model_copy(update={"state": AppState.INSTALLING})
    return None, _observe_app(status, app, observed, app_url(world.site, app, sandbox.name))


def _failed(status: AppStatus, sentence: str) -> AppStatus:
    return status.model_copy(update={"state": AppState.FAILED, "message": sentence})


def _observe_app(status: AppStatus, app: TemplateApp, observed: Observed, url: str | None) -> AppStatus:
    workloads = observed.workloads_of(app.name)
    ready = f"{sum(item.ready for item in workloads)}/{sum(item.wanted for item in workloads)}"
    settled = all(item.settled for item in workloads)
    status = status.model_copy(update={"ready": ready, "state": AppState.READY if settled else AppState.STARTING})
    if settled:
        return status.model_copy(update={"url": url})
    problem = observed.problem_of(app.name)
    return _failed(status, problem) if problem else status


def _plan_scenario(
    sandbox: Sandbox, template: SandboxTemplate, observed: Observed, ready: set[str]
) -> tuple[Action | None, ScenarioStatus | None]:
    job = scenario_job(sandbox, template)
    scenario = template.scenario(sandbox.spec.scenario.name) if sandbox.spec.scenario else None
    if job is None or scenario is None:
        return None, None
    name = job["metadata"]["name"]
    found = observed.jobs.get(name)
    if found is not None:
        message = "The scenario's job failed." if found.state is JobState.FAILED else ""
        return None, ScenarioStatus(name=scenario.name, job=name, state=found.state.value, message=message)
    needed = set(scenario.requires) or {app.name for app in template.spec.apps}
    if missing := sorted(needed - ready):
        message = f"Waits for {', '.join(missing)}."
        return None, ScenarioStatus(name=scenario.name, job=name, state="Waiting", message=message)
    return RunJob(job), ScenarioStatus(name=scenario.name, job=name, state="Running")


def _plan_deletion(sandbox: Sandbox, template: SandboxTemplate | None, observed: Observed, now: datetime) -> Plan:
    """Apps first, dependents before what they depend on; then the namespace with all that is left in it."""
    status = build_status(sandbox, Findings(apps=list(sandbox.status.apps)), now)
    if FINALIZER not in sandbox.metadata.finalizers:
        return Plan((), status)
    if observed.namespace is None or observed.namespace.uid != sandbox.uid:
        return Plan((RemoveFinalizer(),), status)
    if observed.namespace.terminating:
        return Plan((), status)
    left = {name for name in observed.releases if name != BASE_RELEASE and name not in observed.failures}
    depends_on = {app.name: set(app.depends_on) for app in template.spec.apps} if template else {}
    needed = {other for name in left for other in depends_on.get(name, set())}
    free = sorted(left - needed) or sorted(left)
    if free:
        return Plan(tuple(UninstallRelease(name) for name in free), status)
    return Plan((DeleteNamespace(),), status)
