"""Deadlines: how long a call may stay in its phase, its transfer in its stage, a supervisor's telephone may ring, and a
person may look at a draft.

Each has a clock of its own, and they run beside each other: whatever the assistant says meanwhile, an agent's telephone
does not ring for longer.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from ivr.calls import approving, handover, machine
from ivr.calls.state import Call
from ivr.calls.transfer import machine as transfers
from ivr.calls.transfer import supervision
from ivr.calls.transfer.state import Watch
from ivr.ports.clock import Clock
from ivr.vocabulary.events import DeadlinePassed
from ivr.vocabulary.ids import LegId, RequestId

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
        self._running: dict[str, tuple[float, str]] = {}
        "What runs, by what it is of: when it passes, and its name."
        self._drafted: RequestId | None = None
        self._watched: tuple[LegId, Watch] | None = None
        self._set = asyncio.Event()

    def arm_phase(self) -> None:
        """The call has moved, or something was said: the phase's time begins."""
        phase = self._state().phase
        self._from_now("phase", machine.deadline_ms(phase), phase)

    def arm_stage(self) -> None:
        """The transfer has moved, or waits once more: the stage's time begins."""
        transfer = self._state().transfer
        wait_ms = transfers.deadline_ms(transfer.stage) if transfer is not None else None
        self._from_now("stage", wait_ms, f"{handover.DEADLINE}{transfer.stage}" if transfer is not None else "")

    def arm_watch(self) -> None:
        """A supervisor may have been rung, or have come or gone: then their time begins."""
        transfer = self._state().transfer
        watch = transfer.watch if transfer is not None else None
        now = (watch.leg, watch.watch) if watch is not None else None
        if transfer is not None and now != self._watched:
            self._from_now("watch", supervision.deadline_ms(transfer), supervision.DEADLINE)
        self._watched = now

    def arm_draft(self) -> None:
        """A person may have been shown a draft, or have decided: one time, whatever the caller hears meanwhile."""
        call = self._state()
        now = call.draft.request if call.draft is not None else None
        if now != self._drafted:
            self._from_now("draft", *(approving.deadline_of(call) or (None, "")))
        self._drafted = now

    def _from_now(self, what: str, wait_ms: int | None, name: str) -> None:
        self._set.set()
        if wait_ms is None:
            self._running.pop(what, None)
        else:
            self._running[what] = self._clock.now_ms() + wait_ms, name

    async def run(self) -> None:
        """Turn what has passed into facts, until cancelled."""
        while True:
            self._set.clear()
            due = [at_ms for at_ms, _ in self._running.values()]
            if not due:
                await self._set.wait()
                continue
            await self._clock.sleep_until(min(*due, self._clock.now_ms() + LOOK_EVERY_MS))
            self._look()
            for what, (at_ms, name) in list(self._running.items()):
                if self._clock.now_ms() >= at_ms and self._running.get(what) == (at_ms, name):
                    del self._running[what]
                    self._post(DeadlinePassed(name))
