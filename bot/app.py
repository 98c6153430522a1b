"""The composition root: settings → adapters → parts. The only place that knows all of them."""

import asyncio
import hashlib
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.cluster import ApiCluster, connect_cluster
from bot.adapters.helm import connect_helm
from bot.controller.execute import Executor
from bot.controller.reconcile import Deps as OperatorDeps
from bot.controller.reconcile import Operator
from bot.core.links import Site
from bot.core.plan import World
from bot.services.view import View
from bot.settings import Settings

BUILTIN_CHARTS = ("app", "sandbox")


async def operate(settings: Settings) -> None:
    """The operator, until SIGTERM."""
    await _until_stopped(settings, _operate)


async def _until_stopped(settings: Settings, *parts: Callable[[Settings, ApiCluster, View], Awaitable[None]]) -> None:
    """Runs the parts over one cluster connection and one view, until SIGTERM, SIGINT or the end of one of them."""
    cluster = await connect_cluster(settings.kubeconfig, settings.context)
    view = View(cluster, settings.home_namespace)
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(view.run())]
            running += [tasks.create_task(_run(part, settings, cluster, view)) for part in parts]
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, _cancel_all, running)
    finally:
        await cluster.close()


async def _run(
    part: Callable[[Settings, ApiCluster, View], Awaitable[None]], settings: Settings, cluster: ApiCluster, view: View
) -> None:
    await part(settings, cluster, view)


def _cancel_all(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()


async def _operate(settings: Settings, cluster: ApiCluster, view: View) -> None:
    helm = await connect_helm(
        settings.helm,
        kubeconfig=settings.kubeconfig,
        context=settings.context,
        slots=settings.helm_concurrency,
        deadline=settings.helm_deadline_seconds,
    )
    folders = (settings.chart_folder, *settings.extra_chart_folders)
    executor = Executor(cluster, helm, folders, tuple(settings.allowed_charts))
    world = World(build_site(settings), fingerprint_charts(settings.chart_folder))
    await Operator(OperatorDeps(cluster, view, executor, SystemClock(), world)).run()


def build_site(settings: Settings) -> Site:
    return Site(settings.base_domain, settings.url_scheme, settings.url_port)


def fingerprint_charts(folder: Path) -> str:
    """Stands for the content of the built-in charts, so that a new version of them reaches every release."""
    content = hashlib.sha256()
    for chart in BUILTIN_CHARTS:
        for file in sorted((folder / chart).rglob("*")):
            if file.is_file():
                content.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return content.hexdigest()
