"""What is said once: milestones in the card's thread, and direct messages to the owner."""

from datetime import timedelta

from blocks.markup import code, date, escape, link, mrkdwn, user
from bot.core.links import Links
from bot.core.model import Json
from bot.core.sandbox import AppStatus, Sandbox

Notice = tuple[str, list[Json]]
"""(plain text, blocks)."""


def build_created(sandbox: Sandbox) -> Notice:
    return _notice(
        f"{sandbox.name} was created.", f"Created by {user(sandbox.spec.owner.slack_user)}. Its apps are on their way."
    )


def build_ready(sandbox: Sandbox, links: Links, took: timedelta | None) -> Notice:
    after = f" after {_length(took)}" if took else ""
    places = " · ".join(link(app.url, f"Open {app.title}") for app in links.apps[:8])
    return _notice(f"{sandbox.name} is ready{after}.", f"Ready{after}. {places}".strip())


def build_updated(app: AppStatus) -> Notice:
    version = (app.image or "").rpartition(":")[2]
    return _notice(f"{app.name} is now at {version}.", f"{escape(app.name)} is now at {code(version, 80)}.")


def build_scenario_loaded(title: str) -> Notice:
    return _notice(f"The scenario {title} is loaded.", f"The scenario *{escape(title, 100)}* is loaded.")


def build_failed(app: AppStatus) -> Notice:
    advice = "The other apps go on without it. Choose another version, or ask the platform team."
    return _notice(
        f"{app.name} failed. {escape(app.message, 300)}",
        f":x: *{escape(app.name)} failed.* {escape(app.message, 600)}\n{advice}",
    )


def build_expired(sandbox: Sandbox, deletion: str) -> Notice:
    return _notice(
        f"The lifetime of {sandbox.name} is over; it will be deleted.",
        f"The lifetime of {code(sandbox.name)} is over. It will be deleted {deletion}.",
    )


def build_deleted(sandbox: Sandbox) -> Notice:
    return _notice(f"{sandbox.name} was deleted.", "Deleted, with all its data.")


def build_failure_message(sandbox: Sandbox, app: AppStatus, permalink: str) -> Notice:
    """To the owner, in a direct message."""
    where = f" {link(permalink, 'See its card')}" if permalink else ""
    return _notice(
        f"In your sandbox {sandbox.name}, {app.name} failed. {escape(app.message, 300)}",
        f"In your sandbox {code(sandbox.name)}, *{escape(app.name)}* failed. {escape(app.message, 600)}{where}",
    )


def deletion_time(sandbox: Sandbox, grace: timedelta) -> str:
    """When an expired sandbox goes, in the reader's zone."""
    return date(sandbox.spec.expires_at + grace) if sandbox.spec.expires_at else "soon"


def _notice(text: str, markup: str) -> Notice:
    return text, [{"type": "section", "text": mrkdwn(markup)}]


def _length(took: timedelta) -> str:
    seconds = max(1, round(took.total_seconds()))
    return f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"
