"""An in-memory Cluster: names are unique, objects have uids and versions, watches see every change."""

import asyncio
import copy
from collections.abc import AsyncIterator
from itertools import count

from bot.core.errors import Retryable
from bot.core.kinds import Kind
from bot.core.model import Json
from bot.ports import AlreadyExists, Conflict, NotFound, Refused, WatchEvent, WatchType

Key = tuple[str, str, str]
Objects = list[Json]


class FakeCluster:
    """`away` makes every call fail as if nobody answered; `lose_answers` does so after the work is done."""

    def __init__(self) -> None:
        self.away = False
        self.lose_answers = False
        self.refuses: str | None = None
        self.created: list[Json] = []
        self.deleted: list[str] = []
        self._objects: dict[Key, Json] = {}
        self._watchers: list[tuple[Kind, str | None, asyncio.Queue[WatchEvent]]] = []
        self._numbers = count(1)

    async def get(self, kind: Kind, name: str, namespace: str | None = None) -> Json | None:
        await self._reach()
        return copy.deepcopy(self._objects.get((kind.name, namespace or "", name)))

    async def list(self, kind: Kind, namespace: str | None = None, labels: str = "") -> Objects:
        await self._reach()
        return self._all(kind, namespace)

    async def create(self, kind: Kind, manifest: Json) -> Json:
        await self._reach()
        if self.refuses:
            raise Refused(self.refuses)
        manifest = copy.deepcopy(manifest)
        metadata = manifest["metadata"]
        key = (kind.name, metadata.get("namespace", ""), metadata["name"])
        if key in self._objects:
            raise AlreadyExists
        number = next(self._numbers)
        metadata |= {
            "uid": f"uid-{number}",
            "resourceVersion": str(number),
            "generation": 1,
            "creationTimestamp": "2026-11-24T10:00:00Z",
        }
        self._objects[key] = manifest
        self.created.append(manifest)
        self._tell(kind, key, WatchType.SET, manifest)
        if self.lose_answers:
            raise Retryable("the answer was lost")
        return copy.deepcopy(manifest)

    async def apply(self, kind: Kind, manifest: Json, manager: str) -> Json:
        metadata = manifest["metadata"]
        if (kind.name, metadata.get("namespace", ""), metadata["name"]) not in self._objects:
            return await self.create(kind, manifest)
        return await self.patch(kind, metadata["name"], manifest, namespace=metadata.get("namespace"))

    async def patch(
        self,
        kind: Kind,
        name: str,
        patch: Json,
        *,
        namespace: str | None = None,
        subresource: str = "",
        manager: str = "sandbox-bot",
    ) -> Json:
        await self._reach()
        key = (kind.name, namespace or "", name)
        if key not in self._objects:
            raise NotFound
        old = self._objects[key]
        version = patch.get("metadata", {}).get("resourceVersion", old["metadata"]["resourceVersion"])
        if version != old["metadata"]["resourceVersion"]:
            raise Conflict("changed meanwhile")
        new = _merged(old, patch)
        new["metadata"]["resourceVersion"] = str(next(self._numbers))
        self._objects[key] = new
        self._tell(kind, key, WatchType.SET, new)
        return copy.deepcopy(new)

    async def delete(self, kind: Kind, name: str, *, namespace: str | None = None, uid: str | None = None) -> None:
        await self._reach()
        key = (kind.name, namespace or "", name)
        found = self._objects.get(key)
        if found is None or (uid is not None and found["metadata"]["uid"] != uid):
            return
        self.deleted.append(name)
        if found["metadata"].get("finalizers"):
            await self.patch(
                kind, name, {"metadata": {"deletionTimestamp": "2026-11-24T11:00:00Z"}}, namespace=namespace
            )
        else:
            self._tell(kind, key, WatchType.GONE, self._objects.pop(key))

    async def logs(self, pod: str, namespace: str, container: str | None = None, lines: int = 20) -> str:
        return ""

    async def watch(
        self, kind: Kind, *, namespace: str | None = None, labels: str = "", metadata_only: bool = False
    ) -> AsyncIterator[WatchEvent]:
        queue: asyncio.Queue[WatchEvent] = asyncio.Queue()
        for item in self._all(kind, namespace):
            queue.put_nowait(WatchEvent(WatchType.SET, item))
        queue.put_nowait(WatchEvent(WatchType.SYNCED, {}))
        self._watchers.append((kind, namespace, queue))
        while True:
            yield await queue.get()

    async def _reach(self) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise Retryable("nobody answers")

    def _all(self, kind: Kind, namespace: str | None) -> Objects:
        return [
            copy.deepcopy(item)
            for (kind_name, place, _), item in self._objects.items()
            if kind_name == kind.name and namespace in (None, place)
        ]

    def _tell(self, kind: Kind, key: Key, type_: WatchType, item: Json) -> None:
        for watched, namespace, queue in self._watchers:
            if watched.name == kind.name and namespace in (None, key[1]):
                queue.put_nowait(WatchEvent(type_, copy.deepcopy(item)))


def _merged(old: Json, patch: Json) -> Json:
    result = dict(old)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = _merged(result.get(key) or {}, value)
        else:
            result[key] = copy.deepcopy(value)
    return result
