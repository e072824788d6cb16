"""The events of a supervisor in a call that an agent has: what they asked for, what the carrier did, where they stand.

They stand in the caller's log among the others, so that it can be read later who took part in a call, when and how.
"""

from dataclasses import dataclass
from typing import Final

from ivr.vocabulary.event import Event
from ivr.vocabulary.ids import AgentId, LegId, TransferId
from ivr.vocabulary.transfers import TransferFact


class SupervisionFact(TransferFact):
    """Something that a supervisor asked for, or the carrier did for them, in one transfer."""

    __slots__ = ()


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SuperviseAsked(SupervisionFact):
    """A supervisor wants to be in the call, or there in another way. `mode` is listen, whisper, join or take_over."""

    transfer: TransferId
    agent: AgentId
    name: str
    mode: str


@dataclass(frozen=True, slots=True)
class SuperviseStopped(SupervisionFact):
    """The supervisor wants to be out of the call again."""

    transfer: TransferId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class PartTaken(SupervisionFact):
    """The carrier has done it: the supervisor is heard by nobody (listen), the agent alone (whisper), or both (join).

    What take_over leads to is `TakenOver`.
    """

    transfer: TransferId
    leg: LegId
    mode: str


@dataclass(frozen=True, slots=True)
class SuperviseFailed(SupervisionFact):
    """The carrier did not do it. `what` is ring or the mode; `why` names the error's class.

    sure  it is known that nothing has changed; else who hears the supervisor now is not known.
    """

    transfer: TransferId
    leg: LegId
    what: str
    why: str
    sure: bool


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SupervisionMoved(Event):
    """Where the supervisor stands now: off, dialling, listening, whispering or joined; and why."""

    transfer: TransferId
    agent: AgentId
    name: str
    state: str
    why: str


SUPERVISION_FACTS: Final[tuple[type[Event], ...]] = (SuperviseAsked, SuperviseStopped, PartTaken, SuperviseFailed)
SUPERVISION_DECISIONS: Final[tuple[type[Event], ...]] = (SupervisionMoved,)
