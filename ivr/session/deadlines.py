"""Deadlines: how long a call may stay in its phase, its transfer in its stage, and a supervisor's telephone may ring.

Each has a clock of its own, and they run beside each other: whatever the assistant says meanwhile, an agent's telephone
does not ring for longer.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from ivr.calls import handover, machine
from ivr.calls.state import Call
from ivr.calls.transfer import machine as transfers
from ivr.calls.transfer import supervision
from ivr.calls.transfer.state import Watch
from ivr.ports.clock import Clock
from ivr.vocabulary.events import DeadlinePassed
from ivr.vocabulary.ids import LegId

LOOK_EVERY_MS: Final = 1_000
"A look at everything that changes by the clock alone, while any deadline runs."


class Deadlines:
    """One per live call.

    state  the call as it stands.
    post   takes DeadlinePassed.
    look   is called at least every second while something runs.
    """

    def __init__(
        self, clock: Clock, state: Callable[[], Call], post: Callable[[DeadlinePassed], None], look: Callable[[], None]
    ) -> None:
        self._clock, self._state, self._post, self._look = clock, state, post, look
        self._phase: tuple[float, str] | None = None
        self._stage: tuple[float, str] | None = None
        self._watch: tuple[float, str] | None = None
        self._watched: tuple[LegId, Watch] | None = None
        self._set = asyncio.Event()

    def arm_phase(self) -> None:
        """The call has moved, or something was said: the phase's time begins."""
        phase = self._state().phase
        self._phase = self._from_now(machine.deadline_ms(phase), phase)

    def arm_stage(self) -> None:
        """The transfer has moved, or waits once more: the stage's time begins."""
        transfer = self._state().transfer
        wait_ms = transfers.deadline_ms(transfer.stage) if transfer is not None else None
        self._stage = self._from_now(wait_ms, f"{handover.DEADLINE}{transfer.stage}" if transfer is not None else "")

    def arm_watch(self) -> None:
        """A supervisor may have been rung, or have come or gone: then their time begins."""
        transfer = self._state().transfer
        watch = transfer.watch if transfer is not None else None
        now = (watch.leg, watch.watch) if watch is not None else None
        if transfer is not None and now != self._watched:
            self._watch = self._from_now(supervision.deadline_ms(transfer), supervision.DEADLINE)
        self._watched = now

    def _from_now(self, wait_ms: int | None, name: str) -> tuple[float, str] | None:
        self._set.set()
        return None if wait_ms is None else (self._clock.now_ms() + wait_ms, name)

    async def run(self) -> None:
        """Turn what has passed into facts, until cancelled."""
        while True:
            self._set.clear()
            due = [each[0] for each in (self._phase, self._stage, self._watch) if each is not None]
            if not due:
                await self._set.wait()
                continue
            await self._clock.sleep_until(min(*due, self._clock.now_ms() + LOOK_EVERY_MS))
            self._look()
            if self._phase is not None and self._clock.now_ms() >= self._phase[0]:
                (_, name), self._phase = self._phase, None
                self._post(DeadlinePassed(name))
            if self._stage is not None and self._clock.now_ms() >= self._stage[0]:
                (_, name), self._stage = self._stage, None
                self._post(DeadlinePassed(name))
            if self._watch is not None and self._clock.now_ms() >= self._watch[0]:
                (_, name), self._watch = self._watch, None
                self._post(DeadlinePassed(name))
