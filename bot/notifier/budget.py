"""Slack's rate limits, shared out: who may send next.

A `Lane` is one limit of Slack's: all chat.update calls of the workspace, or all posts to one channel.
`choose` decides who of those waiting goes next and promises that no window ever holds more than the
limit, that answers go before final states and these before progress, and that progress leaves room for
both. What is sent is made only when its turn has come, so it is always the newest.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from bot.ports import Clock


class Priority(IntEnum):
    """Lower goes first."""

    ANSWER = 0
    """Somebody just asked for it."""
    FINAL = 1
    """A state that lasts: people wait for it, or act on it."""
    PROGRESS = 2
    """Soon followed by another."""


@dataclass(frozen=True)
class Rule:
    """At most `limit` in any `window`, and of these at most `for_progress` while the lane has only progress to send."""

    limit: int
    window: timedelta
    for_progress: int

    def room(self, priority: Priority) -> int:
        return self.for_progress if priority is Priority.PROGRESS else self.limit


UPDATES = Rule(limit=45, window=timedelta(minutes=1), for_progress=35)
"""chat.update: Slack allows about 50 a minute for the whole workspace."""
POSTS = Rule(limit=1, window=timedelta(seconds=1), for_progress=1)
"""chat.postMessage: one a second for each channel."""


@dataclass(frozen=True)
class Choice:
    """Which of those waiting goes now (its index), or when to look again."""

    index: int | None = None
    again: datetime | None = None


def choose(waiting: Sequence[Priority], sent: Iterable[datetime], rule: Rule, now: datetime) -> Choice:
    """`waiting` is in the order of arrival; `sent` are the times of what went out before, oldest first."""
    if not waiting:
        return Choice()
    recent = [at for at in sent if at > now - rule.window]
    best = min(waiting)
    if len(recent) < rule.room(best):
        return Choice(index=waiting.index(best))
    # Room comes back when the oldest of those that are too many leaves the window.
    return Choice(again=recent[len(recent) - rule.room(best)] + rule.window)


@dataclass
class _Waiter:
    priority: Callable[[], Priority]
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Lane:
    """One limit, and those who wait for it. Lives on one event loop."""

    def __init__(self, rule: Rule, clock: Clock) -> None:
        self._rule = rule
        self._clock = clock
        self._sent: deque[datetime] = deque(maxlen=rule.limit)
        self._waiting: list[_Waiter] = []
        self._timer: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """Whether it can be forgotten: nobody waits, and what was sent no longer counts."""
        old = not self._sent or self._sent[-1] <= self._clock.now() - self._rule.window
        return old and not self._waiting and self._timer is None

    async def turn(self, priority: Callable[[], Priority]) -> None:
        """Returns when the caller may send, once. `priority` is asked anew whenever a turn is given."""
        waiter = _Waiter(priority)
        self._waiting.append(waiter)
        self.look()
        try:
            await waiter.turn
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def look(self) -> None:
        """Gives all turns that can be given now; to be called also when somebody's priority has changed."""
        while True:
            choice = choose([waiter.priority() for waiter in self._waiting], self._sent, self._rule, self._clock.now())
            if choice.index is None:
                break
            self._sent.append(self._clock.now())
            waiter = self._waiting.pop(choice.index)
            if not waiter.turn.done():
                waiter.turn.set_result(None)
        if choice.again is not None and self._timer is None:
            self._timer = asyncio.create_task(self._look_at(choice.again))

    async def _look_at(self, when: datetime) -> None:
        await self._clock.sleep(max(0.0, (when - self._clock.now()).total_seconds()))
        self._timer = None
        self.look()
