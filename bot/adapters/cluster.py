"""The Kubernetes API on plain JSON objects, over kubernetes.aio's client (its TLS, credentials and pooling)."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from kubernetes.aio import client, config

from bot.core.errors import Retryable
from bot.core.kinds import POD, Kind
from bot.core.model import Json
from bot.ports import AlreadyExists, Conflict, NotFound, Refused, WatchEvent, WatchType

log = structlog.get_logger()

_TIMEOUT = 10.0
"""Seconds for one request."""
_WATCH_SECONDS = 240
"""How long the apiserver keeps one watch open; it sends a bookmark every minute."""
_SILENCE = 90.0
"""A watch that said nothing for so long is dead; bookmarks come more often."""
_JSON = "application/json"


async def connect_cluster(kubeconfig: Path | None = None, context: str | None = None) -> "ApiCluster":
    """By that kubeconfig, else the in-cluster configuration, else kubectl's default. Raises ConfigException."""
    configuration = client.Configuration()
    if kubeconfig is None and context is None:
        try:
            config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
            return ApiCluster(client.ApiClient(configuration))
        except config.ConfigException:
            log.debug("not inside a cluster")
    file = str(kubeconfig) if kubeconfig else None
    await config.load_kube_config(  # type: ignore[no-untyped-call]
        config_file=file, context=context, client_configuration=configuration
    )
    return ApiCluster(client.ApiClient(configuration))


class ApiCluster:
    """Implements `bot.ports.Cluster`."""

    def __init__(self, api: client.ApiClient) -> None:
        self._api = api
        api.configuration.retries = 0

    async def close(self) -> None:
        await self._api.close()  # type: ignore[no-untyped-call]

    async def get(self, kind: Kind, name: str, namespace: str | None = None) -> Json | None:
        try:
            return await self._call("GET", _path(kind, namespace, name))
        except NotFound:
            return None

    async def list(self, kind: Kind, namespace: str | None = None, labels: str = "") -> list[Json]:
        answer = await self._call("GET", _path(kind, namespace), query={"labelSelector": labels} if labels else {})
        return [_typed(kind, item) for item in answer["items"] or []]

    async def create(self, kind: Kind, manifest: Json) -> Json:
        path = _path(kind, manifest["metadata"].get("namespace"))
        return await self._call("POST", path, manifest)

    async def apply(self, kind: Kind, manifest: Json, manager: str) -> Json:
        path = _path(kind, manifest["metadata"].get("namespace"), manifest["metadata"]["name"])
        query = {"fieldManager": manager, "force": "true"}
        return await self._call("PATCH", path, manifest, query, "application/apply-patch+yaml")

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
        path = _path(kind, namespace, name) + (f"/{subresource}" if subresource else "")
        try:
            return await self._call("PATCH", path, patch, {"fieldManager": manager}, "application/merge-patch+json")
        except AlreadyExists as error:
            raise Conflict(str(error)) from None

    async def delete(self, kind: Kind, name: str, *, namespace: str | None = None, uid: str | None = None) -> None:
        body: Json = {"propagationPolicy": "Background"}
        if uid:
            body["preconditions"] = {"uid": uid}
        try:
            await self._call("DELETE", _path(kind, namespace, name), body)
        except (NotFound, AlreadyExists):
            return  # gone, or another object of that name

    async def logs(self, pod: str, namespace: str, container: str | None = None, lines: int = 20) -> str:
        query = {"tailLines": str(lines), **({"container": container} if container else {})}
        try:
            response = await self.send(_Request("GET", _path(POD, namespace, pod) + "/log", query=query))
        except (NotFound, Refused, Retryable):
            return ""
        async with response:
            return await response.text()

    async def watch(
        self, kind: Kind, *, namespace: str | None = None, labels: str = "", metadata_only: bool = False
    ) -> AsyncIterator[WatchEvent]:
        reflector = _Reflector(self, kind, _path(kind, namespace), labels, metadata_only)
        failures = 0
        while True:
            try:
                async for event in reflector.run():
                    failures = 0
                    yield event
            except (Retryable, Refused, NotFound) as error:
                failures += 1
                log.warning("watch interrupted", kind=kind.name, failures=failures, reason=str(error))
                await asyncio.sleep(random.uniform(0.5, 1) * min(10, 0.2 * 2**failures))  # noqa: S311

    async def _call(
        self, method: str, path: str, body: Any = None, query: Json | None = None, content_type: str = _JSON
    ) -> Json:
        response = await self.send(_Request(method, path, body, query or {}, content_type))
        async with response:
            answer: Json = await response.json()
            return answer

    async def send(
        self, request: "_Request", patience: float | aiohttp.ClientTimeout = _TIMEOUT
    ) -> aiohttp.ClientResponse:
        """The open answer, whose status is 2xx. Raises what the port names."""
        try:
            method, url, headers, body, fields = await self._serialize(request)
            answer = await self._api.call_api(
                method, url, headers, body, fields, _request_timeout=patience, _preload_content=False
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Retryable(f"the cluster did not answer ({type(error).__name__})") from None
        response: aiohttp.ClientResponse = answer.response
        if response.status >= 300:
            async with response:
                raise _error(request.method, response.status, await response.text())
        return response

    async def _serialize(self, request: "_Request") -> Any:
        return await self._api.param_serialize(
            method=request.method,
            resource_path=request.path,
            query_params=list(request.query.items()),
            header_params={"Accept": request.accept, "Content-Type": request.content_type},
            body=request.body,
            auth_settings=["BearerToken"],
        )


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    body: Any = None
    query: Json = field(default_factory=dict)
    content_type: str = _JSON
    accept: str = _JSON


class _Reflector:
    """One kind's list followed by watches; knows what is there, so that it can tell what vanished meanwhile."""

    def __init__(self, cluster: ApiCluster, kind: Kind, path: str, labels: str, metadata_only: bool) -> None:
        self._cluster = cluster
        self._kind = kind
        self._path = path
        self._query = {"labelSelector": labels} if labels else {}
        self._metadata_only = metadata_only
        self._known: dict[tuple[str, str], str] = {}
        self._version = ""
        self._told = False

    async def run(self) -> AsyncIterator[WatchEvent]:
        """Until the connection breaks. Goes on where it was, or lists anew where that is too long ago."""
        if not self._version:
            async for event in self._list():
                yield event
        while self._version:
            async for event in self._watch():
                yield event

    async def _list(self) -> AsyncIterator[WatchEvent]:
        response = await self._cluster.send(_Request("GET", self._path, query=self._query, accept=self._accept("List")))
        async with response:
            answer = await response.json()
        before, self._known = self._known, {}
        for item in answer["items"] or []:
            key = _key(item)
            self._known[key] = item["metadata"]["resourceVersion"]
            if before.pop(key, None) != self._known[key]:
                yield WatchEvent(WatchType.SET, _typed(self._kind, item))
        for namespace, name in before:
            yield WatchEvent(WatchType.GONE, {"metadata": {"name": name, "namespace": namespace}})
        self._version = answer["metadata"]["resourceVersion"]
        if not self._told:
            self._told = True
            yield WatchEvent(WatchType.SYNCED, {})

    async def _watch(self) -> AsyncIterator[WatchEvent]:
        query = {
            **self._query,
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(random.randint(_WATCH_SECONDS // 2, _WATCH_SECONDS)),  # noqa: S311
        }
        patience = aiohttp.ClientTimeout(sock_connect=_TIMEOUT, sock_read=_SILENCE)
        try:
            response = await self._cluster.send(
                _Request("GET", self._path, query=query, accept=self._accept("")), patience
            )
            async with response:
                async for line in _lines(response):
                    event = self._take(json.loads(line))
                    if event is not None:
                        yield event
                    if not self._version:
                        return
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Retryable(f"the watch broke ({type(error).__name__})") from None
        except _Gone:
            self._version = ""

    def _take(self, raw: Json) -> WatchEvent | None:
        item = raw["object"]
        if raw["type"] == "ERROR":
            self._version = ""  # mostly 410: what happened since is forgotten, so list anew
            return None
        self._version = item["metadata"]["resourceVersion"]
        if raw["type"] == "BOOKMARK":
            return None
        if raw["type"] == "DELETED":
            self._known.pop(_key(item), None)
            return WatchEvent(WatchType.GONE, _typed(self._kind, item))
        self._known[_key(item)] = self._version
        return WatchEvent(WatchType.SET, _typed(self._kind, item))

    def _accept(self, list_: str) -> str:
        if not self._metadata_only:
            return _JSON
        return f"application/json;as=PartialObjectMetadata{list_};g=meta.k8s.io;v=v1"


class _Gone(Retryable):
    """HTTP 410: the resourceVersion is too old."""


async def _lines(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Lines of any length; aiohttp's own reader refuses those over 128 KiB, which objects can exceed."""
    rest = b""
    async for chunk in response.content.iter_any():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line


def _path(kind: Kind, namespace: str | None, name: str = "") -> str:
    root = f"/apis/{kind.api_version}" if "/" in kind.api_version else f"/api/{kind.api_version}"
    place = f"/namespaces/{namespace}" if namespace and kind.namespaced else ""
    return f"{root}{place}/{kind.plural}" + (f"/{name}" if name else "")


def _typed(kind: Kind, item: Json) -> Json:
    """Items of lists come without apiVersion and kind."""
    return {**item, "apiVersion": kind.api_version, "kind": kind.name}


def _key(item: Json) -> tuple[str, str]:
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def _error(method: str, status: int, text: str) -> Exception:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = {}
    sentence = str(answer.get("message") or f"the cluster answered {status}")
    if status == 404:
        return NotFound(sentence)
    if status == 409:
        return AlreadyExists(sentence) if method in ("POST", "DELETE", "PATCH") else Conflict(sentence)
    if status == 410:
        return _Gone(sentence)
    if status in (400, 401, 403, 413, 422):
        return Refused(_readable(answer, sentence))
    return Retryable(f"the cluster answered {status}")


def _readable(answer: Json, sentence: str) -> str:
    """The causes of a refusal, without the apiserver's framing."""
    causes = answer.get("details", {}).get("causes", [])
    found = [str(cause.get("message", "")).removeprefix("Invalid value: ") for cause in causes]
    return "; ".join(dict.fromkeys(filter(None, found))) or sentence
