"""A sentence of which the small window hears the first word alone is heard in the full one.

The recording says "What's my balance, please?", by a synthetic voice (hibari-tts, Apache 2.0) over µ-law. Where an
utterance begins and ends depends on the line; from some beginnings the small window hears only "What".
"""

import os
import wave
from pathlib import Path

import pytest

from ivr.adapters.whisper.engine import WhisperEngine

RECORDING = Path(__file__).with_name("en-balance.wav")
ENGLISH = {"languages": ["en", "es", "pt"]}

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def samples() -> bytes:
    with wave.open(str(RECORDING)) as file:
        return file.readframes(file.getnframes())


@pytest.fixture(scope="module")
def model() -> str:
    folder = Path(os.environ.get("IVR_MODELS", "data/models")) / "whisper-base"
    if not (folder / "model.bin").is_file():
        pytest.skip(f"no model in {folder.absolute()}; `ivr models pull` puts it there")
    return str(folder)


def words(engine: WhisperEngine, samples: bytes) -> list[str]:
    """What is heard from beginnings a tenth of a second apart."""
    return [
        str(engine.serve("transcribe", ENGLISH, samples[2 * begin : 2 * 16_000]).result["text"])
        for begin in range(640, 1_441, 160)
    ]


def test_a_whole_sentence_is_heard_wherever_it_begins(model: str, samples: bytes) -> None:
    assert all("balance" in heard for heard in words(WhisperEngine({"model": model}), samples))


def test_without_the_second_hearing_only_its_first_word_would_be(model: str, samples: bytes) -> None:
    """Should this fail with another model, the guard has nothing to do any more, and the test above shows nothing."""
    assert "What" in words(WhisperEngine({"model": model, "little_below": 0.0}), samples)
