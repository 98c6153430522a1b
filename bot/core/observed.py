"""What was seen of one sandbox's namespace, trimmed to what decisions need.

Thousands of objects are kept in memory at once, so only these few fields of each survive the reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.model import Json
from bot.core.names import LABEL_DIGEST, LABEL_UID


@dataclass(frozen=True)
class SeenNamespace:
    uid: str
    """Of the sandbox that it was made for; "" if it wasn't made by us."""
    terminating: bool


@dataclass(frozen=True)
class SeenRelease:
    """The newest revision of a Helm release, from the labels of its Secret."""

    name: str
    revision: int
    status: str
    """Helm's own word: deployed, failed, pending-install, …"""
    digest: str
    secret: str


@dataclass(frozen=True)
class SeenWorkload:
    """A Deployment or StatefulSet."""

    release: str
    name: str
    wanted: int
    ready: int
    settled: bool
    """Whether all wanted pods are of the newest revision and ready."""
    problem: str
    """A sentence, where its controller cannot even make pods."""


class JobState(StrEnum):
    RUNNING = "Running"
    COMPLETE = "Complete"
    FAILED = "Failed"


@dataclass(frozen=True)
class SeenJob:
    name: str
    state: JobState


@dataclass(frozen=True)
class SeenPod:
    owner: str
    """Name of the ReplicaSet, StatefulSet or Job that made it."""
    problem: str
    """A sentence about why it doesn't come up; "" where nothing is known to be wrong."""


@dataclass(frozen=True)
class Failure:
    """A release that could not be applied, and won't be with the same digest."""

    digest: str
    sentence: str


@dataclass(frozen=True)
class Observed:
    namespace: SeenNamespace | None = None
    releases: Mapping[str, SeenRelease] = field(default_factory=dict)
    workloads: tuple[SeenWorkload, ...] = ()
    jobs: Mapping[str, SeenJob] = field(default_factory=dict)
    pods: tuple[SeenPod, ...] = ()
    failures: Mapping[str, Failure] = field(default_factory=dict)
    """By release."""

    def workloads_of(self, release: str) -> list[SeenWorkload]:
        return [workload for workload in self.workloads if workload.release == release]

    def problem_of(self, release: str) -> str:
        """Why an app doesn't come up, in a sentence; "" if nothing is known to be wrong."""
        mine = self.workloads_of(release)
        for workload in mine:
            for pod in self.pods:
                if pod.problem and (pod.owner == workload.name or pod.owner.rpartition("-")[0] == workload.name):
                    return pod.problem
        return next((workload.problem for workload in mine if workload.problem), "")


def read_namespace(raw: Json) -> SeenNamespace:
    metadata = raw["metadata"]
    return SeenNamespace(metadata.get("labels", {}).get(LABEL_UID, ""), "deletionTimestamp" in metadata)


def read_release(raw: Json) -> SeenRelease:
    labels = raw["metadata"]["labels"]
    return SeenRelease(
        name=labels["name"],
        revision=int(labels.get("version", 0)),
        status=labels.get("status", ""),
        digest=labels.get(LABEL_DIGEST, ""),
        secret=raw["metadata"]["name"],
    )


def read_workload(raw: Json) -> SeenWorkload:
    metadata, status = raw["metadata"], raw.get("status", {})
    wanted = raw["spec"].get("replicas", 1)
    ready = status.get("readyReplicas", 0)
    current = status.get("observedGeneration", 0) >= metadata.get("generation", 0)
    return SeenWorkload(
        release=metadata.get("annotations", {}).get("meta.helm.sh/release-name", ""),
        name=metadata["name"],
        wanted=wanted,
        ready=ready,
        settled=current and ready == wanted == status.get("replicas", 0) == status.get("updatedReplicas", 0),
        problem=_workload_problem(status.get("conditions", [])),
    )


def _workload_problem(conditions: list[Json]) -> str:
    for condition in conditions:
        if condition["type"] == "ReplicaFailure" and condition["status"] == "True":
            text = condition.get("message", "")
            if "exceeded quota" in text:
                return "The sandbox's quota does not allow more pods."
            if "violates PodSecurity" in text:
                return "Its pods break the sandbox's security level."
            return "Its pods could not be created."
    return ""


def read_job(raw: Json) -> SeenJob:
    done = {item["type"] for item in raw.get("status", {}).get("conditions", []) if item["status"] == "True"}
    state = JobState.RUNNING
    if "Complete" in done or "SuccessCriteriaMet" in done:
        state = JobState.COMPLETE
    elif "Failed" in done or "FailureTarget" in done:
        state = JobState.FAILED
    return SeenJob(raw["metadata"]["name"], state)


_WAITING = {
    "ImagePullBackOff": "The image {image} cannot be pulled.",
    "ErrImagePull": "The image {image} cannot be pulled.",
    "InvalidImageName": "{image} is no valid image name.",
    "CreateContainerConfigError": "A secret or setting that it needs is missing.",
    "CreateContainerError": "Its container could not be created.",
}


def read_pod(raw: Json) -> SeenPod:
    owners = raw["metadata"].get("ownerReferences", [])
    return SeenPod(owners[0]["name"] if owners else "", _pod_problem(raw))


def _pod_problem(raw: Json) -> str:
    if "deletionTimestamp" in raw["metadata"]:
        return ""
    status = raw.get("status", {})
    for container in [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]:
        waiting = container.get("state", {}).get("waiting", {}).get("reason", "")
        if waiting in _WAITING:
            return _WAITING[waiting].format(image=container["image"])
        if waiting == "CrashLoopBackOff":
            return _crash(container)
    for condition in status.get("conditions", []):
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            if "PersistentVolumeClaim" in condition.get("message", ""):
                return ""  # its volume is being made; the scheduler looks again
            return "No node has room for it."
    return ""


def _crash(container: Json) -> str:
    last = container.get("lastState", {}).get("terminated", {})
    if last.get("reason") == "OOMKilled":
        return "It needs more memory than it may have."
    return f"It stops right after it starts (exit code {last.get('exitCode', 'unknown')})."
