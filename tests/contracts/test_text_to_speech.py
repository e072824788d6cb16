"""What every TextToSpeech promises, whoever speaks."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from ivr.adapters.clock import SystemClock
from ivr.adapters.espeak.speech import EspeakSpeech
from ivr.adapters.piper.speech import PiperSpeech
from ivr.adapters.scripted import FakeClock, ScriptedSpeech
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.fallback import FallbackSpeech
from ivr.adapters.workers.supervisor import Supervisor, WorkerSpec
from ivr.audio.level import level_dbfs
from ivr.ports.speech import TextToSpeech
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16, pcm_duration_ms

EN = LanguageTag("en")
NOBODYS = LanguageTag("tlh")
SENTENCE = "We open at nine o'clock on Saturday."

pytestmark = pytest.mark.asyncio(loop_scope="module")


def voice_path() -> str:
    folder = Path(os.environ.get("IVR_MODELS", "data/models"))
    path = folder / "piper-en-us-joe-medium" / "en_US-joe-medium.onnx"
    if not path.is_file():
        pytest.skip(f"no voice in {folder.absolute()}; `ivr models pull` puts it there")
    return str(path)


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=["scripted", "fallback", "worker", "espeak", pytest.param("piper", marks=pytest.mark.models)],
)
async def speech(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[TextToSpeech]:
    tones = ScriptedSpeech([EN, LanguageTag("es")])
    if request.param in {"scripted", "fallback"}:
        yield tones if request.param == "scripted" else FallbackSpeech([tones, ScriptedSpeech([EN])], FakeClock())
        return
    config = {"voices": {"en": voice_path()}} if request.param == "piper" else {}
    engine = {"piper": "piper", "worker": "scripted-speech", "espeak": "espeak"}[request.param]
    spec = WorkerSpec("voice", engine, config)
    run_dir = tmp_path_factory.mktemp("run")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(Supervisor(run_dir, [spec], SystemClock()))
        client = await stack.enter_async_context(WorkerClient("voice", spec.sockets(run_dir)))
        await client.wait_connected()
        if request.param == "espeak":
            yield EspeakSpeech(client, deadline_ms=60_000)
        else:
            yield PiperSpeech(client, {EN: "voice"}, deadline_ms=60_000)


async def test_a_sentence_becomes_telephone_audio_of_a_speakers_length(speech: TextToSpeech) -> None:
    audio = await speech.synthesize(SENTENCE, EN)
    assert len(audio) % 2 == 0
    assert 1_000 < pcm_duration_ms(audio) < 6_000


async def test_it_is_loud_enough_and_does_not_clip(speech: TextToSpeech) -> None:
    audio = await speech.synthesize(SENTENCE, EN)
    assert -26 < level_dbfs(audio) < -10
    assert np.abs(np.frombuffer(audio, dtype="<i2").astype(int)).max() < 32_700


async def test_it_neither_begins_nor_ends_with_silence(speech: TextToSpeech) -> None:
    audio = await speech.synthesize(SENTENCE, EN)
    tenth = 2 * 960  # 100 ms, and one frame in which the voice sets in
    assert level_dbfs(Pcm16(audio[:tenth])) > -50
    assert level_dbfs(Pcm16(audio[-tenth:])) > -50


async def test_slower_takes_longer(speech: TextToSpeech) -> None:
    usual, slower = [pcm_duration_ms(await speech.synthesize(SENTENCE, EN, rate)) for rate in (1.0, 0.7)]
    assert slower > usual * 1.1


async def test_no_words_are_no_audio(speech: TextToSpeech) -> None:
    assert await speech.synthesize("", EN) == b""
    assert await speech.synthesize("  \n", EN) == b""


async def test_a_language_it_has_no_voice_for_is_rejected(speech: TextToSpeech) -> None:
    assert speech.voice(NOBODYS) is None
    with pytest.raises(BackendRejected):
        await speech.synthesize(SENTENCE, NOBODYS)


async def test_a_voice_has_the_same_name_each_time(speech: TextToSpeech) -> None:
    assert speech.voice(EN)
    assert speech.voice(EN) == speech.voice(EN)


@pytest.mark.parametrize("text", ["…", "¿?", "👍", "[[h@'loU]] there", "a" * 300, "<speak>x</speak>", "NUL\x00in it"])
async def test_odd_text_is_spoken_or_skipped_but_breaks_nothing(speech: TextToSpeech, text: str) -> None:
    await speech.synthesize(text, EN)
    assert len(await speech.synthesize(SENTENCE, EN)) > 16_000
