"""Short-lived memory in Redis, which may be away or lose everything: nobody notices more than a repeated read."""

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

_PREFIX = "sandbox-bot:"
_PATIENCE = 0.3
"""Seconds; a Redis that is slower than asking anew is of no use."""


class RedisStore:
    """Implements `bot.ports.Store`."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)

    async def first_time(self, key: str, seconds: int) -> bool:
        try:
            return bool(await self._redis.set(_PREFIX + key, "1", nx=True, ex=seconds))
        except (RedisError, OSError) as error:
            _warn(error)
            return True

    async def remember(self, key: str, value: str, seconds: int) -> None:
        try:
            await self._redis.set(_PREFIX + key, value, ex=seconds)
        except (RedisError, OSError) as error:
            _warn(error)

    async def recall(self, key: str) -> str | None:
        try:
            found = await self._redis.get(_PREFIX + key)
        except (RedisError, OSError) as error:
            _warn(error)
            return None
        return found.decode() if isinstance(found, bytes) else None

    async def close(self) -> None:
        await self._redis.aclose()


def _warn(error: Exception) -> None:
    log.warning("redis is away", reason=type(error).__name__)
