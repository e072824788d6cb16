"""What the assistant decides in a conversation."""

import pytest

from ivr.calls.effects import HangUp, Say
from ivr.calls.state import Asked, Phase
from ivr.vocabulary.events import (
    CallbackAgreed,
    CallEnded,
    CallerSilent,
    DeadlinePassed,
    EscalationRaised,
    Hit,
    NotPerceived,
    Perceived,
    PromptCut,
    PromptStarted,
    StreamLost,
    TakenUp,
    UtteranceClosed,
)
from ivr.vocabulary.ids import AnswerId, PromptId, StreamId, UtteranceId
from tests.calls.caller import EN, Caller
from tests.calls.script import script


@pytest.fixture
def caller() -> Caller:
    return Caller(script()).dial()


def test_a_call_begins_with_who_speaks_and_then_asks(caller: Caller) -> None:
    assert caller.said == ["Hello from Test Bank, an automated assistant.", "How can I help?"]
    assert caller.call.phase is Phase.LISTENING


def test_everything_said_was_decided_in_the_log_first(caller: Caller) -> None:
    caller.say("when are you open", hits=(("hours", 0.9),)).answer("We open at nine.").listen()
    assert [note.text for note in caller.noted(PromptStarted)] == caller.said


def test_a_known_question_gets_its_approved_answer_word_for_word_and_then_anything_else(caller: Caller) -> None:
    caller.say("when are you open", hits=(("hours", 0.9),)).answer("We open at nine.").listen()
    assert caller.said[-2:] == ["We open at nine.", "Anything else?"]
    answer = caller.noted(PromptStarted)[-2]
    assert isinstance(answer, PromptStarted)
    assert answer.sources == ("hours",)


def test_a_question_nobody_wrote_an_answer_to_is_refused_with_the_offer_of_a_person(caller: Caller) -> None:
    caller.say("do you sell opera tickets", hits=(("hours", 0.05),))
    assert caller.said[-1].startswith("I don't know that")
    assert caller.call.asked is Asked.PERSON


def test_a_doubtful_question_is_clarified_twice_and_then_leads_to_a_person(caller: Caller) -> None:
    for _ in range(3):
        caller.say("the thing with the card", hits=(("pin", 0.3),)).listen()
    assert caller.said[-3:] == [
        "Please say it differently.",
        "Once more, please.",
        "Shall we call 2 0 2, 5 5 5, 0 1 4 3?",
    ]
    raised = caller.noted(EscalationRaised)
    assert [event.reason for event in raised if isinstance(event, EscalationRaised)] == ["not_understood"]


def test_words_hardly_heard_are_asked_again_before_they_are_refused(caller: Caller) -> None:
    caller.say("mumble", confidence=0.2)
    assert caller.said[-1] == "Please say it differently."


def test_yes_to_the_offer_after_a_refusal_reaches_the_person(caller: Caller) -> None:
    caller.say("opera tickets").listen().say("yes please", yes=0.9)
    assert caller.said[-1] == "Shall we call 2 0 2, 5 5 5, 0 1 4 3?"


def test_a_second_refusal_running_goes_to_the_person_without_asking(caller: Caller) -> None:
    caller.say("opera tickets").listen().say("and for the ballet")
    assert caller.noted(EscalationRaised)


@pytest.mark.parametrize("ask", ["word", "key"])
def test_a_person_is_one_step_away_by_word_and_by_key(caller: Caller, ask: str) -> None:
    if ask == "word":
        caller.say("a person please", person=0.95, hits=(("hours", 0.9),))
    else:
        caller.press("0")
    (raised,) = caller.noted(EscalationRaised)
    assert isinstance(raised, EscalationRaised)
    assert raised.reason == "asked"
    assert caller.said[-1].startswith("Shall we call")


def test_the_key_for_a_person_works_while_an_answer_is_looked_for(caller: Caller) -> None:
    caller.say("when are you open", hits=(("hours", 0.9),))
    assert caller.call.phase is Phase.ANSWERING
    caller.press("0")
    assert caller.noted(EscalationRaised)


def test_the_key_for_a_person_works_while_words_are_being_made_out(caller: Caller) -> None:
    caller.feed(UtteranceClosed(UtteranceId("u9"), 0, 10))
    caller.press("0")
    assert caller.noted(EscalationRaised)


def test_the_callers_own_number_is_kept_after_a_yes(caller: Caller) -> None:
    caller.press("0").listen().say("yes", yes=0.9)
    assert caller.noted(CallbackAgreed) == [CallbackAgreed("+12025550143", "asked")]
    caller.listen()
    assert caller.said[-2:] == ["We will call you.", "Anything else?"]


def test_another_number_is_read_back_and_kept_only_after_it_was_confirmed(caller: Caller) -> None:
    caller.press("0").listen().say("no", no=0.9).listen()
    caller.say("it is ••••••••••", digits="4155552671", shape="phone")
    assert caller.said[-1] == "Is it 4 1 5, 5 5 5, 2 6 7 1?"
    assert not caller.noted(CallbackAgreed)
    caller.listen().press("1")
    assert caller.noted(CallbackAgreed) == [CallbackAgreed("+14155552671", "asked")]


def test_a_number_may_be_keyed(caller: Caller) -> None:
    caller.press("0").listen().press("2").listen().enter("4155552671", "phone").listen().press("1")
    assert caller.noted(CallbackAgreed) == [CallbackAgreed("+14155552671", "asked")]


def test_a_wrong_number_is_asked_for_again(caller: Caller) -> None:
    caller.press("0").listen().press("2").listen().enter("4155552671", "phone").listen().press("2")
    assert caller.said[-1] == "Which number?"
    assert not caller.noted(CallbackAgreed)


def test_a_card_number_given_for_a_telephone_number_is_never_taken(caller: Caller) -> None:
    caller.press("0").listen().press("2").listen()
    for _ in range(5):
        caller.say("••••••••••••••••", digits="4539148803436467", shape="number").listen()
    assert not caller.noted(CallbackAgreed)
    assert "4539148803436467" not in repr(caller.notes)
    assert "No call back then." in caller.said


def test_half_a_number_is_waited_for(caller: Caller) -> None:
    caller.press("0").listen().press("2").listen().say("•••", digits="415", shape="short")
    assert caller.said[-1] == "Go on."


def test_digits_lost_with_the_process_that_held_them_are_asked_for_again(caller: Caller) -> None:
    caller.press("0").listen().press("2").listen().enter("", "phone")
    assert caller.said[-1] == "Which number?"


def test_an_anonymous_caller_is_asked_for_a_number() -> None:
    caller = Caller(script()).dial("anonymous").press("0")
    assert caller.said[-1] == "Which number?"


def test_goodbye_ends_the_call(caller: Caller) -> None:
    caller.say("no thanks bye", goodbye=0.9).listen()
    assert caller.said[-1] == "Goodbye."
    assert isinstance(caller.effects[-1], HangUp)
    caller.feed(CallEnded("assistant"))
    assert caller.call.phase is Phase.ENDED


def test_no_to_anything_else_is_goodbye(caller: Caller) -> None:
    caller.say("hours", hits=(("hours", 0.9),)).answer("At nine.").listen().say("no", no=0.9)
    assert caller.said[-1] == "Goodbye."


def test_silence_is_asked_into_twice_and_then_ends_the_call(caller: Caller) -> None:
    for _ in range(3):
        caller.feed(CallerSilent(8_000))
        caller.listen()
    assert caller.said[-3:] == ["Are you there?", "Hello?", "Goodbye."]


def test_a_cough_that_cut_a_prompt_is_followed_by_the_rest_of_it(caller: Caller) -> None:
    caller.say("hours", hits=(("hours", 0.9),)).answer("We open at nine. On Sundays we are closed. Call first.")
    prompt = caller.call.prompt
    assert prompt is not None
    caller.feed(PromptCut(prompt, 0.5, "We open at nine. On Sundays we"))
    caller.say("")
    assert caller.said[-1] == "On Sundays we are closed. Call first."
    caller.listen()
    assert caller.said[-1] == "Anything else?"


def test_a_greeting_cut_by_a_question_is_answered_and_not_resumed() -> None:
    caller = Caller(script())
    caller.offered()
    caller.feed(PromptCut(PromptId("p1"), 0.3, "Hello from"))
    caller.say("when are you open", hits=(("hours", 0.9),)).answer("At nine.").listen()
    assert caller.said == ["Hello from Test Bank, an automated assistant.", "At nine.", "Anything else?"]


def test_a_greeting_cut_by_a_noise_is_resumed_and_then_asks() -> None:
    caller = Caller(script(greeting="Hello. I am an automated assistant."))
    caller.offered()
    caller.feed(PromptCut(PromptId("p1"), 0.3, "Hello. I am"))
    caller.say("").listen()
    assert caller.said[-2:] == ["I am an automated assistant.", "How can I help?"]


def test_say_that_again_repeats_the_answer_and_not_the_question_after_it(caller: Caller) -> None:
    caller.say("hours", hits=(("hours", 0.9),)).answer("We open at nine.").listen().say("say that again", repeat=0.9)
    assert caller.said[-1] == "We open at nine."


def test_start_over_goes_back_to_the_first_question(caller: Caller) -> None:
    caller.press("0").listen().say("let us start over", start_over=0.9)
    assert caller.call.node == "help"
    assert caller.said[-1] == "How can I help?"


def test_when_hearing_fails_the_caller_is_told_which_key_reaches_a_person(caller: Caller) -> None:
    caller.feed(UtteranceClosed(UtteranceId("u1"), 0, 10))
    caller.feed(NotPerceived(UtteranceId("u1"), "BackendUnavailable"))
    assert "Press zero" in caller.said[-1]


def test_a_recognition_that_never_comes_does_not_leave_the_caller_in_silence(caller: Caller) -> None:
    caller.feed(UtteranceClosed(UtteranceId("u1"), 0, 10))
    caller.feed(DeadlinePassed("understanding"))
    assert "Press zero" in caller.said[-1]


def test_a_late_result_of_an_earlier_utterance_changes_nothing(caller: Caller) -> None:
    caller.feed(UtteranceClosed(UtteranceId("u2"), 0, 10))
    before = caller.call
    caller.feed(Perceived(UtteranceId("u1"), "a person", 0.9, EN, 1.0, (), (), {"person": 1.0}))
    assert caller.call == before


def test_a_call_whose_stream_broke_says_so_and_asks_again(caller: Caller) -> None:
    caller.feed(StreamLost("gone"))
    assert caller.call.phase is Phase.ADRIFT
    caller.feed(TakenUp(StreamId("MZ2"), "5"))
    caller.listen()
    assert caller.said[-2:] == ["Sorry, the line broke.", "How can I help?"]


def test_a_call_back_that_was_agreed_when_the_line_broke_is_not_offered_again(caller: Caller) -> None:
    caller.press("0").listen().say("yes", yes=0.9)
    caller.feed(StreamLost("gone"))
    caller.feed(TakenUp(StreamId("MZ2"), "5"))
    caller.listen()
    assert caller.said[-2:] == ["Sorry, the line broke.", "Anything else?"]
    assert len(caller.noted(CallbackAgreed)) == 1


def test_masked_keys_mean_nothing(caller: Caller) -> None:
    before = caller.call
    caller.press("•")
    assert caller.call == before


def on_and_on(caller: Caller, text: str = "well it all began", **known: float) -> Caller:
    """The caller has spoken for as long as can be taken in at a time, and does not stop."""
    caller.utterances += 1
    utterance = UtteranceId(f"u{caller.utterances}")
    caller.feed(UtteranceClosed(utterance, 0, 25_000, going_on=True))
    hits = tuple(Hit(AnswerId(answer), score) for answer, score in known.items())
    caller.feed(Perceived(utterance, text, 0.9, EN, 1.0, hits=hits))
    return caller


def test_a_caller_who_speaks_on_and_on_is_asked_over_their_words_to_say_it_shortly(caller: Caller) -> None:
    on_and_on(caller)
    assert caller.said[-1] == "Sorry to interrupt. In a sentence, please?"
    said = caller.effects[-1]
    assert isinstance(said, Say)
    assert not said.interruptible


def test_words_do_not_stop_what_is_said_over_them(caller: Caller) -> None:
    on_and_on(caller)
    before = caller.call
    caller.say("and then my neighbour said")
    assert caller.call == before


def test_a_key_stops_it_all_the_same(caller: Caller) -> None:
    on_and_on(caller).press("0")
    assert caller.said[-1] == "Shall we call 2 0 2, 5 5 5, 0 1 4 3?"


def test_a_caller_who_goes_on_after_that_is_offered_a_person(caller: Caller) -> None:
    on_and_on(caller).listen()
    on_and_on(caller)
    assert [event.reason for event in caller.noted(EscalationRaised)] == ["no_progress"]  # type: ignore[attr-defined]


def test_a_caller_who_then_says_it_shortly_begins_anew(caller: Caller) -> None:
    on_and_on(caller).listen().say("opening hours", hits=(("hours", 0.9),)).answer("We open at nine.").listen()
    on_and_on(caller)
    assert caller.said[-1] == "Sorry to interrupt. In a sentence, please?"


def test_what_is_known_in_a_long_speech_is_answered(caller: Caller) -> None:
    on_and_on(caller, "so I stood there, when do you open", hours=0.9).answer("We open at nine.")
    assert caller.said[-1] == "We open at nine."


def test_half_a_minute_of_noise_interrupts_nobody(caller: Caller) -> None:
    said = list(caller.said)
    on_and_on(caller, "")
    assert caller.said == said
    assert caller.call.phase is Phase.LISTENING
