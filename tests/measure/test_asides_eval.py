"""Evaluating barge-in: what a nod, a cough and an interruption do to a prompt, as it is counted."""

from pathlib import Path

import numpy as np
import pytest

from ivr.adapters.scripted.speech import EnergyVoiceActivity
from ivr.audio import g711
from ivr.cli.place import recording
from ivr.demo import FOLDER
from ivr.measure.asides_eval import INTERRUPTION, Aside, Hears, evaluate_asides, read_asides
from ivr.ports.speech import Transcript
from ivr.session.ear import Ear
from ivr.turns.floor import TurnRules
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import SAMPLE_RATE_HZ, MuLaw, Pcm16

EN = LanguageTag("en")
QUESTION = recording(FOLDER / "callers" / "en-pin.wav")


def ear() -> Ear:
    return Ear(EnergyVoiceActivity(), TurnRules(), 0)


def hearing(text: str, confidence: float = 0.9, took_ms: float = 100.0) -> Hears:
    """A recogniser that makes the same of everything."""

    async def hears(_: Pcm16, language: LanguageTag) -> tuple[Transcript, float]:
        return Transcript(text, confidence, language, {language: 1.0}, 0.0, 10_000), took_ms

    return hears


def speech(ms: int) -> MuLaw:
    """The beginning of a recorded question, from its first sound on."""
    samples = np.frombuffer(g711.decode(QUESTION), dtype="<i2")
    begins = int(np.argmax(np.abs(samples) > 2_000))
    return g711.encode(Pcm16(samples[begins : begins + ms * SAMPLE_RATE_HZ // 1_000].tobytes()))


async def told(kind: str, audio: MuLaw, hears: Hears) -> dict[str, object]:
    report = await evaluate_asides([Aside("it", kind, EN, audio)], hears, ear)
    counted: dict[str, object] = report.as_json()["by_kind"][kind]
    return counted


async def test_a_nod_that_leaves_the_prompt_alone_is_right() -> None:
    counted = await told("nod", speech(600), hearing("Okay."))
    assert (counted["cut"], counted["wrong"]) == (0, 0)


async def test_a_nod_that_is_heard_as_a_sentence_cuts_it_and_is_wrong() -> None:
    counted = await told("nod", speech(600), hearing("How do I change it"))
    assert (counted["cut"], counted["wrong"]) == (1, 1)


async def test_an_interruption_counts_from_its_first_sound_to_the_cut() -> None:
    counted = await told(INTERRUPTION, speech(900), hearing("How do I change it"))
    assert (counted["cut"], counted["wrong"], counted["within_500_ms"]) == (1, 0, 1)
    assert counted["ms"]["p50"] == pytest.approx(360, abs=60)  # type: ignore[index]


async def test_one_that_the_recogniser_is_late_for_is_decided_by_its_length() -> None:
    counted = await told(INTERRUPTION, speech(900), hearing("Okay.", took_ms=5_000.0))
    assert counted["ms"]["p50"] == pytest.approx(480, abs=120)  # type: ignore[index]


async def test_a_short_word_stops_the_prompt_by_what_it_says() -> None:
    report = await evaluate_asides([Aside("stop", INTERRUPTION, EN, speech(200))], hearing("Stop", 0.3), ear)
    (outcome,) = report.outcomes
    assert (outcome.cut_ms, outcome.stopped, outcome.text) == (None, True, "Stop")
    assert report.wrong() == []


async def test_a_cough_is_nothing_whatever_a_recogniser_makes_of_it() -> None:
    time = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ
    burst = np.random.default_rng(1).normal(0, 6_000, time.size) * np.exp(-4 * time)
    cough = g711.encode(Pcm16(burst.astype("<i2").tobytes()))
    counted = await told("cough", cough, hearing("I'm not sure", 0.2))
    assert (counted["cut"], counted["wrong"]) == (0, 0)


def test_a_manifest_names_kinds_and_languages(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text('{"audio": "si.wav", "kind": "nod", "language": "es"}\n\n')
    (aside,) = read_asides(tmp_path, lambda _: MuLaw(b""))
    assert (aside.name, aside.kind, aside.language) == ("si", "nod", "es")


@pytest.mark.parametrize("row", ['{"audio": "a.wav"}', "not json", '{"kind": "nod"}'])
def test_a_row_that_is_none_is_named_with_its_line(tmp_path: Path, row: str) -> None:
    (tmp_path / "manifest.jsonl").write_text(f"{row}\n")
    with pytest.raises(ConfigError, match=r"is no row") as caught:
        read_asides(tmp_path, lambda _: MuLaw(b""))
    assert "manifest.jsonl:1" in str(caught.value)


def test_a_place_without_a_manifest_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_asides(tmp_path, lambda _: MuLaw(b""))
