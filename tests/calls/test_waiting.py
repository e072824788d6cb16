"""What the assistant says while somebody waits."""

from itertools import pairwise

import pytest

from ivr.calls import folds
from ivr.calls.effects import Say
from ivr.calls.state import Phase
from ivr.calls.waiting import FILLER_GAP_MS, LATE_MS
from ivr.vocabulary.events import (
    AnswerReady,
    CallEnded,
    Event,
    Logged,
    Perceived,
    PromptHeard,
    PromptStarted,
    ReplyLate,
    TurnTimed,
    UtteranceClosed,
)
from ivr.vocabulary.ids import CallId, PromptId, RequestId, UtteranceId
from tests.calls.caller import EN, Caller
from tests.calls.script import script

LATE, VERY_LATE = LATE_MS
FILLERS = ["Let me see.", "One moment.", "Just a second."]


@pytest.fixture
def caller() -> Caller:
    return Caller(script()).dial()


def waits(caller: Caller, *for_ms: int, at_ms: int = 60_000) -> list[str]:
    """Say something that is not made out for so long; what the assistant says meanwhile."""
    caller.utterances += 1
    utterance, before = UtteranceId(f"u{caller.utterances}"), len(caller.said)
    caller.feed(UtteranceClosed(utterance, at_ms - 1_000, at_ms))
    for each in for_ms:
        caller.feed(ReplyLate(utterance, each))
    return caller.said[before:]


def makes_out(caller: Caller, text: str, **signals: float) -> None:
    """What was said is understood at last."""
    caller.feed(Perceived(UtteranceId(f"u{caller.utterances}"), text, 0.9, EN, 1.0, (), (), signals))


def test_a_late_reply_is_bridged_and_the_call_waits_on(caller: Caller) -> None:
    assert waits(caller, LATE) == ["Let me see."]
    assert caller.call.phase is Phase.UNDERSTANDING
    assert caller.call.prompt is None


def test_a_late_answer_is_bridged_too(caller: Caller) -> None:
    caller.say("when are you open", hits=(("hours", 0.9),))
    caller.feed(ReplyLate(UtteranceId("u1"), LATE))
    assert caller.said[-1] == "Let me see."
    assert caller.call.phase is Phase.ANSWERING
    assert caller.answer("At nine.").said[-1] == "At nine."


def test_after_four_seconds_it_says_that_it_is_still_looking(caller: Caller) -> None:
    assert waits(caller, LATE, VERY_LATE) == ["Let me see.", "I'm still looking."]


def test_no_filler_is_said_twice_running(caller: Caller) -> None:
    said = []
    for turn in range(1, 8):
        said += waits(caller, LATE, at_ms=turn * 60_000)
        caller.say("hours", hits=(("hours", 0.9),)).answer("At nine.").listen()
    assert said[:3] == FILLERS
    assert all(one != other for one, other in pairwise(said))


def test_still_looking_is_not_said_twice_running_either(caller: Caller) -> None:
    said = [line for turn in (1, 2, 3) for line in waits(caller, VERY_LATE, at_ms=turn * 60_000)]
    assert said == ["I'm still looking.", "One moment.", "I'm still looking."]


def test_two_fillers_are_never_close_together(caller: Caller) -> None:
    assert waits(caller, LATE) == ["Let me see."]
    assert waits(caller, LATE, at_ms=60_000 + FILLER_GAP_MS - 1) == []
    assert waits(caller, LATE, at_ms=60_000 + FILLER_GAP_MS) == ["One moment."]


@pytest.mark.parametrize("number", ["+12025550143", "anonymous"])
def test_nothing_is_said_before_a_yes_or_a_number_is_confirmed(number: str) -> None:
    caller = Caller(script()).dial(number).press("0").listen()
    assert waits(caller, LATE, VERY_LATE) == []


def test_nothing_is_said_before_an_offer_of_a_person_is_taken(caller: Caller) -> None:
    caller.say("opera tickets").listen()
    assert waits(caller, LATE) == []


def test_lateness_of_an_earlier_utterance_changes_nothing(caller: Caller) -> None:
    waits(caller)
    before = caller.call
    caller.feed(ReplyLate(UtteranceId("u9"), LATE))
    assert caller.call == before


@pytest.mark.parametrize("phase", ["listening", "speaking"])
def test_once_there_is_a_reply_nothing_bridges_it(caller: Caller, phase: str) -> None:
    caller.say("opera tickets")
    if phase == "listening":
        caller.listen()
    before = list(caller.said)
    caller.feed(ReplyLate(UtteranceId("u1"), LATE))
    assert caller.said == before


def test_say_that_again_does_not_mean_a_filler(caller: Caller) -> None:
    caller.say("hours", hits=(("hours", 0.9),)).answer("We open at nine.").listen()
    waits(caller, LATE)
    makes_out(caller, "say that again", repeat=0.9)
    assert caller.said[-1] == "We open at nine."


def test_the_end_of_a_filler_does_not_end_what_follows_it(caller: Caller) -> None:
    waits(caller, LATE)
    filler = PromptId(f"p{caller.call.prompts}")
    makes_out(caller, "goodbye", goodbye=0.9)
    caller.feed(PromptHeard(filler))
    assert caller.call.phase is Phase.LEAVING
    assert caller.said[-1] == "Goodbye."
    caller.listen()
    caller.feed(CallEnded("assistant"))
    assert caller.call.phase is Phase.ENDED


def test_only_what_is_said_by_the_way_is_let_end(caller: Caller) -> None:
    waits(caller, LATE)
    makes_out(caller, "mumble")
    filler, reply = [effect for effect in caller.effects if isinstance(effect, Say)][-2:]
    assert (filler.purpose, filler.passing, reply.passing) == ("filler", True, False)


def test_the_transcript_keeps_fillers_and_answers_apart() -> None:
    words, reply = UtteranceId("u1"), PromptId("p3")
    events: list[Event] = [
        UtteranceClosed(words, 0, 1_000),
        ReplyLate(words, LATE),
        PromptStarted(PromptId("p1"), "filler", "Let me see.", EN),
        Perceived(words, "when are you open", 0.9, EN, 1.0),
        ReplyLate(words, VERY_LATE),
        PromptStarted(PromptId("p2"), "filler", "I'm still looking.", EN),
        AnswerReady(RequestId("a1"), "approved", "At nine.", (), EN),
        PromptStarted(reply, "answer", "At nine.", EN),
        TurnTimed(words, reply, {"endpoint": 300.0, "filler": 1_204.0}),
        PromptHeard(PromptId("p1")),
        PromptHeard(reply),
    ]
    log = [Logged(CallId("CA1"), seq, seq * 20, seq, event) for seq, event in enumerate(events, 1)]
    (turn,) = folds.transcript(log).turns
    assert turn.assistant == ("At nine.",)
    assert turn.fillers == ("Let me see.", "I'm still looking.")
    assert turn.filler_ms == 1_204.0
    assert turn.heard == 1.0
