"""What somebody probably meant: names by unique prefix, a suggestion for a typo. Nothing is ever done on a guess."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Match:
    """`name` is what the text stands for without doubt, else None; `candidates` is then what it may have meant."""

    name: str | None = None
    candidates: tuple[str, ...] = ()


def suggest(word: str, known: Sequence[str]) -> str | None:
    """The one of `known` that `word` is most like, or None if it is like none."""
    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=0.6)), None)


def match_name(text: str, names: Sequence[str], own: Sequence[str]) -> Match:
    """Which of `names` a text stands for: itself, a unique prefix, or for no text one's only one.

    A prefix that is unique among one's `own` counts even if others' names begin with it as well.
    """
    if not text:
        return Match(own[0]) if len(own) == 1 else Match(candidates=tuple(own))
    wanted = text.lower()
    if wanted in names:
        return Match(wanted)
    for group in (own, names):
        found = [name for name in group if name.startswith(wanted)]
        if len(found) == 1:
            return Match(found[0])
        if found:
            return Match(candidates=tuple(found))
    return Match(candidates=tuple(get_close_matches(wanted, names, n=3, cutoff=0.6)))
