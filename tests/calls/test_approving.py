"""An answer that a person looks at before the caller hears it."""

from typing import Any

import pytest

from ivr.calls import folds
from ivr.calls.state import Phase
from ivr.vocabulary.answered import AnswerBlocked, DraftApproved, DraftProposed, DraftRefused, DraftSettled
from ivr.vocabulary.events import (
    AnswerReady,
    CallEnded,
    DeadlinePassed,
    EscalationRaised,
    Event,
    Logged,
    NotPerceived,
    Perceived,
    PromptHeard,
    PromptStarted,
    StreamLost,
    TakenUp,
    UtteranceClosed,
)
from ivr.vocabulary.ids import AnswerId, CallId, PromptId, RequestId, StreamId, UserId, UtteranceId
from tests.calls.caller import EN, Caller
from tests.calls.script import script
from tests.calls.transferring import transfer_script

WAIT, STILL = "A colleague looks at my answer first.", "They are still looking at it."
ANA = UserId("ana")
DRAFT = DraftProposed(RequestId("a1"), "At nine.", (AnswerId("hours"),), EN, "service", 20)
APPROVED = DraftApproved(RequestId("a1"), "At nine.", ANA)
OUT_OF_TIME = DeadlinePassed("approval.a1")


@pytest.fixture
def caller() -> Caller:
    """Somebody whose answer has just been shown to a person."""
    return asks(Caller(script()).dial())


def asks(caller: Caller, what: str = "hours", **policy: Any) -> Caller:
    caller.say(what, hits=((what, 0.9),))
    assert caller.call.request is not None
    given = {"policy": "approve-first", "topic": "service", "within_s": 20} | policy
    caller.feed(AnswerReady(caller.call.request, "approved", "At nine.", (AnswerId(what),), EN, **given))
    return caller


def settled(caller: Caller) -> list[tuple[str, str]]:
    """What became of each draft, and by whom."""
    return [(each.outcome, each.by) for each in caller.noted(DraftSettled) if isinstance(each, DraftSettled)]


def reasons(caller: Caller) -> list[str]:
    return [each.reason for each in caller.noted(EscalationRaised) if isinstance(each, EscalationRaised)]


# ── the person decides ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_caller_is_told_at_once_why_they_wait_and_a_person_is_shown_the_draft(caller: Caller) -> None:
    assert caller.said[-1] == WAIT
    assert caller.noted(DraftProposed) == [DRAFT]
    assert caller.call.phase is Phase.APPROVING


def test_an_answer_of_an_automatic_topic_is_spoken_at_once() -> None:
    caller = asks(Caller(script()).dial(), policy="automatic")
    assert caller.said[-1] == "At nine."
    assert caller.noted(DraftProposed) == []


def test_an_approved_draft_is_spoken_word_for_word_with_its_sources(caller: Caller) -> None:
    caller.feed(APPROVED)
    spoken = caller.noted(PromptStarted)[-1]
    assert isinstance(spoken, PromptStarted)
    assert (spoken.text, spoken.purpose, spoken.sources) == ("At nine.", "answer", (AnswerId("hours"),))
    assert settled(caller) == [("approved", "ana")]
    assert caller.listen().said[-1] == "Anything else?"


def test_a_person_s_own_words_are_spoken_as_they_wrote_them(caller: Caller) -> None:
    caller.feed(DraftApproved(RequestId("a1"), "At ten on Fridays.", ANA))
    assert caller.said[-1] == "At ten on Fridays."
    assert settled(caller) == [("edited", "ana")]


def test_a_caller_can_have_an_approved_answer_said_again(caller: Caller) -> None:
    caller.feed(DraftApproved(RequestId("a1"), "At ten on Fridays.", ANA))
    assert caller.listen().say("say that again", repeat=0.9).said[-1] == "At ten on Fridays."


def test_who_would_rather_speak_with_the_caller_gets_them(caller: Caller) -> None:
    caller.feed(DraftRefused(RequestId("a1"), ANA, "their contract is older"))
    assert caller.said[-1] == "They would rather speak with you. Shall we call 2 0 2, 5 5 5, 0 1 4 3?"
    assert reasons(caller) == ["person_only"]
    assert settled(caller) == [("refused", "ana")]


def test_whom_nobody_looks_after_in_time_is_brought_to_a_person(caller: Caller) -> None:
    caller.feed(OUT_OF_TIME)
    assert caller.said[-1].startswith("Nobody could look at it in time. Shall we call")
    assert reasons(caller) == ["person_only"]
    assert settled(caller) == [("late", "")]


def test_a_second_decision_changes_nothing(caller: Caller) -> None:
    caller.feed(APPROVED)
    before = caller.call
    caller.feed(DraftApproved(RequestId("a1"), "At ten.", UserId("ben")))
    caller.feed(DraftRefused(RequestId("a1"), UserId("ben"), ""))
    assert caller.call == before
    assert settled(caller) == [("approved", "ana")]


def test_a_decision_that_comes_too_late_changes_nothing(caller: Caller) -> None:
    caller.feed(OUT_OF_TIME)
    before = caller.call
    caller.feed(APPROVED)
    assert caller.call == before


def test_the_deadline_of_a_draft_that_was_decided_cuts_nothing_short(caller: Caller) -> None:
    caller.feed(APPROVED)
    before = caller.call
    caller.feed(OUT_OF_TIME)
    assert caller.call == before


def test_the_deadline_of_an_earlier_draft_does_not_end_the_next_one(caller: Caller) -> None:
    caller.feed(APPROVED)
    asks(caller.listen(), "pin")
    before = caller.call
    caller.feed(OUT_OF_TIME)
    assert caller.call == before
    caller.feed(DeadlinePassed("approval.a2"))
    assert settled(caller) == [("approved", "ana"), ("late", "")]


# ── while they wait ──────────────────────────────────────────────────────────────────────────────────────────────


def test_who_waits_is_told_that_it_still_takes_a_moment(caller: Caller) -> None:
    caller.feed(DeadlinePassed("approving"))
    assert caller.said[-1] == STILL
    assert caller.call.phase is Phase.APPROVING


def test_the_end_of_the_words_in_between_leads_nowhere(caller: Caller) -> None:
    caller.feed(PromptHeard(PromptId(f"p{caller.call.prompts}")))
    assert caller.call.phase is Phase.APPROVING


@pytest.mark.parametrize(
    ("signal", "reason"), [("person", "asked"), ("callback", "asked"), ("theft", "theft"), ("fraud", "fraud")]
)
def test_who_wants_a_person_gets_one_at_once(caller: Caller, signal: str, reason: str) -> None:
    caller.say("…", **{signal: 0.9})
    assert reasons(caller) == [reason]
    assert settled(caller) == [("dropped", "")]


def test_the_key_of_a_person_brings_one_at_once(caller: Caller) -> None:
    caller.press("0")
    assert reasons(caller) == ["asked"]
    assert settled(caller) == [("dropped", "")]


def test_a_key_that_is_no_command_changes_nothing(caller: Caller) -> None:
    before = caller.call
    caller.press("7")
    assert caller.call == before


def test_never_mind_calls_it_off(caller: Caller) -> None:
    caller.say("never mind", never_mind=0.9)
    assert caller.said[-1] == "Anything else?"
    assert settled(caller) == [("dropped", "")]


def test_another_question_takes_the_place_of_the_first(caller: Caller) -> None:
    caller.say("how do I change my pin", hits=(("pin", 0.9),))
    assert settled(caller) == [("dropped", "")]
    assert caller.answer("In the app.", "pin").said[-1] == "In the app."


def test_the_same_question_again_is_waited_for(caller: Caller) -> None:
    caller.say("when are you open", hits=(("hours", 0.9),))
    assert caller.said[-1] == STILL
    assert settled(caller) == []


def test_goodbye_ends_the_wait_and_the_call(caller: Caller) -> None:
    caller.say("goodbye", goodbye=0.9)
    assert caller.call.phase is Phase.LEAVING
    assert settled(caller) == [("dropped", "")]


@pytest.mark.parametrize(("text", "signals"), [("", {}), ("okay", {}), ("hold on", {"hold_on": 0.9})])
def test_a_nod_or_a_noise_is_nothing(caller: Caller, text: str, signals: dict[str, float]) -> None:
    before = list(caller.said)
    caller.say(text, **signals)
    assert caller.said == before
    assert caller.call.phase is Phase.APPROVING


def test_other_words_are_told_that_it_still_takes_a_moment(caller: Caller) -> None:
    caller.say("hello is anybody there")
    assert caller.said[-1] == STILL
    assert caller.call.phase is Phase.APPROVING


def test_words_that_could_not_be_heard_change_nothing(caller: Caller) -> None:
    caller.feed(UtteranceClosed(UtteranceId("u7"), 0, 10))
    caller.feed(NotPerceived(UtteranceId("u7"), "BackendUnavailable"))
    assert caller.call.phase is Phase.APPROVING


def test_an_answer_approved_while_the_caller_speaks_gives_way_to_their_words(caller: Caller) -> None:
    caller.feed(UtteranceClosed(UtteranceId("u7"), 0, 10))
    caller.feed(APPROVED)
    caller.feed(Perceived(UtteranceId("u7"), "a person", 0.9, EN, 1.0, (), (), {"person": 0.9}))
    assert reasons(caller) == ["asked"]


def test_who_hangs_up_leaves_a_draft_that_nobody_need_look_at(caller: Caller) -> None:
    caller.feed(CallEnded("caller"))
    assert settled(caller) == [("dropped", "")]


def test_a_line_that_breaks_drops_the_draft_and_the_question_is_asked_again(caller: Caller) -> None:
    caller.feed(StreamLost("gone"))
    assert settled(caller) == [("dropped", "")]
    caller.feed(TakenUp(StreamId("MZ2"), "2"))
    assert caller.listen().said[-2:] == ["Sorry, the line broke.", "How can I help?"]


def test_words_after_words_never_shorten_the_time_a_person_has(caller: Caller) -> None:
    for _ in range(9):
        caller.say("hello")
    caller.feed(DeadlinePassed("approving"))
    assert caller.call.phase is Phase.APPROVING


# ── only a person ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("why", "words"),
    [("person_only", "Only a colleague can tell you this."), ("nobody_to_approve", "Nobody can look at it now.")],
)
def test_where_only_a_person_may_answer_the_caller_is_brought_to_one_and_told_why(why: str, words: str) -> None:
    caller = Caller(script()).dial().say("hours", hits=(("hours", 0.9),))
    assert caller.call.request is not None
    caller.feed(AnswerBlocked(caller.call.request, why))
    assert caller.said[-1].startswith(f"{words} Shall we call")
    assert caller.noted(EscalationRaised) == [EscalationRaised("person_only", (), "hours")]
    assert caller.noted(DraftProposed) == []


def test_the_reason_is_said_once() -> None:
    caller = Caller(script()).dial().say("hours", hits=(("hours", 0.9),))
    assert caller.call.request is not None
    caller.feed(AnswerBlocked(caller.call.request, "person_only"))
    assert caller.listen().say("no", no=0.9).said[-1] == "Which number?"


@pytest.mark.parametrize("policy", ["approve-first", "person-only"])
def test_who_waits_for_a_person_already_is_told_to_ask_them_and_keeps_their_place(policy: str) -> None:
    caller = Caller(transfer_script()).dial().press("0").listen().say("hours", hits=(("hours", 0.9),))
    request = caller.call.request
    assert request is not None
    blocked = AnswerBlocked(request, "person_only")
    ready = AnswerReady(request, "approved", "At nine.", (AnswerId("hours"),), EN, "approve-first")
    caller.feed(blocked if policy == "person-only" else ready)
    assert caller.said[-1] == "Only a colleague can tell you this."
    assert caller.listen().call.phase is Phase.WAITING
    assert reasons(caller) == ["asked"]


# ── how it is told afterwards ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("text", "kind"), [("At nine.", "approved"), ("At ten.", "edited")])
def test_the_transcript_tells_an_edited_answer_from_an_approved_one(text: str, kind: str) -> None:
    events: list[Event] = [
        Perceived(UtteranceId("u1"), "when are you open", 0.9, EN, 1.0),
        AnswerReady(RequestId("a1"), "approved", "At nine.", (), EN, "approve-first"),
        DRAFT,
        PromptStarted(PromptId("p1"), "approval", WAIT, EN),
        DraftApproved(RequestId("a1"), text, ANA),
        PromptStarted(PromptId("p2"), "answer", text, EN),
    ]
    log = [Logged(CallId("CA1"), seq, seq * 20, seq, event) for seq, event in enumerate(events, 1)]
    (turn,) = folds.transcript(log).turns
    assert (turn.assistant, turn.kind, turn.fillers) == ((text,), kind, (WAIT,))
