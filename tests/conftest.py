"""What tests of several parts need: one control plane for the whole run, a namespace of their own for each test.

Under xdist the workers share the control plane: the first one starts it, in a process of its own, and it ends with
the run, since the kernel ends it with the process that collects the results.
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from bot.adapters.cluster import ApiCluster, connect_cluster
from bot.core.kinds import NAMESPACE
from bot.playground.build import Binaries, ensure_binaries

ROOT = Path(__file__).parent.parent
_STARTED: list[subprocess.Popen[bytes]] = []
"""Kept, because a forgotten one that still runs is warned about."""


@dataclass(frozen=True)
class LocalCluster:
    kubeconfig: Path
    binaries: Binaries


@pytest.fixture(scope="session")
def local_cluster(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[LocalCluster]:
    """A real control plane with simulated nodes, shared by the whole run."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder = shared / "cluster"
    folder.mkdir(exist_ok=True)
    users = folder / "users"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not users.exists():
            _start(folder)
        users.write_text(str(_count(users) + 1))
    yield LocalCluster(folder / "kubeconfig", ensure_binaries())
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        users.write_text(str(_count(users) - 1))
        if _count(users) == 0:
            users.unlink()
            os.kill(int((folder / "pid").read_text()), 15)


def _count(users: Path) -> int:
    return int(users.read_text()) if users.exists() else 0


def _start(folder: Path) -> None:
    """In a process of its own, since the worker that needs it first may be done long before the last."""
    command = [sys.executable, "-m", "tests.support.cluster", str(folder), str(os.getppid())]
    ready, log = folder / "ready", folder / "output.log"
    with log.open("w") as output:
        _STARTED.append(subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True))
    while not ready.exists():
        assert _STARTED[-1].poll() is None, log.read_text()
        time.sleep(0.1)
    (folder / "pid").write_text(str(_STARTED[-1].pid))


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
    yield name
    await cluster.delete(NAMESPACE, name)
