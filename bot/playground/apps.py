"""Stand-ins for the sample company's apps, so that the links on a card open something.

The playground's pods are simulated: nothing runs in them. Whatever `{app}--{sandbox}.{base domain}` asks
for is answered here, with a page that says "simulated pod" and what the cluster knows about that app.
It knows no sandbox that isn't in the cluster, and no app that isn't ready.
"""

import html
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Json = dict[str, Any]
ReadSandbox = Callable[[str], Awaitable[Json | None]]
"""A sandbox's name → the resource, or None."""

_HOST = re.compile(r"(?P<app>[a-z](?:-?[a-z0-9])*)--(?P<sandbox>[a-z](?:-?[a-z0-9])*)\.")

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 12vh auto; padding: 0 1.25rem; }}
  .badge {{ display: inline-block; padding: .1rem .6rem; border: 1px solid currentColor; border-radius: 1rem;
    font-size: .8rem; }}
  dt {{ float: left; clear: left; width: 7rem; opacity: .75; }}
  dd {{ margin: 0 0 .3rem 7rem; overflow-wrap: anywhere; }}
</style>
<main>
  <p><span class="badge">simulated pod</span></p>
  <h1>{title}</h1>
  <p>{text}</p>
  <dl>{facts}</dl>
</main>
</html>
"""


def build_page(title: str, text: str, facts: dict[str, str] | None = None) -> str:
    """The stand-in page; everything is escaped."""
    rows = "".join(f"<dt>{html.escape(key)}</dt><dd>{html.escape(value)}</dd>" for key, value in (facts or {}).items())
    return _PAGE.format(title=html.escape(title), text=html.escape(text), facts=rows)


def build_apps_server(read_sandbox: ReadSandbox) -> web.Application:
    """The server behind every sandbox host of the playground."""

    async def answer(request: web.Request) -> web.Response:
        match = _HOST.match(request.host)
        sandbox = await read_sandbox(match["sandbox"]) if match else None
        if match is None or sandbox is None:
            return _html(404, build_page("No such sandbox", "There is no sandbox under this address."))
        app = _find_app(sandbox, match["app"])
        if app is None:
            return _html(404, build_page("No such app", f"The sandbox {match['sandbox']} has no app here."))
        if app["state"] != "Ready":
            return _html(503, build_page(f"{match['app']} is not ready", app.get("message") or "It is on its way."))
        facts = {
            "Sandbox": match["sandbox"],
            "App": match["app"],
            "Image": app.get("image", "unknown"),
            "Pods ready": app.get("ready", "unknown"),
            "Path": request.path,
        }
        text = "In a company's cluster you would see the app here. In the playground nothing runs inside the pods."
        return _html(200, build_page(f"{match['app']} of {match['sandbox']}", text, facts))

    server = web.Application()
    server.router.add_route("*", "/{path:.*}", answer)
    return server


def _find_app(sandbox: Json, name: str) -> Json | None:
    apps: list[Json] = sandbox.get("status", {}).get("apps", [])
    return next((app for app in apps if app["name"] == name), None)


def _html(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html")
