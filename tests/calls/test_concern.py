"""What a call does about a worry: at once, after the answer, a calm word, an offer; and that routine goes on."""

import pytest

from ivr.calls.folds import differences
from ivr.calls.state import Asked, Phase
from ivr.flows.schema import Script
from ivr.vocabulary.answered import AnswerBlocked
from ivr.vocabulary.events import CustomerFound, EscalationRaised, Hit, Logged, Perceived, UtteranceClosed
from ivr.vocabulary.ids import AnswerId, CallId, UtteranceId
from tests.calls.caller import EN, Caller
from tests.calls.script import FLOW, WORDS, script

HOURS = (("hours", 0.9),)


@pytest.fixture
def caller() -> Caller:
    return Caller(script()).dial()


def raised(caller: Caller) -> list[str]:
    return [each.reason for each in caller.noted(EscalationRaised) if isinstance(each, EscalationRaised)]


@pytest.mark.parametrize("reason", ["theft", "fraud", "legal", "complaint", "distress", "frustration", "language"])
def test_a_clear_reason_brings_the_caller_to_a_person_at_once(caller: Caller, reason: str) -> None:
    caller.say("what they said", hits=HOURS, **{reason: 0.9})
    assert caller.noted(EscalationRaised) == [EscalationRaised(reason, (UtteranceId("u1"),), "what they said")]
    assert caller.said[-1].startswith("Shall we call")


def test_who_speaks_of_danger_hears_the_emergency_words_before_anything_else(caller: Caller) -> None:
    caller.say("he is going to hurt me", danger=0.9)
    assert caller.said[-1].startswith("In an emergency, call 911.")
    assert raised(caller) == ["danger"]


def test_a_routine_question_is_answered_whatever_faint_worries_it_has(caller: Caller) -> None:
    caller.say("when do you open", hits=HOURS, complaint=0.25, distress=0.2).answer("At nine.")
    assert caller.said[-1] == "At nine."
    assert not raised(caller)


def test_a_dispute_whose_answer_is_known_is_answered_and_then_brought_to_a_person(caller: Caller) -> None:
    caller.say("you charged me twice", hits=HOURS, dispute=0.9)
    assert (raised(caller), caller.call.phase) == (["dispute"], Phase.ANSWERING)
    caller.answer("It is paid back in five days.").listen()
    assert caller.said[-2:] == ["It is paid back in five days.", "Shall we call 2 0 2, 5 5 5, 0 1 4 3?"]
    assert raised(caller) == ["dispute"]


def test_a_dispute_with_no_answer_is_brought_to_a_person_at_once(caller: Caller) -> None:
    caller.say("you charged me twice", dispute=0.9)
    assert raised(caller) == ["dispute"]
    assert caller.said[-1].startswith("Shall we call")


def test_an_answer_that_may_not_be_spoken_leaves_the_person(caller: Caller) -> None:
    caller.say("you charged me twice", hits=HOURS, dispute=0.9)
    assert caller.call.request is not None
    caller.feed(AnswerBlocked(caller.call.request, "not_approved"))
    assert caller.said[-1].startswith("Shall we call")
    assert raised(caller) == ["dispute"]


def test_who_speaks_into_that_answer_is_brought_to_the_person_they_are_owed(caller: Caller) -> None:
    caller.say("you charged me twice", hits=HOURS, dispute=0.9).answer("It takes five days.").say("that is no use")
    assert caller.said[-1].startswith("Shall we call")


def test_who_says_that_they_need_nobody_into_that_answer_is_left_in_peace(caller: Caller) -> None:
    caller.say("you charged me twice", hits=HOURS, dispute=0.9).answer("It takes five days.")
    caller.say("no, that will do", no=0.9).listen()
    assert caller.said[-1] == "Goodbye."


def test_an_abusive_caller_is_asked_once_to_be_calm_and_then_brought_to_a_person(caller: Caller) -> None:
    caller.say("you idiot", abuse=0.6).listen()
    assert (caller.said[-1], raised(caller)) == ("Please let us stay polite.", [])
    caller.say("you stupid thing", abuse=0.6)
    assert raised(caller) == ["abuse"]


def test_mild_frustration_is_offered_a_person(caller: Caller) -> None:
    caller.say("this is tiresome", frustration=0.45).listen()
    assert (caller.said[-1], caller.call.asked) == ("Would you like to speak to somebody?", Asked.PERSON)
    caller.say("yes please", yes=0.9)
    assert raised(caller) == ["frustration"]


def test_who_declines_the_offer_is_asked_what_else_and_not_offered_it_again(caller: Caller) -> None:
    caller.say("this is tiresome", frustration=0.45).listen().say("no thanks", no=0.9).listen()
    assert caller.said[-1] == "Anything else?"
    caller.say("so tiresome, when do you open", frustration=0.45, hits=HOURS).answer("At nine.")
    assert caller.said[-1] == "At nine."


def test_a_question_with_mild_frustration_is_answered_and_nothing_is_offered(caller: Caller) -> None:
    caller.say("this is tiresome, when do you open", frustration=0.45, hits=HOURS).answer("At nine.")
    assert caller.said[-1] == "At nine."


def test_words_nobody_can_make_a_wish_of_are_asked_about_before_they_are_refused(caller: Caller) -> None:
    caller.say("it's about the thing", vague=0.8)
    assert caller.said[-1] == "Please say it differently."


def test_a_worry_does_not_take_a_number_from_who_is_asked_for_one(caller: Caller) -> None:
    caller.press("0").listen().say("number one", complaint=0.9)
    assert raised(caller) == ["asked"]


def test_a_segment_that_people_serve_is_brought_to_one_with_its_first_question() -> None:
    flow = {**FLOW, "served_by_people": ["private"]}
    caller = Caller(Script.model_validate({"flow": flow, "phrases": {"en": WORDS}}))
    caller.offered()
    caller.feed(CustomerFound("Ada", "private"))
    caller.listen().say("when do you open", hits=HOURS)
    assert raised(caller) == ["segment"]


def test_other_customers_are_answered() -> None:
    flow = {**FLOW, "served_by_people": ["private"]}
    caller = Caller(Script.model_validate({"flow": flow, "phrases": {"en": WORDS}}))
    caller.offered()
    caller.feed(CustomerFound("Bob", "retail"))
    caller.listen().say("when do you open", hits=HOURS)
    assert (raised(caller), caller.call.phase) == ([], Phase.ANSWERING)


def test_a_replay_of_the_log_decides_the_same(caller: Caller) -> None:
    caller.say("something is off", fraud=0.55).listen().say("these are not mine", fraud=0.55)
    assert raised(caller) == ["fraud"]
    notes = iter(caller.notes)
    log: list[Logged] = []
    replayed = Caller(caller.script)
    for fact in caller.facts:
        before = len(replayed.notes)
        replayed.feed(fact)
        for event in (fact, *(next(notes) for _ in replayed.notes[before:])):
            log.append(Logged(CallId("c1"), len(log) + 1, 0, 0, event))
    assert differences(log, caller.script) == []


def test_turns_that_are_overheard_count_as_cutting_in(caller: Caller) -> None:
    caller.say("when do you open", hits=HOURS).answer("At nine, and on Saturdays at ten.")
    utterance = UtteranceId("u7")
    caller.feed(UtteranceClosed(utterance, 0, 900))
    caller.feed(Perceived(utterance, "what about Sundays", 0.9, EN, 1.0, hits=(Hit(AnswerId("pin"), 0.6),)))
    assert [turn.cut for turn in caller.call.trail.turns] == [False, True]
