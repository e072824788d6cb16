"""Between two near answers the caller is asked which, once, and may choose in many ways."""

import pytest

from ivr.calls.choosing import chosen, near_tie
from ivr.calls.effects import Answer
from ivr.calls.state import Asked, Choice, Phase, expectation
from ivr.vocabulary.events import AnswerRequested, Clarified, EscalationRaised, Hit, Perceived, UtteranceClosed
from ivr.vocabulary.ids import AnswerId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from tests.calls.caller import EN, Caller
from tests.calls.script import script

CHANGE, FORGOT = AnswerId("change-pin"), AnswerId("forgotten-pin")
QUESTION = "Do you mean changing your PIN, or a forgotten PIN?"
PINS = Choice((CHANGE, FORGOT), ("changing your PIN", "a forgotten PIN"))


def pins(first: float = 0.4, second: float = 0.3) -> tuple[Hit, ...]:
    return (Hit(CHANGE, first, "changing your PIN"), Hit(FORGOT, second, "a forgotten PIN"))


def say(caller: Caller, text: str, hits: tuple[Hit, ...] = (), language: LanguageTag = EN, **signals: float) -> Caller:
    caller.utterances += 1
    utterance = UtteranceId(f"u{caller.utterances}")
    caller.feed(UtteranceClosed(utterance, 0, 1_000))
    caller.feed(Perceived(utterance, text, 0.9, language, 1.0, (), hits, signals))
    return caller


@pytest.fixture
def caller() -> Caller:
    return say(Caller(script()).dial(), "something with my pin", pins())


def wanted(caller: Caller) -> tuple[AnswerId, ...]:
    found = caller.effects[-1]
    assert isinstance(found, Answer), found
    return found.candidates


@pytest.mark.parametrize(
    ("first", "second", "asks"),
    [(0.4, 0.3, True), (0.6, 0.4, True), (0.6, 0.2, False), (0.9, 0.8, False), (0.4, 0.1, False), (0.15, 0.14, False)],
)
def test_two_near_answers_are_asked_about_and_a_clear_one_is_not(first: float, second: float, asks: bool) -> None:
    assert (near_tie(pins(first, second)) is not None) is asks


def test_answers_without_names_are_not_asked_about() -> None:
    assert near_tie((Hit(CHANGE, 0.4), Hit(FORGOT, 0.3))) is None
    assert near_tie(pins()[:1]) is None


def test_the_caller_is_asked_which_of_the_two_by_name_and_the_log_says_so(caller: Caller) -> None:
    assert caller.said[-1] == QUESTION
    assert caller.noted(Clarified) == [Clarified(1, (CHANGE, FORGOT))]
    assert {"1", "2", "0"} <= expectation(caller.call, caller.script.flow).keys


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("the first", CHANGE), ("first one please", CHANGE), ("number two", FORGOT), ("the last one", FORGOT),
        ("the latter", FORGOT), ("change it", CHANGE), ("I forgot it", FORGOT), ("forgotten", FORGOT),
        ("the second", FORGOT), ("one", CHANGE),
    ],
)  # fmt: skip
def test_one_is_chosen_by_place_or_by_a_word_of_its_name(caller: Caller, text: str, meant: AnswerId) -> None:
    say(caller, text)
    assert caller.call.phase is Phase.ANSWERING and wanted(caller) == (meant,)


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("es", "la segunda", 1), ("es", "el primero", 0), ("es", "la última", 1), ("pt", "a segunda", 1),
        ("pt", "o primeiro", 0), ("fr", "le deuxième", 1), ("de", "das zweite", 1), ("it", "la prima", 0),
    ],
)  # fmt: skip
def test_places_are_understood_in_every_language(language: str, text: str, place: int) -> None:
    assert chosen(text, LanguageTag(language), (), PINS) == PINS.answers[place]


@pytest.mark.parametrize(("key", "meant"), [("1", CHANGE), ("2", FORGOT)])
def test_one_is_chosen_by_key(caller: Caller, key: str, meant: AnswerId) -> None:
    caller.press(key)
    assert wanted(caller) == (meant,) and isinstance(caller.notes[-1], AnswerRequested)


def test_other_words_are_taken_for_the_nearer_of_the_two(caller: Caller) -> None:
    say(caller, "I don't remember those four numbers", (Hit(FORGOT, 0.25), Hit(CHANGE, 0.1)))
    assert wanted(caller) == (FORGOT,)


def test_a_question_about_something_else_is_answered(caller: Caller) -> None:
    say(caller, "when are you open", (Hit(AnswerId("hours"), 0.9, "opening hours"), Hit(CHANGE, 0.3, "x")))
    assert wanted(caller)[0] == "hours" and caller.call.choice is None


def test_yes_is_asked_again_once_and_then_a_person_helps(caller: Caller) -> None:
    say(caller, "yes", yes=0.95)
    assert caller.said[-1] == QUESTION and caller.call.choice == PINS
    say(caller, "yes", yes=0.95)
    assert [event.reason for event in caller.noted(EscalationRaised)] == ["not_understood"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["neither", "neither of them", "something else", "no"])
def test_neither_is_an_honest_no_with_the_offer_of_a_person(caller: Caller, text: str) -> None:
    say(caller, text, no=0.9)
    assert caller.said[-1].startswith("I don't know that.") and caller.call.asked is Asked.PERSON


def test_what_is_near_again_is_not_asked_twice_running(caller: Caller) -> None:
    say(caller, "hmm my card", (Hit(AnswerId("a"), 0.4, "a card"), Hit(AnswerId("b"), 0.35, "another card")))
    assert caller.said[-1] == "Once more, please."


def test_said_again_the_question_still_stands(caller: Caller) -> None:
    say(caller, "say that again", repeat=0.95)
    assert caller.said[-1] == QUESTION
    assert wanted(say(caller, "the second")) == (FORGOT,)


def test_a_person_is_still_one_word_away(caller: Caller) -> None:
    say(caller, "a person please", person=0.95)
    assert caller.noted(EscalationRaised) and caller.call.choice is None


def test_words_in_another_language_are_asked_again_as_ever() -> None:
    caller = say(Caller(script()).dial(), "algo con mi pin", pins(), LanguageTag("es"))
    assert caller.said[-1] == "Please say it differently."
