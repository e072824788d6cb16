"""The call machine: one literal table, and `step`.

Every fact is legal in every phase; what a phase does with it stands in its row. A row also says how long a call may
wait there. `step` is pure: the same facts decide the same, live, in a replay, or in a guess made during a silence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr.calls import collect, converse, line, waiting
from ivr.calls.state import Call, Phase, Step
from ivr.flows.schema import Script
from ivr.vocabulary.errors import IllegalTransition
from ivr.vocabulary.events import (
    AnswerBlocked,
    AnswerReady,
    AsideJudged,
    CallAnswered,
    CallEnded,
    CallerSilent,
    CallOffered,
    CustomerFound,
    DeadlinePassed,
    DigitsReleased,
    Event,
    Fault,
    FlowPinned,
    HoursSeen,
    KeyPressed,
    KeysEntered,
    NotPerceived,
    PauseJudged,
    Perceived,
    PromptCut,
    PromptHeard,
    ReplyLate,
    StreamLost,
    TakenUp,
    TurnMarkedWrong,
    TurnTimed,
    UtteranceClosed,
)

Handler = Callable[[Call, Any, Script], Step]


@dataclass(frozen=True, slots=True)
class Edge:
    """What a fact does in a phase, and the phases it may lead to."""

    handler: Handler
    to: frozenset[Phase]


@dataclass(frozen=True, slots=True)
class Row:
    """A phase: how long the call may wait in it (None: it ends by itself), and its edges."""

    deadline_ms: int | None
    edges: Mapping[type[Event], Edge]


def _edge(handler: Handler, *to: Phase) -> Edge:
    return Edge(handler, frozenset(to))


def _stay(phase: Phase) -> dict[type[Event], Edge]:
    """Facts that come late, twice, or for another phase: written down, and nothing is done."""
    kinds: tuple[type[Event], ...] = (
        CallOffered, FlowPinned, CallAnswered, TakenUp, UtteranceClosed, PauseJudged, AsideJudged, Perceived,
        NotPerceived, KeyPressed, KeysEntered, DigitsReleased, CallerSilent, PromptHeard, PromptCut, AnswerReady,
        AnswerBlocked, ReplyLate, DeadlinePassed, TurnTimed, TurnMarkedWrong, Fault, StreamLost, CallEnded,
        CustomerFound,
    )  # fmt: skip
    return {kind: _edge(line.stay, phase) for kind in kinds} | {HoursSeen: _edge(line.hours, phase)}


S, L, U, A, R = Phase.SPEAKING, Phase.LISTENING, Phase.UNDERSTANDING, Phase.ANSWERING, Phase.RELEASING
H = Phase.HOLDING
_OVER: Final = {CallEnded: _edge(line.ended, Phase.ENDED)}
_ON_LINE: Final = _OVER | {
    StreamLost: _edge(line.lost, Phase.ADRIFT),
    KeyPressed: _edge(converse.key, S, L, U, A, R, H, Phase.LEAVING),
    KeysEntered: _edge(collect.keys, S, L, U, A, R, H, Phase.LEAVING),
}
_UTTERANCE: Final = {UtteranceClosed: _edge(converse.closed, U)}

CALL: Final[Mapping[Phase, Row]] = {
    Phase.OFFERED: Row(
        45_000,
        _stay(Phase.OFFERED)
        | _OVER
        | {
            CallOffered: _edge(line.offered, Phase.OFFERED),
            FlowPinned: _edge(line.pinned, Phase.OFFERED),
            CallAnswered: _edge(line.answered, S),
            StreamLost: _edge(line.lost, Phase.ADRIFT),
            DeadlinePassed: _edge(line.hang_up, Phase.LEAVING),
        },
    ),
    S: Row(
        90_000,
        _stay(S)
        | _ON_LINE
        | {
            UtteranceClosed: _edge(converse.aside, S),
            Perceived: _edge(converse.overheard, S, A, R, H, Phase.LEAVING),
            PromptHeard: _edge(converse.heard, S, L, Phase.LEAVING),
            PromptCut: _edge(converse.cut, L, S),
            DeadlinePassed: _edge(converse.stuck, S, L, Phase.LEAVING),
        },
    ),
    L: Row(
        60_000,
        _stay(L)
        | _ON_LINE
        | _UTTERANCE
        | {
            Perceived: _edge(converse.perceived, S, L, A, R, H, Phase.LEAVING),
            NotPerceived: _edge(converse.not_perceived, S, L),
            CallerSilent: _edge(converse.silent, S, Phase.LEAVING),
            DeadlinePassed: _edge(converse.silent, S, Phase.LEAVING),
        },
    ),
    U: Row(
        7_000,
        _stay(U)
        | _ON_LINE
        | _UTTERANCE
        | {
            Perceived: _edge(converse.perceived, S, L, U, A, R, H, Phase.LEAVING),
            NotPerceived: _edge(converse.not_perceived, S, U),
            ReplyLate: _edge(waiting.late, U),
            DeadlinePassed: _edge(converse.not_understood, S),
        },
    ),
    A: Row(
        5_000,
        _stay(A)
        | _ON_LINE
        | _UTTERANCE
        | {
            AnswerReady: _edge(converse.answer, S, A),
            AnswerBlocked: _edge(converse.blocked, S, A, Phase.LEAVING),
            ReplyLate: _edge(waiting.late, A),
            DeadlinePassed: _edge(converse.refused, S, Phase.LEAVING),
        },
    ),
    R: Row(
        3_000,
        _stay(R)
        | _ON_LINE
        | _UTTERANCE
        | {
            DigitsReleased: _edge(collect.released, S, R, Phase.LEAVING),
            DeadlinePassed: _edge(collect.lost, S),
        },
    ),
    H: Row(
        60_000,
        _stay(H)
        | _ON_LINE
        | _UTTERANCE
        | {
            DeadlinePassed: _edge(converse.held, H, S, Phase.LEAVING),
        },
    ),
    Phase.ADRIFT: Row(
        30_000,
        _stay(Phase.ADRIFT)
        | _OVER
        | {
            CallAnswered: _edge(line.answered, S),
            TakenUp: _edge(line.taken_up, S),
            DeadlinePassed: _edge(line.hang_up, Phase.LEAVING),
        },
    ),
    Phase.LEAVING: Row(
        20_000,
        _stay(Phase.LEAVING)
        | _OVER
        | {
            PromptHeard: _edge(line.said_goodbye, Phase.LEAVING),
            PromptCut: _edge(line.said_goodbye, Phase.LEAVING),
            DeadlinePassed: _edge(line.hang_up, Phase.LEAVING),
            TakenUp: _edge(line.hang_up, Phase.LEAVING),
        },
    ),
    Phase.ENDED: Row(None, _stay(Phase.ENDED)),
}
"The whole machine. docs/call-machine.md draws it from here."


def step(call: Call, event: Event, script: Script) -> Step:
    """The next state, decisions and effects.

    Raises IllegalTransition when an edge leads where the table does not say, or for a decision fed as a fact: both
    are our own mistakes.
    """
    edge = CALL[call.phase].edges.get(type(event))
    if edge is None:
        raise IllegalTransition(f"{event.kind} is not a fact; phase {call.phase}")
    result = edge.handler(call, event, script)
    if result.call.phase not in edge.to:
        raise IllegalTransition(f"{event.kind} led from {call.phase} to {result.call.phase}, against the table")
    return result


def deadline_ms(phase: Phase) -> int | None:
    """How long a call may wait in `phase`; None when it has ended."""
    return CALL[phase].deadline_ms
