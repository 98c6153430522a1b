"""What tests of several parts need: one control plane for the whole run, a namespace of their own for each test.

Under xdist the workers share the control plane: the first one that needs it starts it, in a process of its own that
ends when the whole run does, however that ends.
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from bot.adapters.cluster import ApiCluster, connect_cluster
from bot.core.kinds import NAMESPACE, Kind
from bot.playground.build import Binaries, ensure_binaries
from bot.playground.people import eventually

ROOT = Path(__file__).parent.parent
SERVICE_ACCOUNT = Kind("v1", "ServiceAccount", "serviceaccounts")


@dataclass(frozen=True)
class LocalCluster:
    kubeconfig: Path
    binaries: Binaries


@pytest.fixture(scope="session")
def local_cluster(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> LocalCluster:
    """A real control plane with simulated nodes, shared by the whole run."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder = shared / "cluster"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _start(folder, os.getpid() if worker_id == "master" else os.getppid())
    return LocalCluster(folder / "kubeconfig", ensure_binaries())


def _start(folder: Path, watched: int) -> None:
    """In a process of its own, since the worker that needs it first may be done long before the last.

    It ends with the process `watched`, the one that all workers belong to.
    """
    command = [sys.executable, "-m", "tests.support.cluster", str(folder), str(watched)]
    ready, log = folder / "ready", folder / "output.log"
    script = '"$@" >"$0" 2>&1 & echo $!'
    command = ["setsid", "sh", "-c", script, str(log), *command]
    pid = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    while not ready.exists():
        assert Path(f"/proc/{pid}").exists(), log.read_text()
        time.sleep(0.1)


@pytest.fixture
async def cluster(local_cluster: LocalCluster) -> AsyncIterator[ApiCluster]:
    """The real API, as admin, with our CRDs in place."""
    connection = await connect_cluster(local_cluster.kubeconfig)
    yield connection
    await connection.close()


@pytest.fixture
async def namespace(cluster: ApiCluster) -> AsyncIterator[str]:
    """A fresh namespace."""
    name = f"test-{uuid4().hex[:10]}"
    await cluster.create(NAMESPACE, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    async def has_account() -> bool:
        return await cluster.get(SERVICE_ACCOUNT, "default", name) is not None

    await eventually(has_account, "pods can be made in the namespace", seconds=30)
    yield name
    await cluster.delete(NAMESPACE, name)
