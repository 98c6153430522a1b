"""The composition root: settings → adapters → parts. The only place that knows all of them."""

import asyncio
import hashlib
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.clock import SystemClock
from bot.adapters.cluster import ApiCluster, connect_cluster
from bot.adapters.helm import connect_helm
from bot.adapters.slack import SlackMessenger
from bot.adapters.store import RedisStore
from bot.controller.execute import Executor
from bot.controller.reconcile import Deps as OperatorDeps
from bot.controller.reconcile import Operator
from bot.core.links import Site
from bot.core.plan import World
from bot.notifier.run import Notifier
from bot.services.deps import Deps as SlackDeps
from bot.services.view import View
from bot.settings import Settings
from handlers import register

log = structlog.get_logger()

BUILTIN_CHARTS = ("app", "sandbox")


async def operate(settings: Settings) -> None:
    """The operator, until SIGTERM."""
    await _until_stopped(settings, _operate)


async def serve(settings: Settings) -> None:
    """Slack's listeners and the notifier, until SIGTERM."""
    await _until_stopped(settings, _serve)


async def run_all(settings: Settings) -> None:
    """Everything in one process, until SIGTERM."""
    await _until_stopped(settings, _serve, _operate)


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


async def _serve(settings: Settings, cluster: ApiCluster, view: View) -> None:
    bot_token, app_token = settings.slack_bot_token.get_secret_value(), settings.slack_app_token.get_secret_value()
    client = AsyncWebClient(bot_token, base_url=settings.slack_api_url)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    store = RedisStore(settings.redis_url)
    messenger, clock, site = SlackMessenger(client), SystemClock(), build_site(settings)
    bolt = AsyncApp(client=client)
    register(bolt, SlackDeps(view, cluster, messenger, store, clock, site, frozenset(settings.admins)))
    handler = AsyncSocketModeHandler(bolt, app_token)
    try:
        await view.synced.wait()
        await handler.connect_async()  # type: ignore[no-untyped-call]
        log.info("listening to slack")
        await Notifier(cluster, view, messenger, clock, site).run()
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
        await store.close()


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
