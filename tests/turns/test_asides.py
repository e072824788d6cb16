"""What is said while a prompt plays: nods, garbled nods, and wishes for the floor, as a recogniser wrote them."""

import pytest

from ivr.turns.asides import Verdict, is_nod, is_noise, verdict
from ivr.vocabulary.language import LanguageTag

EN, ES, DE = LanguageTag("en"), LanguageTag("es"), LanguageTag("de")


@pytest.mark.parametrize("text", ["Okay.", "Uh-huh.", "Mm-hmm", "Oh, okay, great", "I see.", "Yes, yes."])
def test_a_nod_says_go_on(text: str) -> None:
    assert verdict(text, EN, 0.6, asked=False) is Verdict.NOD


def test_under_a_question_yes_is_an_answer() -> None:
    assert verdict("Yes.", EN, 0.5, asked=True) is Verdict.WORDS
    assert verdict("Yes, please.", EN, 0.6, asked=True) is Verdict.CLEAR


@pytest.mark.parametrize(("text", "language"), [("Sí, claro", ES), ("Ja, genau", DE), ("Vale, vale.", ES)])
def test_nods_are_known_in_the_callers_language(text: str, language: LanguageTag) -> None:
    assert is_nod(text, language)


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("Can I talk", 0.82), ("How much?", 0.77), ("Excuse me.", 0.57), ("No.", 0.44), ("Okay, but what about", 0.75)],
)
def test_a_sentence_that_has_begun_wants_the_floor(text: str, confidence: float) -> None:
    assert verdict(text, EN, confidence, asked=False) is Verdict.CLEAR


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("Emma Chen.", 0.28), ("Amit.", 0.29), ("Eyes", 0.35), ("No.", 0.22), ("Men are...", 0.1), ("L", 0.14)],
)
def test_what_a_recogniser_makes_of_mm_hm_is_not_believed(text: str, confidence: float) -> None:
    assert verdict(text, EN, confidence, asked=False) is Verdict.UNSURE


@pytest.mark.parametrize(("text", "confidence"), [("How much", 0.41), ("My car", 0.33), ("Mine.", 0.44)])
def test_the_beginning_of_a_sentence_may_be_one(text: str, confidence: float) -> None:
    assert verdict(text, EN, confidence, asked=False) is Verdict.WORDS


def test_a_sound_without_words_is_nothing() -> None:
    assert verdict(" ", EN, 0.0, asked=False) is Verdict.NOTHING


@pytest.mark.parametrize(("text", "confidence"), [("C", 0.19), ("Kyaaa!", 0.11), ("Bye.", 0.29), ("Tired it.", 0.21)])
def test_an_aside_that_is_hardly_believed_is_noise(text: str, confidence: float) -> None:
    assert is_noise(text, EN, confidence)


@pytest.mark.parametrize(
    ("text", "confidence"), [("Stop", 0.22), ("Wait", 0.16), ("Excuse me.", 0.63), ("I lost my", 0.3), ("Hello", 0.58)]
)
def test_an_aside_that_asks_for_the_floor_is_none(text: str, confidence: float) -> None:
    assert not is_noise(text, EN, confidence)
