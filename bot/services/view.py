"""A live local copy of the sandboxes and the catalog, so that nobody has to wait for a read.

Kept by two watches; readers see each object as of moments ago. Decisions that must not rest on an old
copy are made by the apiserver: creates fail on a taken name, patches carry the resourceVersion they read.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import structlog
from pydantic import ValidationError

from bot.core.kinds import SANDBOX, TEMPLATE, Kind
from bot.core.model import Json
from bot.core.sandbox import Sandbox
from bot.core.template import SandboxTemplate
from bot.ports import Cluster, WatchType

log = structlog.get_logger()

Listener = Callable[[str], None]
M = TypeVar("M", Sandbox, SandboxTemplate)


class View:
    """Sandboxes and templates of the home namespace. Run `run()` as a task; `synced` is set once both are complete."""

    def __init__(self, cluster: Cluster, home: str) -> None:
        self.home = home
        self.synced = asyncio.Event()
        self._cluster = cluster
        self._sandboxes: dict[str, Sandbox] = {}
        self._templates: dict[str, SandboxTemplate] = {}
        self._listeners: list[Listener] = []
        self._waiting_for = {SANDBOX.name, TEMPLATE.name}

    def sandboxes(self) -> list[Sandbox]:
        """All sandboxes, by name."""
        return [self._sandboxes[name] for name in sorted(self._sandboxes)]

    def sandbox(self, name: str) -> Sandbox | None:
        return self._sandboxes.get(name)

    def templates(self) -> list[SandboxTemplate]:
        """The catalog, by title."""
        return sorted(self._templates.values(), key=lambda template: template.spec.title.casefold())

    def template(self, name: str) -> SandboxTemplate | None:
        return self._templates.get(name)

    def on_change(self, listener: Listener) -> None:
        """Calls `listener` with a sandbox's name whenever that, or its template, changed or went away."""
        self._listeners.append(listener)

    async def run(self) -> None:
        """Keeps the copy until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow(SANDBOX, Sandbox, self._sandboxes))
            tasks.create_task(self._follow(TEMPLATE, SandboxTemplate, self._templates))

    async def _follow(self, kind: Kind, model: type[M], copy: dict[str, M]) -> None:
        async for event in self._cluster.watch(kind, namespace=self.home):
            if event.type is WatchType.SYNCED:
                self._waiting_for.discard(kind.name)
                if not self._waiting_for:
                    self.synced.set()
                continue
            name = event.object["metadata"]["name"]
            if event.type is WatchType.GONE:
                copy.pop(name, None)
            elif (parsed := _parse(model, event.object)) is not None:
                copy[name] = parsed
            self._tell(kind, name)

    def _tell(self, kind: Kind, name: str) -> None:
        if kind is SANDBOX:
            names = [name]
        else:
            names = [sandbox.name for sandbox in self._sandboxes.values() if sandbox.spec.template == name]
        for listener in self._listeners:
            for changed in names:
                listener(changed)


def _parse(model: type[M], raw: Json) -> M | None:
    # One unreadable object (an older or newer version wrote it) must not hide the others.
    try:
        return model.from_json(raw)
    except ValidationError as error:
        log.warning(
            "unreadable object", kind=model.__name__, name=raw["metadata"]["name"], problems=error.error_count()
        )
        return None
