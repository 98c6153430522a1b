"""Slack's rate limits, shared by everything that the notifier says.

Slack takes about 50 chat.update a minute for the whole workspace and one message a second to a channel. Final states
go before progress, and progress never takes the last of the budget.
"""

import asyncio
import heapq
import itertools
from dataclasses import dataclass

CAPACITY = 20.0
"""Updates that may follow each other at once."""
PER_SECOND = 0.5
"""Updates a second in the long run; with the capacity, never more than 50 in any minute."""
RESERVE = 8.0
"""What progress leaves for final states."""
BETWEEN_POSTS = 1.1
"""Seconds between two messages to one channel."""


@dataclass
class Bucket:
    """How many updates are left. `now` is in seconds of any clock that only goes forward."""

    level: float = CAPACITY
    at: float = 0.0

    def wait(self, now: float, progress: bool) -> float:
        """Seconds until an update may be sent; 0: now."""
        self.level = min(CAPACITY, self.level + (now - self.at) * PER_SECOND)
        self.at = now
        needed = 1.0 + (RESERVE if progress else 0.0)
        return max(0.0, (needed - self.level) / PER_SECOND)

    def take(self) -> None:
        self.level -= 1.0


class Budget:
    """`update` and `post` return when it is one's turn."""

    def __init__(self) -> None:
        self._bucket = Bucket(at=asyncio.get_running_loop().time())
        self._line: list[tuple[bool, int]] = []
        self._number = itertools.count()
        self._moved = asyncio.Condition()
        self._next_post: dict[str, float] = {}

    async def update(self, progress: bool) -> None:
        ticket = (progress, next(self._number))
        heapq.heappush(self._line, ticket)
        loop = asyncio.get_running_loop()
        try:
            async with self._moved:
                while True:
                    wait = self._bucket.wait(loop.time(), progress)
                    if self._line[0] == ticket and wait == 0.0:
                        self._bucket.take()
                        return
                    await self._pause(wait if self._line[0] == ticket else None)
        finally:
            self._line.remove(ticket)
            heapq.heapify(self._line)
            async with self._moved:
                self._moved.notify_all()

    async def _pause(self, seconds: float | None) -> None:
        try:
            await asyncio.wait_for(self._moved.wait(), seconds)
        except TimeoutError:
            return

    async def post(self, channel: str) -> None:
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_post.get(channel, 0.0))
        self._next_post[channel] = at + BETWEEN_POSTS
        await asyncio.sleep(at - now)
