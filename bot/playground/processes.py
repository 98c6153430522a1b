"""Child processes that never outlive this one.

Each is in a process group of its own (Ctrl-C in the terminal reaches only us, and we stop them in order) and
is killed by the kernel when we die in any other way. What it prints goes to a log file.
"""

import asyncio
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

# The kernel sends the signal when the *thread* that started the child ends, so children are only started from
# the event loop's thread, which is the main one.
_DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL", "--")


class ChildDied(Exception):
    """A child ended by itself; the text has its name and its last lines."""


class Child:
    """One running program."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.pid = process.pid
        self._process = process
        self._log = log

    @classmethod
    async def start(
        cls, name: str, command: Sequence[str | Path], log: Path, env: Mapping[str, str] | None = None
    ) -> "Child":
        """Starts `command`, printing into `log`; `env` is added to our own environment."""
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *_DIE_WITH_PARENT,
                *map(str, command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
        return cls(name, process, log)

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    def check(self) -> None:
        """Raises ChildDied if it doesn't run any more."""
        if not self.running:
            tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-8:])
            raise ChildDied(f"{self.name} ended with {self._process.returncode}:\n{tail}")

    async def wait(self) -> None:
        """Until it ends."""
        await self._process.wait()

    async def kill(self) -> None:
        """Ends it at once, as a crash would."""
        self._signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self, seconds: float = 10) -> None:
        """Asks it to end, and makes it end after `seconds`."""
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), seconds)
        except TimeoutError:
            await self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self.running:
            with suppress(ProcessLookupError):  # it ended just now
                os.killpg(self.pid, number)


def free_port() -> int:
    """A port of the loopback address that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
