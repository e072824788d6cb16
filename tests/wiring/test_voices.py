"""Who speaks which language: by choice, by what is there, and who stands in."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
import yaml
from pydantic import ValidationError

from ivr.adapters.models.pull import MARKER
from ivr.settings import Settings
from ivr.wiring.checks import check_all
from ivr.wiring.speaking import voice_specs
from ivr.wiring.voices import speakers
from tests.calls.script import FLOW, WORDS

JOE, KOKORO, DAVEFX = "piper-en-us-joe-medium", "kokoro-82m-int8", "piper-es-es-davefx-medium"
FILES = {
    JOE: ["en_US-joe-medium.onnx", "en_US-joe-medium.onnx.json"],
    KOKORO: ["model.onnx", "voices.npz", "vocab.json"],
    DAVEFX: ["es_ES-davefx-medium.onnx", "es_ES-davefx-medium.onnx.json", "MODEL_CARD"],
}

House = Callable[..., Settings]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Settings of a machine with some models, whose flow speaks some languages."""

    def make(*models: str, languages: str = "en, es, fr", voices: str = "") -> Settings:
        for model in models:
            folder = tmp_path / "models" / model
            folder.mkdir(parents=True)
            noted = {}
            for name in FILES[model]:
                (folder / name).write_bytes(b"x")
                mtime = (folder / name).stat().st_mtime_ns
                noted[name] = {"bytes": 1, "mtime_ns": mtime, "sha256": hashlib.sha256(b"x").hexdigest()}
            (folder / MARKER).write_bytes(orjson.dumps({"source": "hub", "files": noted}))
        (tmp_path / "flow.yaml").write_text(yaml.safe_dump({**FLOW, "languages": languages.split(", ")}))
        for language in languages.split(", "):
            (tmp_path / f"{language}.yaml").write_text(yaml.safe_dump(WORDS))
        return Settings(
            data=tmp_path, models=tmp_path / "models", flow=tmp_path / "flow.yaml", prompts=tmp_path, voices=voices
        )

    return make


def spoken(settings: Settings) -> dict[str, tuple[str, str]]:
    return {each.language: (each.engine, each.model) for each in speakers(settings)}


def test_every_language_of_the_flow_is_spoken_by_its_default_and_any_other_by_espeak(house: House) -> None:
    assert spoken(house(JOE, KOKORO)) == {"en": ("piper", JOE), "es": ("kokoro", KOKORO), "fr": ("espeak", "")}


def test_an_operators_choice_goes_before_the_default(house: House) -> None:
    settings = house(JOE, KOKORO, DAVEFX, voices="es=piper:es_ES-davefx-medium")
    assert spoken(settings)["es"] == ("piper", DAVEFX)
    assert [spec.name for spec in voice_specs(speakers(settings), 1)] == ["speaking", "spare-voice"]


def test_while_the_chosen_voice_is_missing_another_one_of_the_language_stands_in(house: House) -> None:
    (_, spanish, _) = speakers(house(JOE, DAVEFX))
    assert (spanish.engine, spanish.missing) == ("piper", KOKORO)
    assert "kokoro-82m-int8 is not here" in spanish.fault


def test_without_any_model_espeak_speaks_and_nobody_is_refused(house: House) -> None:
    found = speakers(house(languages="en, es"))
    assert [each.engine for each in found] == ["espeak", "espeak"]
    assert [spec.name for spec in voice_specs(found, 1)] == ["spare-voice"]


def test_espeak_that_was_chosen_is_no_fault(house: House) -> None:
    assert [each.fault for each in speakers(house(JOE, KOKORO, voices="fr=espeak"))] == ["", "", ""]


async def test_check_names_each_language_whose_voice_is_missing_and_what_to_pull(house: House) -> None:
    settings = house(JOE, voices="es=piper:es_MX-claude-high")
    faults = {each.where: each for each in await check_all(settings)}
    assert faults["the voice of es"].fix.startswith("run `ivr models pull piper:es_MX-claude-high`")
    assert faults["the voice of fr"].fix.startswith("run `ivr models pull piper-fr-fr-siwis-medium`")
    assert "the voice of en" not in faults


async def test_a_voice_that_no_language_of_the_flow_needs_is_not_missed(house: House) -> None:
    assert not [each for each in await check_all(house(JOE, languages="en")) if "kokoro" in each.what]


def test_a_table_that_cannot_be_read_is_refused_with_the_settings() -> None:
    with pytest.raises(ValidationError, match="no engine"):
        Settings(voices="es=festival")


def test_engines_are_alone_in_their_processes(house: House) -> None:
    specs = voice_specs([*speakers(house(JOE, KOKORO))], 1)
    assert {spec.name: spec.engine for spec in specs} == {
        "speaking": "piper",
        "speaking-kokoro": "kokoro",
        "spare-voice": "espeak",
    }
