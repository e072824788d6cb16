"""What is asked for is read back, confirmed and kept; a person, a wait and a way out are never further away for it."""

import pytest

from ivr.calls.state import Asked, Phase, expectation
from ivr.turns.floor import Patience
from ivr.vocabulary.events import CallerSilent, Collected, DeadlinePassed, StreamLost, TakenUp
from ivr.vocabulary.ids import StreamId
from tests.calls.caller import Caller
from tests.calls.desk import desk


@pytest.fixture
def caller() -> Caller:
    return Caller(desk()).dial().press("9").listen().press("4").listen()


def gives(caller: Caller, text: str, value: str) -> Caller:
    """Say something that the session reads as what was asked for, and hear the reply."""
    return caller.say(text, digits=value, shape="fits").listen()


def yes(caller: Caller) -> Caller:
    return caller.say("yes", yes=0.98).listen()


def no(caller: Caller) -> Caller:
    return caller.say("no", no=0.98).listen()


def test_everything_is_asked_for_read_back_in_words_confirmed_kept_and_said_later(caller: Caller) -> None:
    assert caller.said[-1] == "Your name?"
    assert gives(caller, "Ana Ruiz", "Ana Ruiz").said[-1] == "Ana Ruiz. Right?"
    assert yes(caller).said[-1] == "Which day?"
    assert gives(caller, "the fourth of December", "2026-12-04").said[-1].startswith("Friday, December fourth, twenty")
    yes(caller)
    assert gives(caller, "twenty five fifty", "25.50").said[-1] == "twenty-five dollars and fifty cents. Right?"
    yes(caller)
    gives(caller, "••••", "••••")
    assert caller.said[-1].startswith("Ana Ruiz, on Friday, December fourth")
    assert caller.said[-1].endswith("twenty-five dollars and fifty cents: are you sure?")
    assert yes(caller).said[-2:] == ["Noted, Ana Ruiz.", "Anything else?"]
    assert [(event.result, event.value) for event in caller.noted(Collected) if isinstance(event, Collected)] == [
        ("name", "Ana Ruiz"),
        ("day", "2026-12-04"),
        ("sum", "25.50"),
        ("code", "••••"),
        ("sure", "yes"),
    ]


def test_what_was_read_back_and_is_wrong_is_asked_for_again(caller: Caller) -> None:
    gives(caller, "Anna Ruiz", "Anna Ruiz")
    assert no(caller).said[-1] == "Your name?"
    assert caller.noted(Collected) == []
    yes(gives(caller, "Ana Ruiz", "Ana Ruiz"))
    assert caller.call.results["name"] == "Ana Ruiz"


def test_a_correction_in_the_same_breath_is_read_back_at_once(caller: Caller) -> None:
    gives(caller, "Anna Ruiz", "Anna Ruiz")
    caller.say("no, it's A N A", digits="Ana", shape="fits", no=0.8).listen()
    assert caller.said[-1] == "Ana. Right?"


def test_a_yes_beside_something_that_could_be_a_value_is_a_yes(caller: Caller) -> None:
    yes(gives(caller, "Ana", "Ana"))
    gives(caller, "the fourth", "2026-12-04")
    caller.say("yes, that's the one", digits="2026-12-01", shape="fits", yes=0.9).listen()
    assert caller.call.results["day"] == "2026-12-04"


def test_a_read_back_is_confirmed_and_refused_by_key(caller: Caller) -> None:
    gives(caller, "Ana", "Ana").press("2").listen()
    assert caller.said[-1] == "Your name?"
    gives(caller, "Eva", "Eva").press("1").listen()
    assert caller.call.results["name"] == "Eva"


def test_neither_yes_nor_no_is_asked_about_and_the_value_is_kept_meanwhile(caller: Caller) -> None:
    gives(caller, "Ana", "Ana")
    caller.say("well").listen()
    assert caller.said[-1] == "Right or wrong?"
    yes(caller)
    assert caller.call.results["name"] == "Ana"


def test_what_does_not_fit_is_asked_for_three_times_and_then_leads_to_a_person(caller: Caller) -> None:
    for _ in range(2):
        caller.say("hm hm").listen()
        assert caller.said[-1] == "That was none."
    caller.say("hm hm")
    assert caller.call.node == "handover"


def test_the_beginning_of_a_value_is_waited_for_and_costs_no_try(caller: Caller) -> None:
    for _ in range(4):
        caller.say("ana dot", digits="ana dot", shape="begun").listen()
        assert caller.said[-1] == "Go on."
    assert caller.call.attempts == 0


@pytest.mark.parametrize("reach", ["word", "key", "call me"])
def test_a_person_is_reached_while_something_is_asked_for(caller: Caller, reach: str) -> None:
    match reach:
        case "word":
            caller.say("a person", digits="a person", shape="fits", person=0.95)
        case "key":
            caller.press("0")
        case _:
            caller.say("call me back", digits="call me back", shape="fits", callback=0.95)
    assert caller.call.node == "handover"


def test_hold_on_is_no_name(caller: Caller) -> None:
    caller.say("hold on", digits="hold on", shape="fits", hold_on=0.98)
    assert caller.call.phase is Phase.HOLDING


def test_goodbye_leads_out(caller: Caller) -> None:
    caller.say("goodbye", goodbye=0.95)
    assert caller.call.phase is Phase.LEAVING


def test_silence_repeats_what_was_asked_and_then_leads_out(caller: Caller) -> None:
    for _ in range(2):
        caller.feed(CallerSilent(8_000))
        assert caller.listen().said[-1] == "Your name?"
    caller.feed(CallerSilent(8_000))
    assert caller.call.phase is Phase.LEAVING


def test_what_was_lost_with_the_process_that_held_it_is_asked_for_again(caller: Caller) -> None:
    caller.release = lambda digits: Caller.release(caller, "")  # type: ignore[method-assign]
    gives(caller, "Ana", "Ana")
    assert caller.said[-1] == "Your name?"
    assert caller.call.value == ""


def test_a_value_that_never_comes_is_asked_for_again(caller: Caller) -> None:
    caller.release = lambda digits: caller  # type: ignore[method-assign]
    caller.say("Ana", digits="Ana", shape="fits")
    assert caller.call.phase is Phase.RELEASING
    caller.feed(DeadlinePassed("releasing"))
    assert caller.said[-1] == "Your name?"


def test_a_call_that_is_taken_up_asks_again_and_keeps_what_was_confirmed(caller: Caller) -> None:
    yes(gives(caller, "Ana", "Ana"))
    caller.feed(StreamLost("gone"))
    caller.feed(TakenUp(StreamId("MZ2"), "2"))
    assert caller.listen().said[-1] == "Which day?"
    assert caller.call.results["name"] == "Ana"


def test_how_to_listen_follows_what_is_asked_for(caller: Caller) -> None:
    def expected() -> tuple[Patience, str | None, frozenset[str]]:
        now = expectation(caller.call, caller.script.flow)
        return now.patience, now.wanted.what if now.wanted is not None else None, now.keys

    assert expected() == (Patience.LETTERS, "name", {"0", "9"})
    gives(caller, "Ana", "Ana")
    assert expected() == (Patience.SHORT, "name", {"0", "9", "1", "2"})
    yes(caller)
    assert expected() == (Patience.OPEN, "date", frozenset())
    yes(gives(caller, "the fourth", "2026-12-04"))
    assert expectation(caller.call, caller.script.flow).star == "."
    yes(gives(caller, "five", "5.00"))
    assert expected() == (Patience.DIGITS, "digits", frozenset())
    assert expectation(caller.call, caller.script.flow).alone == {"0", "9"}
    gives(caller, "••••", "••••")
    assert caller.call.asked is Asked.YES_NO
    assert expected() == (Patience.SHORT, None, {"0", "9", "1", "2"})


def test_a_date_may_be_keyed(caller: Caller) -> None:
    yes(gives(caller, "Ana", "Ana"))
    caller.enter("2026-12-04", "fits").listen()
    assert caller.said[-1].startswith("Friday, December fourth")
