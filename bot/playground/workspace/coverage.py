"""What of Slack this workspace has: supported, partly, or not. The README beside is made from this table."""

from pathlib import Path

README = Path(__file__).parent / "README.md"

METHODS: dict[str, tuple[str, str]] = {
    "api.test": ("supported", ""),
    "apps.connections.open": ("supported", "limited to 20 a minute instead of one"),
    "auth.test": ("supported", ""),
    "blocks.validate": ("partly", "finds what chat.postMessage and views.open would refuse"),
    "chat.delete": ("supported", ""),
    "chat.getPermalink": ("supported", "links to the local page"),
    "chat.postEphemeral": ("supported", ""),
    "chat.postMessage": ("partly", "text, blocks, metadata, threads; no attachments, no broadcast of replies"),
    "chat.update": ("supported", ""),
    "conversations.history": ("supported", ""),
    "conversations.info": ("supported", ""),
    "conversations.list": ("supported", ""),
    "conversations.members": ("supported", ""),
    "conversations.open": ("partly", "one person; no group messages"),
    "conversations.replies": ("supported", ""),
    "users.info": ("supported", ""),
    "users.list": ("supported", ""),
    "users.lookupByEmail": ("supported", ""),
    "views.open": ("supported", ""),
    "views.publish": ("supported", ""),
    "views.push": ("supported", ""),
    "views.update": ("supported", ""),
}
FEATURES: dict[str, tuple[str, str]] = {
    "Socket Mode": ("supported", "several connections, ack deadline, redelivery of events, disconnect"),
    "HTTP request URLs": ("not", "planned with shipping"),
    "Slash commands": ("supported", "refused in threads, as in Slack"),
    "Block actions": ("supported", ""),
    "Option requests": ("supported", ""),
    "View submission and closing": ("supported", "errors, update, push, clear"),
    "Shortcuts": ("supported", "global and on messages"),
    "response_url": ("supported", "5 uses in 30 minutes"),
    "trigger_id": ("supported", "3 seconds, once"),
    "Events": ("partly", "app_home_opened, message, member_joined_channel"),
    "Block Kit": ("partly", "no card, carousel, data_table, plan and alert blocks; rich_text is taken as it is"),
    "Rate limits": ("partly", "fixed windows by tier; messages by channel"),
    "Scopes": ("partly", "those of chat and users"),
    "Files, reactions, search, unfurling": ("not", "planned with Slack's other surfaces"),
}

_HEAD = """# The local workspace

A Slack workspace on this machine, as stock slack_sdk and slack_bolt see it, with a page in the browser to play in.
`sandbox-bot workspace --port 8480` runs it alone, `--config FILE` with people, channels and tokens of your own (see
`acme.yaml`). What it doesn't know answers `unknown_method`. The page's own API is described in
[PEOPLE_API.md](PEOPLE_API.md).
"""


def build_readme() -> str:
    """The README's text."""
    return "\n".join([_HEAD, *_table("Method", METHODS), "", *_table("Feature", FEATURES), ""])


def _table(title: str, rows: dict[str, tuple[str, str]]) -> list[str]:
    lines = [f"| {title} | state | note |", "|---|---|---|"]
    return lines + [f"| {name} | {state} | {note} |" for name, (state, note) in rows.items()]


if __name__ == "__main__":
    README.write_text(build_readme())
