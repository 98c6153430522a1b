"""Rate limits as Slack has them: per method by tier, and one message a second to a channel, with a short burst."""

import math
import time
from collections import defaultdict, deque

_PER_MINUTE = {
    "apps.connections.open": 20,  # tier 1 is one; tests and restarts need more
    "conversations.list": 20,
    "users.list": 20,
    "chat.update": 50,
    "chat.delete": 50,
    "conversations.open": 50,
    "conversations.info": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "users.lookupByEmail": 50,
    "users.info": 100,
    "chat.postEphemeral": 100,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
}
_BURST = 5
"""Messages that may follow each other to one channel within as many seconds."""


class Limits:
    """`take` answers 0 where the call may go on, else the seconds to wait."""

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def take(self, method: str, channel: str) -> int:
        if not self._enabled:
            return 0
        if method == "chat.postMessage":
            return self._take(f"{method} {channel}", _BURST, _BURST)
        return self._take(method, _PER_MINUTE[method], 60) if method in _PER_MINUTE else 0

    def _take(self, key: str, most: int, seconds: float) -> int:
        now, calls = time.monotonic(), self._calls[key]
        while calls and calls[0] <= now - seconds:
            calls.popleft()
        if len(calls) >= most:
            return max(1, math.ceil(calls[0] + seconds - now))
        calls.append(now)
        return 0
