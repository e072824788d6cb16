"""Who is called back, and who calls again after a drop: they are known, asked, and brought to somebody."""

import pytest

from ivr.calls import folds
from ivr.calls.again import queue_node
from ivr.calls.effects import Effect, Settle
from ivr.calls.state import Asked, Phase
from ivr.calls.transfer.state import FindAgent
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import (
    CallAnswered,
    CallEnded,
    CallerSilent,
    CallOffered,
    EscalationRaised,
    FlowPinned,
    LanguageSet,
    Logged,
    StreamLost,
    TakenUp,
)
from ivr.vocabulary.ids import CallbackId, CallId, NodeId, StreamId
from ivr.vocabulary.kept import PlaceKept
from ivr.vocabulary.language import LanguageTag
from tests.calls.caller import EN, Caller
from tests.calls.script import script
from tests.calls.transferring import transfer_script

BEFORE, CALLBACK = CallId("CA0"), CallbackId("CA0.7")
CALLED = PlaceKept(BEFORE, "cards", "theft", EN, CALLBACK)
CUT_OFF = PlaceKept(BEFORE, "cards", "theft", EN)
ASKED = "An automated assistant calls back. Want somebody now?"
KNOWN = "An automated assistant. Connect you again?"


def somebody(kept: PlaceKept, made: Caller | None = None) -> Caller:
    """Somebody for whom a place is kept, who has heard the first prompt."""
    made = made or Caller(transfer_script())
    opening: list[Event] = [CallOffered("+12025550143", "+12025550100"), FlowPinned("test-desk", "digest", EN)]
    for event in [*opening, kept, CallAnswered(StreamId("MZ1"), "1")]:
        made.feed(event)
    return made.listen()


def settled(made: Caller) -> list[Effect]:
    return [effect for effect in made.effects if isinstance(effect, Settle)]


# ── called back ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_answers_a_call_back_is_told_who_calls_and_asked_first() -> None:
    made = somebody(CALLED)
    assert made.said == [ASKED]
    assert made.call.phase is Phase.LISTENING and made.call.asked is Asked.CALLED_BACK
    assert settled(made) == []


@pytest.mark.parametrize("how", ["yes", "a person", "1", "0"])
def test_a_yes_reaches_the_queue_they_waited_in(how: str) -> None:
    made = somebody(CALLED)
    if how.isdigit():
        made.press(how)
    else:
        made.say(how, **{"person" if "person" in how else how: 0.97})
    assert made.said[-1] == "I am connecting you."
    assert [type(effect) for effect in made.effects if isinstance(effect, Settle | FindAgent)] == [Settle, FindAgent]
    assert settled(made) == [Settle(CALLBACK, "reached")]
    assert made.call.transfer is not None
    assert (made.call.transfer.queue, made.call.transfer.reason) == ("cards", "theft")
    assert [note.reason for note in made.noted(EscalationRaised)] == ["theft"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("how", ["no", "goodbye", "2"])
def test_a_no_ends_it_for_good(how: str) -> None:
    made = somebody(CALLED)
    made = made.press(how) if how.isdigit() else made.say(how, **{how: 0.97})
    assert made.said[-1] == "We won't call again."
    assert made.call.phase is Phase.LEAVING
    made.feed(CallEnded("assistant"))
    assert settled(made) == [Settle(CALLBACK, "declined")]


def test_a_voicemail_that_was_taken_for_a_person_brings_nobody_to_the_telephone() -> None:
    made = somebody(CALLED)
    made.say("you have reached the Millers, leave a message after the tone").listen()
    assert made.said[-1] == ASKED
    for _ in range(2):
        made.feed(CallerSilent(6_000))
        made.listen()
    assert made.said[-1] == "Call us at any time."
    assert made.call.transfer is None
    assert settled(made) == [Settle(CALLBACK, "no_answer")]


def test_who_hangs_up_without_a_word_is_tried_again() -> None:
    made = somebody(CALLED)
    made.feed(CallEnded("caller"))
    assert settled(made) == [Settle(CALLBACK, "no_answer")]


def test_who_hangs_up_in_the_queue_was_reached() -> None:
    made = somebody(CALLED).press("1")
    made.feed(CallEnded("caller"))
    assert settled(made) == [Settle(CALLBACK, "reached")]


def test_a_line_that_broke_is_asked_again() -> None:
    made = somebody(CALLED)
    made.feed(StreamLost("gone"))
    made.feed(TakenUp(StreamId("MZ2"), "2"))
    made.listen()
    assert made.said[-2:] == ["Sorry, the line broke.", ASKED]
    assert made.press("1").said[-1] == "I am connecting you."


def test_they_hear_the_language_they_spoke() -> None:
    words = transfer_script().phrases["en"]
    spoken = {"en": words, "es": {key: f"[es] {text}" for key, text in words.items()}}
    flow = transfer_script().flow.model_copy(update={"languages": (EN, LanguageTag("es"))})
    made = Caller(transfer_script().model_copy(update={"flow": flow, "phrases": spoken}))
    somebody(PlaceKept(BEFORE, "cards", "asked", LanguageTag("es"), CALLBACK), made)
    assert made.said == [f"[es] {ASKED}"]
    assert made.noted(LanguageSet)[-1] == LanguageSet(LanguageTag("es"), "spoken in the call before")


# ── calling again ────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_calls_again_after_a_drop_is_known() -> None:
    made = somebody(CUT_OFF)
    assert made.said == [KNOWN]
    made.say("yes please", yes=0.97)
    assert made.said[-1] == "I am connecting you."
    assert made.call.transfer is not None and made.call.transfer.reason == "theft"
    assert settled(made) == []


@pytest.mark.parametrize("how", ["no", "2", "silence"])
def test_a_no_leads_into_the_usual_call(how: str) -> None:
    made = somebody(CUT_OFF)
    if how == "silence":
        made.feed(CallerSilent(6_000))
    else:
        made = made.press(how) if how.isdigit() else made.say(how, no=0.97)
    made.listen()
    assert made.said[-1] == "How can I help?"
    assert made.call.kept is None and made.call.phase is Phase.LISTENING


def test_whoever_asks_something_else_is_answered_at_once() -> None:
    made = somebody(CUT_OFF).say("when do you open", hits=(("hours", 0.9),)).answer("At nine.")
    assert made.said[-1] == "At nine."
    assert made.listen().said[-1] == "Anything else?"


def test_what_is_not_understood_is_clarified_as_in_any_call() -> None:
    made = somebody(CUT_OFF).say("mumble", hits=(("hours", 0.3),))
    assert made.said[-1] == "Please say it differently."


def test_a_flow_that_brings_nobody_to_agents_asks_nothing() -> None:
    made = somebody(CUT_OFF, Caller(script()))
    assert made.said[0].startswith("Hello from")


# ── both ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("queue", ["cards", "loans", ""])
def test_a_queue_that_no_node_serves_leads_where_any_caller_is_brought(queue: str) -> None:
    assert queue_node(transfer_script().flow, queue) == NodeId("handover")
    assert queue_node(script().flow, queue) is None


def test_it_decides_the_same_again() -> None:
    facts: list[Event] = [
        CallOffered("+12025550143", "+12025550100"),
        FlowPinned("test-desk", "digest", EN),
        CALLED,
        CallAnswered(StreamId("MZ1"), "1"),
        CallEnded("caller"),
    ]
    made = Caller(transfer_script())
    log: list[Event] = []
    for fact in facts:
        before = len(made.notes)
        made.feed(fact)
        log += [fact, *made.notes[before:]]
    logged = [Logged(CallId("CA1"), seq, 0, 0, event) for seq, event in enumerate(log, 1)]
    assert folds.differences(logged, transfer_script()) == []
