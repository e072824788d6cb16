"""What Whisper writes that nobody said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.whisper.guards import collapsed, is_echo, is_nothing, is_outro, is_runaway


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I want to " * 12, "I want to"),
        ("no, " * 30, "no"),
        ("Hello. the card is the card is the card is the card is the card", "Hello. the card is"),
        ("ha ha ha ha ha ha ha and then my card", "ha and then my card"),
        ("gracias por todo " * 5 + "adiós", "gracias por todo adiós"),
    ],
)
def test_endless_repetition_is_seen_and_said_once(text: str, said: str) -> None:
    assert is_runaway(text)
    assert collapsed(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "No, no, no, I never made that payment.",
        "My card number is 4 4 4 4 5 5 5 5 6 6 6 6.",
        "I called yesterday and I called today and I called last week.",
        "Yes yes yes.",
        "There is a payment on my statement that I never made, and I want my money back.",
        "",
    ],
)
def test_people_may_repeat_themselves(text: str) -> None:
    assert not is_runaway(text)


@given(st.text(max_size=200))
def test_collapsing_ends_and_leaves_nothing_to_collapse(text: str) -> None:
    once = collapsed(text)
    assert collapsed(once) == once
    assert len(once) <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Thank you for watching. Please subscribe to my channel.",
        "¡Gracias por ver el video!",
        "Obrigado por assistir.",
        "Merci d'avoir regardé cette vidéo !",
        "Vielen Dank fürs Zuschauen.",
        "Спасибо за просмотр!",
        "ご視聴ありがとうございました。",
    ],
)
def test_a_closing_line_over_doubtful_sound_is_not_what_a_caller_said(text: str) -> None:
    assert is_outro(text, no_speech=0.5, confidence=0.7)
    assert not is_outro(text, no_speech=0.02, confidence=0.9)


@pytest.mark.parametrize(
    "text",
    [
        "Subtítulos realizados por la comunidad de Amara.org",
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Untertitel im Auftrag des ZDF für funk, 2017",
        "Редактор субтитров А.Семкин Корректор А.Егорова",
        "Legendas pela comunidade Amara.org",
    ],
)
def test_a_subtitlers_credit_is_never_what_a_caller_said(text: str) -> None:
    assert is_outro(text, no_speech=0.0, confidence=0.99)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you.",
        "See you tomorrow.",
        "I saw it on your channel, please subscribe me to the newsletter about cards.",
        "Gracias por su ayuda.",
        "",
    ],
)
def test_thanks_are_thanks(text: str) -> None:
    assert not is_outro(text, no_speech=0.9, confidence=0.1)


def test_hot_words_alone_are_an_echo_and_a_sentence_with_them_is_not() -> None:
    assert is_echo("Card, stolen.", "PIN, card, stolen")
    assert not is_echo("My card was stolen.", "PIN, card, stolen")


def test_a_guess_is_nothing_and_a_short_word_is_something() -> None:
    assert is_nothing(no_speech=0.77, confidence=0.005)
    assert is_nothing(no_speech=0.7, confidence=0.3)
    assert is_nothing(no_speech=0.36, confidence=0.05)
    assert not is_nothing(no_speech=0.04, confidence=0.44)
