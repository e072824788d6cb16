"""The call machine: one literal table, and `step`.

Every fact is legal in every phase; what a phase does with it stands in its row. A row also says how long a call may
wait there. `step` is pure: the same facts decide the same, live, in a replay, or in a guess made during a silence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr.calls import again, approving, collect, converse, handover, line, message, personal, prompts, waiting
from ivr.calls.state import Call, Phase, Step
from ivr.flows.schema import Script
from ivr.vocabulary.answered import AnswerBlocked, DraftApproved, DraftRefused, SentenceJudged, TurnMarkedWrong
from ivr.vocabulary.errors import IllegalTransition
from ivr.vocabulary.events import (
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
    RoomSpoken,
    StreamLost,
    TakenUp,
    TurnTimed,
    UtteranceClosed,
)
from ivr.vocabulary.kept import PlaceKept
from ivr.vocabulary.messages import VoicemailDone, VoicemailLeft, VoicemailTaken
from ivr.vocabulary.personal import FactsFound, ProofJudged
from ivr.vocabulary.transfers import QueuesSeen, TransferFact

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
        SentenceJudged, AnswerBlocked, ReplyLate, DeadlinePassed, TurnTimed, TurnMarkedWrong, RoomSpoken, Fault,
        DraftApproved, DraftRefused, ProofJudged, FactsFound,
        StreamLost, CallEnded, PlaceKept, VoicemailTaken, VoicemailLeft, VoicemailDone,
    )  # fmt: skip
    told = {
        CustomerFound: _edge(line.customer, phase),
        HoursSeen: _edge(line.hours, phase),
        QueuesSeen: _edge(line.queues, phase),
        TransferFact: _edge(handover.fact, phase),
    }
    return {kind: _edge(line.stay, phase) for kind in kinds} | told


S, L, U, A, R = Phase.SPEAKING, Phase.LISTENING, Phase.UNDERSTANDING, Phase.ANSWERING, Phase.RELEASING
P, H, W, K = Phase.APPROVING, Phase.HOLDING, Phase.WAITING, Phase.CHECKING
T, M = Phase.TRANSFERRED, Phase.RECORDING
_OVER: Final = {CallEnded: _edge(line.ended, Phase.ENDED)}
_ON_LINE: Final = _OVER | {
    StreamLost: _edge(line.lost, Phase.ADRIFT),
    KeyPressed: _edge(converse.key, S, L, U, A, R, P, H, W, K, Phase.LEAVING),
    KeysEntered: _edge(collect.keys, S, L, U, A, R, P, H, W, K, Phase.LEAVING),
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
            PlaceKept: _edge(again.told, Phase.OFFERED),
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
            Perceived: _edge(converse.overheard, S, A, R, H, W, K, Phase.LEAVING),
            PromptHeard: _edge(prompts.heard, S, L, W, M, K, Phase.LEAVING),
            PromptCut: _edge(prompts.cut, L, S),
            DeadlinePassed: _edge(prompts.stuck, S, L, W, M, K, Phase.LEAVING),
            TransferFact: _edge(handover.fact, S, T),
        },
    ),
    L: Row(
        60_000,
        _stay(L)
        | _ON_LINE
        | _UTTERANCE
        | {
            Perceived: _edge(converse.perceived, S, L, A, R, H, W, K, Phase.LEAVING),
            NotPerceived: _edge(converse.not_perceived, S, L, W),
            CallerSilent: _edge(converse.silent, S, W, K, Phase.LEAVING),
            DeadlinePassed: _edge(converse.silent, S, W, K, Phase.LEAVING),
            TransferFact: _edge(handover.fact, L, T),
        },
    ),
    U: Row(
        7_000,
        _stay(U)
        | _ON_LINE
        | _UTTERANCE
        | {
            Perceived: _edge(converse.perceived, S, L, U, A, R, H, W, K, Phase.LEAVING),
            NotPerceived: _edge(converse.not_perceived, S, U, W),
            ReplyLate: _edge(waiting.late, U),
            DeadlinePassed: _edge(converse.not_understood, S, W),
            TransferFact: _edge(handover.fact, U, T),
        },
    ),
    A: Row(
        5_000,
        _stay(A)
        | _ON_LINE
        | _UTTERANCE
        | {
            AnswerReady: _edge(approving.ready, S, A, P),
            AnswerBlocked: _edge(approving.blocked, S, A, W, K, Phase.LEAVING),
            ReplyLate: _edge(waiting.late, A),
            DeadlinePassed: _edge(converse.refused, S, W, K, Phase.LEAVING),
            TransferFact: _edge(handover.fact, A, T),
        },
    ),
    P: Row(
        approving.STILL_MS,
        _stay(P)
        | _ON_LINE
        | {
            UtteranceClosed: _edge(approving.spoke, P),
            Perceived: _edge(approving.perceived, P, S, L, A, R, H, W, K, Phase.LEAVING),
            DraftApproved: _edge(approving.approved, P, S),
            DraftRefused: _edge(approving.refused, P, S, W, Phase.LEAVING),
            DeadlinePassed: _edge(approving.waited, P, S, W, Phase.LEAVING),
            TransferFact: _edge(handover.fact, P, T),
        },
    ),
    R: Row(
        3_000,
        _stay(R)
        | _ON_LINE
        | _UTTERANCE
        | {
            DigitsReleased: _edge(collect.released, S, R, K, Phase.LEAVING),
            TransferFact: _edge(handover.fact, R, T),
            DeadlinePassed: _edge(collect.lost, S),
        },
    ),
    K: Row(
        6_000,
        _stay(K)
        | _ON_LINE
        | {
            UtteranceClosed: _edge(personal.spoke, K),
            Perceived: _edge(personal.perceived, K, S),
            ProofJudged: _edge(personal.judged, K, S, Phase.LEAVING),
            FactsFound: _edge(personal.found, K, S, Phase.LEAVING),
            ReplyLate: _edge(waiting.late, K),
            DeadlinePassed: _edge(personal.late, K, S, Phase.LEAVING),
            TransferFact: _edge(handover.fact, K, T),
        },
    ),
    H: Row(
        60_000,
        _stay(H)
        | _ON_LINE
        | _UTTERANCE
        | {
            DeadlinePassed: _edge(converse.held, H, S, K, Phase.LEAVING),
            TransferFact: _edge(handover.fact, H, T),
        },
    ),
    W: Row(
        20_000,
        _stay(W)
        | _ON_LINE
        | _UTTERANCE
        | {
            Perceived: _edge(converse.perceived, S, A, W),
            DeadlinePassed: _edge(handover.still_waiting, S, W),
            TransferFact: _edge(handover.fact, W, S, T),
        },
    ),
    T: Row(
        5 * 3_600_000,
        _stay(T)
        | _OVER
        | {
            StreamLost: _edge(line.moved, T),
            TakenUp: _edge(handover.returned, S, W),
            DeadlinePassed: _edge(line.hang_up, Phase.LEAVING),
            TransferFact: _edge(handover.fact, T, S, W),
        },
    ),
    M: Row(
        180_000,
        _stay(M)
        | _OVER
        | {
            StreamLost: _edge(line.moved, M),
            VoicemailTaken: _edge(message.taken, M),
            TakenUp: _edge(message.back, S),
            DeadlinePassed: _edge(line.hang_up, Phase.LEAVING),
            TransferFact: _edge(handover.fact, M, T),
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
            TransferFact: _edge(handover.fact, Phase.ADRIFT, T),
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
    if approving.is_too_late(call, event):
        return Step(call)
    edges = CALL[call.phase].edges
    edge = edges.get(TransferFact) if is_of_transfer(event) else edges.get(type(event))
    if edge is None:
        raise IllegalTransition(f"{event.kind} is not a fact; phase {call.phase}")
    result = edge.handler(call, event, script)
    if result.call.phase not in edge.to:
        raise IllegalTransition(f"{event.kind} led from {call.phase} to {result.call.phase}, against the table")
    if call.draft is not None and result.call.phase is not Phase.APPROVING:
        result = approving.settled(result, call.draft, event)
    return result


def is_of_transfer(event: Event) -> bool:
    """Whether this is for the transfer machine: a fact of a transfer, or the deadline of one of its stages."""
    if isinstance(event, DeadlinePassed):
        return event.deadline.startswith(handover.DEADLINE)
    return isinstance(event, TransferFact)


def deadline_ms(phase: Phase) -> int | None:
    """How long a call may wait in `phase`; None when it has ended."""
    return CALL[phase].deadline_ms
