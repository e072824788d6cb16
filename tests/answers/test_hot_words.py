"""What callers are likely to say, for a recogniser to lean towards."""

from ivr.answers.hot_words import MOST_WORDS, all_hot_words, hot_words
from ivr.vocabulary.language import LanguageTag
from tests.answers.conftest import EN, ES, approved


def test_what_is_asked_most_comes_first_as_it_is_written_most() -> None:
    answers = [approved("pin", ["How do I change my PIN?", "new PIN", "lost pin"], "At any cash machine.")]
    assert hot_words(answers, EN).split(", ")[0] == "PIN"


def test_small_words_help_nobody() -> None:
    answers = [approved("pin", ["How do I do it with my PIN?"], "At any cash machine.")]
    assert hot_words(answers, EN) == "PIN"


def test_they_are_few() -> None:
    words = ["".join(chr(ord("a") + int(digit)) for digit in f"{n:04}") for n in range(200)]
    answers = [approved("many", [" ".join(words)], "Yes.")]
    assert len(hot_words(answers, EN).split(", ")) == MOST_WORDS


def test_a_language_in_which_they_did_harm_has_none() -> None:
    answers = [approved("pin", ["change my PIN"], "At any cash machine.", es="En cualquier cajero.")]
    answers[0].questions[ES] = ("cambiar el PIN",)
    assert all_hot_words("Test Bank", answers) == {EN: "Test Bank, change, PIN"}
    assert hot_words(answers, LanguageTag("es")) == ""


def test_without_questions_there_are_none() -> None:
    assert all_hot_words("Test Bank", []) == {}
