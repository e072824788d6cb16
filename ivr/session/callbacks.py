"""Calling people back: when their turn has come they are dialled, and whoever picks up is asked by the assistant.

Decisions  None: whose turn it is, and when another attempt is made, is the directory's to say (`callbacks_due`,
           `callback_done`); what is said to who answers, and what follows, is the call's (`ivr.calls.again`).
State      None of its own. A callback and the number of the attempt stand in every address that the carrier is given,
           so any process can answer for any other, and what comes late or twice belongs to an attempt that is over.
Bounds     A callback is due only when an agent is free for it, so no more are dialled at once than there are agents.
           Each request is bounded by its adapter; an attempt that nobody settles lapses in the directory by itself.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from ivr.calls.routing.state import Callback, CallbackState
from ivr.ports.carrier import CallOffer, CallStatus, HangUp, Instruction, LegReport
from ivr.ports.clock import Clock
from ivr.ports.store import CallLog
from ivr.session.handover import Lines
from ivr.session.switchboard import Switchboard
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.events import CallOffered
from ivr.vocabulary.ids import CallbackId, CallId
from ivr.vocabulary.kept import PlaceKept

RING_S: Final = 25
"How long the telephone of somebody who is called back rings: five times or so, before most voicemails begin."
LOOK_AGAIN_MS: Final = 1_000
"After the directory could not be asked."

_OUTCOMES: Final[Mapping[str, str]] = {
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "failed",
    "completed": "no_answer",
}
"""How a leg ended, in the carrier's words, and what that is when nothing else was told before: a call that was answered
and is over then led to nobody."""
_OPEN: Final = frozenset({CallbackState.PENDING, CallbackState.DIALLING})


class Callbacks:
    """One per node; `run` dials."""

    def __init__(self, lines: Lines, switchboard: Switchboard, log: CallLog, clock: Clock) -> None:
        self._lines, self._switchboard, self._log, self._clock = lines, switchboard, log, clock
        self._record = structlog.get_logger("callbacks")

    async def run(self) -> None:
        """Dial everybody whose turn comes, until cancelled. Raises nothing else."""
        version = -1
        async with asyncio.TaskGroup() as dialling:
            while True:
                try:
                    for callback in await self._lines.directory.callbacks_due(self._wall_ms()):
                        dialling.create_task(self._dial(callback))
                    version = await self._lines.directory.changed(version)
                except BackendError as error:
                    self._record.warning("callbacks could not be looked up", error=type(error).__name__)
                    await self._clock.sleep_until(self._clock.now_ms() + LOOK_AGAIN_MS)

    async def _dial(self, callback: Callback) -> None:
        """Ring their telephone. What comes of it is told by the carrier; that it cannot be rung, here."""
        url = f"{self._lines.web}/twilio/callback/{callback.id}/{callback.attempts}"
        self._record.info("calling back", callback=callback.id, attempt=callback.attempts)
        try:
            ours = await self._number_called(callback.call)
            if not ours:  # the call was erased, and its callback goes with it
                return await self._settle(callback, "cancelled")
            await self._lines.carrier.ring(callback.number, ours, f"{url}/answer", f"{url}/status", ring_s=RING_S)
        except BackendError as error:
            self._record.warning("a callback could not be dialled", callback=callback.id, error=type(error).__name__)
            await self._settle(callback, "failed")

    async def _number_called(self, call: CallId) -> str:
        """Which of our numbers they had called: they are called back from it."""
        log = await self._log.read(call)
        return next((each.event.called for each in log if isinstance(each.event, CallOffered)), "")

    # ── what the carrier asks and tells ──────────────────────────────────────────────────────────────────────────

    async def answered(self, id: CallbackId, attempt: int, offer: CallOffer, report: LegReport) -> Instruction:
        """Their telephone was answered: the assistant asks who is there, unless it is a machine, or nobody's turn."""
        callback = await self._attempt(id, attempt)
        if callback is None or callback.state not in _OPEN:
            return HangUp()
        if report.is_machine:
            await self._settle(callback, "machine")
            return HangUp()
        kept = PlaceKept(callback.call, callback.queue, callback.reason, callback.language, callback.id)
        return await self._switchboard.called_back(offer, kept)

    async def status(self, id: CallbackId, attempt: int, report: LegReport) -> None:
        """How the call is doing. It ends for whoever was on it, and as an attempt that nothing came of before."""
        await self._switchboard.status(CallStatus(report.call, report.state, -1))
        callback, outcome = await self._attempt(id, attempt), _OUTCOMES.get(report.state)
        if outcome is not None and callback is not None and callback.state is CallbackState.DIALLING:
            await self._settle(callback, outcome)

    async def _attempt(self, id: CallbackId, attempt: int) -> Callback | None:
        """The callback, while this is the latest attempt at it."""
        try:
            found = await self._lines.directory.callbacks()
        except BackendError as error:
            self._record.error("a callback could not be looked up", callback=id, error=type(error).__name__)
            return None
        return next((each for each in found if each.id == id and each.attempts == attempt), None)

    async def _settle(self, callback: Callback, outcome: str) -> None:
        try:
            await self._lines.directory.callback_done(callback.id, outcome, self._wall_ms())
        except BackendError as error:  # it lapses by itself
            self._record.error("a callback was not settled", callback=callback.id, error=type(error).__name__)

    def _wall_ms(self) -> int:
        return int(self._clock.wall_ms())
