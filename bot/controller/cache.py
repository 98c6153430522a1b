"""What is in the sandboxes' namespaces, kept by watches and read as `Observed`.

After an own write `refresh` lists the namespace anew, so that the next plan knows its effect; a watch event that is
older than what a refresh brought is left out.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.kinds import DEPLOYMENT, JOB, NAMESPACE, POD, SECRET, STATEFUL_SET, Kind
from bot.core.model import Json
from bot.core.names import LABEL_SANDBOX, MANAGED_BY, NAMESPACE_PREFIX, namespace_of
from bot.core.observed import (
    Failure,
    Observed,
    SeenRelease,
    read_job,
    read_namespace,
    read_pod,
    read_release,
    read_workload,
)
from bot.ports import Cluster, WatchEvent, WatchType


@dataclass(frozen=True)
class _Source:
    """Which objects of a kind are kept, and what of each."""

    kind: Kind
    labels: str
    read: Callable[[Json], Any]
    metadata_only: bool = False


_SOURCES = (
    _Source(NAMESPACE, f"{MANAGED_BY}=sandbox-bot", read_namespace, metadata_only=True),
    _Source(SECRET, "owner=helm", read_release, metadata_only=True),
    _Source(DEPLOYMENT, f"{MANAGED_BY}=Helm", read_workload),
    _Source(STATEFUL_SET, f"{MANAGED_BY}=Helm", read_workload),
    _Source(JOB, LABEL_SANDBOX, read_job),
    _Source(POD, "", read_pod),
)
_Key = tuple[str, str]
"""(kind, name) within a namespace."""


class Cache:
    """Run `run()` as a task; `synced` is set once everything that was there is known."""

    def __init__(self, cluster: Cluster, on_change: Callable[[str], None]) -> None:
        self.synced = asyncio.Event()
        self._cluster = cluster
        self._on_change = on_change
        self._records: dict[str, dict[_Key, tuple[int, Any]]] = defaultdict(dict)
        self._unsynced = {source.kind.name for source in _SOURCES}

    async def run(self) -> None:
        """Keeps the cache until cancelled; calls `on_change` with a sandbox's name for each change in its namespace."""
        async with asyncio.TaskGroup() as tasks:
            for source in _SOURCES:
                tasks.create_task(self._follow(source))

    def observe(self, sandbox: str, failures: Mapping[str, Failure]) -> Observed:
        """What is known of a sandbox's namespace now."""
        records = self._records.get(namespace_of(sandbox), {})

        def all_of(*kinds: Kind) -> list[Any]:
            names = {kind.name for kind in kinds}
            return [record for (kind, _), (_, record) in records.items() if kind in names and record is not None]

        namespace = all_of(NAMESPACE)
        return Observed(
            namespace=namespace[0] if namespace else None,
            releases=_newest(all_of(SECRET)),
            workloads=tuple(all_of(DEPLOYMENT, STATEFUL_SET)),
            jobs={job.name: job for job in all_of(JOB)},
            pods=tuple(all_of(POD)),
            failures=failures,
        )

    async def refresh(self, sandbox: str) -> None:
        """Reads a sandbox's namespace anew. Raises Retryable."""
        namespace = namespace_of(sandbox)
        before = set(self._records.get(namespace, {}))
        found = await self._cluster.get(NAMESPACE, namespace)
        if found is not None:
            self._keep(_SOURCES[0], namespace, found)
        lists = await asyncio.gather(
            *(self._cluster.list(source.kind, namespace, source.labels) for source in _SOURCES[1:])
        )
        for source, items in zip(_SOURCES[1:], lists, strict=True):
            for item in items:
                self._keep(source, namespace, item)
            there = {(source.kind.name, item["metadata"]["name"]) for item in items}
            # Known before the list was asked for and not in it: gone. What came since is not for this list to judge.
            for key in before - there:
                if key[0] == source.kind.name:
                    self._records[namespace].pop(key, None)

    async def _follow(self, source: _Source) -> None:
        watch = self._cluster.watch(source.kind, labels=source.labels, metadata_only=source.metadata_only)
        async for event in watch:
            if event.type is WatchType.SYNCED:
                self._unsynced.discard(source.kind.name)
                if not self._unsynced:
                    self.synced.set()
            else:
                self._take(source, event)

    def _take(self, source: _Source, event: WatchEvent) -> None:
        metadata = event.object["metadata"]
        namespace = metadata["name"] if source.kind is NAMESPACE else metadata["namespace"]
        if not namespace.startswith(NAMESPACE_PREFIX):
            return
        if event.type is WatchType.SET:
            self._keep(source, namespace, event.object)
        else:
            self._records[namespace].pop((source.kind.name, metadata["name"]), None)
            if not self._records[namespace]:
                del self._records[namespace]
        self._on_change(namespace.removeprefix(NAMESPACE_PREFIX))

    def _keep(self, source: _Source, namespace: str, item: Json) -> None:
        key = (source.kind.name, item["metadata"]["name"])
        version = int(item["metadata"].get("resourceVersion", 0))
        known = self._records[namespace].get(key)
        if known is None or version >= known[0]:
            self._records[namespace][key] = (version, source.read(item))


def _newest(revisions: list[SeenRelease]) -> dict[str, SeenRelease]:
    newest: dict[str, SeenRelease] = {}
    for revision in sorted(revisions, key=lambda item: item.revision):
        newest[revision.name] = revision
    return newest
