"""Evaluating hearing: errors by word, both windows on the same clips, and clips that were cut off."""

from pathlib import Path

import pytest

from ivr.adapters.scripted.codec import encode
from ivr.adapters.scripted.speech import EnergyVoiceActivity, ScriptedHearing
from ivr.audio import g711
from ivr.measure.speech_eval import evaluate_speech, normalised, read_clips, word_errors
from ivr.measure.turns_eval import Clip, Judge
from ivr.ports.speech import SpeechToText, Transcript
from ivr.session.ear import Ear
from ivr.turns.completeness import Completeness
from ivr.turns.floor import TurnRules
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import MULAW_SILENCE, MuLaw, Pcm16

EN, ES = LanguageTag("en"), LanguageTag("es")


class MishearsOneWord:
    """A recogniser that hears "cart" for "card"."""

    def __init__(self, inner: SpeechToText) -> None:
        self._inner = inner

    async def transcribe(self, utterance: Pcm16, languages: list[LanguageTag], **_: object) -> Transcript:
        heard = await self._inner.transcribe(utterance, languages)
        text = heard.text.replace("card", "cart")
        return Transcript(text, heard.confidence, heard.language, heard.posteriors, heard.no_speech, heard.window_ms)


def clip(text: str, language: LanguageTag = EN, pause_ms: int = 0) -> Clip:
    first, _, rest = text.partition("|")
    silence = bytes([MULAW_SILENCE]) * (8 * pause_ms)
    audio = g711.encode(encode(first, language)) + (silence + g711.encode(encode(rest, language)) if rest else b"")
    return Clip(MuLaw(audio), language, text.replace("|", " "))


def ear() -> Ear:
    return Ear(EnergyVoiceActivity(), TurnRules(), 0)


def judging(_: LanguageTag) -> Judge:
    """Judges nothing: the pauses are those of unknown words."""

    async def judge(_: Pcm16) -> tuple[Completeness, float]:
        return Completeness.UNKNOWN, 0.0

    return judge


async def test_errors_are_counted_by_language_and_window() -> None:
    hearing = ScriptedHearing()
    clips = [clip("I lost my card"), clip("where is it"), clip("hola a todos", ES)]
    told = (await evaluate_speech(clips, MishearsOneWord(hearing), hearing, ear, judging)).as_json()
    assert told["by_language"] == {
        "en": {"n": 2, "wer": round(1 / 7, 4), "wer_full_window": 0.0},
        "es": {"n": 1, "wer": 0.0, "wer_full_window": 0.0},
    }
    assert told["wer"] == 0.1
    assert told["language_accuracy"] == 1.0
    assert told["cut_off"] == 0.0
    assert told["seconds_per_utterance"] > 0 < told["seconds_full_window"]


async def test_a_clip_with_a_pause_longer_than_patience_counts_as_cut_off() -> None:
    hearing = ScriptedHearing()
    clips = [clip("I lost my card|in Paris", pause_ms=1_900), clip("I lost my card|in Paris", pause_ms=200)]
    told = (await evaluate_speech(clips, hearing, hearing, ear, judging)).as_json()
    assert told["cut_off"] == 0.5


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("Press 1, please.", "press one please", 0),
        ("Don't worry.", "dont worry", 0),
        ("It's 25 euros", "its twenty-five euros", 0),
        ("my card was stolen", "my cart was still in", 3),
        ("hello", "", 1),
        ("", "two words", 2),
    ],
)
def test_spelling_is_no_error_and_other_words_are(said: str, heard: str, errors: int) -> None:
    assert word_errors(normalised(said, EN), normalised(heard, EN)) == errors


def test_accents_are_left_as_they_are() -> None:
    assert normalised("¿Dónde está?", ES) == "dónde está"


def test_a_manifest_is_found_in_its_folder_and_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text('{"audio": "a.wav", "language": "es", "text": "hola"}\n', "utf-8")
    asked: list[Path] = []

    def recording(path: Path) -> MuLaw:
        asked.append(path)
        return MuLaw(b"\xff")

    assert read_clips(tmp_path, recording) == [Clip(MuLaw(b"\xff"), ES, "hola", "a")]
    assert asked == [tmp_path / "a.wav"]


@pytest.mark.parametrize("line", ["not json", '{"audio": "a.wav"}', '{"audio": "a", "language": "?", "text": ""}'])
def test_a_row_that_is_wrong_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "rows.jsonl"
    good = '{"audio": "a.wav", "language": "es", "text": "hola"}'
    file.write_text(f"{good}\n{line}\n", "utf-8")
    with pytest.raises(ConfigError) as error:
        read_clips(file, lambda _: MuLaw(b"\xff"))
    assert error.value.where.endswith("rows.jsonl:2")
