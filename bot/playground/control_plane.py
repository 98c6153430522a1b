"""A real Kubernetes control plane on loopback: etcd, apiserver, controller-manager, scheduler, simulated nodes.

Unprivileged, on free ports, in one folder, gone with this process. There is no kubelet: kwok makes pods Running
and Ready as stages.yaml says, and nothing runs in them.
"""

import asyncio
import json
import os
import secrets
import ssl
from pathlib import Path
from typing import Any, Self

import aiohttp

from bot.playground.build import Binaries
from bot.playground.processes import Child, free_port

STAGES = Path(__file__).parent / "stages.yaml"
NODES = 2


class ControlPlane:
    """Use as an async context manager; `kubeconfig` is that of a cluster admin."""

    def __init__(self, binaries: Binaries, folder: Path) -> None:
        self.kubeconfig = folder / "kubeconfig"
        self.binaries = binaries
        self._folder = folder
        self._token = secrets.token_hex(16)
        self._port, self._etcd_port, self._peer_port = free_port(), free_port(), free_port()
        self._children: dict[str, Child] = {}
        self.server = f"https://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def pids(self) -> list[int]:
        return [child.pid for child in self._children.values()]

    async def stop(self) -> None:
        """Ends everything, the clients of the apiserver first."""
        for name in reversed(list(self._children)):
            await self._children.pop(name).stop()

    async def stop_apiserver(self) -> None:
        """Takes the apiserver away, for trying out how others bear it."""
        await self._children.pop("kube-apiserver").kill()

    async def start_apiserver(self) -> None:
        """Starts it, also again, on the same port; returns when it is ready."""
        certificates = self._folder / "certificates"
        await self._launch(
            "kube-apiserver",
            self.binaries.kube_apiserver,
            f"--etcd-servers=http://127.0.0.1:{self._etcd_port}",
            f"--secure-port={self._port}",
            "--bind-address=127.0.0.1",
            f"--cert-dir={certificates}",
            f"--service-account-key-file={self._folder}/accounts.pub",
            f"--service-account-signing-key-file={self._folder}/accounts.key",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--token-auth-file={self._folder}/tokens.csv",
            "--authorization-mode=Node,RBAC",
            "--service-cluster-ip-range=10.0.0.0/16",
            "--allow-privileged=true",
        )
        await self._wait_ready()

    async def _start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        await self._write_credentials()
        await self._launch(
            "etcd",
            self.binaries.etcd,
            f"--data-dir={self._folder}/etcd",
            f"--listen-client-urls=http://127.0.0.1:{self._etcd_port}",
            f"--advertise-client-urls=http://127.0.0.1:{self._etcd_port}",
            f"--listen-peer-urls=http://127.0.0.1:{self._peer_port}",
            "--unsafe-no-fsync",
            "--log-level=warn",
        )
        await self.start_apiserver()
        await self._launch(
            "kube-controller-manager",
            self.binaries.kube_controller_manager,
            f"--kubeconfig={self.kubeconfig}",
            f"--service-account-private-key-file={self._folder}/accounts.key",
            "--use-service-account-credentials=true",
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            f"--secure-port={free_port()}",
        )
        await self._launch(
            "kube-scheduler",
            self.binaries.kube_scheduler,
            f"--kubeconfig={self.kubeconfig}",
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            f"--secure-port={free_port()}",
        )
        await self._launch(
            "kwok",
            self.binaries.kwok,
            f"--kubeconfig={self.kubeconfig}",
            f"--config={STAGES}",
            "--manage-all-nodes=true",
            # Without leases the nodes count as lost, and their pods as not ready.
            "--node-lease-duration-seconds=40",
            "--cidr=10.64.0.0/10",
            "--node-ip=127.0.0.1",
            f"--server-address=127.0.0.1:{free_port()}",
        )
        await self._create_nodes()

    async def _launch(self, name: str, program: Path, *arguments: str) -> None:
        log = self._folder / f"{name}.log"
        self._children[name] = await Child.start(name, [program, *arguments], log)

    async def _write_credentials(self) -> None:
        os.chmod(self._folder, 0o700)
        key = self._folder / "accounts.key"
        await _openssl("genrsa", "-out", str(key), "2048")
        await _openssl("rsa", "-in", str(key), "-pubout", "-out", str(self._folder / "accounts.pub"))
        (self._folder / "tokens.csv").write_text(f"{self._token},admin,admin,system:masters\n")
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "playground", "cluster": {"server": self.server, "insecure-skip-tls-verify": True}}],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            "contexts": [{"name": "playground", "context": {"cluster": "playground", "user": "admin"}}],
            "current-context": "playground",
        }
        self.kubeconfig.write_text(json.dumps(config, indent=2))
        self.kubeconfig.chmod(0o600)

    async def _wait_ready(self) -> None:
        """Asks with our own token: another server on that port would not know it."""
        async with asyncio.timeout(60):
            while not await self._is_ready():
                self._children["kube-apiserver"].check()
                self._children["etcd"].check()
                await asyncio.sleep(0.1)

    async def _is_ready(self) -> bool:
        try:
            status, _ = await self.request("GET", "/readyz")
        except aiohttp.ClientError:
            return False
        return status == 200

    async def _create_nodes(self) -> None:
        for number in range(1, NODES + 1):
            node = {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {
                    "name": f"simulated-{number}",
                    "labels": {"type": "kwok", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"},
                    "annotations": {"kwok.x-k8s.io/node": "fake"},
                },
            }
            status, answer = await self.request("POST", "/api/v1/nodes", node)
            if status not in (201, 409):
                raise RuntimeError(f"the apiserver refused a node: {answer}")

    async def read(self, path: str) -> dict[str, Any]:
        """The object or list at a path of the API. Raises aiohttp.ClientError."""
        _, text = await self.request("GET", path)
        answer: dict[str, Any] = json.loads(text)
        return answer

    async def request(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """(status, text) of a request as admin. Raises aiohttp.ClientError."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # its certificate was made moments ago; the token shows it is ours
        headers = {"Authorization": f"Bearer {self._token}"}
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.request(method, self.server + path, json=body, ssl=context) as response,
        ):
            return response.status, await response.text()


async def _openssl(*arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        "openssl", *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise RuntimeError(f"openssl {arguments[0]} failed")
