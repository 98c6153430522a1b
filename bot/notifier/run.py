"""The notifier: watches the resources and keeps Slack up to date, whoever made or changed them.

A message is sent once: its intent is recorded in the resource before it goes out, and where a record without a
timestamp is found later, the conversation is searched for the message before anything is posted again.
"""

import asyncio
import random
from typing import cast

import structlog

from bot.core.errors import Permanent, Retryable
from bot.core.kinds import SANDBOX
from bot.core.links import Links, Site, build_links
from bot.core.model import Json
from bot.core.names import NOTIFIER_FINALIZER
from bot.core.sandbox import MessageRecord, Sandbox
from bot.core.template import SandboxTemplate
from bot.notifier.budget import POSTS, UPDATES, Lane, Priority
from bot.notifier.due import CARD, UNTOLD, Due, find_due, is_progress, record_of, targets
from bot.ports import Clock, Cluster, Conflict, Message, Messenger, NotFound, Sent
from bot.services.view import View

log = structlog.get_logger()

MANAGER = "sandbox-bot-notifier"
_MOST_RECORDS = 60
_FORGETTABLE = ("failed/", "dm/", "scenario/", "expired/")


class Notifier:
    """Run `run()` as a task."""

    def __init__(self, cluster: Cluster, view: View, messenger: Messenger, clock: Clock, site: Site) -> None:
        self._cluster = cluster
        self._view = view
        self._messenger = messenger
        self._clock = clock
        self._site = site
        self._updates = Lane(UPDATES, clock)
        self._posts: dict[str, Lane] = {}
        self._changed: set[str] = set()
        self._active: set[str] = set()
        self._wakeup = asyncio.Event()
        view.on_change(self._note)

    def _note(self, name: str) -> None:
        self._changed.add(name)
        self._wakeup.set()

    async def run(self) -> None:
        """Until cancelled: one task for each sandbox that changed, so that none waits for another."""
        await self._view.synced.wait()
        for sandbox in self._view.sandboxes():  # those that the view knew before this notifier listened
            self._note(sandbox.name)
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._wakeup.wait()
                self._wakeup.clear()
                for name in self._changed - self._active:
                    self._changed.discard(name)
                    self._active.add(name)
                    tasks.create_task(self._work(name))

    async def _work(self, name: str) -> None:
        failures = 0
        while True:
            try:
                await self.deliver(name)
                break
            except Retryable as error:
                failures += 1
                log.warning("will say it later", sandbox=name, reason=str(error), failures=failures)
            except Exception:
                failures += 1
                log.exception("could not tell", sandbox=name)
            await self._clock.sleep(min(60.0, 0.2 * 2**failures) * random.uniform(0.5, 1))  # noqa: S311
        self._active.discard(name)
        if name in self._changed:
            self._wakeup.set()

    async def deliver(self, name: str) -> None:
        """Says everything that is due about one sandbox. Raises Retryable."""
        while (sandbox := await self._read(name)) is not None:
            template = self._view.template(sandbox.spec.template)
            found = find_due(sandbox, template, self._links(sandbox, template), "", self._clock.now())
            if not found:
                await self._settle_finalizer(sandbox)
                return
            try:
                await self._say(sandbox, template, found[0])
            except NotFound:
                return

    async def _read(self, name: str) -> Sandbox | None:
        raw = await self._cluster.get(SANDBOX, name, self._view.home)
        return Sandbox.from_json(raw) if raw else None

    def _links(self, sandbox: Sandbox, template: SandboxTemplate | None) -> Links:
        return build_links(sandbox, template, self._site) if template else Links()

    async def _say(self, sandbox: Sandbox, template: SandboxTemplate | None, due: Due) -> None:
        record = record_of(sandbox, due.key)
        if due.key == CARD and record is not None and record.ts is not None:
            await self._update_card(sandbox, record)
            return
        await self._send(sandbox, template, due, record)

    async def _update_card(self, sandbox: Sandbox, record: MessageRecord) -> None:
        """With what is the newest when it is one's turn."""
        priority = Priority.PROGRESS if is_progress(sandbox) else Priority.FINAL
        await self._updates.turn(lambda: priority)
        newest = await self._read(sandbox.name)
        if newest is None:
            return
        template = self._view.template(newest.spec.template)
        due = next(
            (due for due in find_due(newest, template, self._links(newest, template), "", self._clock.now())), None
        )
        if due is None or due.key != CARD or record.ts is None:
            return
        try:
            await self._messenger.update(Sent(record.channel, record.ts), self._message(newest, due))
        except Permanent as error:
            log.warning("the card cannot be updated", sandbox=newest.name, reason=str(error))
        await self._record(newest, record.model_copy(update={"digest": due.digest}))

    async def _send(
        self, sandbox: Sandbox, template: SandboxTemplate | None, due: Due, record: MessageRecord | None
    ) -> None:
        card = record_of(sandbox, CARD)
        thread = card.ts if due.kind == "thread" and card else None
        # What it says may have changed since it was intended; it is the same message all the same, unless named anew.
        intended = record is not None and record.ts is None and (not due.name or record.digest == due.digest)
        if record is None or not intended:
            channel = self._target(sandbox, template, due, card)
            record = MessageRecord(key=due.key, kind=due.kind, channel=channel, digest=due.digest)
            sandbox = await self._record(sandbox, record)
            found = None
        else:
            found = await self._find(sandbox, due, record, thread)
        try:
            if thread == UNTOLD:
                raise Permanent("there is no card to answer to")
            sent = found or await self._post(record.channel, self._message(sandbox, due), thread)
        except Permanent as error:
            await self._give_way(sandbox, template, record, str(error))
            return
        said = record.model_copy(update={"channel": sent.channel, "ts": sent.ts})
        done = [
            MessageRecord(key=key, kind="thread", channel=sent.channel, ts=sent.ts, digest=digest)
            for key, digest in due.baseline
        ]
        await self._record(sandbox, said, *done)

    def _target(self, sandbox: Sandbox, template: SandboxTemplate | None, due: Due, card: MessageRecord | None) -> str:
        if due.kind == "dm":
            return sandbox.spec.owner.slack_user
        return card.channel if due.kind == "thread" and card else targets(sandbox, template)[0]

    async def _find(self, sandbox: Sandbox, due: Due, record: MessageRecord, thread: str | None) -> Sent | None:
        """The message, if it went out before its timestamp could be recorded."""
        oldest = sandbox.metadata.creation_timestamp or self._clock.now()
        try:
            return await self._messenger.find(record.channel, _identity(sandbox, due), thread, oldest)
        except Permanent:
            return None

    async def _post(self, channel: str, message: Message, thread: str | None) -> Sent:
        lane = self._posts.setdefault(channel, Lane(POSTS, self._clock))
        await lane.turn(lambda: Priority.FINAL)
        return await self._messenger.post(channel, message, thread)

    async def _give_way(
        self, sandbox: Sandbox, template: SandboxTemplate | None, record: MessageRecord, reason: str
    ) -> None:
        """To the owner's direct messages, where the channel can't be used; else it stays unsaid."""
        owner = sandbox.spec.owner.slack_user
        log.warning("cannot be said there", sandbox=sandbox.name, key=record.key, reason=reason)
        if record.key == CARD and record.channel != owner and len(targets(sandbox, template)) > 1:
            await self._record(sandbox, record.model_copy(update={"channel": owner}))
        else:
            await self._record(sandbox, record.model_copy(update={"ts": UNTOLD}))

    def _message(self, sandbox: Sandbox, due: Due) -> Message:
        return Message(due.text, cast("tuple[Json, ...]", due.blocks), _identity(sandbox, due))

    async def _record(self, sandbox: Sandbox, *records: MessageRecord) -> Sandbox:
        """Puts the records among those of the resource as it is now. Raises Retryable, NotFound."""
        while True:
            keys = {record.key for record in records}
            others = [record for record in sandbox.status.messages if record.key not in keys]
            messages = [record.to_json() for record in _bounded([*others, *records])]
            patch = {
                "metadata": {"resourceVersion": sandbox.metadata.resource_version},
                "status": {"messages": messages},
            }
            try:
                raw = await self._cluster.patch(
                    SANDBOX,
                    sandbox.name,
                    patch,
                    namespace=self._view.home,
                    subresource="status",
                    manager=MANAGER,
                )
                return Sandbox.from_json(raw)
            except Conflict:
                newest = await self._read(sandbox.name)
                if newest is None or newest.uid != sandbox.uid:
                    raise NotFound(sandbox.name) from None
                sandbox = newest

    async def _settle_finalizer(self, sandbox: Sandbox) -> None:
        """Held from the first card until the last word, so that a deletion is told before the resource goes."""
        finalizers = sandbox.metadata.finalizers
        held, card = NOTIFIER_FINALIZER in finalizers, record_of(sandbox, CARD)
        if sandbox.gone and held:
            wanted = [item for item in finalizers if item != NOTIFIER_FINALIZER]
        elif card is not None and card.ts != UNTOLD and not held and not sandbox.deleting:
            wanted = [*finalizers, NOTIFIER_FINALIZER]
        else:
            return
        patch = {"metadata": {"resourceVersion": sandbox.metadata.resource_version, "finalizers": wanted}}
        try:
            await self._cluster.patch(SANDBOX, sandbox.name, patch, namespace=self._view.home, manager=MANAGER)
        except NotFound:
            return


def _bounded(records: list[MessageRecord]) -> list[MessageRecord]:
    """The oldest notices are forgotten first; the card and what stands for the present state never are."""
    lasting = [record for record in records if not record.key.startswith(_FORGETTABLE)]
    passing = [record for record in records if record.key.startswith(_FORGETTABLE)]
    return [*lasting, *passing[-_MOST_RECORDS:]]


def _identity(sandbox: Sandbox, due: Due) -> dict[str, str]:
    """By which a message is recognised in a conversation."""
    return {"uid": sandbox.uid, "kind": due.kind, "key": due.metadata_key}
