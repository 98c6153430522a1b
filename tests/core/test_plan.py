"""The plan: tables of what is seen and what follows, and a small world in which it must always come to an end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.conditions import ConditionType, Reason, find_condition
from bot.core.links import Site
from bot.core.names import FINALIZER
from bot.core.observed import (
    Failure,
    JobState,
    Observed,
    SeenJob,
    SeenNamespace,
    SeenPod,
    SeenRelease,
    SeenWorkload,
)
from bot.core.plan import (
    GRACE,
    AddFinalizer,
    ApplyRelease,
    CreateNamespace,
    DeleteNamespace,
    DeleteSandbox,
    ForgetRevision,
    Plan,
    RemoveFinalizer,
    RunJob,
    UninstallRelease,
    World,
    plan,
)
from bot.core.sandbox import AppState, Phase, Sandbox
from bot.core.template import SandboxTemplate

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WORLD = World(Site("sandbox.example"), charts="1")


def template(**spec: Any) -> SandboxTemplate:
    apps = [
        {
            "name": "web",
            "image": {"repository": "r/web", "tag": "1"},
            "procfile": "web: serve\nrelease: migrate",
            "dependsOn": ["db", "api"],
        },
        {"name": "api", "image": {"repository": "r/api", "tag": "1"}, "processes": {"web": {"command": "serve"}}},
        {"name": "db", "chart": {"path": "postgres"}},
    ]
    scenario = {"name": "full-cart", "title": "Full cart", "app": "web", "command": "fill"}
    return SandboxTemplate.from_json(
        {"metadata": {"name": "shop"}, "spec": {"title": "Shop", "apps": apps, "scenarios": [scenario], **spec}}
    )


def sandbox(*, finalizers: tuple[str, ...] = (FINALIZER,), deleting: bool = False, **spec: Any) -> Sandbox:
    metadata: dict[str, Any] = {"name": "demo", "uid": "u1", "generation": 1, "finalizers": list(finalizers)}
    if deleting:
        metadata["deletionTimestamp"] = "2026-11-24T09:00:00Z"
    owner = {"slackUser": "U02ENGINEER"}
    return Sandbox.from_json({"metadata": metadata, "spec": {"template": "shop", "owner": owner, **spec}})


class SimulatedCluster:
    """What the actions do, without a cluster; pods come up at once, save those of `broken` apps."""

    def __init__(self, broken: frozenset[str] = frozenset()) -> None:
        self.namespace: SeenNamespace | None = None
        self.releases: dict[str, SeenRelease] = {}
        self.jobs: dict[str, SeenJob] = {}
        self.broken = broken
        self.applied: list[str] = []

    def observe(self) -> Observed:
        workloads = tuple(
            SeenWorkload(name, f"{name}-web", 1, int(name not in self.broken), name not in self.broken, "")
            for name in self.releases
        )
        pods = tuple(SeenPod(f"{name}-web-abc", "It stops.") for name in self.broken if name in self.releases)
        return Observed(self.namespace, dict(self.releases), workloads, dict(self.jobs), pods)

    def apply(self, target: Sandbox, action: Any) -> Sandbox:
        match action:
            case AddFinalizer():
                return _with_finalizers(target, [FINALIZER])
            case RemoveFinalizer():
                return _with_finalizers(target, [])
            case CreateNamespace(manifest):
                self.namespace = SeenNamespace(manifest["metadata"]["labels"]["sandbox-bot.dev/sandbox-uid"], False)
            case ApplyRelease(release):
                self.applied.append(release.name)
                before = self.releases.get(release.name)
                revision = before.revision + 1 if before else 1
                self.releases[release.name] = SeenRelease(release.name, revision, "deployed", release.digest, "s")
            case RunJob(manifest):
                name = manifest["metadata"]["name"]
                self.jobs[name] = SeenJob(name, JobState.COMPLETE)
            case UninstallRelease(name):
                self.releases.pop(name, None)
            case DeleteNamespace():
                self.namespace, self.releases, self.jobs = None, {}, {}
        return target


def _with_finalizers(target: Sandbox, finalizers: list[str]) -> Sandbox:
    return target.model_copy(update={"metadata": target.metadata.model_copy(update={"finalizers": finalizers})})


def settle(target: Sandbox, cluster: SimulatedCluster, pick: Any = lambda actions: actions) -> tuple[Sandbox, Plan]:
    """Plans and acts until there is nothing to do; `pick` chooses which actions happen before the process dies."""
    for _ in range(200):
        made = plan(target, template(), cluster.observe(), WORLD, NOW)
        target = target.model_copy(update={"status": made.status})
        if not made.actions:
            return target, made
        for action in pick(made.actions):
            target = cluster.apply(target, action)
    raise AssertionError("the plan never ends")


def names(made: Plan) -> list[str]:
    return sorted(action.release.name for action in made.actions if isinstance(action, ApplyRelease))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_dies_when_the_end_is_the_same(data: st.DataObject) -> None:
    def pick(actions: tuple[Any, ...]) -> list[Any]:
        chosen = data.draw(st.lists(st.sampled_from(range(len(actions))), unique=True, min_size=1))
        return [actions[index] for index in chosen]

    cluster = SimulatedCluster()
    target, _ = settle(sandbox(finalizers=(), scenario={"name": "full-cart"}), cluster, pick)
    assert target.status.phase is Phase.READY
    assert sorted(cluster.applied) == ["api", "db", "sandbox", "web"], "each release is applied exactly once"
    assert len(cluster.jobs) == 2
    assert plan(target, template(), cluster.observe(), WORLD, NOW).actions == ()

    gone = target.model_copy(
        update={"metadata": target.metadata.model_copy(update={"deletion_timestamp": NOW, "generation": 2})}
    )
    gone, _ = settle(gone, cluster, pick)
    assert cluster.namespace is None
    assert gone.metadata.finalizers == []


def test_first_the_finalizer_then_the_namespace_then_the_base() -> None:
    assert plan(sandbox(finalizers=()), template(), Observed(), WORLD, NOW).actions == (AddFinalizer(),)
    (create,) = plan(sandbox(), template(), Observed(), WORLD, NOW).actions
    assert isinstance(create, CreateNamespace)
    assert create.manifest["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    made = plan(sandbox(), template(), Observed(namespace=SeenNamespace("u1", False)), WORLD, NOW)
    assert names(made) == ["sandbox"]


def test_independent_apps_at_once_dependents_when_theirs_are_ready() -> None:
    cluster = SimulatedCluster()
    cluster.namespace = SeenNamespace("u1", False)
    cluster.apply(sandbox(), plan(sandbox(), template(), cluster.observe(), WORLD, NOW).actions[0])
    made = plan(sandbox(), template(), cluster.observe(), WORLD, NOW)
    assert names(made) == ["api", "db"]
    web = made.status.apps[0]
    assert (web.state, web.message) == (AppState.WAITING, "Waits for db, api.")


def test_release_process_runs_before_a_new_image_and_its_failure_keeps_the_old_version() -> None:
    cluster = SimulatedCluster()
    target, _ = settle(sandbox(), cluster)
    changed = sandbox(apps=[{"name": "web", "image": {"tag": "2"}}]).model_copy(update={"status": target.status})
    (job,) = plan(changed, template(), cluster.observe(), WORLD, NOW).actions
    assert isinstance(job, RunJob)
    name = job.manifest["metadata"]["name"]
    cluster.jobs[name] = SeenJob(name, JobState.FAILED)
    made = plan(changed, template(), cluster.observe(), WORLD, NOW)
    assert made.actions == ()
    assert made.status.apps[0].state is AppState.FAILED
    assert made.status.phase is Phase.DEGRADED
    cluster.jobs[name] = SeenJob(name, JobState.COMPLETE)
    assert names(plan(changed, template(), cluster.observe(), WORLD, NOW)) == ["web"]


def test_a_broken_app_fails_alone() -> None:
    target, made = settle(sandbox(), SimulatedCluster(frozenset({"api"})))
    states = {app.name: app.state for app in made.status.apps}
    assert states == {"web": AppState.WAITING, "api": AppState.FAILED, "db": AppState.READY}
    assert target.status.phase is Phase.FAILED
    assert made.status.apps[1].message == "It stops."


def test_what_cannot_be_applied_is_not_tried_again_until_it_changes() -> None:
    cluster = SimulatedCluster()
    cluster.namespace = SeenNamespace("u1", False)
    cluster.apply(sandbox(), plan(sandbox(), template(), cluster.observe(), WORLD, NOW).actions[0])
    api = next(
        action.release
        for action in plan(sandbox(), template(), cluster.observe(), WORLD, NOW).actions
        if isinstance(action, ApplyRelease) and action.release.name == "api"
    )
    seen = cluster.observe()
    failed = Observed(seen.namespace, seen.releases, failures={"api": Failure(api.digest, "the chart was not found")})
    made = plan(sandbox(), template(), failed, WORLD, NOW)
    assert names(made) == ["db"]
    assert made.status.apps[1].message == "The chart was not found."
    changed = sandbox(apps=[{"name": "api", "image": {"tag": "2"}}])
    assert names(plan(changed, template(), failed, WORLD, NOW)) == ["api", "db"]


def test_a_half_done_revision_is_forgotten_first() -> None:
    pending = SeenRelease("sandbox", 1, "pending-install", "", "sh.helm.release.v1.sandbox.v1")
    seen = Observed(SeenNamespace("u1", False), {"sandbox": pending})
    made = plan(sandbox(), template(), seen, WORLD, NOW)
    assert made.actions == (ForgetRevision("sh.helm.release.v1.sandbox.v1"),)


@pytest.mark.parametrize(
    ("spec", "reason", "words"),
    [
        ({"apps": [{"name": "nope"}]}, Reason.SPEC_INVALID, "no app 'nope'"),
        ({"scenario": {"name": "nope"}}, Reason.SPEC_INVALID, "no scenario 'nope'"),
        ({"apps": [{"name": "api", "secrets": ["prod"]}]}, Reason.SPEC_INVALID, "does not allow 'prod'"),
        ({"apps": [{"name": "api", "values": {"a": 1}}]}, Reason.SPEC_INVALID, "does not allow raw values"),
        ({"apps": [{"name": "api", "processes": {"x": {"replicas": 1}}}]}, Reason.SPEC_INVALID, "no process 'x'"),
    ],
)
def test_what_cannot_be_had_is_said_and_nothing_is_done(spec: dict[str, Any], reason: Reason, words: str) -> None:
    made = plan(sandbox(**spec), template(), Observed(), WORLD, NOW)
    found = find_condition(made.status.conditions, ConditionType.RECONCILED)
    assert made.actions == ()
    assert found is not None
    assert found.reason == reason
    assert words in found.message


def test_a_namespace_of_somebody_else_is_never_touched() -> None:
    foreign = Observed(namespace=SeenNamespace("another", False))
    made = plan(sandbox(), template(), foreign, WORLD, NOW)
    assert made.actions == ()
    assert made.status.conditions[1].reason == Reason.NAMESPACE_TAKEN
    assert plan(sandbox(deleting=True), template(), foreign, WORLD, NOW).actions == (RemoveFinalizer(),)


def test_expired_is_told_and_deleted_after_the_grace() -> None:
    over = sandbox(expiresAt="2026-11-24T09:59:00Z")
    made = plan(over, template(), Observed(), WORLD, NOW)
    expired = find_condition(made.status.conditions, ConditionType.EXPIRED)
    assert expired is not None
    assert expired.reason == Reason.LIFETIME_OVER
    assert made.look_again == datetime(2026, 11, 27, 9, 59, tzinfo=UTC)
    later = NOW + GRACE + timedelta(minutes=1)
    assert plan(over, template(), Observed(), WORLD, later).actions == (DeleteSandbox(),)


def test_deletion_without_the_template_still_removes_everything() -> None:
    cluster = SimulatedCluster()
    settle(sandbox(), cluster)
    made = plan(sandbox(deleting=True), None, cluster.observe(), WORLD, NOW)
    assert {action.name for action in made.actions if isinstance(action, UninstallRelease)} == {"web", "api", "db"}
