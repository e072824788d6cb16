"""Asking the customer records: whether a caller is who their number says, and for facts of a verified caller's.

Secrets  What the caller gave comes from memory and goes to the records. No event, error or log line holds it.
Guessing Once it was wrong too often in calls from a number within a day, nothing is checked for that number any more;
         the call log knows, on every node and after every restart.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from ivr.calls.effects import LookUp, Prove
from ivr.calls.say import ANONYMOUS
from ivr.calls.values.typed import typed
from ivr.ports.clock import Clock
from ivr.ports.customers import CustomerRecords
from ivr.ports.store import CallLog
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import Fault
from ivr.vocabulary.personal import FactsFound, Proof, ProofJudged

WRONG_A_DAY: Final = 6
"Wrong proofs in calls from a number, within a day, after which none is checked."
DAY_MS: Final = 24 * 3_600_000
CALLS: Final = 100
"The latest calls from the number that are looked at."
_WHERE: Final = "customers"


class Asking:
    """What a live call asks the records. Each method posts exactly one answer, and raises only cancellation."""

    def __init__(self, records: CustomerRecords | None, log: CallLog, clock: Clock, region: str) -> None:
        self._records, self._log, self._clock, self._region = records, log, clock, region

    async def prove(self, asked: Prove, secrets: Mapping[str, str] | None, post: Callable[[Event], None]) -> None:
        """Post whether what the caller gave is right.

        secrets  what was held in memory of it; None when it is no longer there.
        """
        try:
            outcome = await self._proof(asked, secrets)
        except BackendError as error:
            post(Fault(_WHERE, type(error).__name__))
            outcome = Proof.FAILED
        post(ProofJudged(asked.request, outcome))

    async def look_up(self, asked: LookUp, post: Callable[[Event], None]) -> None:
        """Post the facts that the records hold and that are of their kind; the others are written down as faults."""
        held: Mapping[str, str] | None = None
        try:
            if self._records is not None:
                held = await self._records.facts(asked.number, tuple(asked.facts))
        except BackendError as error:
            post(Fault(_WHERE, type(error).__name__))
        held = held or {}
        read = {name: typed(kind, held[name], self._region) for name, kind in asked.facts.items() if name in held}
        for name, value in read.items():
            if value is None:
                post(Fault(_WHERE, f"{name} is not written as {asked.facts[name]}"))
        post(FactsFound(asked.request, {name: value for name, value in read.items() if value is not None}))

    async def _proof(self, asked: Prove, secrets: Mapping[str, str] | None) -> Proof:
        if self._records is None:
            return Proof.FAILED
        if asked.number.lower() in ANONYMOUS:
            return Proof.UNKNOWN
        if secrets is None:
            return Proof.LOST
        if await self._wrong_of_late(asked.number) >= WRONG_A_DAY:
            return Proof.LOCKED
        right = await self._records.verify(asked.number, {**asked.given, **secrets})
        return Proof.UNKNOWN if right is None else Proof.VERIFIED if right else Proof.WRONG

    async def _wrong_of_late(self, number: str) -> int:
        """How often it was wrong in calls from this number within a day."""
        since_ms = self._clock.wall_ms() - DAY_MS
        rows = [row for row in await self._log.calls_from(number, CALLS) if row.started_wall_ms >= since_ms]
        logs = await asyncio.gather(*(self._log.read(row.call) for row in rows))
        events = (logged.event for log in logs for logged in log)
        return sum(isinstance(event, ProofJudged) and event.outcome == Proof.WRONG for event in events)
