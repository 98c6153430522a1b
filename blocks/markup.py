"""Slack's text markup, written safely: the one place where people's words meet `mrkdwn`.

What people typed goes through `escape` or `code` (or into a plain_text object), so that it is shown as
typed: it never notifies anybody, never becomes a link and never becomes formatting.
"""

import re
from datetime import datetime
from urllib.parse import quote

from bot.core.model import Json, format_time

_ZERO_WIDTH = "\u200b"
_CONTROL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Slack has no escape for its formatting characters. With a zero-width space on both sides they can't
# open or close anything, whether the client takes it for a letter or for a space. An underscore inside
# a word means nothing to Slack and stays, so that names can be copied.
_FORMATTING = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)|^>")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_LINK_SAFE = ":/?#[]@!$&'()*+,;=%~-._"


def escape(text: str, limit: int = 0) -> str:
    """People's text for a `mrkdwn` object: on one line, without markup, cut to `limit` of their characters."""
    line = _one_line(text, limit)
    line = _FORMATTING.sub(lambda match: f"{_ZERO_WIDTH}{match[0]}{_ZERO_WIDTH}", line)
    return _EMOJI.sub(f":{_ZERO_WIDTH}", line).translate(_CONTROL)


def code(text: str, limit: int = 0) -> str:
    """People's text as inline code, in which only the backtick means anything; "" for nothing."""
    line = _one_line(text, limit).replace("`", "ˋ").translate(_CONTROL)
    return f"`{line}`" if line else ""


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, the last being … if something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def link(url: str, label: str) -> str:
    """A link; the label is people's text. Anything but http and https is shown as its label alone."""
    if not url.lower().startswith(("http://", "https://")):
        return escape(label)
    safe = quote(url, safe=_LINK_SAFE).replace("&", "&amp;")
    return f"<{safe}|{escape(label).replace('|', '¦')}>"


def user(user_id: str) -> str:
    """A person's name, which Slack fills in. Notifies them where the message is new to them."""
    return f"<@{user_id}>" if user_id.isalnum() else escape(user_id)


def channel(channel_id: str) -> str:
    """A channel's name, which Slack fills in."""
    return f"<#{channel_id}>" if channel_id.isalnum() else escape(channel_id)


def date(when: datetime, pattern: str = "{date_short_pretty} at {time}") -> str:
    """A time in the reader's own zone; the fallback is in UTC."""
    return f"<!date^{int(when.timestamp())}^{pattern}|{format_time(when).replace('T', ' ').replace('Z', ' UTC')}>"


def mrkdwn(text: str) -> Json:
    """A text object; `verbatim` keeps Slack from making links and mentions of words by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int = 0) -> Json:
    """A plain_text object, in which no emoji code of people's is replaced either."""
    return {"type": "plain_text", "text": _one_line(text, limit), "emoji": False}


def _one_line(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return shorten(line, limit) if limit else line
