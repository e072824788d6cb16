"""A caller who reads out a card number, a code or a password that nobody asked for is asked kindly not to, once."""

import pytest

from ivr.calls.digits import NUMBER, UNASKED_SECRET
from ivr.calls.state import Phase
from tests.calls.caller import Caller
from tests.calls.script import script

KINDLY = "Please do not tell me that."


@pytest.fixture
def caller() -> Caller:
    return Caller(script()).dial()


def test_who_reads_out_a_secret_is_asked_not_to_and_what_else_there_is(caller: Caller) -> None:
    caller.say("my card number is ••••", digits="4539", shape=UNASKED_SECRET).listen()
    assert caller.said[-2:] == [KINDLY, "Anything else?"]
    assert caller.call.phase is Phase.LISTENING


def test_it_is_said_once_in_a_call(caller: Caller) -> None:
    for _ in range(3):
        caller.say("••••", digits="4539", shape=UNASKED_SECRET).listen()
    assert caller.said.count(KINDLY) == 1


def test_any_other_number_is_not_minded(caller: Caller) -> None:
    caller.say("it is •••••", digits="48213", shape=NUMBER).listen()
    assert KINDLY not in caller.said


def test_an_answer_that_is_known_is_given_all_the_same_and_it_is_said_before(caller: Caller) -> None:
    caller.say("my card ••••, how do i block it", hits=(("block", 0.97),), digits="4539", shape=UNASKED_SECRET)
    assert caller.call.phase is Phase.ANSWERING
    caller.answer("Use the app.")
    assert caller.said[-1] == f"{KINDLY} Use the app."


def test_an_answer_from_documents_is_known_too(caller: Caller) -> None:
    passages = (("fees#2", 0.8),)
    caller.say("my card ••••, what does a new one cost", passages=passages, digits="4539", shape=UNASKED_SECRET)
    caller.answer("It costs six pounds.", "fees#2", "composed")
    assert caller.said[-1] == f"{KINDLY} It costs six pounds."


def test_a_wish_to_be_called_back_is_not_passed_over(caller: Caller) -> None:
    caller.say("call me back, my card is ••••", digits="4539", shape=UNASKED_SECRET, callback=0.9)
    assert caller.said[-1].startswith(KINDLY) and caller.call.node == "handover"


def test_a_wish_for_a_person_comes_first(caller: Caller) -> None:
    caller.say("a person please, my card is ••••", digits="4539", shape=UNASKED_SECRET, person=0.99)
    assert KINDLY not in caller.said
