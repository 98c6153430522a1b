"""The local cluster behaves as its users rely on: tags that fail, volumes that bind, nodes that stay."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.cluster import ApiCluster
from bot.core.kinds import JOB, POD, Kind
from bot.playground.people import eventually

CLAIM = Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
LEASE = Kind("coordination.k8s.io/v1", "Lease", "leases")


def pod_spec(tag: str) -> dict[str, Any]:
    return {"restartPolicy": "Never", "containers": [{"name": "main", "image": f"registry.example/app:{tag}"}]}


def manifest(kind: Kind, namespace: str, name: str, **content: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata, **content}


@pytest.mark.parametrize(
    ("tag", "state"),
    [
        ("1.4.0", {"running"}),
        ("1.4.0-slow", {"running"}),
        ("broken", {"CrashLoopBackOff", "Error"}),
        ("x-missing", {"ImagePullBackOff"}),
        ("oom", {"CrashLoopBackOff", "OOMKilled"}),
    ],
)
async def test_a_tag_says_how_a_pod_fares(cluster: ApiCluster, namespace: str, tag: str, state: set[str]) -> None:
    await cluster.create(POD, manifest(POD, namespace, "it", spec=pod_spec(tag)))

    async def fares() -> bool:
        found = await cluster.get(POD, "it", namespace)
        containers = (found or {}).get("status", {}).get("containerStatuses", [])
        if not containers:
            return False
        now, last = containers[0]["state"], containers[0].get("lastState", {})
        words = {"running"} if "running" in now else {now["waiting"]["reason"]}
        words |= {last["terminated"]["reason"]} if last else set()
        return words == state

    await eventually(fares, f"the pod is {state}", seconds=30)


@pytest.mark.parametrize(("tag", "ends"), [("1", "Complete"), ("broken", "Failed")])
async def test_jobs_end(cluster: ApiCluster, namespace: str, tag: str, ends: str) -> None:
    spec = {"backoffLimit": 0, "template": {"spec": pod_spec(tag)}}
    await cluster.create(JOB, manifest(JOB, namespace, "it", spec=spec))

    async def ended() -> bool:
        found = await cluster.get(JOB, "it", namespace)
        return any(item["type"] == ends for item in (found or {}).get("status", {}).get("conditions", []))

    await eventually(ended, f"the job is {ends}", seconds=30)


async def test_claims_are_bound(cluster: ApiCluster, namespace: str) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    await cluster.create(CLAIM, manifest(CLAIM, namespace, "data", spec=spec))

    async def bound() -> bool:
        found = await cluster.get(CLAIM, "data", namespace)
        return bool(found) and found["status"]["phase"] == "Bound"

    await eventually(bound, "the claim is bound", seconds=30)


async def test_nodes_hold_leases(cluster: ApiCluster) -> None:
    """Without them the controller-manager takes the nodes for lost, and after some minutes evicts their pods."""

    async def held() -> bool:
        leases = await cluster.list(LEASE, "kube-node-lease")
        return {lease["metadata"]["name"] for lease in leases} >= {"simulated-1", "simulated-2"}

    await eventually(held, "both nodes have a lease", seconds=30)


async def test_no_process_outlives_a_killed_parent(tmp_path: Path) -> None:
    script = (
        "import asyncio, pathlib\n"
        "from bot.playground.processes import Child\n"
        "async def main():\n"
        f"    child = await Child.start('sleeper', ['sleep', '600'], pathlib.Path({str(tmp_path / 'log')!r}))\n"
        "    print(child.pid, flush=True)\n"
        "    await child.wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout
    child = int(await parent.stdout.readline())
    os.kill(child, 0)
    parent.send_signal(signal.SIGKILL)
    await parent.wait()

    async def gone() -> bool:
        status = Path(f"/proc/{child}/status")
        return not status.exists() or "Z (zombie)" in status.read_text()

    await eventually(gone, "the child is gone", seconds=10)
