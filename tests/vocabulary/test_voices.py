"""The table of voices, as an operator writes it."""

import pytest

from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.voices import VoiceChoice, read_voices


def test_each_language_is_given_an_engine_and_for_piper_a_voice() -> None:
    assert read_voices(" es=piper:es_ES-davefx-medium, fr = espeak,pt-BR=kokoro,") == {
        LanguageTag("es"): VoiceChoice("piper", "es_ES-davefx-medium"),
        LanguageTag("fr"): VoiceChoice("espeak"),
        LanguageTag("pt-BR"): VoiceChoice("kokoro"),
    }


def test_nothing_written_is_an_empty_table() -> None:
    assert read_voices("") == read_voices(" , ") == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("es", "names no voice"),
        ("es=", "names no voice"),
        ("spanish language=kokoro", "not a language tag"),
        ("es=festival", "'festival' is no engine"),
        ("es=piper", "names no Piper voice"),
        ("es=piper:davefx", "names no Piper voice"),
        ("es=piper:../../es_ES-x-low", "names no Piper voice"),
        ("es=kokoro:jm_kumo", "write kokoro alone"),
        ("es=kokoro,es=espeak", "two voices"),
    ],
)
def test_an_entry_that_is_wrong_is_named(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_voices(text)
