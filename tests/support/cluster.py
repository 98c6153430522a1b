"""Runs the local control plane for a test run: `python -m tests.support.cluster FOLDER PID`; ends with process PID."""

import asyncio
import signal
import sys
from pathlib import Path

from bot.adapters.cluster import ApiCluster, connect_cluster
from bot.core.crds import build_crds
from bot.core.errors import Retryable
from bot.core.kinds import CRD, SANDBOX
from bot.playground.build import ensure_binaries
from bot.playground.control_plane import ControlPlane
from bot.playground.volumes import VolumeProvisioner
from bot.ports import NotFound


async def run(folder: Path, watched: int) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with ControlPlane(ensure_binaries(lambda line: print(line, file=sys.stderr)), folder) as control_plane:
        cluster = await connect_cluster(control_plane.kubeconfig)
        await install_crds(cluster)
        await cluster.close()
        volumes = asyncio.create_task(VolumeProvisioner(control_plane).run())
        (folder / "ready").touch()
        while not stopped.is_set() and Path(f"/proc/{watched}").exists():  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)
        volumes.cancel()


async def install_crds(cluster: ApiCluster) -> None:
    """Returns when the new kinds are served."""
    for crd in build_crds():
        await cluster.apply(CRD, crd, "tests")
    for _ in range(100):
        try:
            await cluster.list(SANDBOX, "default")
            return
        except (Retryable, NotFound):
            await asyncio.sleep(0.1)
    raise TimeoutError("the CRDs are not served")


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2])))
