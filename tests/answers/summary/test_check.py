"""What the check lets stand, and what it drops."""

import pytest

from ivr.answers.summary import Book, Known
from ivr.answers.summary.check import proof_of, unsupported
from ivr.answers.summary.facts import facts_of
from ivr.answers.summary.folding import clip, stands_in

from .conftest import LoggedCall


@pytest.mark.parametrize(
    ("text", "turns", "why"),
    [
        ("Asked about Saturdays: “when are you open”", (1,), ""),
        ("Was told “We are open from nine to one”", (1,), ""),
        ("Was told “We are … closed”", (1,), ""),
        ("Was told 9 to 1 by opening-hours", (1,), ""),
        ("Was told nine to one", (1,), ""),
        ("Anna Meyer calls from +1 202-555-0143", (1,), ""),
        ("Asked “when do you open”", (1,), "quotes what was not said: when do you open"),
        ("Asked “someone stole my purse”", (1,), "quotes what was not said: someone stole my purse"),
        ("Was told “We closed are”", (1,), "quotes what was not said: We closed are"),
        ("Was told 10 to 1", (1,), "has a number of its own: 10"),
        ("Was told ten to one", (1,), "has a number of its own: ten"),
        ("Calls from +1 202-555-0144", (1,), "has a number of its own: 12025550144"),
        ("Spoke with Peter before", (1,), "names what was not named: Peter"),
        ("Was told lost-card", (1,), "names what was not named: lost-card"),
        ("Asked “when are you open”", (2,), "quotes what was not said: when are you open"),
        ("Asked “when are you open”", (), "cites no turn of this call"),
        ("Asked “when are you open”", (1, 7), "cites no turn of this call"),
    ],
)
def test_a_line_stands_only_on_the_turns_that_it_cites(
    call: LoggedCall, english: Book, text: str, turns: tuple[int, ...], why: str
) -> None:
    call.asks_hours().asks_for_a_person()
    facts = facts_of(call.log, Known("Anna Meyer"))
    assert unsupported(text, proof_of(facts, turns, english, {}), english) == why


def test_what_was_sent_and_not_heard_proves_nothing(call: LoggedCall, english: Book) -> None:
    call.say("when are you open on saturdays", hits=(("opening-hours", 0.9),))
    call.answer("We are open from nine to one on Saturdays. On Sundays we are closed.", "opening-hours")
    call.cuts(0.5, "We are open from nine to one")
    facts = facts_of(call.log)
    proof = proof_of(facts, (1,), english, {})
    assert unsupported("Was told “from nine to one”", proof, english) == ""
    assert unsupported("Was told “On Sundays we are closed”", proof, english) != ""


def test_passages_are_found_whatever_their_accents_and_case() -> None:
    assert stands_in("Numero equivocado", ["¡Es el NÚMERO equivocado!"])
    assert not stands_in("equivocado numero", ["Es el número equivocado"])
    assert not stands_in("cat", ["a category"])
    assert not stands_in("", ["anything"])
    assert not stands_in("one two", ["one", "two"])


def test_a_quotation_is_cut_at_a_sentence_or_says_that_it_goes_on() -> None:
    assert clip("One two three.", 3) == "One two three."
    assert clip("One two three. Four five six seven.", 4) == "One two three."
    assert clip("One two three four five.", 3) == "One two three …"
