"""A Redis of the playground's own: on a free port, without persistence."""

import shutil
from pathlib import Path

from bot.playground.build import Missing
from bot.playground.processes import Child, free_port


class RedisServer:
    """May be stopped and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.child: Child | None = None

    async def start(self) -> None:
        """Raises Missing."""
        program = shutil.which("redis-server")
        if program is None:
            raise Missing("redis-server is missing: install Redis.")
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.child = await Child.start("redis", [program, *options], self._folder / "redis.log")

    async def stop(self) -> None:
        if self.child:
            await self.child.stop()
