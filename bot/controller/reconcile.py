"""The operator: observe, plan, act, save the status, until there is nothing left to do for a sandbox."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import structlog

from bot.controller.cache import Cache
from bot.controller.execute import Executor
from bot.controller.queue import Queue
from bot.core.errors import Permanent, Retryable
from bot.core.kinds import SANDBOX
from bot.core.model import Json
from bot.core.observed import Failure
from bot.core.plan import Action, ApplyRelease, Plan, UninstallRelease, World, plan
from bot.core.sandbox import Sandbox, SandboxStatus
from bot.ports import Clock, Cluster, NotFound, Refused
from bot.services.view import View

log = structlog.get_logger()

WORKERS = 16
"""Sandboxes that are worked on at the same time; helm processes have a bound of their own."""
_ROUNDS = 30
"""Rounds of one go; more is a sign of a plan that never ends, and goes to the back of the queue."""


@dataclass(frozen=True)
class Deps:
    cluster: Cluster
    view: View
    executor: Executor
    clock: Clock
    world: World


class Operator:
    """Run `run()` as a task."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._queue = Queue()
        self._cache = Cache(deps.cluster, self._queue.add)
        self._failures: dict[str, dict[str, Failure]] = defaultdict(dict)
        deps.view.on_change(self._queue.add)

    async def run(self) -> None:
        """Until cancelled. Nothing is changed before everything that is there is known."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._cache.run())
            await self._cache.synced.wait()
            await self._deps.view.synced.wait()
            sandboxes = self._deps.view.sandboxes()
            for sandbox in sandboxes:  # those that the view knew before this operator listened
                self._queue.add(sandbox.name)
            log.info("operator ready", sandboxes=len(sandboxes))
            for _ in range(WORKERS):
                tasks.create_task(self._work())

    async def _work(self) -> None:
        while True:
            name = await self._queue.take()
            try:
                await self.reconcile(name)
                self._queue.succeeded(name)
            except (Retryable, Refused) as error:
                seconds = self._queue.failed(name)
                log.warning("will try again", sandbox=name, reason=str(error), seconds=round(seconds, 1))
            except Exception:
                seconds = self._queue.failed(name)
                log.exception("could not reconcile", sandbox=name, seconds=round(seconds, 1))
            finally:
                self._queue.done(name)

    async def reconcile(self, name: str) -> None:
        """Brings one sandbox as far as it gets now; what comes later arrives by watch. Raises Retryable, Refused."""
        for _ in range(_ROUNDS):
            sandbox = await self._read(name)
            if sandbox is None:
                self._failures.pop(name, None)
                return
            made = self._plan(sandbox)
            sandbox = await self._save(sandbox, made.status)
            if not made.actions:
                self._look_again(name, made)
                return
            await self._act(sandbox, made.actions)
            await self._cache.refresh(name)
        self._queue.add(name)

    async def _read(self, name: str) -> Sandbox | None:
        """From the apiserver: the plan, and its resourceVersion, must not rest on an old copy."""
        raw = await self._deps.cluster.get(SANDBOX, name, self._deps.view.home)
        return Sandbox.from_json(raw) if raw else None

    def _plan(self, sandbox: Sandbox) -> Plan:
        observed = self._cache.observe(sandbox.name, self._failures[sandbox.name])
        template = self._deps.view.template(sandbox.spec.template)
        return plan(sandbox, template, observed, self._deps.world, self._deps.clock.now())

    def _look_again(self, name: str, made: Plan) -> None:
        if made.look_again is not None:
            self._queue.add_after(name, max(1.0, (made.look_again - self._deps.clock.now()).total_seconds()))

    async def _act(self, sandbox: Sandbox, actions: tuple[Action, ...]) -> None:
        """All at the same time; one that fails doesn't keep the others from being done."""
        results = await asyncio.gather(*(self._try(sandbox, action) for action in actions), return_exceptions=True)
        errors = [result for result in results if isinstance(result, BaseException)]
        for error in errors:
            if not isinstance(error, Retryable):
                raise error
        if len(errors) == len(actions):
            raise errors[0]
        if errors:
            self._queue.add_after(sandbox.name, 1.0)

    async def _try(self, sandbox: Sandbox, action: Action) -> None:
        try:
            await self._deps.executor.execute(sandbox, action)
        except Permanent as error:
            log.warning("failed", sandbox=sandbox.name, action=type(action).__name__, reason=str(error))
            match action:
                case ApplyRelease(release):
                    self._failures[sandbox.name][release.name] = Failure(release.digest, str(error))
                case UninstallRelease(name):
                    self._failures[sandbox.name][name] = Failure("", str(error))
                case _:
                    raise

    async def _save(self, sandbox: Sandbox, status: SandboxStatus) -> Sandbox:
        """The sandbox as it is after that, with its new resourceVersion."""
        before, after = _own(sandbox.status), _own(status)
        if before == after:
            return sandbox
        changes: Json = {**{key: None for key in before if key not in after}, **after}
        try:
            return Sandbox.from_json(
                await self._deps.cluster.patch(
                    SANDBOX,
                    sandbox.name,
                    {"metadata": {"uid": sandbox.uid}, "status": changes},
                    namespace=sandbox.metadata.namespace,
                    subresource="status",
                    manager="sandbox-bot-operator",
                )
            )
        except NotFound:
            return sandbox


def _own(status: SandboxStatus) -> Json:
    """The part of the status that the operator writes."""
    return {key: value for key, value in status.to_json().items() if key != "messages"}
