"""The events of a warm transfer: what agents, their telephones and the carrier did about it, and what was decided.

They stand in the caller's log among the others (`ivr.vocabulary.events`), under the transfer's id.
"""

from dataclasses import dataclass
from typing import Final

from ivr.vocabulary.event import Event
from ivr.vocabulary.ids import AgentId, AnswerId, CallId, LegId, TransferId
from ivr.vocabulary.language import LanguageTag


class TransferFact(Event):
    """Something that agents, their telephones, the carrier or the caller did about one transfer.

    Each has the transfer's id, so that what belongs to an earlier one is known.
    """

    __slots__ = ()
    transfer: TransferId


# ── facts: before a transfer ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class QueuesSeen(Event):
    """What the business's queues are called, and what they offer when nobody can be had: told as the call begins.

    names   queue to its name by language, as it is said in the middle of a sentence.
    offers  queue to what it offers, in this order: callback, voicemail.
    """

    names: dict[str, dict[str, str]]
    offers: dict[str, list[str]]


# ── facts: agents and the queue ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AgentReserved(TransferFact):
    """The directory keeps this agent free for this caller, and for nobody else."""

    transfer: TransferId
    agent: AgentId
    name: str


@dataclass(frozen=True, slots=True)
class NobodyFree(TransferFact):
    """No agent can be reserved now. `why` is busy, closed, nobody_there, or too_long: they have waited long enough.

    position  the caller's place in the queue, 1 is next; 0 when there is no queue to stand in.
    wait_s    honest estimate of the wait; None when there is nothing to tell it from.
    opens     of a closed queue: when it opens again, as the clocks there show it, ISO 8601; "" when that is not known.
    in_days   that many days ahead, there.
    """

    transfer: TransferId
    why: str
    position: int = 0
    wait_s: int | None = None
    opens: str = ""
    in_days: int = 0


@dataclass(frozen=True, slots=True)
class PlaceMoved(TransferFact):
    """The caller moved up in the queue."""

    transfer: TransferId
    position: int
    wait_s: int | None = None


@dataclass(frozen=True, slots=True)
class AgentAccepted(TransferFact):
    """The agent takes the call. `by` is key or desk."""

    transfer: TransferId
    agent: AgentId
    by: str


@dataclass(frozen=True, slots=True)
class AgentDeclined(TransferFact):
    """The agent does not take it. `by` is key or desk."""

    transfer: TransferId
    agent: AgentId
    by: str


# ── facts: legs and the room ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AgentRung(TransferFact):
    """The agent's telephone is called; `call` is the carrier's name for the leg."""

    transfer: TransferId
    leg: LegId
    call: CallId


@dataclass(frozen=True, slots=True)
class AgentAnswered(TransferFact):
    """The agent's telephone was answered, by a person as far as can be told."""

    transfer: TransferId
    leg: LegId


@dataclass(frozen=True, slots=True)
class AgentUnreachable(TransferFact):
    """The agent's telephone led to nobody. `why` is busy, no_answer, voicemail, failed or canceled."""

    transfer: TransferId
    leg: LegId
    why: str


@dataclass(frozen=True, slots=True)
class AgentLeft(TransferFact):
    """An agent's leg ended after it had been answered."""

    transfer: TransferId
    leg: LegId


@dataclass(frozen=True, slots=True)
class AgentJoined(TransferFact):
    """An agent's leg is in the room."""

    transfer: TransferId
    leg: LegId


@dataclass(frozen=True, slots=True)
class CallerJoined(TransferFact):
    """The caller is in the room."""

    transfer: TransferId


@dataclass(frozen=True, slots=True)
class CallerOut(TransferFact):
    """The caller is out of the room without our having asked for it; the carrier asks what comes next."""

    transfer: TransferId


@dataclass(frozen=True, slots=True)
class CarrierFailed(TransferFact):
    """The carrier did not do what we asked.

    `what` is ring, let_in, move, hold, unhold or bring_back; `why` is in its words.
    """

    transfer: TransferId
    what: str
    why: str


# ── facts: what people ask for ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class HoldAsked(TransferFact):
    transfer: TransferId


@dataclass(frozen=True, slots=True)
class UnholdAsked(TransferFact):
    transfer: TransferId


@dataclass(frozen=True, slots=True)
class ConsultAsked(TransferFact):
    """The agent wants to speak with another agent first: the caller waits."""

    transfer: TransferId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class ConsultEnded(TransferFact):
    """The consultation is over. `onward`: the other agent takes the caller, and the first one leaves."""

    transfer: TransferId
    onward: bool


@dataclass(frozen=True, slots=True)
class SayAsked(TransferFact):
    """The agent wants the assistant's voice to say an approved answer to the caller, in the room."""

    transfer: TransferId
    agent: AgentId
    answer: AnswerId
    text: str
    language: LanguageTag


@dataclass(frozen=True, slots=True)
class SayFailed(TransferFact):
    """What was to be said in the room was not said, or nobody can tell. `why` is for whoever reads the log."""

    transfer: TransferId
    why: str


@dataclass(frozen=True, slots=True)
class TakenOver(TransferFact):
    """A supervisor who was in the room has the caller from here on: the caller hears them, and the agent is let go."""

    transfer: TransferId
    agent: AgentId
    name: str
    leg: LegId


@dataclass(frozen=True, slots=True)
class ReturnAsked(TransferFact):
    """The agent hands the caller back to the assistant, with a note of what was settled."""

    transfer: TransferId
    note: str


@dataclass(frozen=True, slots=True)
class GiveUpAsked(TransferFact):
    """The caller no longer wants to wait. `instead` is assistant, callback or voicemail."""

    transfer: TransferId
    instead: str


@dataclass(frozen=True, slots=True)
class WrappedUp(TransferFact):
    """The agent has written down what came of the call."""

    transfer: TransferId
    disposition: str
    note: str


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TransferRequested(Event):
    """The caller is to speak with an agent of this queue."""

    transfer: TransferId
    queue: str
    reason: str


@dataclass(frozen=True, slots=True)
class TransferMoved(Event):
    """The transfer entered this stage, and why."""

    transfer: TransferId
    stage: str
    why: str


TRANSFER_FACTS: Final[tuple[type[Event], ...]] = (
    AgentReserved, NobodyFree, PlaceMoved, AgentAccepted, AgentDeclined, AgentRung, AgentAnswered, AgentUnreachable,
    AgentLeft, AgentJoined, CallerJoined, CallerOut, CarrierFailed, HoldAsked, UnholdAsked, ConsultAsked, ConsultEnded,
    SayAsked, SayFailed, TakenOver, ReturnAsked, GiveUpAsked, WrappedUp,
)  # fmt: skip
"What the transfer machine steps on, beside the call's own TakenUp, CallEnded and DeadlinePassed."

TRANSFER_DECISIONS: Final[tuple[type[Event], ...]] = (TransferRequested, TransferMoved)
