"""A supervisor in a call: what each fact does where they stand, and nobody left over whatever happens."""

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.calls.transfer import supervision
from ivr.calls.transfer.machine import step
from ivr.calls.transfer.state import (
    BringBack,
    DropLeg,
    FreeAgent,
    HoldCaller,
    Mode,
    Party,
    RingSupervisor,
    Stage,
    TakePart,
    TellAgent,
    Transfer,
    TransferEffect,
    UnholdCaller,
    Watch,
)
from ivr.calls.transfer.supervision import DEADLINE, LISTENS_TO, SUPERVISION
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import CallEnded, DeadlinePassed
from ivr.vocabulary.ids import AgentId, LegId
from ivr.vocabulary.supervision import (
    PartTaken,
    SuperviseAsked,
    SuperviseFailed,
    SuperviseStopped,
    SupervisionMoved,
)
from ivr.vocabulary.transfers import (
    AgentAnswered,
    AgentJoined,
    AgentLeft,
    AgentUnreachable,
    CallerOut,
    ConsultEnded,
    HoldAsked,
    ReturnAsked,
    TakenOver,
)
from tests.calls.test_transfer import ANA, BOTH_IN, BRIEFING, DONE, FIRST, RINGING, SECOND, TALKING, WRAP_UP, T, after

SUE, EVA = AgentId("sue"), AgentId("eva")
LEG = LegId("t1.s1")
LATE = DeadlinePassed(DEADLINE)


def asks(mode: str, by: AgentId = SUE) -> SuperviseAsked:
    return SuperviseAsked(T, by, by.title(), mode)


DIALLING = [*TALKING, asks("listen")]
LISTENING = [*DIALLING, AgentAnswered(T, LEG), AgentJoined(T, LEG)]
WHISPERING = [*LISTENING, asks("whisper"), PartTaken(T, LEG, "whisper")]
JOINED = [*LISTENING, asks("join"), PartTaken(T, LEG, "join")]
IN_ROOM = {Watch.LISTENING: LISTENING, Watch.WHISPERING: WHISPERING, Watch.JOINED: JOINED}

OUT: list[TransferEffect] = [DropLeg(LEG), FreeAgent(SUE, "available")]
WHISPER, JOIN = TakePart(LEG, Mode.WHISPER, FIRST), TakePart(LEG, Mode.JOIN)
TAKE_OVER = TakePart(LEG, Mode.TAKE_OVER)

EDGES: list[tuple[str, list[Event], Event, Watch, list[TransferEffect]]] = [
    # off
    ("who asks is rung", TALKING, asks("listen"), Watch.DIALLING, [RingSupervisor(SUE, LEG)]),
    ("who asks for more is rung first", TALKING, asks("take_over"), Watch.DIALLING, [RingSupervisor(SUE, LEG)]),
    ("an agent does not supervise themselves", TALKING, asks("listen", ANA), Watch.OFF, []),
    ("nobody listens before the two have met", BRIEFING, asks("listen"), Watch.OFF, []),
    ("nobody listens to who is gone", WRAP_UP, asks("listen"), Watch.OFF, []),
    (
        "who was out comes in again on a leg of their own",
        [*LISTENING, SuperviseStopped(T, SUE)],
        asks("listen"),
        Watch.DIALLING,
        [RingSupervisor(SUE, LegId("t1.s2"))],
    ),
    (
        "a telephone that is answered when nobody waits for it is hung up on",
        [*DIALLING, SuperviseStopped(T, SUE)],
        AgentAnswered(T, LEG),
        Watch.OFF,
        [DropLeg(LEG)],
    ),
    # dialling
    ("they are in the room, and listen", DIALLING, AgentJoined(T, LEG), Watch.LISTENING, []),
    ("what they asked for besides comes then", [*TALKING, asks("whisper")], AgentJoined(T, LEG), Watch.LISTENING,
     [WHISPER]),
    ("also when they asked for it while it rang", [*DIALLING, asks("join")], AgentJoined(T, LEG), Watch.LISTENING,
     [JOIN]),
    ("answering is not being there", DIALLING, AgentAnswered(T, LEG), Watch.DIALLING, []),
    ("another supervisor waits", DIALLING, asks("join", EVA), Watch.DIALLING, []),
    ("they do not want to any more", DIALLING, SuperviseStopped(T, SUE), Watch.OFF, OUT),
    ("they are busy", DIALLING, AgentUnreachable(T, LEG, "busy"), Watch.OFF, OUT),
    ("a voicemail does not listen", DIALLING, AgentUnreachable(T, LEG, "voicemail"), Watch.OFF, OUT),
    ("their line ends on the way", DIALLING, AgentLeft(T, LEG), Watch.OFF, OUT),
    ("the carrier does not ring them", DIALLING, SuperviseFailed(T, LEG, "ring", "BackendRejected", True), Watch.OFF,
     OUT),
    ("it does not ring for ever", DIALLING, LATE, Watch.OFF, OUT),
    ("of another leg it is nothing", DIALLING, AgentJoined(T, SECOND), Watch.DIALLING, []),
    # in the room
    ("they whisper to the agent", LISTENING, asks("whisper"), Watch.LISTENING, [WHISPER]),
    ("and do when the carrier has done it", [*LISTENING, asks("whisper")], PartTaken(T, LEG, "whisper"),
     Watch.WHISPERING, []),
    ("they join", WHISPERING, asks("join"), Watch.WHISPERING, [JOIN]),
    ("both hear them then", [*WHISPERING, asks("join")], PartTaken(T, LEG, "join"), Watch.JOINED, []),
    ("they only listen again", JOINED, asks("listen"), Watch.JOINED, [TakePart(LEG, Mode.LISTEN)]),
    ("they take over", LISTENING, asks("take_over"), Watch.LISTENING, [TAKE_OVER]),
    ("asked twice it is done once", WHISPERING, asks("whisper"), Watch.WHISPERING, []),
    ("nobody else speaks for them", LISTENING, asks("join", EVA), Watch.LISTENING, []),
    ("nobody else stops them", JOINED, SuperviseStopped(T, EVA), Watch.JOINED, []),
    ("what an earlier leg did is nothing", LISTENING, PartTaken(T, LegId("t1.s0"), "join"), Watch.LISTENING, []),
    (
        "what was not done is told, and it is as it was",
        [*LISTENING, asks("join")],
        SuperviseFailed(T, LEG, "join", "BackendRejected", True),
        Watch.LISTENING,
        [TellAgent(SUE, "part_failed")],
    ),
    (
        "who may be heard unknown to them is hung up on",
        [*LISTENING, asks("join")],
        SuperviseFailed(T, LEG, "join", "DeadlineExceeded", False),
        Watch.OFF,
        OUT,
    ),
    # with the transfer
    ("they hear what is said on hold", LISTENING, HoldAsked(T), Watch.LISTENING, [HoldCaller()]),
    (
        "who whispers does so to whom the caller is passed on",
        [*BOTH_IN, asks("listen"), AgentJoined(T, LEG), asks("whisper"), PartTaken(T, LEG, "whisper")],
        ConsultEnded(T, True),
        Watch.WHISPERING,
        [UnholdCaller(), DropLeg(FIRST), FreeAgent(ANA, "wrap_up"), TakePart(LEG, Mode.WHISPER, SECOND)],
    ),
    (
        "who has joined has the caller when the agent's line ends",
        JOINED,
        AgentLeft(T, FIRST),
        Watch.OFF,
        [FreeAgent(ANA, "wrap_up")],
    ),
    ("who listens has not", LISTENING, AgentLeft(T, FIRST), Watch.OFF, [BringBack(), *OUT]),
    ("the caller goes back to the assistant", JOINED, ReturnAsked(T, ""), Watch.OFF, [BringBack(), *OUT]),
    ("the room ends", LISTENING, CallerOut(T), Watch.OFF, OUT),
]  # fmt: skip
EDGES += [
    (f"{watch}: {what}", facts, fact, Watch.OFF, OUT)
    for watch, facts in IN_ROOM.items()
    for what, fact in (
        ("they stop", SuperviseStopped(T, SUE)),
        ("their line ends", AgentLeft(T, LEG)),
        ("it is lost", AgentUnreachable(T, LEG, "failed")),
    )
]


@pytest.mark.parametrize(("facts", "fact", "watch", "effects"), [edge[1:] for edge in EDGES], ids=[e[0] for e in EDGES])
def test_edge(facts: list[Event], fact: Event, watch: Watch, effects: list[TransferEffect]) -> None:
    before = after(facts)
    done = step(before, fact)
    assert (stands(done.transfer), list(done.effects)) == (watch, effects)
    told = [(note.agent, note.state) for note in done.notes if isinstance(note, SupervisionMoved)]
    assert told == ([] if watch is stands(before) else [(SUE, watch)]), "what is decided is in the log"


@pytest.mark.parametrize("facts", IN_ROOM.values(), ids=list(IN_ROOM))
def test_who_takes_over_is_the_agent_from_then_on(facts: list[Event]) -> None:
    transfer = after([*facts, asks("take_over"), TakenOver(T, SUE, "Sue", LEG)])
    assert (transfer.stage, stands(transfer)) == (Stage.BRIDGED, Watch.OFF)
    assert transfer.party == Party(SUE, "Sue", LEG, answered=True, in_room=True)
    assert step(transfer, HoldAsked(T)).transfer.stage is Stage.HELD
    ended = step(transfer, CallEnded("caller"))
    assert ended.effects == (TellAgent(SUE, "caller_gone"), DropLeg(LEG), FreeAgent(SUE, "wrap_up"))
    assert step(transfer, AgentLeft(T, LEG)).transfer.stage is Stage.RETURNING, "their line is the agent's now"


def test_who_stopped_before_the_carrier_had_done_it_takes_nothing_over() -> None:
    transfer = after([*LISTENING, asks("take_over"), SuperviseStopped(T, SUE)])
    late = step(transfer, TakenOver(T, SUE, "Sue", LEG))
    assert (late.transfer, late.effects) == (transfer, ())


@pytest.mark.parametrize("facts", [DIALLING, *IN_ROOM.values()], ids=["dialling", *IN_ROOM])
def test_a_caller_who_hangs_up_ends_the_supervisors_leg_at_once(facts: list[Event]) -> None:
    done = step(after(facts), CallEnded("caller"))
    assert done.effects[-2:] == tuple(OUT)
    assert done.transfer.stage is Stage.WRAP_UP


@pytest.mark.parametrize("facts", [RINGING, BRIEFING, DONE, WRAP_UP])
@pytest.mark.parametrize("fact", [SuperviseStopped(T, SUE), PartTaken(T, LEG, "join"), LATE])
def test_where_nobody_is_no_fact_does_anything(facts: list[Event], fact: Event) -> None:
    before = after(facts)
    assert step(before, fact).effects == ()
    assert step(before, fact).transfer == before


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("watch", list(Watch))
def test_every_fact_is_handled_wherever_they_stand(watch: Watch) -> None:
    assert set(SUPERVISION[watch].edges) == set(LISTENS_TO)


def test_every_edge_that_does_something_is_tried_above() -> None:
    tried = {(stands(after(facts)), type(fact)) for _, facts, fact, _, _ in EDGES}
    acting = {
        (watch, kind)
        for watch, row in SUPERVISION.items()
        for kind, edge in row.edges.items()
        if edge.handler is not supervision.stay
    }
    failing = {(watch, SuperviseFailed) for watch in (Watch.WHISPERING, Watch.JOINED)}  # as while listening
    assert acting - tried - failing - {(Watch.WHISPERING, PartTaken), (Watch.JOINED, PartTaken)} == set()


def test_dialling_has_a_deadline_and_the_rest_lasts_as_long_as_the_two_are_together() -> None:
    assert [watch for watch, row in SUPERVISION.items() if row.deadline_ms is not None] == [Watch.DIALLING]


@pytest.mark.parametrize("watch", list(Watch))
def test_wherever_they_stand_they_get_out(watch: Watch) -> None:
    reached, ahead = {watch}, deque([watch])
    while ahead:
        for edge in SUPERVISION[ahead.popleft()].edges.values():
            ahead.extend(edge.to - reached)
            reached |= edge.to
    assert Watch.OFF in reached


# ── every path ───────────────────────────────────────────────────────────────────────────────────────────────────

_by = st.sampled_from([SUE, EVA])
_legs = st.sampled_from([FIRST, LEG, LegId("t1.s2")])
_modes = st.sampled_from(list(Mode))
FACTS_AT_RANDOM = st.one_of(
    st.builds(asks, _modes.map(str), _by),
    st.builds(SuperviseStopped, st.just(T), _by),
    st.builds(PartTaken, st.just(T), _legs, _modes.map(str)),
    st.builds(SuperviseFailed, st.just(T), _legs, st.sampled_from(["ring", "join"]), st.just("500"), st.booleans()),
    st.builds(AgentAnswered, st.just(T), _legs),
    st.builds(AgentJoined, st.just(T), _legs),
    st.builds(AgentLeft, st.just(T), _legs),
    st.builds(AgentUnreachable, st.just(T), _legs, st.just("busy")),
    st.builds(TakenOver, st.just(T), _by, st.just("Sue"), _legs),
    st.sampled_from([LATE, HoldAsked(T), ReturnAsked(T, ""), CallerOut(T)]),
)


@given(st.lists(FACTS_AT_RANDOM, max_size=30))
@settings(max_examples=400, deadline=None)
def test_whatever_happens_no_supervisor_is_left_when_the_caller_is_gone(facts: list[Event]) -> None:
    transfer, legs, kept = after(TALKING), {FIRST}, {ANA}
    for fact in [*facts, CallEnded("caller"), DeadlinePassed("transfer.wrap_up")]:
        if isinstance(fact, AgentLeft | AgentUnreachable):
            legs.discard(fact.leg)
        done = step(transfer, fact)
        transfer = done.transfer
        for effect in done.effects:
            match effect:
                case RingSupervisor(agent=agent, leg=leg):
                    legs.add(leg)
                    kept.add(agent)
                case DropLeg(leg=leg):
                    legs.discard(leg)
                case FreeAgent(agent=agent, presence=presence):
                    if presence != "wrap_up" or transfer.party is None or transfer.party.agent != agent:
                        kept.discard(agent)  # a wrap-up that goes on without the transfer is ended by the directory
                case _:
                    pass
    assert (transfer.stage, legs, kept) == (Stage.DONE, set(), set())
    assert stands(transfer) is Watch.OFF


def stands(transfer: Transfer) -> Watch:
    return transfer.watch.watch if transfer.watch is not None else Watch.OFF
