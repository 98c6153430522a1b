"""A queue of sandbox names in which each name is at most once, and is worked on by one worker at a time."""

import asyncio
import random
from collections import deque

_FIRST, _LONGEST = 0.5, 120.0
"""Seconds to wait after the first failure, and at most."""


class Queue:
    """Names that change while they are worked on come back when that is done, so no change is missed."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._queued: set[str] = set()
        self._active: set[str] = set()
        self._changed: set[str] = set()
        self._failures: dict[str, int] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._available = asyncio.Semaphore(0)

    def add(self, name: str) -> None:
        """Work on it as soon as a worker is free."""
        if name in self._active:
            self._changed.add(name)
        elif name not in self._queued:
            self._queued.add(name)
            self._waiting.append(name)
            self._available.release()

    def add_after(self, name: str, seconds: float) -> None:
        """Work on it then, unless it is asked for sooner; the soonest of several such wishes counts."""
        loop = asyncio.get_running_loop()
        known = self._timers.get(name)
        if known is not None and not known.cancelled() and known.when() <= loop.time() + seconds:
            return
        if known is not None:
            known.cancel()
        self._timers[name] = loop.call_later(seconds, self._due, name)

    def failed(self, name: str) -> float:
        """Comes back after a while that grows with each failure in a row; returns it, in seconds."""
        count = self._failures.get(name, 0)
        self._failures[name] = count + 1
        seconds: float = min(_LONGEST, _FIRST * 2 ** min(count, 20)) * random.uniform(0.5, 1.0)  # noqa: S311 - only to spread
        self.add_after(name, seconds)
        return seconds

    def succeeded(self, name: str) -> None:
        self._failures.pop(name, None)

    async def take(self) -> str:
        """The next name; `done` must follow."""
        await self._available.acquire()
        name = self._waiting.popleft()
        self._queued.discard(name)
        self._active.add(name)
        return name

    def done(self, name: str) -> None:
        self._active.discard(name)
        if name in self._changed:
            self._changed.discard(name)
            self.add(name)

    def _due(self, name: str) -> None:
        self._timers.pop(name, None)
        self.add(name)
