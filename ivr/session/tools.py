"""What a live call works with, and the line it speaks on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.ports.customers import CustomerRecords
from ivr.ports.speech import VoiceActivity
from ivr.ports.store import CallLog
from ivr.session.handover import Lines
from ivr.session.hearing import Senses
from ivr.session.speaker import LEAD_MS, Line
from ivr.turns.floor import TurnRules
from ivr.vocabulary.events import HoursSeen, Logged


class CallLine(Line, Protocol):
    """The media stream of a call, as far as the call needs it."""

    def close(self) -> None:
        """End the stream; the carrier then asks what comes next."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What every live call works with.

    detector  makes one for each call.
    observe   sees every event once logged.
    lines     what callers are brought to agents with; None when there are none.
    hours     how the business's schedules stand now; None when it has none.
    customers looks up who calls; None when there are no records.
    """

    log: CallLog
    senses: Senses
    detector: Callable[[], VoiceActivity]
    rules: TurnRules
    observe: Callable[[Logged], None]
    lines: Lines | None = None
    lead_ms: int = LEAD_MS
    hours: Callable[[], HoursSeen | None] = lambda: None
    customers: CustomerRecords | None = None
