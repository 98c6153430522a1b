"""Names: everything that is called something in the cluster, made from a sandbox's and an app's name.

Requirements: a name accepted here is valid wherever it is used (namespace, Helm release, Service,
host label, label value), and two different sandboxes or apps never share one. That is why `--`
separates app and sandbox in a host, and neither may contain it.
"""

import hashlib
import re
import unicodedata

GROUP = "sandbox-bot.dev"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"

SANDBOX_NAME_MAX = 30
APP_NAME_MAX = 20
NAME_PATTERN = r"^[a-z](-?[a-z0-9])*$"
"""A DNS-1035 label without `--`: starts with a letter, ends with a letter or digit."""

NAMESPACE_PREFIX = "sbx-"
BASE_RELEASE = "sandbox"
"""The Helm release of `charts/sandbox`; no app may have this name."""
DEPLOYER = "deployer"
"""The service account as which app releases are applied."""

FINALIZER = f"{GROUP}/operator"
NOTIFIER_FINALIZER = f"{GROUP}/notifier"

MANAGED_BY = "app.kubernetes.io/managed-by"
LABEL_SANDBOX = f"{GROUP}/sandbox"
LABEL_UID = f"{GROUP}/sandbox-uid"
LABEL_APP = f"{GROUP}/app"
LABEL_DIGEST = f"{GROUP}/digest"
"""On Helm's own release Secret: what chart and values the release was made from."""

ANNOTATION_REQUEST_ID = f"{GROUP}/request-id"
ANNOTATION_REQUESTED_BY = f"{GROUP}/requested-by"
ANNOTATION_RETRY = f"{GROUP}/retry-at"

_NAME = re.compile(NAME_PATTERN)


def is_name(text: str, limit: int) -> bool:
    """Whether `text` may name a sandbox (limit 30) or an app (limit 20)."""
    return len(text) <= limit and _NAME.fullmatch(text) is not None


def build_slug(text: str, limit: int = SANDBOX_NAME_MAX) -> str:
    """The closest valid name to any text; "" if nothing in it can be kept.

    For proposing only: two texts may have the same slug, so it never replaces what a person typed.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    words = re.sub(r"^[^a-z]+", "", words)
    return words[:limit].rstrip("-")


def namespace_of(sandbox: str) -> str:
    """The namespace that holds the sandbox's workloads."""
    return NAMESPACE_PREFIX + sandbox


def host_of(app: str, sandbox: str, base_domain: str) -> str:
    """The host under which an app of a sandbox is reached, e.g. `web--checkout.sandbox.acme.example`."""
    return f"{app}--{sandbox}.{base_domain}"


def short_hash(*parts: str) -> str:
    """Ten hexadecimal digits that stand for exactly these parts, for names that must differ."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(4, "big") + part.encode())
    return digest.hexdigest()[:10]
