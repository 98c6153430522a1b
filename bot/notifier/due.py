"""What should be in Slack about a sandbox, as a pure function of the resource and of what was said already.

Each thing to say has a key; what has a record with a timestamp under its key was said. So it makes no
difference when the notifier died, or how late it sees a change: it says what is still worth saying, once.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from blocks.card import build_card
from blocks.notices import (
    Notice,
    build_created,
    build_deleted,
    build_expired,
    build_failed,
    build_failure_message,
    build_ready,
    build_scenario_loaded,
    build_updated,
    deletion_time,
)
from bot.core.conditions import ConditionType, find_condition
from bot.core.links import Links
from bot.core.names import short_hash
from bot.core.plan import GRACE
from bot.core.sandbox import AppState, AppStatus, MessageRecord, Phase, Sandbox
from bot.core.template import SandboxTemplate

CARD = "card"
UNTOLD = "0"
"""In place of a timestamp: it could not be said anywhere, and is not tried again."""


@dataclass(frozen=True)
class Due:
    """One thing to say, or to say anew where `digest` differs from the recorded one."""

    key: str
    kind: str
    """card, thread or dm."""
    text: str
    blocks: tuple[object, ...]
    digest: str
    """Of what it says; for an app's version, the image."""
    name: str = ""
    """How the message is found again, where one key is said several times; "" for the key itself."""
    baseline: tuple[tuple[str, str], ...] = ()
    """(key, digest) of what need not be said any more once this is said."""

    @property
    def metadata_key(self) -> str:
        return self.name or self.key


def record_of(sandbox: Sandbox, key: str) -> MessageRecord | None:
    """What is recorded under that key."""
    return next((record for record in sandbox.status.messages if record.key == key), None)


def targets(sandbox: Sandbox, template: SandboxTemplate | None) -> list[str]:
    """Where the card belongs, then where it goes if that can't be."""
    channel = sandbox.spec.channel or (template.spec.channel if template else None)
    owner = sandbox.spec.owner.slack_user
    return [channel, owner] if channel else [owner]


def find_due(
    sandbox: Sandbox, template: SandboxTemplate | None, links: Links, permalink: str, now: datetime
) -> list[Due]:
    """Everything that is to be said now, in this order. Nothing but the card before there is a card."""
    card = _card(sandbox, template, links)
    record = record_of(sandbox, CARD)
    if record is None and sandbox.gone:
        return []
    if record is None or record.ts is None:
        return [card]
    wanted = [card] if record.digest != card.digest and record.ts != UNTOLD else []
    wanted += _milestones(sandbox, template, links, now)
    wanted += _messages(sandbox, permalink)
    return [due for due in wanted if due.key == CARD or _is_new(sandbox, due)]


def _is_new(sandbox: Sandbox, due: Due) -> bool:
    record = record_of(sandbox, due.key)
    return record is None or record.ts is None or (bool(due.name) and record.digest != due.digest)


def _card(sandbox: Sandbox, template: SandboxTemplate | None, links: Links) -> Due:
    text, blocks = build_card(sandbox, template, links)
    return _due(CARD, "card", (text, blocks))


def _milestones(sandbox: Sandbox, template: SandboxTemplate | None, links: Links, now: datetime) -> list[Due]:
    if sandbox.gone:
        return [_due("deleted", "thread", build_deleted(sandbox))]
    if sandbox.deleting:
        return []
    told_ready = record_of(sandbox, "ready") is not None
    found = [] if sandbox.ready or told_ready else [_due("created", "thread", build_created(sandbox))]
    found += [_due(_failure_key(sandbox, app), "thread", build_failed(app)) for app in _failed(sandbox)]
    found += _scenario(sandbox, template)
    if sandbox.ready:
        found += [_ready(sandbox, links), *_updates(sandbox)]
    if sandbox.expired(now) and sandbox.spec.expires_at:
        key = f"expired/{int(sandbox.spec.expires_at.timestamp())}"
        found.append(_due(key, "thread", build_expired(sandbox, deletion_time(sandbox, GRACE))))
    return found


def _scenario(sandbox: Sandbox, template: SandboxTemplate | None) -> list[Due]:
    status = sandbox.status.scenario
    if status is None or status.state != "Complete":
        return []
    scenario = template.scenario(status.name) if template else None
    notice = build_scenario_loaded(scenario.title if scenario else status.name)
    return [_due(f"scenario/{status.job}", "thread", notice)]


def _ready(sandbox: Sandbox, links: Links) -> Due:
    condition = find_condition(sandbox.status.conditions, ConditionType.READY)
    created = sandbox.metadata.creation_timestamp
    took = condition.last_transition_time - created if condition and created else None
    due = _due("ready", "thread", build_ready(sandbox, links, took))
    baseline = tuple((f"version/{app.name}", app.image) for app in sandbox.status.apps if app.image)
    return Due(due.key, due.kind, due.text, due.blocks, due.digest, baseline=baseline)


def _updates(sandbox: Sandbox) -> list[Due]:
    """Only after it was said that the sandbox is ready: until then every version is its first."""
    ready = record_of(sandbox, "ready")
    if ready is None or ready.ts is None:
        return []
    found = []
    for app in sandbox.status.apps:
        if app.image:
            text, blocks = build_updated(app)
            name = f"version/{app.name}/{short_hash(app.image, str(sandbox.metadata.generation))}"
            found.append(Due(f"version/{app.name}", "thread", text, tuple(blocks), app.image, name))
    return found


def _messages(sandbox: Sandbox, permalink: str) -> list[Due]:
    if sandbox.deleting or record_of(sandbox, CARD) is None:
        return []
    return [
        _due(f"dm/{_failure_key(sandbox, app)}", "dm", build_failure_message(sandbox, app, permalink))
        for app in _failed(sandbox)
    ]


def _failed(sandbox: Sandbox) -> list[AppStatus]:
    return [app for app in sandbox.status.apps if app.state is AppState.FAILED]


def _failure_key(sandbox: Sandbox, app: AppStatus) -> str:
    return f"failed/{app.name}/{short_hash(app.image or '', str(sandbox.status.observed_generation))}"


def _due(key: str, kind: str, notice: Notice) -> Due:
    text, blocks = notice
    digest = sha256(json.dumps([text, blocks], sort_keys=True).encode()).hexdigest()[:32]
    return Due(key, kind, text, tuple(blocks), digest)


def is_progress(sandbox: Sandbox) -> bool:
    """Whether what the card says now is on its way to something else, so that it may wait."""
    return sandbox.status.phase in (None, Phase.CREATING, Phase.UPDATING, Phase.WAKING, Phase.FALLING_ASLEEP)
