"""`sandbox-bot playground`: a cluster, Redis, a Slack workspace, a sample company, and the bot itself.

The bot's parts are processes of their own, started as in production and told by settings where everything is; one
that dies is started again, as Kubernetes would. Everything ends with this process.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiohttp import web

from bot.playground.apps import build_apps_server
from bot.playground.build import Missing, ensure_binaries
from bot.playground.control_plane import ControlPlane
from bot.playground.processes import Child, ChildDied
from bot.playground.redis_server import RedisServer
from bot.playground.volumes import VolumeProvisioner
from bot.playground.workspace.config import read_config
from bot.playground.workspace.server import Workspace

COMPANY = Path(__file__).parent / "company"
ROOT = Path(__file__).parent.parent.parent
HOME = "sandboxes"
_API = "/apis/sandbox-bot.dev/v1alpha1"
_PARTS = ("serve", "operator")


@dataclass(frozen=True)
class Options:
    directory: Path
    port: int
    context: str | None


async def run_playground(options: Options) -> int:
    """Until Ctrl-C; the exit code."""
    options.directory.mkdir(parents=True, exist_ok=True)
    with (options.directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"A playground is running already in {options.directory}.", file=sys.stderr)
            return 2
        try:
            async with AsyncExitStack() as stack:
                await Playground(options, stack).run()
        except (Missing, ChildDied, OSError) as error:
            print(f"sandbox-bot playground: {error}", file=sys.stderr)
            return 2
        finally:
            (options.directory / "playground.json").unlink(missing_ok=True)
    return 0


class Playground:
    """Everything that runs; what was started is stopped by the exit stack, last first."""

    def __init__(self, options: Options, stack: AsyncExitStack) -> None:
        self._options = options
        self._stack = stack
        self._folder = options.directory.resolve()
        self._children: dict[str, Child] = {}
        self._stopped = asyncio.Event()
        self._facts: dict[str, Any] = {}

    async def run(self) -> None:
        """Raises Missing, ChildDied, OSError."""
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._stopped.set)
        binaries = ensure_binaries()
        _say("Starting the cluster …")
        cluster = await self._start_cluster(binaries)
        redis = RedisServer(self._folder)
        await redis.start()
        self._stack.push_async_callback(redis.stop)
        workspace = Workspace(read_config(manifest=ROOT / "manifest.yml"))
        url = await workspace.start(self._options.port)
        self._stack.push_async_callback(workspace.stop)
        apps_port = await self._start_apps(cluster)
        _say("Filling it with the sample company …")
        await cluster.install()
        app = workspace.state.config.app
        settings = {
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "SLACK_API_URL": f"{url}/api/",
            "ADMINS": '["U01ADMIN"]',
            "REDIS_URL": redis.url,
            "KUBECONFIG": str(cluster.kubeconfig),
            "HOME_NAMESPACE": HOME,
            "URL_SCHEME": "http",
            "URL_PORT": str(apps_port),
            "HELM": str(binaries.helm),
            "CHART_FOLDER": str(ROOT / "charts"),
            "EXTRA_CHART_FOLDERS": json.dumps([str(COMPANY / "charts")]),
            "LOG_FORMAT": "console",
        } | ({"CONTEXT": self._options.context} if self._options.context else {})
        self._stack.push_async_callback(self._stop_parts)
        keepers = [asyncio.create_task(self._keep(part, settings)) for part in _PARTS]
        self._stack.push_async_callback(_cancel, keepers)
        await self._until(lambda: workspace.sockets.connected)
        self._facts = {
            "url": url,
            "kubeconfig": str(cluster.kubeconfig),
            "redis_url": redis.url,
            "slack_bot_token": app.bot_token,
            "slack_app_token": app.app_token,
            "helm": str(binaries.helm),
            "kubectl": str(binaries.kubectl),
            "pids": [*cluster.pids, *([redis.child.pid] if redis.child else [])],
        }
        self._write_facts()
        self._greet(url, cluster, binaries.helm)
        await self._stopped.wait()
        _say("Stopping …")

    async def _start_cluster(self, binaries: Any) -> "LocalCluster | ContextCluster":
        if self._options.context:
            return ContextCluster(binaries.kubectl, self._options.context)
        control_plane = ControlPlane(binaries, self._folder / "cluster")
        await self._stack.enter_async_context(control_plane)
        volumes = asyncio.create_task(VolumeProvisioner(control_plane).run())
        self._stack.push_async_callback(_cancel, [volumes])
        return LocalCluster(control_plane, binaries.kubectl)

    async def _start_apps(self, cluster: "LocalCluster | ContextCluster") -> int:
        runner = web.AppRunner(build_apps_server(cluster.read_sandbox))
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port: int = runner.addresses[0][1]
        return port

    async def _keep(self, part: str, settings: dict[str, str]) -> None:
        """Runs a part of the bot, and starts it again when it dies."""
        env = {f"SANDBOX_BOT_{key}": value for key, value in settings.items()}
        while not self._stopped.is_set():
            command = [sys.executable, "-m", "bot", part]
            self._children[part] = await Child.start(part, command, self._folder / f"{part}.log", env)
            if self._facts:
                self._write_facts()
            await self._children[part].wait()
            await asyncio.sleep(0.5)

    async def _stop_parts(self) -> None:
        await asyncio.gather(*(child.stop() for child in self._children.values()))

    async def _until(self, holds: Any) -> None:
        async with asyncio.timeout(60):
            while not holds() and not self._stopped.is_set():  # noqa: ASYNC110 - another process is watched
                await asyncio.sleep(0.1)

    def _write_facts(self) -> None:
        """For other tools that want to join in; anew when a part was started again."""
        parts = {part: child.pid for part, child in self._children.items()}
        facts = self._facts | {"pids": [*self._facts["pids"], *parts.values()], "parts": parts}
        file = self._folder / "playground.json"
        partial = file.with_suffix(".tmp")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(facts, indent=2))
        partial.rename(file)

    def _greet(self, url: str, cluster: Any, helm: Path) -> None:
        _say(f"""
  Open   {url}
  Then type   /sandbox create   and press Enter.

  The same cluster from a terminal:
    export KUBECONFIG={cluster.kubeconfig}
    kubectl get sandboxes --namespace {HOME}
    {helm} list --all-namespaces

  Everything is described in {self._folder / "playground.json"}. Ctrl-C ends it all.
""")


class LocalCluster:
    """The control plane of our own."""

    def __init__(self, control_plane: ControlPlane, kubectl: Path) -> None:
        self.kubeconfig = control_plane.kubeconfig
        self._control_plane = control_plane
        self._kubectl = kubectl

    @property
    def pids(self) -> list[int]:
        return self._control_plane.pids

    async def install(self) -> None:
        await _install([str(self._kubectl), "--kubeconfig", str(self.kubeconfig)])

    async def read_sandbox(self, name: str) -> dict[str, Any] | None:
        path = f"{_API}/namespaces/{HOME}/sandboxes/{name}"
        try:
            status, text = await self._control_plane.request("GET", path)
        except aiohttp.ClientError:
            return None
        return json.loads(text) if status == 200 else None


class ContextCluster:
    """A cluster that exists, by a context of the person's kubeconfig."""

    pids: tuple[int, ...] = ()

    def __init__(self, kubectl: Path, context: str) -> None:
        self.kubeconfig = Path(os.environ.get("KUBECONFIG") or Path.home() / ".kube" / "config")
        self._kubectl = [str(kubectl), "--context", context]

    async def install(self) -> None:
        await _install(self._kubectl)

    async def read_sandbox(self, name: str) -> dict[str, Any] | None:
        process = await asyncio.create_subprocess_exec(
            *self._kubectl,
            *("get", "sandbox", name, "--namespace", HOME, "--output", "json"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        out, _ = await process.communicate()
        return json.loads(out) if process.returncode == 0 else None


async def _install(kubectl: list[str]) -> None:
    """CRDs, home namespace and the sample catalog; harmless when repeated."""
    crds = await _output([sys.executable, "-m", "bot", "crds"])
    await _output([*kubectl, "apply", "--server-side", "--filename", "-"], crds)
    await _output([*kubectl, "wait", "--for=condition=Established", "--timeout=30s", "crd", "--all"])
    namespace = yaml.safe_dump({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": HOME}})
    templates = (COMPANY / "templates.yaml").read_text()
    everything = f"{namespace}---\n{templates}".encode()
    await _output([*kubectl, "apply", "--server-side", "--namespace", HOME, "--filename", "-"], everything)


async def _output(command: list[str], given: bytes = b"") -> bytes:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(given)
    if process.returncode:
        raise ChildDied(f"{Path(command[0]).name} failed: {err.decode().strip()}")
    return out


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _say(text: str) -> None:
    print(text, flush=True)
