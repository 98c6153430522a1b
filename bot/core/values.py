"""What Helm is given for each release: one chart, one merged dict of values, and the digest of both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from bot.core.links import Site, app_url
from bot.core.model import Json
from bot.core.names import BASE_RELEASE, namespace_of
from bot.core.sandbox import AppOverride, Sandbox
from bot.core.template import SandboxTemplate, TemplateApp, parse_procfile

RELEASE_PROCESS = "release"


@dataclass(frozen=True)
class ReleasePlan:
    """A release as it should be. `chart` is "app", "sandbox" or the template's own ChartSource as JSON."""

    name: str
    namespace: str
    chart: Json
    values: Json
    digest: str
    image: str


def merge(base: Json, over: Mapping[str, object]) -> Json:
    """`over` on top of `base`, dict by dict; lists and everything else are replaced."""
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return result


def set_path(values: Json, path: str | None, value: object) -> Json:
    """`values` with `value` at a dotted path; unchanged where there is no path or no value."""
    if path is None or value in (None, {}, ""):
        return values
    nested: object = value
    for key in reversed(path.split(".")):
        nested = {key: nested}
    assert isinstance(nested, dict)  # noqa: S101 - a path has at least one key
    return merge(values, nested)


def plan_base_release(sandbox: Sandbox, template: SandboxTemplate, charts: str) -> ReleasePlan:
    """`charts/sandbox` for this sandbox; `charts` stands for the content of the built-in charts."""
    values: Json = {"sandbox": {**_identity(sandbox), "uid": sandbox.uid}}
    if template.spec.quota:
        values["quota"] = {"hard": template.spec.quota}
    return _release(sandbox, BASE_RELEASE, {"builtin": "sandbox"}, merge(values, template.spec.base_values), charts)


def plan_app_release(
    sandbox: Sandbox, template: SandboxTemplate, app: TemplateApp, site: Site, charts: str
) -> ReleasePlan:
    """The release of one app, with what the sandbox changes."""
    override = sandbox.spec.override_of(app.name)
    if app.chart.builtin:
        values = merge(_app_values(sandbox, app, override, site), app.values)
    else:
        values = _foreign_values(app, override)
    if app.allow_values:
        values = merge(values, override.values)
    return _release(sandbox, app.name, app.chart.to_json(), values, charts, image_of(app, override))


def image_of(app: TemplateApp, override: AppOverride) -> str:
    """What people are shown as the app's image; "" where the chart decides."""
    if app.image is None:
        return override.image.tag or "" if override.image else ""
    if override.image and override.image.digest:
        return f"{app.image.repository}@{override.image.digest}"
    tag = override.image.tag if override.image and override.image.tag else app.image.tag
    return f"{app.image.repository}:{tag}"


def processes_of(app: TemplateApp, override: AppOverride) -> dict[str, Json]:
    """By process type, as the built-in chart takes them: Procfile, then template, then sandbox."""
    found: dict[str, Json] = {name: {"command": command} for name, command in parse_procfile(app.procfile).items()}
    for name, process in app.processes.items():
        found[name] = merge(found.get(name, {}), process.to_json())
    for name, change in override.processes.items():
        found[name] = merge(found.get(name, {}), change.to_json())
    return found


def _app_values(sandbox: Sandbox, app: TemplateApp, override: AppOverride, site: Site) -> Json:
    image: Json = {}
    if app.image:
        pin = override.image
        image = {"repository": app.image.repository, "tag": (pin and pin.tag) or app.image.tag}
        if pin and pin.digest:
            image["digest"] = pin.digest
    values: Json = {
        "sandbox": _identity(sandbox),
        "app": app.name,
        "image": image,
        "imagePullSecrets": [{"name": name} for name in app.image_pull_secrets],
        "processes": processes_of(app, override),
        "env": {**app.env, **override.env},
        "secrets": list(override.secrets),
        "telemetry": {"environment": sandbox.name},
    }
    if url := app_url(site, app, sandbox.name):
        values["url"] = url
    return values


def _foreign_values(app: TemplateApp, override: AppOverride) -> Json:
    paths, values = app.value_paths, dict(app.values)
    pin = override.image
    if app.image:
        values = set_path(values, paths.repository, app.image.repository)
        values = set_path(values, paths.tag, app.image.tag)
    if pin:
        values = set_path(values, paths.tag, pin.tag)
        values = set_path(values, paths.digest, pin.digest)
    for process, path in paths.replicas.items():
        change = override.processes.get(process)
        values = set_path(values, path, change.replicas if change else None)
    return set_path(values, paths.env, {**app.env, **override.env})


def _identity(sandbox: Sandbox) -> Json:
    return {"name": sandbox.name, "owner": sandbox.spec.owner.slack_user, "team": sandbox.spec.owner.team or ""}


def _release(sandbox: Sandbox, name: str, chart: Json, values: Json, charts: str, image: str = "") -> ReleasePlan:
    content = json.dumps([chart, values, charts if "builtin" in chart else ""], sort_keys=True)
    digest = sha256(content.encode()).hexdigest()[:40]
    return ReleasePlan(name, namespace_of(sandbox.name), chart, values, digest, image)
