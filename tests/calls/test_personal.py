"""Facts of the caller's own: told once they have proved to be the customer of their number, and never before."""

import pytest

from ivr.calls import folds
from ivr.calls.effects import LookUp, Prove
from ivr.calls.state import Phase
from ivr.flows.schema import Script
from ivr.vocabulary.events import (
    AnswerRequested,
    CallEnded,
    Collected,
    CustomerFound,
    DeadlinePassed,
    EscalationRaised,
    Logged,
    Perceived,
    PromptStarted,
)
from ivr.vocabulary.ids import CallId, UtteranceId
from ivr.vocabulary.personal import FactsFound, Proof, ProofJudged
from tests.calls.caller import EN, Caller
from tests.calls.desk import desk

NUMBER = "+12025550143"


@pytest.fixture
def caller() -> Caller:
    """Somebody whom the records know, who has heard the question."""
    caller = Caller(desk())
    caller.offered(NUMBER)
    caller.feed(CustomerFound("Ana Ruiz"))
    return caller.listen()


def asks(caller: Caller) -> Caller:
    """They ask for their balance, in words that the approved answer fits."""
    return caller.say("what is my balance", hits=(("balance", 0.9),)).listen()


def gives(caller: Caller, mask: str = "••••") -> Caller:
    """They give their code, of which only the mask leaves the memory."""
    return caller.say("it is ••••", digits=mask, shape="fits")


def judged(caller: Caller, outcome: Proof) -> Caller:
    assert caller.call.phase is Phase.CHECKING and caller.call.request is not None
    caller.feed(ProofJudged(caller.call.request, outcome))
    return caller


def found(caller: Caller, **facts: str) -> Caller:
    assert caller.call.phase is Phase.CHECKING and caller.call.request is not None
    caller.feed(FactsFound(caller.call.request, facts))
    return caller


def verified(caller: Caller) -> Caller:
    return found(judged(gives(asks(caller)), Proof.VERIFIED), balance="1204.50")


def test_who_proves_to_be_the_customer_is_told_what_is_theirs(caller: Caller) -> None:
    verified(caller).listen()
    assert caller.said[-3:] == [
        "Your code?",
        "You have one thousand two hundred and four dollars and fifty cents.",
        "Anything else?",
    ]


def test_the_secret_is_asked_about_by_its_name_and_never_by_its_value(caller: Caller) -> None:
    gives(asks(caller))
    asked = next(effect for effect in caller.effects if isinstance(effect, Prove))
    assert (asked.number, asked.given, asked.secrets) == (NUMBER, {}, ("secret",))
    assert [event.value for event in caller.notes if isinstance(event, Collected)] == ["••••"]


def test_what_was_given_openly_is_asked_about_by_its_value() -> None:
    script = desk()
    nodes = script.flow.nodes
    secret = nodes["secret"].model_copy(update={"secret": False, "readback": "right"})  # type: ignore[index]
    flow = script.flow.model_copy(update={"nodes": nodes | {"secret": secret}})
    caller = Caller(Script(flow=flow, phrases=script.phrases))
    caller.offered(NUMBER)
    caller.feed(CustomerFound("Ana Ruiz"))
    gives(asks(caller.listen()), "4071").listen().say("yes", yes=0.98)
    asked = next(effect for effect in caller.effects if isinstance(effect, Prove))
    assert (asked.given, asked.secrets) == ({"secret": "4071"}, ())


def test_the_second_time_nothing_has_to_be_proved(caller: Caller) -> None:
    verified(caller).listen()
    asks(caller)
    assert caller.call.phase is Phase.CHECKING and caller.call.node == "balance"
    assert sum(isinstance(effect, Prove) for effect in caller.effects) == 1


def test_facts_are_looked_up_under_the_number_that_was_proved(caller: Caller) -> None:
    verified(caller)
    asked = next(effect for effect in caller.effects if isinstance(effect, LookUp))
    assert (asked.number, asked.facts) == (NUMBER, {"balance": "amount"})


def test_a_wrong_code_is_asked_for_again_twice_and_then_a_person_is_fetched(caller: Caller) -> None:
    judged(gives(asks(caller)), Proof.WRONG)
    assert caller.said[-1] == "That is not it. Your code?"
    judged(gives(caller.listen()), Proof.WRONG)
    assert caller.said[-1] == "That is not it. Your code?"
    judged(gives(caller.listen()), Proof.WRONG)
    assert caller.call.node == "handover"
    assert [event.reason for event in caller.notes if isinstance(event, EscalationRaised)] == ["account_access"]


def test_wrong_codes_add_up_over_a_call(caller: Caller) -> None:
    judged(gives(asks(caller)), Proof.WRONG)
    judged(gives(caller.listen()), Proof.WRONG).listen()
    caller.say("start over", start_over=0.98).listen()
    judged(gives(asks(caller)), Proof.WRONG)
    assert caller.call.node == "handover"


def test_a_code_that_was_lost_with_its_process_is_asked_for_again(caller: Caller) -> None:
    judged(gives(asks(caller)), Proof.LOST)
    assert caller.said[-1].endswith("Your code?") and caller.call.node == "secret"


@pytest.mark.parametrize("outcome", [Proof.LOCKED, Proof.UNKNOWN, Proof.FAILED])
def test_who_cannot_be_checked_is_brought_to_a_person(caller: Caller, outcome: Proof) -> None:
    judged(gives(asks(caller)), outcome)
    assert caller.call.node == "handover" and not caller.call.verified


def test_facts_that_the_records_do_not_hold_are_not_made_up(caller: Caller) -> None:
    found(judged(gives(asks(caller)), Proof.VERIFIED))
    assert caller.call.node == "handover" and not any("dollars" in each for each in caller.said)


def test_records_that_answer_too_late_count_as_none(caller: Caller) -> None:
    gives(asks(caller))
    request = caller.call.request
    assert request is not None
    caller.feed(DeadlinePassed("checking"))
    assert caller.call.node == "handover"
    caller.feed(ProofJudged(request, Proof.VERIFIED))
    assert not caller.call.verified


def test_facts_that_come_too_late_are_not_told(caller: Caller) -> None:
    judged(gives(asks(caller)), Proof.VERIFIED)
    caller.feed(DeadlinePassed("checking"))
    assert caller.call.node == "handover"


def test_an_unknown_caller_hears_the_approved_answer_instead() -> None:
    caller = Caller(desk()).dial()
    caller.say("what is my balance", hits=(("balance", 0.9),))
    assert caller.call.phase is Phase.ANSWERING
    caller.answer("The app shows it.", "balance")
    assert caller.said[-1] == "The app shows it."


def test_an_unknown_caller_who_only_names_it_is_answered_too() -> None:
    caller = Caller(desk()).dial()
    caller.say("my balance", hits=(("balance", 0.9),))
    assert caller.call.phase is Phase.ANSWERING


def test_a_known_caller_who_asks_something_else_is_answered(caller: Caller) -> None:
    caller.say("when do you open", hits=(("hours", 0.9),))
    assert [event.candidates for event in caller.notes if isinstance(event, AnswerRequested)] == [("hours",)]


def test_starting_over_forgets_who_was_verified(caller: Caller) -> None:
    verified(caller).listen().say("start over", start_over=0.98).listen()
    asks(caller)
    assert caller.said[-1] == "Your code?" and "balance" not in caller.call.results


def test_a_wish_for_a_person_counts_while_the_records_are_asked(caller: Caller) -> None:
    gives(asks(caller))
    caller.say("a person please", person=0.98)
    assert caller.call.node == "handover"


def test_other_words_meanwhile_wait_for_nothing(caller: Caller) -> None:
    gives(asks(caller))
    caller.say("hello?")
    assert caller.call.phase is Phase.CHECKING
    judged(caller, Proof.VERIFIED)
    assert caller.call.node == "balance"


def test_zero_reaches_a_person_while_the_records_are_asked(caller: Caller) -> None:
    gives(asks(caller))
    caller.press("0")
    assert caller.call.node == "handover"


def test_a_flow_that_jumps_to_a_lookup_tells_nothing_to_who_is_not_verified(caller: Caller) -> None:
    flow = caller.script.flow.model_copy(update={"keys": {"0": "handover", "7": "balance"}})
    caller.script = Script(flow=flow, phrases=caller.script.phrases)
    caller.press("7")
    assert caller.call.node == "handover" and not any(isinstance(effect, LookUp) for effect in caller.effects)


def test_the_transcript_says_that_the_turn_was_personal(caller: Caller) -> None:
    asked = Perceived(UtteranceId("u1"), "••••", 0.9, EN, 1.0, (), (), {}, ())
    told = next(
        event for event in verified(caller).notes if isinstance(event, PromptStarted) and event.purpose == "fact"
    )
    log = [Logged(CallId("c1"), n, 0, 0, event) for n, event in enumerate([asked, told, CallEnded("caller")], 1)]
    transcript = folds.transcript(log)
    assert (transcript.turns[0].kind, transcript.outcome) == ("personal", "answered")
