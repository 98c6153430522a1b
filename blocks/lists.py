"""What `/sandbox` answers to one person: menu, help, lists, one sandbox in detail, a question before deleting.

Each is a `Reply`: the text for screen readers and notifications, and the blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from blocks import ids
from blocks.markup import channel, code, date, escape, link, mrkdwn, plain, user
from blocks.words import APPS, problem_of, words_of
from bot.core.access import Action, Actor, decide
from bot.core.links import Links
from bot.core.model import Json
from bot.core.sandbox import AppStatus, Sandbox

MAX_ROWS = 40
_ROOM = 2900

HELP = (
    ("create", "fill in a form and get your own sandbox"),
    ("list", "your sandboxes and those shared with you; `list all` shows everybody's"),
    ("show NAME", "state, links and commands of a sandbox"),
    ("delete NAME", "delete a sandbox of yours with its data"),
    ("help", "this list"),
)


@dataclass(frozen=True)
class Reply:
    """Something to say to one person. `text` is plain, `blocks` are Block Kit."""

    text: str
    blocks: tuple[Json, ...] = ()


def build_notice_view(reply: Reply) -> Json:
    """The reply as a modal, for where there is no conversation to say it in."""
    return {"type": "modal", "title": plain("Sandboxes"), "close": plain("Close"), "blocks": list(reply.blocks)}


def build_sentence(sentence: str) -> Reply:
    """A sentence, shown as it is: markup in it means nothing."""
    return Reply(sentence, (_section(escape(sentence, _ROOM // 5)),))


def build_menu() -> Reply:
    """What the command alone answers."""
    buttons = [
        {**_button("Create Sandbox", ids.CREATE_SANDBOX), "style": "primary"},
        _button("My Sandboxes", ids.LIST_SANDBOXES),
        _button("Help", ids.SHOW_HELP),
    ]
    return Reply(
        "What would you like to do? Create a sandbox, see yours, or read the help.",
        (_section("*What would you like to do?*"), {"type": "actions", "elements": buttons}),
    )


def build_help() -> Reply:
    """All commands."""
    lines = [f"`{ids.COMMAND} {usage}` – {what}" for usage, what in HELP]
    hint = "A name may be shortened to its beginning, and left out where you have only one sandbox."
    return Reply(
        "These are the commands: create, list, show, delete, help.",
        (
            _section("*Your own copy of everything, to try things out*\n" + "\n".join(lines)),
            _context(hint),
            {"type": "actions", "elements": [_button("Create Sandbox", ids.CREATE_SANDBOX)]},
        ),
    )


def build_unknown(verb: str, suggestion: str | None) -> Reply:
    """For a word that is no command; `suggestion` is the one that was probably meant."""
    if suggestion is None:
        text = f"I don't know {code(verb, 50)}. `{ids.COMMAND} help` shows what I know."
        return Reply(f"I don't know “{verb[:50]}”. {ids.COMMAND} help shows what I know.", (_section(text),))
    text = f"I don't know {code(verb, 50)}. Did you mean `{suggestion}`?"
    button = _button(f"{suggestion.capitalize()}", ids.RUN_COMMAND, suggestion)
    return Reply(
        f"I don't know “{verb[:50]}”. Did you mean {suggestion}?",
        (_section(text), {"type": "actions", "elements": [button]}),
    )


def build_which(verb: str, text: str, candidates: Sequence[str]) -> Reply:
    """For a name that stands for no sandbox, or for several; `candidates` are those it may have meant."""
    if not candidates:
        said = f"There is no sandbox called “{text[:50]}”." if text else "You have no sandbox."
        return Reply(
            f"{said} {ids.COMMAND} list all shows everybody's.",
            (_section(f"{escape(said)} `{ids.COMMAND} list all` shows everybody's."),),
        )
    said = f"Which sandbox do you mean by “{text[:50]}”?" if text else "Which sandbox do you mean?"
    buttons = [
        {**_button(name, f"{ids.RUN_COMMAND}:{number}", f"{verb} {name}")}
        for number, name in enumerate(candidates[:10])
    ]
    more = f" ({len(candidates)} have such a name; these are the first ten.)" if len(candidates) > 10 else ""
    return Reply(said + more, (_section(escape(said + more)), {"type": "actions", "elements": buttons}))


def build_list(mine: Sequence[Sandbox], shared: Sequence[Sandbox], others: Sequence[Sandbox], actor: Actor) -> Reply:
    """The actor's sandboxes, those shared with them, and where asked for, everybody else's."""
    groups = [("Yours", mine), ("Shared with you", shared), ("Everybody else's", others)]
    count = len(mine) + len(shared) + len(others)
    if not count:
        button = {**_button("Create Sandbox", ids.CREATE_SANDBOX), "style": "primary"}
        text = "You have no sandbox, and none is shared with you. Create one to try something out."
        return Reply(text, (_section(text), {"type": "actions", "elements": [button]}))
    room, blocks = MAX_ROWS, []
    for title, group in groups:
        if group and room:
            blocks += [_section(f"*{title}* ({len(group)})"), *(build_row(item, actor) for item in group[:room])]
            room -= min(room, len(group))
    if count > MAX_ROWS:
        blocks.append(_context(f"{count - MAX_ROWS} more aren't shown. `{ids.COMMAND} show NAME` finds each of them."))
    return Reply(f"{count} sandbox{'' if count == 1 else 'es'}.", tuple(blocks))


def build_row(sandbox: Sandbox, actor: Actor) -> Json:
    """One sandbox in a list, with its menu."""
    words = words_of(sandbox)
    facts = [code(sandbox.name), user(sandbox.spec.owner.slack_user)]
    if sandbox.spec.expires_at is not None:
        facts.append(f"until {date(sandbox.spec.expires_at, '{date_short}')}")
    if sandbox.ready and sandbox.status.url and len(sandbox.status.url) < 1000:
        facts.append(link(sandbox.status.url, "Open"))
    text = f"{words.marker} *{escape(sandbox.display_title, 100)}* – {words.word}\n{' · '.join(facts)}"
    row = _section(text)
    row["accessory"] = _menu(sandbox, actor)
    return row


def build_details(sandbox: Sandbox, links: Links | None, actor: Actor) -> Reply:
    """One sandbox for one person; `links` is None where its template is gone."""
    words = words_of(sandbox)
    about = f"*{escape(sandbox.display_title, 100)}* – {words.marker} {words.word}"
    facts = [f"{code(sandbox.name)} from {code(sandbox.spec.template)}, owned by {user(sandbox.spec.owner.slack_user)}"]
    if sandbox.spec.expires_at is not None:
        facts.append(f"Until {date(sandbox.spec.expires_at)}")
    if sandbox.spec.channel:
        facts.append(f"Its card is in {channel(sandbox.spec.channel)}")
    if (problem := problem_of(sandbox)) is not None:
        facts.append(escape(problem.message, 400))
    blocks = [_section("\n".join([about, *facts]))]
    blocks += _packed("Apps", [_app_line(app) for app in sandbox.status.apps])
    if links is not None:
        entries = [link(item.url, item.title) for item in links.apps]
        filtered = [link(item.url, f"{item.title} {item.app}".strip()) for item in links.links]
        commands = [
            f"{escape(item.app, 60)} {escape(item.title, 60)}: {code(item.command, 500)}" for item in links.commands
        ]
        blocks += _packed("Open", entries) + _packed("Look into", filtered) + _packed("Connect", commands)
    blocks = blocks[:48]
    if decide(Action.DELETE, actor, sandbox).allowed and not sandbox.deleting:
        blocks.append({"type": "actions", "elements": [build_delete_button(sandbox)]})
    return Reply(f"{sandbox.display_title} {words.says}.", tuple(blocks))


def build_delete_question(sandbox: Sandbox) -> Reply:
    """Asks before a sandbox is deleted."""
    text = f"Delete *{escape(sandbox.display_title, 100)}* ({code(sandbox.name)}) with all its data?"
    return Reply(
        f"Delete {sandbox.display_title} with all its data? Press Delete to do so.",
        (_section(text), {"type": "actions", "elements": [build_delete_button(sandbox)]}),
    )


def build_deleting(name: str) -> Reply:
    """Says that a deletion has begun."""
    return build_sentence(f"{name} is being deleted. Its card says when it is gone.")


def build_delete_button(sandbox: Sandbox) -> Json:
    """The only button that deletes; Slack asks once more before it reports it."""
    reference = ids.Reference(sandbox.name, sandbox.uid)
    return {
        **_button("Delete", ids.DELETE_SANDBOX, reference.to_value()),
        "style": "danger",
        "confirm": {
            "title": plain("Delete this sandbox?"),
            "text": plain(f"{sandbox.name} and all its data will be gone. This can't be undone."),
            "confirm": plain("Delete"),
            "deny": plain("Keep It"),
            "style": "danger",
        },
    }


def _menu(sandbox: Sandbox, actor: Actor) -> Json:
    reference = ids.Reference(sandbox.name, sandbox.uid)
    choices = [("Details", ids.MENU_DETAILS)]
    if decide(Action.DELETE, actor, sandbox).allowed and not sandbox.deleting:
        choices.append(("Delete", ids.MENU_DELETE))
    options = [{"text": plain(text), "value": ids.MenuChoice(choice, reference).to_value()} for text, choice in choices]
    return {"type": "overflow", "action_id": ids.SANDBOX_MENU, "options": options}


def _app_line(app: AppStatus) -> str:
    words = APPS[app.state]
    says = f": {escape(app.message, 200)}" if app.message else ""
    return f"{words.marker} {escape(app.name)} {words.says} ({escape(app.ready)}){says}"


def _packed(title: str, lines: Sequence[str]) -> list[Json]:
    """Lines in as few sections as their length allows; a line that fits in none is left out."""
    texts: list[str] = []
    for line in lines:
        if len(line) > _ROOM:
            continue
        if texts and len(texts[-1]) + len(line) < _ROOM:
            texts[-1] += f"\n{line}"
        else:
            texts.append(f"*{title}*\n{line}" if not texts else line)
    return [_section(text) for text in texts]


def _button(text: str, action_id: str, value: str = "") -> Json:
    button: Json = {"type": "button", "text": plain(text, 75), "action_id": action_id}
    return {**button, "value": value} if value else button


def _section(text: str) -> Json:
    return {"type": "section", "text": mrkdwn(text)}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [mrkdwn(text)]}
