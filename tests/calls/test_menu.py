"""Menus by voice or key, messages, and branches."""

import pytest

from ivr.calls.options import chosen
from ivr.calls.state import Asked, Phase, expectation
from ivr.flows.schema import Option
from ivr.vocabulary.events import CallerSilent, EscalationRaised, HoursSeen, NodeEntered, PromptCut, UtteranceClosed
from ivr.vocabulary.ids import NodeId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from tests.calls.caller import Caller
from tests.calls.desk import desk

MENU = "Hours, one. Visit, two. Person, three."


@pytest.fixture
def caller() -> Caller:
    return Caller(desk())


def nodes(caller: Caller) -> list[NodeId]:
    return [event.node for event in caller.noted(NodeEntered) if isinstance(event, NodeEntered)]


def test_a_menu_is_opened_by_its_name_or_its_key_from_the_open_question(caller: Caller) -> None:
    caller.dial().say("the main menu, please").listen()
    assert caller.said[-1] == MENU
    assert caller.call.asked is Asked.CHOICE
    other = Caller(desk()).dial().press("9")
    assert other.said[-1] == MENU


def test_a_word_of_the_menu_inside_a_question_is_no_wish_for_it(caller: Caller) -> None:
    caller.dial().say("what is on the menu of your canteen")
    assert caller.said[-1] == "I don't know that. Shall somebody call you back?"


@pytest.mark.parametrize("words", ["opening hours", "I would like to know your opening hours", "openin hours", "one"])
def test_an_option_is_chosen_by_its_words_in_a_sentence_slightly_misheard_or_by_number(
    caller: Caller, words: str
) -> None:
    caller.dial().press("9").listen().say(words)
    assert caller.said[-1] == "Nine to five."
    assert caller.call.results == {"topic": "hours"}


def test_an_option_is_chosen_by_key_while_the_menu_is_still_being_said(caller: Caller) -> None:
    caller.dial().press("9").press("1")
    assert caller.said[-1] == "Nine to five."


def test_what_fits_nothing_is_asked_again_in_other_words_and_then_leads_to_a_person(caller: Caller) -> None:
    caller.dial().press("9").listen()
    for reply in ("Which one?", "One, two or three?"):
        caller.say("bananas").listen()
        assert caller.said[-1] == reply
    caller.say("bananas")
    assert caller.call.node == "handover"
    (raised,) = caller.noted(EscalationRaised)
    assert isinstance(raised, EscalationRaised)
    assert raised.reason == "not_understood"


def test_a_question_that_is_known_is_answered_in_the_menu_which_is_then_said_again(caller: Caller) -> None:
    caller.dial().press("9").listen().say("what does a transfer cost", hits=(("fees", 0.9),)).answer("Nothing.", "fees")
    caller.listen()
    assert caller.said[-2:] == ["Nothing.", MENU]
    caller.say("visit")
    assert caller.call.node == "later"


def test_silence_in_a_menu_is_asked_about_and_then_leads_on(caller: Caller) -> None:
    caller.dial().press("9").listen()
    caller.feed(CallerSilent(8_000))
    assert caller.said[-1] == "Are you there?"
    caller.listen().feed(CallerSilent(8_000))
    assert caller.call.phase is Phase.LEAVING


def test_a_person_is_reached_from_a_menu_by_word_and_by_key(caller: Caller) -> None:
    for reach in ("word", "key"):
        each = Caller(desk()).dial().press("9").listen()
        each.say("somebody real", person=0.9) if reach == "word" else each.press("0")
        assert each.call.node == "handover"


def test_an_option_that_leads_to_a_person_says_in_the_log_that_one_was_asked_for(caller: Caller) -> None:
    caller.dial().press("9").listen().say("three")
    (raised,) = caller.noted(EscalationRaised)
    assert isinstance(raised, EscalationRaised)
    assert raised.reason == "asked"


def test_a_message_is_said_and_leads_on_to_a_question_that_knows_it_was_asked_before(caller: Caller) -> None:
    caller.dial().press("9").press("1").listen()
    assert caller.said[-2:] == ["Nine to five.", "Anything else?"]


def test_words_over_a_message_answer_the_question_after_it(caller: Caller) -> None:
    caller.dial().press("9").press("1")
    assert caller.call.prompt is not None
    caller.feed(PromptCut(caller.call.prompt, 0.3, "Nine"))
    assert (caller.call.node, caller.call.phase) == ("help", Phase.LISTENING)
    caller.say("what about a card", hits=(("card", 0.9),))
    assert caller.call.phase is Phase.ANSWERING


def test_words_over_a_message_before_a_goodbye_let_the_goodbye_come(caller: Caller) -> None:
    caller.dial().press("9").listen().say("visit")
    assert caller.call.prompt is not None
    caller.feed(PromptCut(caller.call.prompt, 0.3, "We"))
    assert (caller.call.node, caller.call.phase) == ("later", Phase.LISTENING)
    caller.say("fine then")
    assert nodes(caller)[-2:] == ["by_topic", "farewell"]
    assert caller.call.phase is Phase.LEAVING


def test_a_message_before_a_goodbye_is_said_again_for_who_asks_and_leads_on_all_the_same(caller: Caller) -> None:
    caller.dial().press("9").listen().say("visit")
    assert caller.call.prompt is not None
    caller.feed(PromptCut(caller.call.prompt, 0.3, "We"))
    caller.say("say that again", repeat=0.95)
    assert caller.said[-1] == "We are closed."
    assert caller.listen().call.phase is Phase.LEAVING


def test_a_branch_by_hours_follows_the_hours_as_they_were_last_seen(caller: Caller) -> None:
    caller.feed(HoursSeen(("branches", "phones"), {"branches": "2026-05-01"}))
    caller.dial().press("9").listen().say("visit")
    assert caller.said[-1] == "Come by now."
    caller.feed(HoursSeen(("phones",), {"branches": "2026-05-01"}))
    caller.listen().press("2")
    assert caller.said[-1] == "We are closed."


def test_a_branch_by_result_follows_what_was_chosen(caller: Caller) -> None:
    caller.dial().press("9").listen().say("visit").listen()
    assert nodes(caller)[-2:] == ["by_topic", "farewell"]


def test_starting_over_forgets_what_was_chosen(caller: Caller) -> None:
    caller.dial().press("9").press("1").listen().say("let us start over", start_over=0.95)
    assert caller.call.results == {}
    assert caller.said[-1] == "How can I help?"


def test_in_a_menu_a_number_said_alone_is_no_secret_and_the_options_keys_are_commands(caller: Caller) -> None:
    caller.dial().press("9").listen()
    expected = expectation(caller.call, caller.script.flow)
    assert expected.choosing
    assert expected.keys == {"0", "9", "1", "2", "3", "4"}


def test_a_cough_in_a_menu_chooses_nothing(caller: Caller) -> None:
    caller.dial().press("9").listen()
    caller.feed(UtteranceClosed(UtteranceId("u9"), 0, 200))
    caller.say("")
    assert caller.call.phase is Phase.LISTENING


OPTIONS = [
    Option.model_validate({"key": 1, "words": words, "next": "a"})
    for words in (
        {"en": ["card"], "es": ["tarjeta"], "de": ["Karte"]},
        {"en": ["lost card"], "es": ["tarjeta perdida"], "de": ["Karte verloren"]},
    )
] + [Option.model_validate({"key": 7, "words": {"en": ["branch"], "es": ["sucursal"], "de": ["Filiale"]}, "next": "b"})]


@pytest.mark.parametrize(
    ("text", "language", "place"),
    [
        ("my card", "en", 0),
        ("I have a lost card", "en", 1),
        ("seven", "en", 2),
        ("number seven please", "en", 2),
        ("the third", "en", 2),
        ("la tercera", "es", 2),
        ("siete", "es", 2),
        ("una tarjeta perdida", "es", 1),
        ("Karte verloren", "de", 1),
        ("die dritte", "de", 2),
        ("branh", "en", 2),
        ("cart", "en", None),
        ("one or seven", "en", None),
        ("a branch or a card", "en", None),
        ("nothing", "en", None),
        ("", "en", None),
    ],
)
def test_which_option_was_meant(text: str, language: str, place: int | None) -> None:
    option = chosen(text, LanguageTag(language), OPTIONS)
    assert option == (None if place is None else OPTIONS[place])
