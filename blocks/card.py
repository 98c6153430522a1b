"""The card: the one message in the channel that shows a sandbox, updated in place for as long as it lives."""

from collections.abc import Sequence

from blocks import ids
from blocks.lists import build_delete_button
from blocks.markup import code, date, escape, link, mrkdwn, plain, user
from blocks.words import APPS, problem_of, words_of
from bot.core.links import AppLink, Links
from bot.core.model import Json
from bot.core.sandbox import AppState, AppStatus, Sandbox
from bot.core.template import SandboxTemplate

_ROOM = 2900
_OPEN_BUTTONS = 3
_MOST_LINKS = 8


def build_card(sandbox: Sandbox, template: SandboxTemplate | None, links: Links) -> tuple[str, list[Json]]:
    """(text for notifications and screen readers, blocks). Depends on nothing but its arguments."""
    words = words_of(sandbox)
    blocks: list[Json] = [
        {"type": "header", "text": plain(sandbox.display_title, 150)},
        _section(f"{words.marker} *{words.word}*{_progress(sandbox)}"),
    ]
    if sandbox.gone:
        return summary(sandbox), [*blocks, _context([_identity(sandbox, template)])]
    if (problem := problem_of(sandbox)) is not None:
        blocks.append(_section(f"*What is wrong:* {escape(problem.message, 600)}"))
    titles = {app.name: app.display_title for app in template.spec.apps} if template else {}
    urls = {app.name: app.url for app in links.apps}
    blocks += _packed([_app_line(app, titles.get(app.name, app.name), urls) for app in sandbox.status.apps])
    blocks += _scenario(sandbox, template)
    if sandbox.ready and links.links:
        blocks.append(_context([" · ".join(link(item.url, item.title) for item in links.links[:_MOST_LINKS])[:_ROOM]]))
    if not sandbox.deleting:
        blocks.append({"type": "actions", "block_id": "card", "elements": _buttons(sandbox, links.apps)})
    blocks.append(_context(_facts(sandbox, template)))
    return summary(sandbox), blocks


def summary(sandbox: Sandbox) -> str:
    """The point in one sentence, plain text: markup in it means nothing."""
    name, words = sandbox.name, words_of(sandbox)
    failed = next((app for app in sandbox.status.apps if app.state is AppState.FAILED), None)
    if sandbox.gone or sandbox.deleting:
        return f"{name} {words.says}."
    if (problem := problem_of(sandbox)) is not None:
        return f"{name} needs somebody: {escape(problem.message, 300)}"
    if failed is not None:
        return f"{name}: {failed.name} failed. {escape(failed.message, 300)}"
    if sandbox.ready and sandbox.status.url:
        return f"{name} is ready: {escape(sandbox.status.url, 300)}"
    return f"{name} {words.says}{_progress(sandbox)}."


def _progress(sandbox: Sandbox) -> str:
    if sandbox.ready or sandbox.deleting or not sandbox.status.apps:
        return ""
    up = sum(app.state is AppState.READY for app in sandbox.status.apps)
    return f": {up} of {len(sandbox.status.apps)} apps up"


def _app_line(app: AppStatus, title: str, urls: dict[str, str]) -> str:
    words = APPS[app.state]
    version = app.image.rpartition("@" if "@" in app.image else ":")[2] if app.image else ""
    facts = [words.word]
    if app.state in (AppState.STARTING, AppState.FAILED, AppState.READY):
        facts.append(f"{app.ready} running")
    facts += [code(version, 80)] if version else []
    facts += [link(urls[app.name], "Open")] if app.state is AppState.READY and app.name in urls else []
    says = f"\n      {escape(app.message, 300)}" if app.message and app.state is not AppState.READY else ""
    return f"{words.marker} *{escape(title, 60)}* {' · '.join(facts)}{says}"


def _scenario(sandbox: Sandbox, template: SandboxTemplate | None) -> list[Json]:
    status = sandbox.status.scenario
    if status is None:
        return []
    found = template.scenario(status.name) if template else None
    states = {"Complete": "loaded", "Running": "being loaded", "Waiting": "comes when the apps are up"}
    says = states.get(status.state, "could not be loaded")
    return [_context([f"Scenario *{escape(found.title if found else status.name, 100)}*: {says}"])]


def _buttons(sandbox: Sandbox, apps: Sequence[AppLink]) -> list[Json]:
    buttons: list[Json] = []
    if sandbox.ready:
        for number, app in enumerate(apps[:_OPEN_BUTTONS]):
            button = {
                "type": "button",
                "text": plain(f"Open {app.title}", 75),
                "action_id": ids.open_link(app.name),
                "url": app.url,
            }
            buttons.append({**button, "style": "primary"} if number == 0 else button)
    reference = ids.Reference(sandbox.name, sandbox.uid)
    details = {"type": "button", "text": plain("Details"), "action_id": ids.SHOW_DETAILS, "value": reference.to_value()}
    return [*buttons, details, build_delete_button(sandbox)]


def _facts(sandbox: Sandbox, template: SandboxTemplate | None) -> list[str]:
    facts = [_identity(sandbox, template)]
    if template and template.spec.dataset:
        dataset = template.spec.dataset
        facts.append(f"Data: {escape(f'{dataset.name} {dataset.version}'.strip(), 120)}")
    if sandbox.spec.expires_at is not None and not sandbox.deleting:
        facts.append(f"Until {date(sandbox.spec.expires_at)}")
    return facts


def _identity(sandbox: Sandbox, template: SandboxTemplate | None) -> str:
    title = template.spec.title if template else sandbox.spec.template
    return f"{code(sandbox.name)} · {escape(title, 100)} · {user(sandbox.spec.owner.slack_user)}"


def _packed(lines: Sequence[str]) -> list[Json]:
    """Lines in as few sections as their length allows."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + len(line) < _ROOM:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [_section(text) for text in texts]


def _section(text: str) -> Json:
    return {"type": "section", "text": mrkdwn(text)}


def _context(texts: Sequence[str]) -> Json:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:10]]}
