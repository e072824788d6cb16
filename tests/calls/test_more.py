"""After an answer whose passage says more, the caller is offered to hear on."""

import pytest

from ivr.calls.effects import Answer
from ivr.calls.state import Asked, Phase
from ivr.vocabulary.answered import AnswerBlocked
from ivr.vocabulary.events import AnswerReady, AnswerRequested, Clarified
from ivr.vocabulary.ids import AnswerId
from tests.calls.caller import EN, Caller
from tests.calls.script import script

FEES = (("fees#2", 0.8), ("fees#1", 0.4))
DRAFT = "A draft costs fifteen pounds."
REST = "It is made out while you wait."


def answered(text: str = DRAFT, *, more: bool = True) -> Caller:
    """A caller who has asked about the fees, before they hear the answer."""
    caller = Caller(script()).dial().say("what does a draft cost", passages=FEES)
    return told(caller, text, more=more)


def told(caller: Caller, text: str, *, more: bool = False) -> Caller:
    assert caller.call.request is not None
    caller.feed(AnswerReady(caller.call.request, "composed", text, (AnswerId("fees#2"),), EN, more=more))
    return caller


def last(caller: Caller) -> Answer:
    return next(effect for effect in reversed(caller.effects) if isinstance(effect, Answer))


@pytest.fixture
def offered() -> Caller:
    return answered().listen()


def test_the_offer_comes_instead_of_anything_else(offered: Caller) -> None:
    assert offered.said[-2:] == [DRAFT, "There is more. Shall I go on?"]
    assert offered.call.asked is Asked.MORE


def test_without_more_nothing_is_offered() -> None:
    assert answered(more=False).listen().said[-1] == "Anything else?"


@pytest.mark.parametrize("signal", ["yes", "go_on"])
def test_yes_or_go_on_asks_for_what_comes_next_of_the_same_passage(offered: Caller, signal: str) -> None:
    offered.say("okay", **{signal: 0.97})
    assert offered.call.phase is Phase.ANSWERING
    asked = last(offered)
    assert (asked.passages, asked.question, asked.told) == (("fees#2",), "what does a draft cost", DRAFT)
    assert offered.noted(AnswerRequested)[-1] == AnswerRequested(asked.request, "u2", (), ("fees#2",))  # type: ignore[arg-type]
    told(offered, REST).listen()
    assert offered.said[-2:] == [REST, "Anything else?"]


def test_key_1_wants_it_and_key_2_does_not(offered: Caller) -> None:
    offered.press("1")
    assert last(offered).told == DRAFT
    other = answered().listen().press("2")
    assert other.said[-1] == "Anything else?" and other.call.phase is Phase.SPEAKING


def test_no_is_asked_whether_there_is_anything_else_and_a_yes_to_that_is_no_yes_to_more(offered: Caller) -> None:
    offered.say("no thanks", no=0.97).listen()
    assert offered.said[-1] == "Anything else?"
    offered.say("yes", yes=0.97)
    assert offered.said[-1] == "How can I help?"


def test_another_question_is_answered_and_the_offer_is_gone(offered: Caller) -> None:
    offered.say("when are you open", hits=(("hours", 0.9),)).answer("From nine.").listen()
    assert offered.said[-2:] == ["From nine.", "Anything else?"]


def test_a_no_with_a_question_that_documents_answer_is_the_question(offered: Caller) -> None:
    offered.say("no but what do coins cost", passages=(("fees#9", 0.8),), no=0.8)
    assert last(offered).passages == ("fees#9",)
    assert last(offered).told == ""


def test_there_may_be_more_after_more(offered: Caller) -> None:
    told(offered.say("yes", yes=0.97), REST, more=True).listen()
    assert offered.said[-1] == "There is more. Shall I go on?"
    offered.say("yes", yes=0.97)
    assert last(offered).told == REST


def test_what_was_revoked_meanwhile_is_not_told(offered: Caller) -> None:
    offered.say("yes", yes=0.97)
    offered.feed(AnswerBlocked(last(offered).request, "not_approved"))
    assert offered.call.said_for == "refusal"


def test_say_that_again_says_the_answer_again_not_the_offer(offered: Caller) -> None:
    offered.say("again", repeat=0.95)
    assert offered.said[-1] == DRAFT


def test_the_offer_waits_for_yes_after_words_that_were_not_understood(offered: Caller) -> None:
    offered.say("mumble", passages=(("fees#2", 0.3),)).listen()
    assert offered.noted(Clarified) != []
    offered.say("yes", yes=0.97)
    assert last(offered).told == DRAFT


def test_a_wish_for_a_person_goes_before_it(offered: Caller) -> None:
    offered.say("yes a person", yes=0.97, person=0.97)
    assert offered.call.node == "handover" and offered.call.more == ""


def test_a_follow_up_after_more_leans_on_the_question_and_not_on_the_yes(offered: Caller) -> None:
    told(offered.say("yes", yes=0.97), REST).listen()
    offered.say("and in coins", passages=FEES)
    assert last(offered).earlier == ("what does a draft cost",)
