"""Agents and the queue, on behalf of one call: somebody is looked for, kept, released, or promised for later.

Decisions  None: who gets whom is decided by the directory, and what follows by `ivr.calls.transfer`.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Final, Protocol

from ivr.calls.effects import Promise, Settle
from ivr.calls.routing.state import Callback, Nobody, Presence, Reserved, Waiting
from ivr.calls.state import Call
from ivr.calls.transfer import supervision
from ivr.calls.transfer.state import Transfer
from ivr.ports.carrier import Instruction
from ivr.ports.clock import Clock
from ivr.ports.directory import Directory
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import Logged
from ivr.vocabulary.ids import AgentId, CallbackId, CallId, LegId, TransferId
from ivr.vocabulary.transfers import AgentReserved, NobodyFree, PlaceMoved, TransferRequested

LOOK_AGAIN_MS: Final = 1_000
"After the directory could not be asked what has changed."


class Side(Protocol):
    """What a transfer needs of its call."""

    id: CallId
    log: list[Logged]

    @property
    def state(self) -> Call: ...

    @property
    def on_line(self) -> bool: ...

    def post(self, event: Event) -> None: ...

    def stream_again(self) -> Instruction:
        """What brings the caller back onto a stream of ours."""
        ...


def _nobody(found: Nobody, transfer: TransferId) -> NobodyFree:
    return NobodyFree(transfer, found.why, found.position, found.wait_s, found.opens, found.in_days)


class Agents:
    """One per live call. What it is asked for keeps its order."""

    def __init__(self, side: Side, directory: Directory, clock: Clock) -> None:
        self._side, self._directory, self._clock = side, directory, clock
        self._search: object | None = None
        self._looking: asyncio.Task[int] | None = None
        self._in_turn = asyncio.Lock()
        self._tasks: asyncio.TaskGroup | None = None

    def begin(self, tasks: asyncio.TaskGroup) -> None:
        """Live in this group."""
        self._tasks = tasks

    def stop(self) -> None:
        """Look for nobody any more."""
        self._search = None
        if self._looking is not None:
            self._looking.cancel()

    def find(self, transfer: Transfer, queue: str, passed: tuple[AgentId, ...]) -> Coroutine[Any, Any, None]:
        """Look for somebody until there is somebody, or nobody can be had; and no longer for whom was sought before.

        A better place is told as it comes. Raises BackendError, once it was told that nobody can be had.
        """
        self.stop()
        self._search = search = object()
        return self._find(search, transfer, queue, passed)

    async def _find(self, search: object, transfer: Transfer, queue: str, passed: tuple[AgentId, ...]) -> None:
        directory, waiting = self._directory, self._waiting(transfer, queue, passed)
        version, position = -1, transfer.position
        try:
            waiting = await self._as_before(waiting)
            while self._search is search:
                async with self._in_turn:
                    found = await directory.reserve(waiting, int(self._clock.wall_ms()))
                if self._search is not search:
                    return await self._not_wanted(found, transfer.id)
                match found:
                    case Reserved(agent=agent):
                        return self._side.post(AgentReserved(transfer.id, agent.id, agent.name))
                    case Nobody(why="busy") if version >= 0 and found.position != position:
                        self._side.post(PlaceMoved(transfer.id, found.position, found.wait_s))
                    case Nobody() if found.why != "busy" or version < 0:
                        self._side.post(_nobody(found, transfer.id))
                        if found.why != "busy":
                            return None
                    case _:
                        pass
                position = found.position
                version = await self._changed(version)
        except BackendError:
            self._side.post(NobodyFree(transfer.id, "nobody_there"))
            raise
        return None

    async def _as_before(self, waiting: Waiting) -> Waiting:
        """Who was cut off a moment ago keeps their place, and is asked for by the agent whom they know."""
        before = await self._directory.returning(waiting.number, int(self._clock.wall_ms())) if waiting.number else None
        if before is None or before.queue != waiting.queue or before.call == waiting.call:
            return waiting
        return replace(waiting, since_ms=before.since_ms, knows=before.knows)

    async def _changed(self, version: int) -> int:
        """The directory's next version; less than before when nobody is looked for any more."""
        assert self._tasks is not None  # noqa: S101 - work is begun inside the group only
        self._looking = looking = self._tasks.create_task(self._look(version))
        await asyncio.wait({looking})
        self._looking = None if self._looking is looking else self._looking
        return version if looking.cancelled() else looking.result()

    async def _look(self, version: int) -> int:
        try:
            return await self._directory.changed(version)
        except BackendError:
            await self._clock.sleep_until(self._clock.now_ms() + LOOK_AGAIN_MS)
            return version

    async def _not_wanted(self, found: Reserved | Nobody, transfer: TransferId) -> None:
        """A reservation that crossed with the end of the search."""
        if isinstance(found, Reserved):
            await self.free(found.agent.id, transfer, Presence.AVAILABLE)

    async def free(self, agent: AgentId, transfer: TransferId, presence: Presence) -> None:
        async with self._in_turn:
            wall_ms = int(self._clock.wall_ms())
            await self._directory.release(agent, self._side.id, transfer, presence, wall_ms)

    async def leave(self, transfer: TransferId, *, dropped: bool) -> None:
        async with self._in_turn:
            await self._directory.leave(self._side.id, transfer, int(self._clock.wall_ms()), dropped=dropped)

    async def promise(self, promise: Promise) -> None:
        call, transfer = self._side.state, self._side.state.transfer
        id = CallbackId(f"{self._side.id}.{call.prompts}")
        since_ms = self._since_ms(transfer.id) if transfer is not None else int(self._clock.wall_ms())
        callback = Callback(id, self._side.id, promise.number, call.language, promise.queue, promise.reason, since_ms)
        async with self._in_turn:
            await self._directory.agree_callback(callback)

    async def settle(self, settle: Settle) -> None:
        """Say what came of calling them back."""
        async with self._in_turn:
            await self._directory.callback_done(settle.callback, settle.outcome, int(self._clock.wall_ms()))

    def _waiting(self, transfer: Transfer, queue: str, passed: tuple[AgentId, ...]) -> Waiting:
        call = self._side.state
        number = call.caller if call.caller.startswith("+") else ""
        since_ms = self._since_ms(transfer.id)
        return Waiting(self._side.id, transfer.id, queue, number, call.language, transfer.reason, since_ms, passed)

    def _since_ms(self, transfer: TransferId) -> int:
        """Since when they wait: from the log, so that no restart costs them their place."""
        for logged in self._side.log:
            if isinstance(logged.event, TransferRequested) and logged.event.transfer == transfer:
                return int(logged.wall_ms)
        return int(self._clock.wall_ms())

    async def address(self, agent: AgentId, transfer: Transfer, leg: LegId) -> str:
        """How the agent is rung; "" when they cannot be. Who is consulted, or supervises, is reserved first."""
        wall_ms, waiting = int(self._clock.wall_ms()), self._waiting(transfer, transfer.queue, ())
        async with self._in_turn:
            if supervision.is_theirs(transfer, leg):
                attends = await self._directory.attend(agent, waiting, wall_ms)
                return attends.address if attends is not None else ""
            if transfer.second is not None and transfer.second.leg == leg:
                engaged = await self._directory.engage(agent, waiting, wall_ms)
                return engaged.address if engaged is not None else ""
            found = await self._directory.agent(agent, wall_ms)
            return found.agent.address if found is not None else ""
