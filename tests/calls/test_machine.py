"""Properties of the call machine's table, and of every path through it."""

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.calls import folds
from ivr.calls.effects import HangUp
from ivr.calls.machine import CALL, step
from ivr.calls.state import Call, Phase
from ivr.vocabulary.answered import (
    AnswerBlocked,
    DraftApproved,
    DraftProposed,
    DraftRefused,
    DraftSettled,
    TurnMarkedWrong,
)
from ivr.vocabulary.errors import IllegalTransition
from ivr.vocabulary.events import (
    DECISIONS,
    FACTS,
    AnswerReady,
    CallAnswered,
    CallEnded,
    CallerSilent,
    CallOffered,
    CustomerFound,
    DeadlinePassed,
    DigitGroup,
    DigitsReleased,
    Event,
    Fault,
    FlowPinned,
    Hit,
    HoursSeen,
    KeyPressed,
    KeysEntered,
    Logged,
    NodeEntered,
    NotPerceived,
    Perceived,
    PromptCut,
    PromptHeard,
    ReplyLate,
    StreamLost,
    TakenUp,
    TurnTimed,
    UtteranceClosed,
)
from ivr.vocabulary.ids import AnswerId, CallId, DigitsId, NodeId, PromptId, RequestId, StreamId, UserId, UtteranceId
from ivr.vocabulary.kept import PlaceKept
from ivr.vocabulary.transfers import TransferFact
from tests.calls.caller import EN
from tests.calls.script import script

SIGNALS = ["person", "yes", "no", "goodbye", "repeat", "callback", "slower", "spell", "hold_on", "go_on"]
LIVE = [phase for phase in Phase if phase is not Phase.ENDED]


@pytest.mark.parametrize("phase", list(Phase))
def test_every_fact_is_handled_in_every_phase(phase: Phase) -> None:
    of_the_call = {kind for kind in FACTS if not issubclass(kind, TransferFact)}
    assert set(CALL[phase].edges) == of_the_call | {TransferFact}


@pytest.mark.parametrize("phase", LIVE)
def test_the_caller_may_leave_from_every_live_phase(phase: Phase) -> None:
    assert CALL[phase].edges[CallEnded].to == {Phase.ENDED}


@pytest.mark.parametrize("phase", LIVE)
def test_every_waiting_phase_has_a_deadline_and_an_edge_for_it(phase: Phase) -> None:
    assert CALL[phase].deadline_ms is not None
    assert CALL[phase].edges[DeadlinePassed].handler is not CALL[Phase.ENDED].edges[DeadlinePassed].handler


@pytest.mark.parametrize("phase", LIVE)
def test_every_phase_reaches_the_end(phase: Phase) -> None:
    reached, ahead = {phase}, deque([phase])
    while ahead:
        for edge in CALL[ahead.popleft()].edges.values():
            ahead.extend(edge.to - reached)
            reached |= edge.to
    assert Phase.ENDED in reached


def test_every_phase_can_be_reached_from_an_offer() -> None:
    reached, ahead = {Phase.OFFERED}, deque([Phase.OFFERED])
    while ahead:
        for edge in CALL[ahead.popleft()].edges.values():
            ahead.extend(edge.to - reached)
            reached |= edge.to
    assert reached == set(Phase)


def test_an_ended_call_stays_ended_whatever_comes() -> None:
    assert all(edge.to == {Phase.ENDED} for edge in CALL[Phase.ENDED].edges.values())


def test_a_decision_is_no_fact() -> None:
    for kind in DECISIONS:
        with pytest.raises(IllegalTransition):
            step(Call(), object.__new__(kind), script())


ids = st.integers(1, 4)
score = st.floats(0, 1)
tokens = ids.map(lambda n: DigitsId(f"d{n}"))
requests = ids.map(lambda n: RequestId(f"a{n}"))
group = st.builds(DigitGroup, tokens, st.integers(1, 19), st.sampled_from(["short", "phone", "number"]))
utterance = ids.map(lambda n: UtteranceId(f"u{n}"))
prompt = st.integers(1, 12).map(lambda n: PromptId(f"p{n}"))
perceived = st.builds(
    Perceived,
    utterance,
    st.sampled_from(["", "hello", "a person"]),
    score,
    st.just(EN),
    score,
    st.lists(group, max_size=2).map(tuple),
    st.lists(st.builds(Hit, st.just(AnswerId("hours")), score), max_size=2).map(tuple),
    st.dictionaries(st.sampled_from(SIGNALS), score, max_size=3),
)
facts = st.one_of(
    st.just(CallAnswered(StreamId("MZ"), "1")),
    st.just(StreamLost("gone")),
    st.just(TakenUp(StreamId("MZ2"), "2")),
    st.just(CallEnded("caller")),
    st.builds(UtteranceClosed, utterance, st.just(0), st.just(10)),
    perceived,
    st.builds(NotPerceived, utterance, st.just("BackendUnavailable")),
    st.builds(KeyPressed, st.sampled_from(["0", "1", "2", "•"])),
    st.builds(KeysEntered, group),
    st.builds(DigitsReleased, tokens, st.sampled_from(["", "4155552671"])),
    st.builds(CallerSilent, st.just(8_000)),
    st.builds(PromptHeard, prompt),
    st.builds(PromptCut, prompt, score, st.sampled_from(["", "Hello", "How can I help?"])),
    st.builds(AnswerReady, requests, st.just("approved"), st.just("At nine."), st.just(()), st.just(EN)),
    st.builds(
        AnswerReady, requests, st.just("approved"), st.just("At nine."), st.just(()), st.just(EN),
        st.just("approve-first"),
    ),
    st.builds(AnswerBlocked, requests, st.sampled_from(["revoked", "person_only", "nobody_to_approve"])),
    st.builds(DraftApproved, requests, st.sampled_from(["At nine.", "At ten."]), st.just(UserId("u1"))),
    st.builds(DraftRefused, requests, st.just(UserId("u1")), st.just("")),
    st.builds(ReplyLate, utterance, st.sampled_from([900, 4_000])),
    st.builds(DeadlinePassed, st.sampled_from(["x", "approval.a1", "approval.a2"])),
    st.builds(TurnTimed, utterance, prompt, st.just({})),
    st.builds(TurnMarkedWrong, prompt, st.just(UserId("u1")), st.just("not so")),
    st.just(Fault("speech", "x")),
    st.just(CustomerFound("Anna Meyer", "premium")),
    st.just(PlaceKept(CallId("CA0"), "cards", "asked", EN)),
    st.just(HoursSeen(("branches",), {"branches": "2026-05-01"})),
)  # fmt: skip
OPENING: list[Event] = [CallOffered("+12025550143", "+12025550100"), FlowPinned("f", "d", EN)]


@given(st.lists(facts, max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_order_of_facts_leads_against_the_table(path: list[Event]) -> None:
    call, flow = Call(), script()
    for event in OPENING + path:
        call = step(call, event, flow).call


@given(st.lists(facts, max_size=30))
@settings(max_examples=150, deadline=None)
def test_time_alone_ends_every_call(path: list[Event]) -> None:
    call, flow = Call(), script()
    for event in OPENING + path:
        call = step(call, event, flow).call
    for _ in range(60):
        if call.phase is Phase.ENDED:
            return
        result = step(call, DeadlinePassed(call.phase), flow)
        call = result.call
        if any(isinstance(effect, HangUp) for effect in result.effects):
            call = step(call, CallEnded("assistant"), flow).call
    assert call.phase is Phase.ENDED


def logged(path: list[Event]) -> list[Logged]:
    """A log as the session writes it: each fact, then what was decided on it."""
    call, flow, log = Call(), script(), []
    for event in OPENING + path:
        result = step(call, event, flow)
        call = result.call
        log += [event, *result.notes]
    return [Logged(CallId("CA1"), seq, seq * 20, seq, event) for seq, event in enumerate(log, 1)]


@given(st.lists(facts, max_size=30))
@settings(max_examples=100, deadline=None)
def test_a_replay_decides_the_same_and_finds_the_same_state(path: list[Event]) -> None:
    log, flow = logged(path), script()
    assert folds.differences(log, flow) == []
    call = Call()
    for event in OPENING + path:
        call = step(call, event, flow).call
    assert folds.state(log, flow) == call


ASKS: list[Event] = [
    UtteranceClosed(UtteranceId("u9"), 0, 10),
    Perceived(UtteranceId("u9"), "hours", 0.9, EN, 1.0, (), (Hit(AnswerId("hours"), 0.9),), {}),
]


@given(st.lists(st.one_of(facts, st.sampled_from(["asks", "decides", "waits"])), max_size=30))
@settings(max_examples=200, deadline=None)
def test_every_draft_is_settled_once_and_before_the_next_is_proposed(path: list[Event | str]) -> None:
    call, flow, drafts = Call(), script(), list[Event]()

    def feed(*events: Event) -> None:
        nonlocal call
        for event in events:
            result = step(call, event, flow)
            call = result.call
            drafts.extend(each for each in result.notes if isinstance(each, DraftProposed | DraftSettled))

    feed(*OPENING, CallAnswered(StreamId("MZ"), "1"), PromptHeard(PromptId("p1")), PromptHeard(PromptId("p2")))
    for part in path:
        if isinstance(part, Event):
            feed(part)
        elif part == "asks":
            feed(*ASKS, AnswerReady(call.request or RequestId("a0"), "approved", "At nine.", (), EN, "approve-first"))
        elif call.draft is not None:
            decided = DraftApproved(call.draft.request, "At ten.", UserId("u1"))
            feed(decided if part == "decides" else DeadlinePassed(f"approval.{call.draft.request}"))
    kinds = [type(each) for each in drafts]
    assert kinds == [DraftProposed, DraftSettled] * (len(kinds) // 2) + [DraftProposed] * (len(kinds) % 2)
    assert (call.draft is not None) == bool(len(kinds) % 2)
    asked = [each.request for each in drafts if isinstance(each, DraftProposed | DraftSettled)]
    assert asked[1::2] == asked[::2][: len(kinds) // 2]


def test_a_replay_against_other_words_names_each_difference() -> None:
    log = logged([CallAnswered(StreamId("MZ"), "1")])
    (found,) = folds.differences(log, script(greeting="Good day, an automated assistant here."))
    assert found.logged is not None
    assert found.decided is not None
    assert found.logged != found.decided


def test_a_decision_that_a_replay_no_longer_makes_is_a_difference() -> None:
    log = logged([CallAnswered(StreamId("MZ"), "1")])
    invented = Logged(CallId("CA1"), len(log) + 1, 0, 0, NodeEntered(NodeId("help")))
    assert folds.differences([*log, invented], script())
