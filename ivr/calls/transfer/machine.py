"""The transfer machine: one literal table, and `step`.

The caller stays on the assistant's stream while they are queued, an agent's telephone rings, and the agent hears the
summary; so the call machine goes on serving them. From the moment the agent has accepted, this machine owns where the
caller is. Every fact is legal in every stage, and every stage that waits has a deadline. Nothing a stage began is left
behind: whoever leaves it drops the legs, the room and the reservation that it held.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr.calls.transfer import supervision, together, waiting
from ivr.calls.transfer.state import Stage, Transfer, TransferStep
from ivr.vocabulary.errors import IllegalTransition
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import CallEnded, DeadlinePassed, TakenUp
from ivr.vocabulary.supervision import SUPERVISION_FACTS
from ivr.vocabulary.transfers import (
    TRANSFER_FACTS,
    AgentAccepted,
    AgentAnswered,
    AgentDeclined,
    AgentJoined,
    AgentLeft,
    AgentReserved,
    AgentUnreachable,
    CallerJoined,
    CallerOut,
    CarrierFailed,
    ConsultAsked,
    ConsultEnded,
    GiveUpAsked,
    HoldAsked,
    NobodyFree,
    PlaceMoved,
    ReturnAsked,
    SayAsked,
    SayFailed,
    TakenOver,
    UnholdAsked,
    WrappedUp,
)

Handler = Callable[[Transfer, Any], TransferStep]

STEPPED_ON: Final[tuple[type[Event], ...]] = (*TRANSFER_FACTS, TakenUp, CallEnded, DeadlinePassed)
"The facts of the table."
ALL_FACTS: Final[tuple[type[Event], ...]] = (*STEPPED_ON, *SUPERVISION_FACTS)
"The facts of the machine, with those of a supervisor in the call."


@dataclass(frozen=True, slots=True)
class Edge:
    """What a fact does in a stage, and the stages it may lead to."""

    handler: Handler
    to: frozenset[Stage]


@dataclass(frozen=True, slots=True)
class Row:
    """A stage: how long it may last (None: it is the end), and its edges."""

    deadline_ms: int | None
    edges: Mapping[type[Event], Edge]


def _edge(handler: Handler, *to: Stage) -> Edge:
    return Edge(handler, frozenset(to))


def _stay(stage: Stage) -> dict[type[Event], Edge]:
    """Facts that come late, twice, or for another stage. A reservation or a leg nobody waits for is given back."""
    return {kind: _edge(waiting.stay, stage) for kind in STEPPED_ON} | {
        AgentReserved: _edge(waiting.not_now, stage),
        AgentAccepted: _edge(waiting.too_late, stage),
        AgentAnswered: _edge(waiting.not_wanted, stage),
    }


Q, R, B, J = Stage.QUEUED, Stage.RINGING, Stage.BRIEFING, Stage.JOINING
T, H, C = Stage.BRIDGED, Stage.HELD, Stage.CONSULTING
BACK, W, D = Stage.RETURNING, Stage.WRAP_UP, Stage.DONE
_WAITING: Final = {
    GiveUpAsked: _edge(waiting.given_up, D),
    CallEnded: _edge(waiting.abandoned, D),
}
_TOGETHER: Final = {
    CallEnded: _edge(together.gone_in_room, W),
    TakenOver: _edge(together.taken_over, T, H, C),
    SayFailed: _edge(together.not_said, T, H, C),
    ReturnAsked: _edge(together.handed_back, BACK),
    CallerOut: _edge(together.out, BACK),
}

TRANSFER: Final[Mapping[Stage, Row]] = {
    Q: Row(
        60_000,
        _stay(Q)
        | _WAITING
        | {
            AgentReserved: _edge(waiting.reserved, R),
            NobodyFree: _edge(waiting.nobody, Q, D),
            PlaceMoved: _edge(waiting.moved_up, Q),
            CarrierFailed: _edge(waiting.stay, Q),
            DeadlinePassed: _edge(waiting.waited, Q, D),
        },
    ),
    R: Row(
        25_000,
        _stay(R)
        | _WAITING
        | {
            AgentAnswered: _edge(waiting.answered, R, B, J),
            AgentAccepted: _edge(waiting.accepted_early, R),
            AgentDeclined: _edge(waiting.declined, R, Q),
            AgentUnreachable: _edge(waiting.unreachable, R, Q),
            AgentLeft: _edge(waiting.hung_up, R, Q),
            CarrierFailed: _edge(waiting.not_rung, Q, D),
            DeadlinePassed: _edge(waiting.rang_out, Q),
        },
    ),
    B: Row(
        30_000,
        _stay(B)
        | _WAITING
        | {
            AgentAccepted: _edge(waiting.accepted, B, J),
            AgentDeclined: _edge(waiting.declined, B, Q),
            AgentUnreachable: _edge(waiting.unreachable, B, Q),
            AgentLeft: _edge(waiting.hung_up, B, Q),
            DeadlinePassed: _edge(waiting.undecided, Q),
        },
    ),
    J: Row(
        8_000,
        _stay(J)
        | {
            CallEnded: _edge(waiting.abandoned, D),
            AgentJoined: _edge(waiting.agent_in, J),
            CallerJoined: _edge(waiting.bridged, T),
            CallerOut: _edge(waiting.turned_away, J, BACK),
            AgentUnreachable: _edge(waiting.never_met, J, Q, BACK),
            AgentLeft: _edge(waiting.never_met, J, Q, BACK),
            CarrierFailed: _edge(waiting.not_rung, Q, D),
            DeadlinePassed: _edge(waiting.never_met, Q, BACK),
        },
    ),
    T: Row(
        4 * 3_600_000,
        _stay(T)
        | _TOGETHER
        | {
            HoldAsked: _edge(together.hold, H),
            ConsultAsked: _edge(together.consult, C),
            SayAsked: _edge(together.say, T),
            AgentLeft: _edge(together.agent_gone, T, BACK),
            DeadlinePassed: _edge(together.too_long, BACK),
        },
    ),
    H: Row(
        10 * 60_000,
        _stay(H)
        | _TOGETHER
        | {
            UnholdAsked: _edge(together.unhold, T),
            ConsultAsked: _edge(together.consult, C),
            AgentLeft: _edge(together.agent_gone, H, T, BACK),
            CarrierFailed: _edge(together.not_held, T),
            DeadlinePassed: _edge(together.unhold, T),
        },
    ),
    C: Row(
        5 * 60_000,
        _stay(C)
        | _TOGETHER
        | {
            AgentAnswered: _edge(together.second_answered, C),
            AgentJoined: _edge(together.second_in, C),
            AgentDeclined: _edge(together.second_unreachable, C, T),
            AgentUnreachable: _edge(together.second_unreachable, C, T),
            CarrierFailed: _edge(together.second_unreachable, T),
            ConsultEnded: _edge(together.consulted, T),
            AgentLeft: _edge(together.left_consultation, C, T, BACK),
            DeadlinePassed: _edge(together.consulted, T),
        },
    ),
    BACK: Row(
        15_000,
        _stay(BACK)
        | {
            TakenUp: _edge(together.back, W, Q),
            CallEnded: _edge(together.gone_in_room, W, D),
            CarrierFailed: _edge(together.not_brought, BACK, T),
            DeadlinePassed: _edge(together.not_back, W, D),
        },
    ),
    W: Row(
        120_000,
        _stay(W) | {WrappedUp: _edge(together.wrapped_up, D), DeadlinePassed: _edge(together.wrapped_up, D)},
    ),
    D: Row(None, _stay(D)),
}
"The whole machine. docs/transfer-machine.md draws it from here."


def step(transfer: Transfer, event: Event) -> TransferStep:
    """The next stage, decisions and effects. What is about a supervisor in the call is decided in `supervision`.

    Raises IllegalTransition when an edge leads where the table does not say: our own mistake.
    """
    if supervision.concerns(transfer, event):
        return supervision.step(transfer, event)
    edge = TRANSFER[transfer.stage].edges.get(type(event))
    if edge is None:
        raise IllegalTransition(f"{event.kind} is no fact of a transfer; stage {transfer.stage}")
    result = edge.handler(transfer, event)
    if result.transfer.stage not in edge.to:
        raise IllegalTransition(f"{event.kind} led from {transfer.stage} to {result.transfer.stage}, against the table")
    return supervision.followed(result, transfer)


def deadline_ms(stage: Stage) -> int | None:
    """How long a transfer may stay in `stage`; None when it is over."""
    return TRANSFER[stage].deadline_ms
