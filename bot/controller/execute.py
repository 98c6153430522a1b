"""Actions, done: the only place where the operator changes anything."""

from pathlib import Path

import structlog

from bot.core.errors import Permanent
from bot.core.kinds import JOB, NAMESPACE, SANDBOX, SECRET, Kind
from bot.core.model import Json
from bot.core.names import BASE_RELEASE, FINALIZER, namespace_of
from bot.core.plan import (
    Action,
    AddFinalizer,
    ApplyRelease,
    CreateNamespace,
    DeleteNamespace,
    DeleteSandbox,
    ForgetRevision,
    RemoveFinalizer,
    RunJob,
    UninstallRelease,
)
from bot.core.sandbox import Sandbox
from bot.core.template import ChartSource
from bot.core.values import ReleasePlan
from bot.ports import AlreadyExists, Chart, Cluster, Helm, NotFound, ReleaseRequest

log = structlog.get_logger()


class Executor:
    """`charts` is the folder of the built-in charts and of those that templates name by path, in that order."""

    def __init__(self, cluster: Cluster, helm: Helm, charts: tuple[Path, ...], allowed: tuple[str, ...]) -> None:
        self._cluster = cluster
        self._helm = helm
        self._charts = charts
        self._allowed = allowed

    async def execute(self, sandbox: Sandbox, action: Action) -> None:
        """Does it; repeating is harmless. Raises Retryable, Permanent, Refused."""
        namespace = namespace_of(sandbox.name)
        match action:
            case AddFinalizer():
                await self._set_finalizers(sandbox, [*sandbox.metadata.finalizers, FINALIZER])
            case RemoveFinalizer():
                await self._set_finalizers(sandbox, [f for f in sandbox.metadata.finalizers if f != FINALIZER])
            case CreateNamespace(manifest):
                await self._create(NAMESPACE, manifest)
            case ApplyRelease(release):
                await self._helm.apply(self._request(release))
            case ForgetRevision(secret):
                await self._cluster.delete(SECRET, secret, namespace=namespace)
            case UninstallRelease(name):
                await self._helm.uninstall(name, namespace)
            case RunJob(manifest):
                await self._create(JOB, manifest)
            case DeleteNamespace():
                await self._cluster.delete(NAMESPACE, namespace)
            case DeleteSandbox():
                await self._cluster.delete(SANDBOX, sandbox.name, namespace=sandbox.metadata.namespace, uid=sandbox.uid)
        log.info("done", sandbox=sandbox.name, action=type(action).__name__, about=_about(action))

    async def _create(self, kind: Kind, manifest: Json) -> None:
        try:
            await self._cluster.create(kind, manifest)
        except AlreadyExists:
            return  # a plan made before a restart did it

    async def _set_finalizers(self, sandbox: Sandbox, finalizers: list[str]) -> None:
        # With the version that was read: others keep finalizers of their own in the same list.
        patch = {"metadata": {"resourceVersion": sandbox.metadata.resource_version, "finalizers": finalizers}}
        try:
            await self._cluster.patch(SANDBOX, sandbox.name, patch, namespace=sandbox.metadata.namespace)
        except NotFound:
            return

    def _request(self, release: ReleasePlan) -> ReleaseRequest:
        return ReleaseRequest(
            name=release.name,
            namespace=release.namespace,
            chart=self._chart(release.chart),
            values=release.values,
            digest=release.digest,
            as_deployer=release.name != BASE_RELEASE,
        )

    def _chart(self, raw: Json) -> Chart:
        if raw.get("builtin") == "sandbox":
            return Chart(str(self._charts[0] / "sandbox"))
        source = ChartSource.from_json(raw)
        if source.builtin or source.path:
            return Chart(self._find_folder(source.builtin or source.path or ""))
        where = source.repository or source.oci or ""
        if not any(where.startswith(prefix) for prefix in self._allowed):
            raise Permanent(f"charts from {where} are not allowed here")
        if source.oci:
            return Chart(source.oci, version=source.version)
        return Chart(source.name or "", source.repository, source.version)

    def _find_folder(self, path: str) -> str:
        for folder in self._charts:
            found = (folder / path).resolve()
            if found.is_relative_to(folder.resolve()) and (found / "Chart.yaml").is_file():
                return str(found)
        raise Permanent(f"there is no chart {path}")


def _about(action: Action) -> str:
    match action:
        case ApplyRelease(release):
            return release.name
        case UninstallRelease(name):
            return name
        case RunJob(manifest):
            return str(manifest["metadata"]["name"])
    return ""
