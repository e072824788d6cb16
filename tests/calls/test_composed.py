"""What the assistant decides about answers that are composed from passages."""

import pytest

from ivr.calls.effects import Answer
from ivr.calls.state import Phase
from ivr.vocabulary.answered import AnswerBlocked, SentenceJudged
from ivr.vocabulary.events import AnswerRequested, CustomerFound, EscalationRaised
from ivr.vocabulary.ids import AnswerId
from tests.calls.caller import EN, Caller
from tests.calls.script import script

FEES = (("fees#2", 0.8), ("fees#1", 0.4), ("travel#9", 0.1))


@pytest.fixture
def caller() -> Caller:
    return Caller(script()).dial()


def asked(caller: Caller) -> Answer:
    found = caller.effects[-1]
    assert isinstance(found, Answer)
    return found


def test_what_no_approved_answer_fits_is_composed_from_passages_that_do(caller: Caller) -> None:
    caller.say("what does a foreign withdrawal cost", hits=(("hours", 0.1),), passages=FEES)
    assert caller.call.phase is Phase.ANSWERING
    assert asked(caller).candidates == () and asked(caller).question == "what does a foreign withdrawal cost"
    assert asked(caller).passages == ("fees#2", "fees#1"), "what is hardly near is not given to a model"
    (requested,) = caller.noted(AnswerRequested)
    assert isinstance(requested, AnswerRequested) and requested.passages == ("fees#2", "fees#1")
    caller.answer("It costs two pounds.", "fees#2", kind="composed")
    assert caller.said[-1] == "It costs two pounds."


def test_an_approved_answer_goes_before_passages_however_near_they_are(caller: Caller) -> None:
    caller.say("when are you open", hits=(("hours", 0.6),), passages=(("fees#2", 0.99),))
    assert asked(caller).candidates == ("hours",) and asked(caller).passages == ()


def test_passages_that_are_not_known_to_answer_it_are_asked_about(caller: Caller) -> None:
    caller.say("the thing with the cash abroad", passages=(("fees#2", 0.3),)).listen()
    assert caller.said[-1] == "Please say it differently."
    assert caller.noted(AnswerRequested) == []


def test_a_wish_for_a_person_goes_before_passages(caller: Caller) -> None:
    caller.say("a person about the fees", passages=FEES, person=0.9)
    (raised,) = caller.noted(EscalationRaised)
    assert isinstance(raised, EscalationRaised) and raised.reason == "asked"


def test_a_goodbye_goes_before_passages(caller: Caller) -> None:
    caller.say("goodbye and thanks for the fees", passages=FEES, goodbye=0.9)
    assert caller.noted(AnswerRequested) == []


def test_what_the_gate_lets_nothing_of_is_refused_with_the_offer_of_a_person(caller: Caller) -> None:
    caller.say("what does it cost", passages=FEES)
    caller.feed(AnswerBlocked(asked(caller).request, "not_grounded"))
    assert caller.call.phase is Phase.SPEAKING and caller.call.said_for == "refusal"


def test_what_the_gate_judged_is_written_down_and_decides_nothing(caller: Caller) -> None:
    caller.say("what does it cost", passages=FEES)
    before = caller.call
    caller.feed(SentenceJudged(asked(caller).request, "It costs nine pounds.", False, "number"))
    assert caller.call == before


def test_what_was_asked_before_goes_with_the_next_question(caller: Caller) -> None:
    caller.say("what does a withdrawal cost in Spain", passages=FEES).answer("Two pounds.", "fees#2", "composed")
    caller.listen().say("and in France", passages=FEES)
    assert asked(caller).earlier == ("what does a withdrawal cost in Spain",)
    assert caller.call.answering == "fees#2"


def test_only_a_few_questions_are_remembered(caller: Caller) -> None:
    for number in range(6):
        caller.say(f"question {number}", passages=FEES).answer("Two pounds.", "fees#2", "composed").listen()
    caller.say("and now", passages=FEES)
    assert asked(caller).earlier == ("question 3", "question 4", "question 5")


def test_the_customers_segment_is_known_once_they_are(caller: Caller) -> None:
    assert caller.call.segment == ""
    caller.feed(CustomerFound("Ann", "premium"))
    assert caller.call.segment == "premium"


def test_a_late_composed_answer_to_a_question_before_changes_nothing(caller: Caller) -> None:
    caller.say("what does it cost", passages=FEES)
    first = asked(caller).request
    caller.say("when are you open", hits=(("hours", 0.9),))
    said = list(caller.said)
    caller.feed(AnswerBlocked(first, "not_grounded"))
    assert caller.said == said and caller.call.phase is Phase.ANSWERING
    assert caller.call.request != first
    assert AnswerId("hours") in asked(caller).candidates and asked(caller).language == EN
