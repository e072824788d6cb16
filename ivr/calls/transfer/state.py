"""The state of a warm transfer, what a step yields, and the effects a step may ask for."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ivr.vocabulary.event import Event
from ivr.vocabulary.ids import AgentId, LegId, TransferId
from ivr.vocabulary.transfers import TransferMoved, TransferRequested


class Stage(StrEnum):
    QUEUED = "queued"
    "Waits for an agent, on the assistant's stream."
    RINGING = "ringing"
    "An agent is reserved, and their telephone rings."
    BRIEFING = "briefing"
    "The agent has answered and hears why the caller calls."
    JOINING = "joining"
    "The agent has accepted: they enter the room first, then the caller is moved there."
    BRIDGED = "bridged"
    "Caller and agent speak with each other."
    HELD = "held"
    "The agent has put the caller on hold."
    CONSULTING = "consulting"
    "The agent speaks with another agent, or their telephone rings; the caller is on hold."
    RETURNING = "returning"
    "The caller is on the way back to the assistant."
    WRAP_UP = "wrap_up"
    "The agent writes down what came of it. The caller is gone, or back with the assistant."
    DONE = "done"


class Outcome(StrEnum):
    """What came of it for the caller, once that is known."""

    OPEN = ""
    SERVED = "served"
    "They spoke with an agent, to the end of the call."
    RETURNED = "returned"
    "They spoke with an agent, and are back with the assistant."
    CALLED_OFF = "called_off"
    "They asked for the assistant again."
    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    CLOSED = "closed"
    "The queue is closed."
    NOBODY = "nobody"
    "Nobody was there, or nobody took the call."
    FAILED = "failed"
    "The carrier would not do it."
    ABANDONED = "abandoned"
    "They hung up while they waited."


@dataclass(frozen=True, slots=True)
class Party:
    """An agent in a transfer, and the leg to their telephone."""

    agent: AgentId
    name: str
    leg: LegId
    answered: bool = False
    in_room: bool = False


class Mode(StrEnum):
    """What a supervisor asks for in a call that an agent has."""

    LISTEN = "listen"
    WHISPER = "whisper"
    JOIN = "join"
    TAKE_OVER = "take_over"


class Watch(StrEnum):
    """Where a supervisor stands in it."""

    OFF = "off"
    DIALLING = "dialling"
    "Their telephone rings, or is on the way into the room."
    LISTENING = "listening"
    "They hear both, and neither hears them."
    WHISPERING = "whispering"
    "The agent hears them, and the caller does not."
    JOINED = "joined"
    "Both hear them."


@dataclass(frozen=True, slots=True)
class Supervision:
    """A supervisor in this transfer, and the leg to their telephone. `wanted` is what they asked for last."""

    agent: AgentId
    name: str
    leg: LegId
    watch: Watch
    wanted: Mode
    why: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer, as far as decisions need it.

    party     the agent who has the call, or is asked to take it.
    second    the agent who is consulted.
    accepted  they said yes before their telephone was answered.
    moving    the caller was asked into the room and may already be on the way: their stream can end any moment.
    passed    agents who were asked and did not take it, so that they are not asked again.
    opens     when the queue opens again, and `in_days` how many days ahead that is: as `NobodyFree` has them.
    watch     the supervisor who is in it, or was last; watches, how often one was rung.
    """

    id: TransferId
    queue: str
    reason: str
    stage: Stage = Stage.QUEUED
    outcome: Outcome = Outcome.OPEN
    party: Party | None = None
    second: Party | None = None
    accepted: bool = False
    moving: bool = False
    passed: tuple[AgentId, ...] = ()
    rings: int = 0
    failures: int = 0
    waits: int = 0
    position: int = 0
    wait_s: int | None = None
    opens: str = ""
    in_days: int = 0
    note: str = ""
    watch: Supervision | None = None
    watches: int = 0


# ── effects ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FindAgent:
    """Reserve somebody, or keep the caller's place: answered by AgentReserved or NobodyFree."""

    queue: str
    passed: tuple[AgentId, ...]


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """The caller's place is given up."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Call the agent. The leg is ours to name; what becomes of it is told under that name."""

    agent: AgentId
    leg: LegId


@dataclass(frozen=True, slots=True)
class DropLeg:
    """End this leg, or never let it begin."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class LetIn:
    """Put the agent's leg into the room."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class MoveCaller:
    """Take the caller off the assistant's stream into the room."""


@dataclass(frozen=True, slots=True)
class HoldCaller:
    pass


@dataclass(frozen=True, slots=True)
class UnholdCaller:
    pass


@dataclass(frozen=True, slots=True)
class BringBack:
    """Take the caller out of the room, onto a stream of the assistant."""


@dataclass(frozen=True, slots=True)
class CloseRoom:
    """End the room. Whoever is still in it is asked about by the carrier, and the log has the answer."""


@dataclass(frozen=True, slots=True)
class SayInRoom:
    """Have the assistant's voice say what was asked for last, to caller and agent."""


@dataclass(frozen=True, slots=True)
class RingSupervisor:
    """Keep this supervisor for the call, whatever they do now, and call them into the room, where nobody hears them."""

    agent: AgentId
    leg: LegId


@dataclass(frozen=True, slots=True)
class TakePart:
    """Let the supervisor be heard as they ask: by nobody, by the leg `to` alone, or by all."""

    leg: LegId
    mode: Mode
    to: LegId | None = None


@dataclass(frozen=True, slots=True)
class FreeAgent:
    """The agent is no longer reserved. `presence` is available, wrap_up or away: who does not answer is away."""

    agent: AgentId
    presence: str


@dataclass(frozen=True, slots=True)
class TellAgent:
    """Show the agent this on their desk: taken, caller_gone, second_unreachable, hold_failed, not_returned, not_said,
    taken_over or part_failed."""

    agent: AgentId
    what: str


@dataclass(frozen=True, slots=True)
class TellCaller:
    """Have the assistant say this: waiting, no_agent, closed, failed, agent_gone, back or again.

    The words are the flow's, in the caller's language.
    """

    what: str


TransferEffect = (
    FindAgent | LeaveQueue | Ring | DropLeg | LetIn | MoveCaller | HoldCaller | UnholdCaller | BringBack | CloseRoom
    | SayInRoom | RingSupervisor | TakePart | FreeAgent | TellAgent | TellCaller
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TransferStep:
    """What one fact led to: the next state, the decisions to write down, and the effects to perform, in order."""

    transfer: Transfer
    notes: tuple[Event, ...] = ()
    effects: tuple[TransferEffect, ...] = ()

    def do(self, *effects: TransferEffect) -> "TransferStep":
        return replace(self, effects=self.effects + effects)

    def to(self, stage: Stage | None = None, why: str = "", **changes: Any) -> "TransferStep":
        before = self.transfer
        after = replace(before, **changes)
        if stage is None or stage is before.stage:
            return replace(self, transfer=after)
        moved = TransferMoved(before.id, stage.value, why)
        return replace(self, transfer=replace(after, stage=stage), notes=(*self.notes, moved))


def begin(id: TransferId, queue: str, reason: str) -> TransferStep:
    """A person is wanted: stand in the queue, and look for somebody."""
    transfer = Transfer(id, queue, reason)
    return TransferStep(transfer, (TransferRequested(id, queue, reason),), (FindAgent(queue, ()),))


# ── what several do ──────────────────────────────────────────────────────────────────────────────────────────────


def is_asked(transfer: Transfer, agent: AgentId) -> bool:
    """Whether this agent has the call, or is asked to take it."""
    return transfer.party is not None and transfer.party.agent == agent


def takes_part(transfer: Transfer, *, agent: AgentId | None = None, leg: LegId | None = None) -> bool:
    """Whether this agent, or this leg, is one of the transfer's."""
    parties = [party for party in (transfer.party, transfer.second) if party is not None]
    return any(party.agent == agent or party.leg == leg for party in parties)


def let_go(step: TransferStep, presence: str) -> TransferStep:
    """Drop the agent's leg and their reservation."""
    party = step.transfer.party
    if party is None:
        return step
    return step.do(DropLeg(party.leg), FreeAgent(party.agent, presence)).to(party=None, accepted=False)


def drop_second(step: TransferStep) -> TransferStep:
    second = step.transfer.second
    if second is None:
        return step
    return step.do(DropLeg(second.leg), FreeAgent(second.agent, "available")).to(second=None)


def over(step: TransferStep, outcome: Outcome, why: str) -> TransferStep:
    """The transfer is over for the caller: their place is given up."""
    return step.to(Stage.DONE, why, outcome=outcome).do(LeaveQueue())
