"""How finished words sound: the last word says more than the full stop a recogniser puts behind everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.turns.completeness import HANGING_WORDS, Completeness, completeness
from ivr.vocabulary.language import LanguageTag


@pytest.mark.parametrize(
    ("language", "text", "sounds"),
    [
        ("en", "What time do you open on Saturday?", Completeness.QUESTION),
        ("en", "I have lost my card.", Completeness.PLAIN),
        ("en", "I would like to change my.", Completeness.HANGING),
        ("en", "I was calling because", Completeness.HANGING),
        ("en", "My card is blocked and um", Completeness.HANGING),
        ("en", "Um.", Completeness.HANGING),
        ("en", "Well, I think...", Completeness.HANGING),
        ("en", "My reference number is 47", Completeness.READING),
        ("en", "four seven two", Completeness.READING),
        ("en", "it is ••••", Completeness.READING),
        ("en", "F-I-T-I-L-L.", Completeness.READING),
        ("en", "my name is J A", Completeness.READING),
        ("en", "It is F-5", Completeness.READING),
        ("es", "juan arroba", Completeness.READING),
        ("en", "maria@", Completeness.READING),
        ("en", "maria dot", Completeness.HANGING),
        ("en", "maria@example.com", Completeness.PLAIN),
        ("en", "It was not I.", Completeness.HANGING),
        ("en", "Plan B.", Completeness.PLAIN),
        ("en", "Yes.", Completeness.PLAIN),
        ("pt", "No.", Completeness.PLAIN),
        ("es", "Quiero hablar con", Completeness.HANGING),
        ("es", "¿A qué hora abren los sábados?", Completeness.QUESTION),
        ("pt", "Eu queria saber se", Completeness.HANGING),
        ("de", "Ich möchte meine", Completeness.HANGING),
        ("fr", "Je voudrais changer mon", Completeness.HANGING),
        ("it", "Vorrei cambiare il mio", Completeness.HANGING),
        ("en", "", Completeness.UNKNOWN),
        ("en", "  ", Completeness.UNKNOWN),
        ("xx", "something in a language we have no words for", Completeness.PLAIN),
    ],
)
def test_words_sound_as_finished_as_they_are(language: str, text: str, sounds: Completeness) -> None:
    assert completeness(text, LanguageTag(language)) is sounds


@given(st.text(max_size=200), st.sampled_from([*HANGING_WORDS, "xx"]))
def test_any_text_sounds_like_something(text: str, language: str) -> None:
    assert completeness(text, LanguageTag(language)) in Completeness
