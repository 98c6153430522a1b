"""Where a sandbox is reached: URLs of its apps, pre-filtered links and commands, from what its template says.

Values are escaped for where they stand: percent-encoded in a URL, quoted for a shell in a command. A name
in braces that isn't one of the known ones stays as it is, since query languages are full of braces.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from bot.core.names import host_of, namespace_of
from bot.core.sandbox import Sandbox
from bot.core.template import SandboxTemplate, TemplateApp, parse_procfile

_PLACEHOLDER = re.compile(r"\{(namespace|sandbox|app|owner|host|url)\}")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Site:
    """Under which addresses this installation's sandboxes are reached."""

    base_domain: str
    scheme: str = "https"
    port: int | None = None


@dataclass(frozen=True)
class AppLink:
    """Where people enter an app."""

    name: str
    title: str
    url: str


@dataclass(frozen=True)
class NamedLink:
    """A link for people; `app` is an app's title, or "" where it is for the whole sandbox."""

    title: str
    url: str
    app: str = ""


@dataclass(frozen=True)
class NamedCommand:
    """A command for people who like terminals; `app` is an app's title."""

    title: str
    command: str
    app: str


@dataclass(frozen=True)
class Links:
    """Everything that leads into a sandbox. `apps` has an entry for each exposed app, in the template's order."""

    apps: tuple[AppLink, ...] = ()
    links: tuple[NamedLink, ...] = ()
    commands: tuple[NamedCommand, ...] = ()


def is_exposed(app: TemplateApp) -> bool:
    """Whether people reach the app over HTTP."""
    if app.expose is not None:
        return True
    return bool(app.chart.builtin) and ("web" in app.processes or "web" in parse_procfile(app.procfile))


def app_url(site: Site, app: TemplateApp, sandbox: str) -> str | None:
    """Where people enter the app, or None if it isn't exposed."""
    if not is_exposed(app):
        return None
    port = "" if site.port in (None, _DEFAULT_PORTS.get(site.scheme)) else f":{site.port}"
    path = app.expose.path if app.expose else "/"
    return f"{site.scheme}://{host_of(app.name, sandbox, site.base_domain)}{port}{path}"


def build_links(sandbox: Sandbox, template: SandboxTemplate, site: Site) -> Links:
    """All links and commands of a sandbox, whether it is up or not."""
    urls = {app.name: app_url(site, app, sandbox.name) for app in template.spec.apps}
    entry = next((app for app in template.spec.apps if urls[app.name]), template.spec.apps[0])
    links = [
        NamedLink(link.title, _filled_url(link.url, _values(sandbox, entry, urls[entry.name], site)))
        for link in template.spec.links
    ]
    commands = []
    for app in template.spec.apps:
        values = _values(sandbox, app, urls[app.name], site)
        links += [NamedLink(link.title, _filled_url(link.url, values), app.display_title) for link in app.links]
        commands += [
            NamedCommand(item.title, _filled(item.command, values, shlex.quote), app.display_title)
            for item in app.connect
        ]
    return Links(
        apps=tuple(AppLink(app.name, app.display_title, url) for app in template.spec.apps if (url := urls[app.name])),
        links=tuple(links),
        commands=tuple(commands),
    )


def _values(sandbox: Sandbox, app: TemplateApp, url: str | None, site: Site) -> dict[str, str]:
    return {
        "namespace": namespace_of(sandbox.name),
        "sandbox": sandbox.name,
        "app": app.name,
        "owner": sandbox.spec.owner.email or sandbox.spec.owner.slack_user,
        "host": host_of(app.name, sandbox.name, site.base_domain),
        "url": url or "",
    }


def _filled_url(text: str, values: dict[str, str]) -> str:
    return _filled(text, values, lambda value: quote(value, safe=""))


def _filled(text: str, values: dict[str, str], escaped: Callable[[str], str]) -> str:
    # One pass: a value that looks like a placeholder is not filled in again.
    return _PLACEHOLDER.sub(lambda match: escaped(values[match[1]]), text)
