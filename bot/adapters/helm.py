"""Helm 4 through pyhelm3, only to apply and to uninstall; what became of it is observed in the cluster.

pyhelm3's own way of running helm goes through a shell, cannot be cancelled and puts raw output into exceptions.
`HelmCommand` mends that: no shell, a process that dies with us, a hard deadline, and errors as sentences.
"""

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import structlog
from pyhelm3.command import Command

from bot.core.errors import Permanent, Retryable
from bot.core.names import DEPLOYER, LABEL_DIGEST
from bot.ports import ReleaseRequest

log = structlog.get_logger()

_RELEASE = re.compile(r"[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?")
_HISTORY = 5
"""Revisions that Helm keeps; each is a Secret."""
_GRACE = 5.0
"""Seconds that a helm process has between TERM and KILL."""

# Most telling first. The texts are Helm's and the apiserver's own; the sentences are ours.
_SENTENCES: tuple[tuple[re.Pattern[str], type[Exception], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), error, sentence)
    for pattern, error, sentence in (
        (r"another operation .* is in progress", Retryable, "another change of this app is still under way"),
        (r"connection refused|i/o timeout|etcdserver|tls handshake|no such host|EOF|too many requests",
         Retryable, "the cluster did not answer"),
        (r"context (canceled|deadline exceeded)", Retryable, "applying the chart took too long"),
        (r"exceeded quota", Permanent, "the sandbox's quota does not allow it"),
        (r"violates PodSecurity", Permanent, "its pods break the sandbox's security level"),
        (r"is forbidden|cannot (create|patch|update|get|list|delete) resource", Permanent,
         "the chart needs something that a sandbox may not have"),
        (r"values don't meet the specifications of the schema", Permanent, "the chart does not accept these values"),
        (r"chart .* not found|not a valid chart|chart\.yaml file is missing|path .* not found|no such file",
         Permanent, "the chart was not found"),
        (r"execution error|parse error|failed to render|error converting YAML", Permanent,
         "the chart could not be rendered with these values"),
        (r"is invalid|unable to build kubernetes objects|admission webhook", Permanent,
         "the cluster refused what the chart makes of these values"),
    )
)  # fmt: skip

_extra: ContextVar[tuple[str, ...]] = ContextVar("extra arguments of the helm command", default=())


class HelmCommand(Command):  # type: ignore[misc]
    """Runs one helm process at a time per free slot; see the module's docstring."""

    def __init__(self, *, slots: int, deadline: float, **options: Any) -> None:
        super().__init__(**options)
        self._slots = asyncio.Semaphore(slots)
        self._deadline = deadline

    async def run(self, command: list[Any], input: bytes | None = None) -> bytes:
        arguments = [self._executable, *map(str, command), *_extra.get()]
        if self._kubeconfig:
            arguments += ["--kubeconfig", str(self._kubeconfig)]
        if self._kubecontext:
            arguments += ["--kube-context", self._kubecontext]
        async with self._slots:
            return await self._run(arguments, input)

    async def _run(self, arguments: list[str], given: bytes | None) -> bytes:
        process = await asyncio.create_subprocess_exec(
            "setpriv",
            "--pdeathsig",
            "KILL",
            "--",
            *arguments,
            stdin=asyncio.subprocess.PIPE if given is not None else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._deadline):
                out, err = await process.communicate(given)
        except TimeoutError:
            raise Retryable("applying the chart took too long") from None
        finally:
            await _end(process)
        if process.returncode:
            raise _error(err.decode(errors="replace"))
        return out


async def _end(process: asyncio.subprocess.Process) -> None:
    """TERM, so that helm marks its release as failed, then KILL; nothing if it ended already."""
    for number, patience in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, None)):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), patience)


def _error(text: str) -> Exception:
    log.debug("helm failed", output=text)
    for pattern, error, sentence in _SENTENCES:
        if pattern.search(text):
            return error(sentence)
    return Retryable("the chart could not be applied")


class HelmCli:
    """Implements `bot.ports.Helm`."""

    def __init__(self, command: HelmCommand) -> None:
        self._command = command

    async def apply(self, request: ReleaseRequest) -> int:
        _check_name(request.name)
        extra = ["--labels", f"{LABEL_DIGEST}={request.digest}"]
        if request.as_deployer:
            extra += ["--kube-as-user", f"system:serviceaccount:{request.namespace}:{DEPLOYER}"]
        with _arguments(*extra):
            answer = await self._command.install_or_upgrade(
                request.name,
                request.chart.reference,
                request.values,
                create_namespace=False,
                force_conflicts=True,
                namespace=request.namespace,
                repo=request.chart.repository,
                version=request.chart.version,
            )
        return int(answer["version"])

    async def uninstall(self, name: str, namespace: str) -> None:
        _check_name(name)
        with _arguments("--ignore-not-found"):
            await self._command.uninstall(name, namespace=namespace)


@contextmanager
def _arguments(*extra: str) -> Iterator[None]:
    token = _extra.set(extra)
    try:
        yield
    finally:
        _extra.reset(token)


def _check_name(name: str) -> None:
    if not _RELEASE.fullmatch(name):
        raise Permanent(f"{name!r} cannot be the name of a release")


async def connect_helm(
    executable: str, *, kubeconfig: Path | None, context: str | None, slots: int, deadline: float
) -> HelmCli:
    """Raises Permanent if `executable` is no Helm 4."""
    command = HelmCommand(
        slots=slots,
        deadline=deadline,
        executable=executable,
        kubeconfig=str(kubeconfig) if kubeconfig else None,
        kubecontext=context,
        history_max_revisions=_HISTORY,
    )
    try:
        version = await command.run(["version", "--template", "{{.Version}}"])
    except OSError:
        version = b""
    if not version.startswith(b"v4."):
        raise Permanent(f"Helm 4 was not found as {executable!r}")
    return HelmCli(command)
