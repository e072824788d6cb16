"""The transfer machine: properties of its table, one sentence for each edge, and nothing left over on any path."""

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.calls.transfer.machine import STEPPED_ON, TRANSFER, step
from ivr.calls.transfer.state import (
    BringBack,
    CloseRoom,
    DropLeg,
    FindAgent,
    FreeAgent,
    HoldCaller,
    LeaveQueue,
    LetIn,
    MoveCaller,
    Outcome,
    Ring,
    SayInRoom,
    Stage,
    TellAgent,
    TellCaller,
    Transfer,
    TransferEffect,
    UnholdCaller,
    begin,
)
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import CallEnded, DeadlinePassed, TakenUp
from ivr.vocabulary.ids import AgentId, AnswerId, LegId, StreamId, TransferId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.supervision import SuperviseAsked
from ivr.vocabulary.transfers import (
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
    TransferMoved,
    TransferRequested,
    UnholdAsked,
    WrappedUp,
)
from tests import edges

T = TransferId("t1")
ANA, BEN, EVA = AgentId("ana"), AgentId("ben"), AgentId("eva")
FIRST, SECOND, STRANGE = LegId("t1.1"), LegId("t1.2"), LegId("t0.9")
LIVE = [stage for stage in Stage if stage is not Stage.DONE]

RESERVED = AgentReserved(T, ANA, "Ana")
ANSWERED, ACCEPTED = AgentAnswered(T, FIRST), AgentAccepted(T, ANA, "key")
JOINED, BRIDGED = AgentJoined(T, FIRST), CallerJoined(T)
HELD, CONSULT = HoldAsked(T), ConsultAsked(T, BEN)
BACK = TakenUp(StreamId("MZ2"), "n2")
LATE = DeadlinePassed("any")
GONE = CallEnded("caller")

# How each stage is reached: the facts from the beginning.
RINGING = [RESERVED]
BRIEFING = [*RINGING, ANSWERED]
JOINING = [*BRIEFING, ACCEPTED]
MOVING = [*JOINING, JOINED]
TALKING = [*MOVING, BRIDGED]
ON_HOLD = [*TALKING, HELD]
CONSULTING = [*TALKING, CONSULT]
BOTH_IN = [*CONSULTING, AgentAnswered(T, SECOND), AgentJoined(T, SECOND)]
RETURNING = [*TALKING, ReturnAsked(T, "card was blocked")]
LEFT_ALONE = [*TALKING, AgentLeft(T, FIRST)]
NEVER_MET = [*MOVING, AgentLeft(T, FIRST)]
WRAP_UP = [*TALKING, GONE]
DONE = [*WRAP_UP, WrappedUp(T, "solved", "")]
WATCHED: list[Event] = [SuperviseAsked(T, EVA, "Eva", "listen"), AgentJoined(T, LegId("t1.s1"))]
SAY = SayAsked(T, ANA, AnswerId("block"), "We block it.", LanguageTag("en"))
UNSAID = SayFailed(T, "DeadlineExceeded")
TAKEN_OVER = TakenOver(T, EVA, "Eva", LegId("t1.s1"))

# What often follows.
PASSED_OVER: list[TransferEffect] = [DropLeg(FIRST), FreeAgent(ANA, "available"), FindAgent("cards", (ANA,))]
AWAY: list[TransferEffect] = [DropLeg(FIRST), FreeAgent(ANA, "away"), FindAgent("cards", (ANA,))]
CALLED_OFF: list[TransferEffect] = [DropLeg(FIRST), FreeAgent(ANA, "available"), LeaveQueue()]
HUNG_UP_ON: list[TransferEffect] = [
    TellAgent(ANA, "caller_gone"),
    DropLeg(FIRST),
    FreeAgent(ANA, "available"),
    LeaveQueue(),
]
NOT_TO_BE_HAD: list[TransferEffect] = [
    DropLeg(SECOND),
    FreeAgent(BEN, "available"),
    UnholdCaller(),
    TellAgent(ANA, "second_unreachable"),
]
ALONE_AGAIN: list[TransferEffect] = [DropLeg(SECOND), FreeAgent(BEN, "available"), UnholdCaller()]
CALLER_GONE: list[TransferEffect] = [TellAgent(ANA, "caller_gone"), DropLeg(FIRST), FreeAgent(ANA, "wrap_up")]
LET_GO: list[TransferEffect] = [TellAgent(ANA, "taken_over"), DropLeg(FIRST), FreeAgent(ANA, "wrap_up")]


def after(facts: list[Event]) -> Transfer:
    transfer = begin(T, "cards", "theft").transfer
    for fact in facts:
        transfer = step(transfer, fact).transfer
    return transfer


def test_a_transfer_begins_by_saying_why_and_looking_for_somebody() -> None:
    began = begin(T, "cards", "theft")
    assert began.notes == (TransferRequested(T, "cards", "theft"),)
    assert began.effects == (FindAgent("cards", ()),)
    assert began.transfer.stage is Stage.QUEUED


EDGES: list[tuple[str, list[Event], Event, Stage, list[TransferEffect]]] = [
    # queued
    ("a reserved agent is rung", [], RESERVED, Stage.RINGING, [Ring(ANA, FIRST)]),
    (
        "a busy queue tells the caller their place",
        [],
        NobodyFree(T, "busy", 3, 120),
        Stage.QUEUED,
        [TellCaller("waiting")],
    ),
    ("a closed queue is said at once", [], NobodyFree(T, "closed"), Stage.DONE, [LeaveQueue(), TellCaller("closed")]),
    (
        "nobody signed in is said at once",
        [],
        NobodyFree(T, "nobody_there"),
        Stage.DONE,
        [LeaveQueue(), TellCaller("no_agent")],
    ),
    ("a better place is told", [NobodyFree(T, "busy", 3)], PlaceMoved(T, 2), Stage.QUEUED, [TellCaller("waiting")]),
    ("the same place is not told again", [NobodyFree(T, "busy", 3)], PlaceMoved(T, 3), Stage.QUEUED, []),
    (
        "after a minute everybody is asked again",
        [RESERVED, AgentDeclined(T, ANA, "key")],
        LATE,
        Stage.QUEUED,
        [FindAgent("cards", ())],
    ),
    ("nobody waits for ever", [LATE] * 19, LATE, Stage.DONE, [LeaveQueue(), TellCaller("no_agent")]),
    ("the caller may go back to the assistant", [], GiveUpAsked(T, "assistant"), Stage.DONE, [LeaveQueue()]),
    ("the caller may hang up while queued", [], GONE, Stage.DONE, [LeaveQueue()]),
    ("a carrier's late refusal changes nothing in the queue", [], CarrierFailed(T, "ring", "429"), Stage.QUEUED, []),
    # ringing
    ("an answered telephone is briefed", RINGING, ANSWERED, Stage.BRIEFING, []),
    (
        "who accepted on the desk goes straight in",
        [*RINGING, AgentAccepted(T, ANA, "desk")],
        ANSWERED,
        Stage.JOINING,
        [LetIn(FIRST)],
    ),
    ("another leg's answer is hung up on", RINGING, AgentAnswered(T, STRANGE), Stage.RINGING, [DropLeg(STRANGE)]),
    ("who declines is passed over", RINGING, AgentDeclined(T, ANA, "desk"), Stage.QUEUED, PASSED_OVER),
    ("another's refusal changes nothing", RINGING, AgentDeclined(T, BEN, "desk"), Stage.RINGING, []),
    ("a busy telephone is passed over", RINGING, AgentUnreachable(T, FIRST, "busy"), Stage.QUEUED, PASSED_OVER),
    ("who does not answer is away", RINGING, AgentUnreachable(T, FIRST, "no_answer"), Stage.QUEUED, AWAY),
    ("a voicemail gets no caller", RINGING, AgentUnreachable(T, FIRST, "voicemail"), Stage.QUEUED, AWAY),
    ("a telephone that breaks off is passed over", RINGING, AgentLeft(T, FIRST), Stage.QUEUED, PASSED_OVER),
    (
        "a carrier that will not ring is tried once more",
        RINGING,
        CarrierFailed(T, "ring", "429"),
        Stage.QUEUED,
        PASSED_OVER,
    ),
    (
        "a carrier that never rings is told to the caller",
        [RESERVED, CarrierFailed(T, "ring", "500"), AgentReserved(T, BEN, "Ben")],
        CarrierFailed(T, "ring", "500"),
        Stage.DONE,
        [DropLeg(SECOND), FreeAgent(BEN, "available"), LeaveQueue(), TellCaller("failed")],
    ),
    ("ringing has an end", RINGING, LATE, Stage.QUEUED, AWAY),
    ("the caller gives up while it rings", RINGING, GiveUpAsked(T, "callback"), Stage.DONE, CALLED_OFF),
    ("a caller who hangs up stops the ringing", RINGING, GONE, Stage.DONE, HUNG_UP_ON),
    # briefing
    ("accepted by key, the agent enters the room first", BRIEFING, ACCEPTED, Stage.JOINING, [LetIn(FIRST)]),
    (
        "of two who accept one wins, and the other is told",
        BRIEFING,
        AgentAccepted(T, BEN, "desk"),
        Stage.BRIEFING,
        [TellAgent(BEN, "taken")],
    ),
    ("declined after the briefing", BRIEFING, AgentDeclined(T, ANA, "key"), Stage.QUEUED, PASSED_OVER),
    ("a machine found out during the briefing", BRIEFING, AgentUnreachable(T, FIRST, "voicemail"), Stage.QUEUED, AWAY),
    ("the agent hangs up on the briefing", BRIEFING, AgentLeft(T, FIRST), Stage.QUEUED, PASSED_OVER),
    ("no decision is a no", BRIEFING, LATE, Stage.QUEUED, AWAY),
    ("the caller gives up during the briefing", BRIEFING, GiveUpAsked(T, "assistant"), Stage.DONE, CALLED_OFF),
    ("the caller hangs up during the briefing", BRIEFING, GONE, Stage.DONE, HUNG_UP_ON),
    # joining
    ("the caller is moved once the agent is in", JOINING, JOINED, Stage.JOINING, [MoveCaller()]),
    ("and only once", MOVING, JOINED, Stage.JOINING, []),
    ("both in the room are bridged", MOVING, BRIDGED, Stage.BRIDGED, []),
    ("an agent lost before the caller moved is replaced", JOINING, AgentLeft(T, FIRST), Stage.QUEUED, PASSED_OVER),
    (
        "an agent lost while the caller moves: the caller comes back",
        MOVING,
        AgentLeft(T, FIRST),
        Stage.RETURNING,
        [DropLeg(FIRST), FreeAgent(ANA, "available"), BringBack()],
    ),
    ("another leg's end changes nothing", MOVING, AgentLeft(T, STRANGE), Stage.JOINING, []),
    (
        "a leg that fails after its answer is replaced",
        JOINING,
        AgentUnreachable(T, FIRST, "failed"),
        Stage.QUEUED,
        PASSED_OVER,
    ),
    (
        "a caller who cannot be moved stays with the assistant",
        MOVING,
        CarrierFailed(T, "move", "21220"),
        Stage.QUEUED,
        PASSED_OVER,
    ),
    ("an agent who never enters is replaced", JOINING, LATE, Stage.QUEUED, PASSED_OVER),
    (
        "a caller who never enters comes back",
        MOVING,
        LATE,
        Stage.RETURNING,
        [DropLeg(FIRST), FreeAgent(ANA, "available"), BringBack()],
    ),
    (
        "a room that does not take the caller: they are back, and another agent is looked for",
        MOVING,
        CallerOut(T),
        Stage.RETURNING,
        [DropLeg(FIRST), FreeAgent(ANA, "available")],
    ),
    ("the end of an earlier stay in a room changes nothing", JOINING, CallerOut(T), Stage.JOINING, []),
    ("the caller hangs up on the way in", MOVING, GONE, Stage.DONE, HUNG_UP_ON),
    # bridged
    ("hold", TALKING, HELD, Stage.HELD, [HoldCaller()]),
    (
        "a second agent is rung while the caller holds",
        TALKING,
        CONSULT,
        Stage.CONSULTING,
        [HoldCaller(), Ring(BEN, SECOND)],
    ),
    ("handed back with a note", TALKING, ReturnAsked(T, "card was blocked"), Stage.RETURNING, [BringBack()]),
    (
        "the agent's line breaks: the caller is not left alone",
        TALKING,
        AgentLeft(T, FIRST),
        Stage.RETURNING,
        [BringBack()],
    ),
    ("another leg's end leaves the bridge alone", TALKING, AgentLeft(T, STRANGE), Stage.BRIDGED, []),
    ("a bridge of four hours is a lost one", TALKING, LATE, Stage.RETURNING, [BringBack()]),
    ("the caller hangs up: the agent wraps up", TALKING, GONE, Stage.WRAP_UP, CALLER_GONE),
    (
        "a late reservation is given back",
        TALKING,
        AgentReserved(T, EVA, "Eva"),
        Stage.BRIDGED,
        [FreeAgent(EVA, "available")],
    ),
    ("the same reservation told twice is kept", TALKING, RESERVED, Stage.BRIDGED, []),
    ("a room that ends lets the caller back", TALKING, CallerOut(T), Stage.RETURNING, []),
    # held
    ("unhold", ON_HOLD, UnholdAsked(T), Stage.BRIDGED, [UnholdCaller()]),
    ("nobody is on hold for ever", ON_HOLD, LATE, Stage.BRIDGED, [UnholdCaller()]),
    (
        "a hold that fails is told to the agent",
        ON_HOLD,
        CarrierFailed(T, "hold", "404"),
        Stage.BRIDGED,
        [TellAgent(ANA, "hold_failed")],
    ),
    ("a held caller is consulted about without a second hold", ON_HOLD, CONSULT, Stage.CONSULTING, [Ring(BEN, SECOND)]),
    ("the agent's line breaks during hold", ON_HOLD, AgentLeft(T, FIRST), Stage.RETURNING, [BringBack()]),
    ("a held caller hangs up", ON_HOLD, GONE, Stage.WRAP_UP, CALLER_GONE),
    ("a held caller is handed back", ON_HOLD, ReturnAsked(T, ""), Stage.RETURNING, [BringBack()]),
    ("a room that ends during hold lets the caller back", ON_HOLD, CallerOut(T), Stage.RETURNING, []),
    # consulting
    ("the second agent enters as they answer", CONSULTING, AgentAnswered(T, SECOND), Stage.CONSULTING, [LetIn(SECOND)]),
    ("the second agent is in", [*CONSULTING, AgentAnswered(T, SECOND)], AgentJoined(T, SECOND), Stage.CONSULTING, []),
    ("the second agent declines", CONSULTING, AgentDeclined(T, BEN, "desk"), Stage.BRIDGED, NOT_TO_BE_HAD),
    (
        "the second agent does not answer",
        CONSULTING,
        AgentUnreachable(T, SECOND, "no_answer"),
        Stage.BRIDGED,
        NOT_TO_BE_HAD,
    ),
    (
        "the carrier will not ring the second agent",
        CONSULTING,
        CarrierFailed(T, "ring", "500"),
        Stage.BRIDGED,
        NOT_TO_BE_HAD,
    ),
    ("somebody else's refusal changes nothing", CONSULTING, AgentDeclined(T, EVA, "desk"), Stage.CONSULTING, []),
    ("the consultation ends, and the first agent goes on", BOTH_IN, ConsultEnded(T, False), Stage.BRIDGED, ALONE_AGAIN),
    (
        "the second agent takes over",
        BOTH_IN,
        ConsultEnded(T, True),
        Stage.BRIDGED,
        [UnholdCaller(), DropLeg(FIRST), FreeAgent(ANA, "wrap_up")],
    ),
    ("nobody is passed on to a telephone that rings", CONSULTING, ConsultEnded(T, True), Stage.BRIDGED, ALONE_AGAIN),
    (
        "the first agent hangs up: the second has the caller",
        BOTH_IN,
        AgentLeft(T, FIRST),
        Stage.BRIDGED,
        [UnholdCaller(), FreeAgent(ANA, "wrap_up")],
    ),
    (
        "the first agent hangs up before the second is there",
        CONSULTING,
        AgentLeft(T, FIRST),
        Stage.RETURNING,
        [DropLeg(SECOND), FreeAgent(BEN, "available"), BringBack()],
    ),
    ("the second agent hangs up", BOTH_IN, AgentLeft(T, SECOND), Stage.BRIDGED, ALONE_AGAIN),
    ("a consultation has an end", BOTH_IN, LATE, Stage.BRIDGED, ALONE_AGAIN),
    (
        "the caller hangs up during a consultation",
        CONSULTING,
        GONE,
        Stage.WRAP_UP,
        [
            DropLeg(SECOND),
            FreeAgent(BEN, "available"),
            TellAgent(ANA, "caller_gone"),
            DropLeg(FIRST),
            FreeAgent(ANA, "wrap_up"),
        ],
    ),
    (
        "handed back out of a consultation",
        CONSULTING,
        ReturnAsked(T, "n"),
        Stage.RETURNING,
        [DropLeg(SECOND), FreeAgent(BEN, "available"), BringBack()],
    ),
    (
        "a room that ends during a consultation lets the caller back",
        CONSULTING,
        CallerOut(T),
        Stage.RETURNING,
        [DropLeg(SECOND), FreeAgent(BEN, "available")],
    ),
    # returning
    (
        "back with the note",
        RETURNING,
        BACK,
        Stage.WRAP_UP,
        [DropLeg(FIRST), FreeAgent(ANA, "wrap_up"), TellCaller("back")],
    ),
    (
        "back after the agent's line broke",
        LEFT_ALONE,
        BACK,
        Stage.WRAP_UP,
        [DropLeg(FIRST), FreeAgent(ANA, "wrap_up"), TellCaller("agent_gone")],
    ),
    (
        "who met nobody is queued again",
        NEVER_MET,
        BACK,
        Stage.QUEUED,
        [TellCaller("again"), FindAgent("cards", (ANA,))],
    ),
    (
        "who cannot be brought back stays with the agent",
        RETURNING,
        CarrierFailed(T, "bring_back", "500"),
        Stage.BRIDGED,
        [TellAgent(ANA, "not_returned")],
    ),
    (
        "who is alone in the room is let out of it",
        LEFT_ALONE,
        CarrierFailed(T, "bring_back", "500"),
        Stage.RETURNING,
        [CloseRoom()],
    ),
    (
        "a hold that does not end any more keeps nobody from going back",
        RETURNING,
        CarrierFailed(T, "unhold", "404"),
        Stage.RETURNING,
        [],
    ),
    (
        "who does not come back",
        RETURNING,
        LATE,
        Stage.WRAP_UP,
        [CloseRoom(), DropLeg(FIRST), FreeAgent(ANA, "wrap_up")],
    ),
    ("who hangs up on the way back", RETURNING, GONE, Stage.WRAP_UP, CALLER_GONE),
    ("who hangs up in a room where nobody was", NEVER_MET, GONE, Stage.DONE, [LeaveQueue()]),
    # the assistant says something in the room
    ("the agent has the assistant say an answer", TALKING, SAY, Stage.BRIDGED, [SayInRoom()]),
    ("on hold nothing is said", ON_HOLD, SAY, Stage.HELD, []),
    ("what was not said is told", TALKING, UNSAID, Stage.BRIDGED, [TellAgent(ANA, "not_said")]),
    ("what was not said ends no hold", ON_HOLD, UNSAID, Stage.HELD, [TellAgent(ANA, "not_said")]),
    ("what was not said ends no consultation", BOTH_IN, UNSAID, Stage.CONSULTING, [TellAgent(ANA, "not_said")]),
    # a supervisor takes over (and tests/calls/test_supervision.py)
    ("taken over by a supervisor", [*TALKING, *WATCHED], TAKEN_OVER, Stage.BRIDGED, LET_GO),
    ("taken over from hold", [*ON_HOLD, *WATCHED], TAKEN_OVER, Stage.BRIDGED, [UnholdCaller(), *LET_GO]),
    (
        "taken over from two who consult",
        [*BOTH_IN, *WATCHED],
        TAKEN_OVER,
        Stage.BRIDGED,
        [DropLeg(SECOND), FreeAgent(BEN, "available"), UnholdCaller(), *LET_GO],
    ),
    ("nobody takes over who is not in the room", TALKING, TAKEN_OVER, Stage.BRIDGED, []),
    # wrap-up
    (
        "wrapped up: the agent is free, and no place is kept",
        WRAP_UP,
        WrappedUp(T, "solved", "n"),
        Stage.DONE,
        [LeaveQueue(), FreeAgent(ANA, "available")],
    ),
    ("wrap-up has an end", WRAP_UP, LATE, Stage.DONE, [FreeAgent(ANA, "available")]),
    ("the caller's end changes nothing for the wrap-up", WRAP_UP, GONE, Stage.WRAP_UP, []),
    # done
    ("an answer after the end is hung up on", DONE, AgentAnswered(T, STRANGE), Stage.DONE, [DropLeg(STRANGE)]),
    (
        "a reservation after the end is given back",
        DONE,
        AgentReserved(T, EVA, "Eva"),
        Stage.DONE,
        [FreeAgent(EVA, "available")],
    ),
    ("who accepts after the end is told", DONE, AgentAccepted(T, BEN, "desk"), Stage.DONE, [TellAgent(BEN, "taken")]),
]


@pytest.mark.parametrize(("facts", "fact", "stage", "effects"), [edge[1:] for edge in EDGES], ids=[e[0] for e in EDGES])
def test_edge(facts: list[Event], fact: Event, stage: Stage, effects: list[TransferEffect]) -> None:
    before = after(facts)
    done = step(before, fact)
    assert (done.transfer.stage, list(done.effects)) == (stage, effects)
    moved = [note.stage for note in done.notes if isinstance(note, TransferMoved)]
    assert moved == ([] if stage is before.stage else [stage])
    edges.TRIED.update(_on_the_way([*facts, fact]))


def _on_the_way(facts: list[Event]) -> set[edges.Edge]:
    return {(after(facts[:n]).stage, type(fact)) for n, fact in enumerate(facts)} & edges.EDGES


def test_every_edge_of_the_table_that_does_something_is_tried_above() -> None:
    tried = set[edges.Edge]().union(*(_on_the_way([*facts, fact]) for _, facts, fact, _, _ in EDGES))
    assert edges.names(edges.EDGES - tried) == ""


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stage", list(Stage))
def test_every_fact_is_handled_in_every_stage(stage: Stage) -> None:
    assert set(TRANSFER[stage].edges) == set(STEPPED_ON)


@pytest.mark.parametrize("stage", LIVE)
def test_every_stage_but_the_last_has_a_deadline_that_does_something(stage: Stage) -> None:
    assert TRANSFER[stage].deadline_ms is not None
    assert TRANSFER[stage].edges[DeadlinePassed].handler is not TRANSFER[Stage.DONE].edges[DeadlinePassed].handler


@pytest.mark.parametrize("stage", [stage for stage in LIVE if stage is not Stage.WRAP_UP])
def test_the_caller_may_hang_up_in_every_stage_that_has_them(stage: Stage) -> None:
    assert stage not in TRANSFER[stage].edges[CallEnded].to


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_reaches_the_end_and_is_reached(stage: Stage) -> None:
    assert Stage.DONE in _reachable(stage)
    assert stage in _reachable(Stage.QUEUED)


def _reachable(stage: Stage) -> set[Stage]:
    reached, ahead = {stage}, deque([stage])
    while ahead:
        for edge in TRANSFER[ahead.popleft()].edges.values():
            ahead.extend(edge.to - reached)
            reached |= edge.to
    return reached


# ── every path ───────────────────────────────────────────────────────────────────────────────────────────────────

_agents = st.sampled_from([ANA, BEN, EVA])
_legs = st.integers(1, 4).map(lambda number: LegId(f"t1.{number}"))
_by = st.sampled_from(["key", "desk"])
FACTS_AT_RANDOM = st.one_of(
    st.builds(AgentReserved, st.just(T), _agents, st.just("")),
    st.builds(NobodyFree, st.just(T), st.sampled_from(["busy", "closed", "nobody_there"]), st.integers(0, 3)),
    st.builds(PlaceMoved, st.just(T), st.integers(1, 3)),
    st.builds(AgentAccepted, st.just(T), _agents, _by),
    st.builds(AgentDeclined, st.just(T), _agents, _by),
    st.builds(AgentAnswered, st.just(T), _legs),
    st.builds(AgentUnreachable, st.just(T), _legs, st.sampled_from(["busy", "no_answer", "voicemail", "failed"])),
    st.builds(AgentLeft, st.just(T), _legs),
    st.builds(AgentJoined, st.just(T), _legs),
    st.sampled_from([CallerJoined(T), CallerOut(T)]),
    st.builds(CarrierFailed, st.just(T), st.sampled_from(["ring", "move", "hold", "bring_back"]), st.just("500")),
    st.sampled_from([HoldAsked(T), UnholdAsked(T), ReturnAsked(T, "n"), WrappedUp(T, "d", "n"), LATE, BACK]),
    st.sampled_from([SAY, UNSAID]),
    st.builds(ConsultAsked, st.just(T), _agents),
    st.builds(ConsultEnded, st.just(T), st.booleans()),
    st.builds(GiveUpAsked, st.just(T), st.sampled_from(["assistant", "callback", "voicemail"])),
)


@given(st.lists(FACTS_AT_RANDOM, max_size=40))
@settings(max_examples=400, deadline=None)
def test_whatever_happens_nothing_is_left_when_the_caller_is_gone(facts: list[Event]) -> None:
    """Facts in any order, twice or impossible: each leg that was rung is dropped, or ended; each agent is free."""
    began = begin(T, "cards", "theft")
    transfer, legs, kept = began.transfer, set[LegId](), set[AgentId]()
    for fact in [*facts, GONE, LATE, LATE]:
        if isinstance(fact, AgentReserved):
            kept.add(fact.agent)
        if isinstance(fact, AgentLeft | AgentUnreachable):
            legs.discard(fact.leg)
        if isinstance(fact, ConsultAsked) and ConsultAsked in TRANSFER[transfer.stage].edges:
            kept |= {fact.agent} if transfer.stage in {Stage.BRIDGED, Stage.HELD} else set()
        done = step(transfer, fact)
        transfer = done.transfer
        for effect in done.effects:
            match effect:
                case Ring(leg=leg):
                    legs.add(leg)
                case DropLeg(leg=leg):
                    legs.discard(leg)
                case FreeAgent(agent=agent, presence=presence) if presence != "wrap_up":
                    kept.discard(agent)
                case FreeAgent(agent=agent) if transfer.party is None or transfer.party.agent != agent:
                    kept.discard(agent)  # their wrap-up goes on without the transfer: the directory's own timer ends it
                case _:
                    pass
    assert transfer.stage is Stage.DONE
    assert legs == set()
    assert kept == set()
    assert transfer.outcome is not Outcome.OPEN
