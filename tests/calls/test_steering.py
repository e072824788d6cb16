"""What callers say about the talking itself: slower, spell that, hold on."""

import pytest

from ivr.calls.effects import Say
from ivr.calls.state import Asked, Phase
from ivr.vocabulary.events import (
    CallbackAgreed,
    CallerSilent,
    DeadlinePassed,
    EscalationRaised,
    Perceived,
    PromptCut,
    PromptHeard,
    ReplyLate,
    UtteranceClosed,
)
from ivr.vocabulary.ids import PromptId, UtteranceId
from tests.calls.caller import EN, Caller
from tests.calls.script import script

HOURS = (("hours", 0.9),)


@pytest.fixture
def caller() -> Caller:
    return Caller(script()).dial()


def told(caller: Caller, text: str = "We open at nine.") -> Caller:
    return caller.say("hours", hits=HOURS).answer(text).listen()


def paces(caller: Caller) -> list[float]:
    return [effect.rate for effect in caller.effects if isinstance(effect, Say)]


# ── slower ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_slower_repeats_what_was_told_and_stays_slower(caller: Caller) -> None:
    told(caller).say("slower please", slower=0.9).listen()
    assert caller.said[-1] == "We open at nine."
    caller.say("mumble")
    assert paces(caller)[-2:] == [0.8, 0.8]


def test_slower_twice_is_slower_still_and_no_slower_than_that(caller: Caller) -> None:
    told(caller)
    for _ in range(3):
        caller.say("slower", slower=0.9).listen()
    assert paces(caller)[-3:] == [0.8, 0.7, 0.7]


def test_faster_brings_the_usual_pace_back(caller: Caller) -> None:
    told(caller).say("slower", slower=0.9).listen().say("at normal speed", faster=0.9)
    assert caller.said[-1] == "We open at nine."
    assert paces(caller)[-1] == 1.0


def test_once_more_and_slower_is_one_wish(caller: Caller) -> None:
    told(caller).say("say that again more slowly", slower=0.97, repeat=0.97)
    assert (caller.said[-1], paces(caller)[-1]) == ("We open at nine.", 0.8)


def test_slower_said_under_an_answer_begins_it_again(caller: Caller) -> None:
    caller.say("hours", hits=HOURS).answer("We open at nine.")
    caller.say("slower", slower=0.9)
    assert (caller.said[-1], paces(caller)[-1]) == ("We open at nine.", 0.8)


def test_a_question_about_speed_is_a_question(caller: Caller) -> None:
    caller.say("how can I make a transfer faster", hits=(("transfer", 0.8),), faster=0.9)
    assert caller.call.phase is Phase.ANSWERING


# ── spell that ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_spell_that_spells_what_can_be_spelled_slowly(caller: Caller) -> None:
    told(caller, "Ask for Anna.").say("spell that", spell=0.97)
    assert (caller.said[-1], paces(caller)[-1]) == ("Anna: A, N, N, A.", 0.8)


def test_the_pace_of_spelling_is_not_kept(caller: Caller) -> None:
    told(caller, "Ask for Anna.").say("spell that", spell=0.97).listen().say("mumble")
    assert paces(caller)[-1] == 1.0


def test_what_has_nothing_to_spell_is_said_again_slowly(caller: Caller) -> None:
    told(caller).say("spell that", spell=0.97)
    assert (caller.said[-1], paces(caller)[-1]) == ("Once more, slowly. We open at nine.", 0.8)


def test_say_that_again_after_spelling_spells_again(caller: Caller) -> None:
    told(caller, "Ask for Anna.").say("spell that", spell=0.97).listen().say("again", repeat=0.9)
    assert caller.said[-1] == "Anna: A, N, N, A."


def test_a_telephone_number_read_back_is_spelled_digit_by_digit(caller: Caller) -> None:
    caller.press("0").listen().say("spell that", spell=0.97)
    assert caller.said[-1] == "2, 0, 2, 5, 5, 5, 0, 1, 4, 3."


# ── hold on ──────────────────────────────────────────────────────────────────────────────────────────────────────


def holds(caller: Caller) -> Caller:
    caller.say("hold on", hold_on=0.98)
    assert caller.said[-1] == "Take your time."
    assert caller.call.phase is Phase.HOLDING
    return caller


def passes(caller: Caller, minutes: int) -> None:
    for _ in range(minutes):
        caller.feed(DeadlinePassed(caller.call.phase))


def test_while_we_are_asked_to_wait_nothing_is_asked(caller: Caller) -> None:
    holds(caller)
    before = list(caller.said)
    for _ in range(7):
        caller.feed(CallerSilent(8_000))
    assert caller.said == before


def test_after_a_minute_we_say_that_we_are_still_here_and_after_two_we_ask(caller: Caller) -> None:
    holds(caller)
    passes(caller, 1)
    assert caller.said[-1] == "I am still here."
    assert caller.call.phase is Phase.HOLDING
    passes(caller, 1)
    assert caller.said[-1] == "Are you there?"
    assert caller.call.held == 0


def test_the_end_of_take_your_time_does_not_end_the_wait(caller: Caller) -> None:
    holds(caller)
    caller.feed(PromptHeard(PromptId(f"p{caller.call.prompts}")))
    assert caller.call.phase is Phase.HOLDING


def test_a_question_after_the_wait_is_answered(caller: Caller) -> None:
    told(holds(caller))
    assert caller.said[-2:] == ["We open at nine.", "Anything else?"]
    assert caller.call.held == 0


@pytest.mark.parametrize("words", [{"go_on": 0.98, "yes": 0.98}, {}])
def test_a_caller_who_is_back_hears_again_what_was_asked(caller: Caller, words: dict[str, float]) -> None:
    told(caller)
    holds(caller).say("okay, there we are", **words)
    assert caller.said[-1] == "Anything else?"
    caller.listen()
    assert caller.call.phase is Phase.LISTENING


def test_an_answer_that_was_interrupted_is_begun_again_and_goes_on_from_there(caller: Caller) -> None:
    caller.say("hours", hits=HOURS).answer("We open at nine. On Sundays we are closed.")
    holds(caller).say("go on", go_on=0.98).listen()
    assert caller.said[-2:] == ["We open at nine. On Sundays we are closed.", "Anything else?"]


def test_a_greeting_that_was_interrupted_still_leads_to_the_question() -> None:
    caller = Caller(script())
    caller.offered()
    caller.feed(PromptCut(PromptId("p1"), 0.3, "Hello from"))
    holds(caller).say("go on", go_on=0.98).listen()
    assert caller.said[-2:] == ["Hello from Test Bank, an automated assistant.", "How can I help?"]


def test_a_number_is_fetched_and_taken(caller: Caller) -> None:
    caller.press("0").listen().press("2").listen()
    holds(caller).say("it is ••••••••••", digits="4155552671", shape="phone")
    assert caller.said[-1] == "Is it 4 1 5, 5 5 5, 2 6 7 1?"


def test_a_number_that_was_fetched_may_be_keyed(caller: Caller) -> None:
    caller.press("0").listen().press("2").listen()
    before = len(holds(caller).said)
    caller.press("•")
    assert (caller.call.phase, len(caller.said)) == (Phase.LISTENING, before)
    caller.enter("4155552671", "phone")
    assert caller.said[-1] == "Is it 4 1 5, 5 5 5, 2 6 7 1?"


def test_okay_after_a_wait_agrees_to_nothing(caller: Caller) -> None:
    caller.press("0").listen()
    holds(caller).say("okay", go_on=0.98, yes=0.98)
    assert not caller.noted(CallbackAgreed)
    assert caller.said[-1] == "Shall we call 2 0 2, 5 5 5, 0 1 4 3?"
    caller.listen().say("yes", yes=0.98)
    assert caller.noted(CallbackAgreed)


def test_any_key_ends_the_wait(caller: Caller) -> None:
    told(caller)
    holds(caller).press("•")
    assert caller.said[-1] == "Anything else?"


def test_the_key_for_a_person_works_while_we_wait(caller: Caller) -> None:
    holds(caller).press("0")
    assert caller.noted(EscalationRaised)


def test_a_noise_does_not_end_the_wait(caller: Caller) -> None:
    holds(caller).say("")
    assert caller.call.phase is Phase.HOLDING


def test_no_filler_is_said_while_we_wait(caller: Caller) -> None:
    holds(caller)
    before = list(caller.said)
    caller.feed(UtteranceClosed(UtteranceId("u9"), 59_000, 60_000))
    caller.feed(ReplyLate(UtteranceId("u9"), 900))
    assert caller.said == before


def test_hold_on_again_begins_the_wait_anew(caller: Caller) -> None:
    holds(caller)
    passes(caller, 1)
    holds(caller)
    assert caller.call.held == 1


def test_hold_on_followed_by_words_that_matter_is_about_the_words(caller: Caller) -> None:
    caller.say("hold on, I lost my card", hits=(("lost", 0.7),), hold_on=0.8)
    assert caller.call.phase is Phase.ANSWERING


def test_hold_on_followed_by_words_that_may_matter_is_asked_about(caller: Caller) -> None:
    caller.say("hold on, the thing with the card", hits=(("lost", 0.3),), hold_on=0.8)
    assert caller.said[-1] == "Please say it differently."


def test_a_person_is_one_step_away_from_a_wait_too(caller: Caller) -> None:
    caller.say("hold on, I want a person", hold_on=0.8, person=0.97)
    assert caller.noted(EscalationRaised)


def test_a_wait_in_the_middle_of_a_yes_or_no_keeps_the_question(caller: Caller) -> None:
    caller.press("0").listen()
    holds(caller)
    assert caller.call.asked is Asked.CALLER_NUMBER


def test_a_caller_who_speaks_on_and_on_is_not_waited_for(caller: Caller) -> None:
    caller.feed(UtteranceClosed(UtteranceId("u1"), 0, 25_000, going_on=True))
    caller.feed(Perceived(UtteranceId("u1"), "hold on", 0.9, EN, 1.0, (), (), {"hold_on": 0.98}))
    assert caller.call.phase is not Phase.HOLDING
