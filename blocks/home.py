"""The App Home: what waits for its owner first, then their sandboxes, shared ones, and how fresh all that is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from blocks import ids
from blocks.lists import build_row
from blocks.markup import code, date, escape, mrkdwn, plain
from blocks.words import phase_of, problem_of
from bot.core.access import Action, Actor, Role, decide, role_of
from bot.core.model import Json
from bot.core.sandbox import AppState, Phase, Sandbox
from bot.core.template import SandboxTemplate

SOON = timedelta(days=1)
_WAITING_ROWS, _OWN_ROWS, _SHARED_ROWS = 10, 40, 20


def build_home(
    sandboxes: Sequence[Sandbox] | None, templates: Sequence[SandboxTemplate], actor: Actor, now: datetime
) -> Json:
    """The Home view of one person. `sandboxes` are everybody's, or None while they aren't known yet."""
    decision = decide(Action.CREATE, actor)
    if not decision.allowed:
        return _view([_section(escape(decision.sentence))])
    if sandboxes is None:
        return _view([_section("Just a moment: your sandboxes are being looked up. They appear here by themselves.")])
    mine = [sandbox for sandbox in sandboxes if sandbox.spec.owner.slack_user == actor.id and not sandbox.gone]
    shared = [sandbox for sandbox in sandboxes if actor.id in sandbox.spec.collaborators and sandbox not in mine]
    waiting = [(sandbox, reason) for sandbox in mine if (reason := _waits(sandbox, now))]
    blocks: list[Json] = [
        {"type": "header", "text": plain("Your sandboxes")},
        {"type": "actions", "elements": [_create_button()]},
    ]
    if waiting:
        blocks.append(_section("*Waiting for you*"))
        blocks += [_waiting_row(sandbox, reason) for sandbox, reason in waiting[:_WAITING_ROWS]]
        blocks.append({"type": "divider"})
    blocks += _rows(mine, actor, _OWN_ROWS) or _example(templates)
    if shared:
        blocks += [{"type": "divider"}, _section("*Shared with you*"), *_rows(shared, actor, _SHARED_ROWS)]
    return _view([*blocks, _context(f"As of {date(now, '{date_short_pretty} {time}')}")])


def is_on_home(sandbox: Sandbox, user: str) -> bool:
    """Whether a change of the sandbox shows on that person's Home."""
    return role_of(Actor(user), sandbox) in (Role.OWNER, Role.COLLABORATOR)


def _waits(sandbox: Sandbox, now: datetime) -> str:
    """What its owner should look at, as ready-made mrkdwn; "" for nothing."""
    if sandbox.deleting:
        return ""
    if (problem := problem_of(sandbox)) is not None:
        return escape(problem.message, 300) or "It can't be set up as it is."
    failed = [app for app in sandbox.status.apps if app.state is AppState.FAILED]
    if failed:
        says = f": {escape(failed[0].message, 300)}" if failed[0].message else "."
        others = f" {len(failed) - 1} more failed as well." if len(failed) > 1 else ""
        return f"{escape(failed[0].name)} failed{says}{others}"
    if phase_of(sandbox) is Phase.FAILED:
        return "It failed."
    if sandbox.expired(now):
        return "Its lifetime is over."
    if sandbox.expired(now + SOON) and sandbox.spec.expires_at is not None:
        return f"Its lifetime ends {date(sandbox.spec.expires_at)}."
    return ""


def _waiting_row(sandbox: Sandbox, reason: str) -> Json:
    row = _section(f":warning: *{escape(sandbox.display_title, 100)}* ({code(sandbox.name)})\n{reason}")
    row["accessory"] = {
        "type": "button",
        "action_id": ids.SHOW_DETAILS,
        "text": plain("Details"),
        "value": ids.Reference(sandbox.name, sandbox.uid).to_value(),
    }
    return row


def _rows(sandboxes: Sequence[Sandbox], actor: Actor, limit: int) -> list[Json]:
    rows = [build_row(sandbox, actor) for sandbox in sandboxes[:limit]]
    if len(sandboxes) > limit:
        rows.append(_context(f"{len(sandboxes) - limit} more: `{ids.COMMAND} list` shows them."))
    return rows


def _example(templates: Sequence[SandboxTemplate]) -> list[Json]:
    if not templates:
        return [_section("There is no template to create a sandbox from yet. The platform team adds them.")]
    template = templates[0]
    scenario = (
        f", for example with “{escape(template.spec.scenarios[0].title, 100)}”" if template.spec.scenarios else ""
    )
    about = f"\n{escape(template.spec.description, 300)}" if template.spec.description.strip() else ""
    text = (
        "You have no sandbox yet. A sandbox is your own copy of the company's applications, with data of its own."
        f"\nTry *{escape(template.spec.title, 100)}*{scenario}.{about}"
    )
    return [_section(text), _context(f"In any channel: `{ids.COMMAND} create`")]


def _create_button() -> Json:
    return {
        "type": "button",
        "action_id": ids.CREATE_SANDBOX,
        "text": plain("Create Sandbox"),
        "style": "primary",
    }


def _view(blocks: list[Json]) -> Json:
    return {"type": "home", "blocks": blocks}


def _section(text: str) -> Json:
    return {"type": "section", "text": mrkdwn(text)}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [mrkdwn(text)]}
