"""What every TextToSpeech promises, whoever speaks."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from ivr.adapters.clock import SystemClock
from ivr.adapters.espeak.speech import EspeakSpeech
from ivr.adapters.kokoro.speech import KokoroSpeech
from ivr.adapters.piper.speech import PiperSpeech
from ivr.adapters.scripted import FakeClock, ScriptedSpeech
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.fallback import FallbackSpeech
from ivr.adapters.workers.supervisor import Supervisor, WorkerSpec
from ivr.adapters.workers.wire import Priority
from ivr.audio.level import frame_levels_dbfs, level_dbfs
from ivr.ports.speech import TextToSpeech
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16, pcm_duration_ms

EN, ES, PT = LanguageTag("en"), LanguageTag("es"), LanguageTag("pt")
NOBODYS = LanguageTag("tlh")
SENTENCE = "We open at nine o'clock on Saturday."
LOUDNESS_APART_DB = 1.5
KOKORO = {ES: "kokoro", PT: "kokoro"}

pytestmark = pytest.mark.asyncio(loop_scope="module")


def model_path(*parts: str) -> str:
    folder = Path(os.environ.get("IVR_MODELS", "data/models"))
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {parts[0]} in {folder.absolute()}; `ivr models pull` puts it there")
    return str(path)


def voice_path() -> str:
    return model_path("piper-en-us-joe-medium", "en_US-joe-medium.onnx")


@asynccontextmanager
async def worker(engine: str, config: dict[str, Any], run_dir: Path) -> AsyncIterator[WorkerClient]:
    spec = WorkerSpec("voice", engine, config)
    async with (
        Supervisor(run_dir, [spec], SystemClock()),
        WorkerClient("voice", spec.sockets(run_dir)) as client,
    ):
        await client.wait_connected()
        yield client


class InEnglishsPlace:
    """A voice of other languages under the same tests: their English is Spanish."""

    def __init__(self, speech: TextToSpeech) -> None:
        self._speech = speech

    def voice(self, language: LanguageTag) -> str | None:
        return self._speech.voice(ES if language == EN else language)

    async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
        return await self._speech.synthesize(text, ES if language == EN else language, rate)


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[
        *("scripted", "fallback", "worker", "espeak"),
        *(pytest.param(engine, marks=pytest.mark.models) for engine in ("piper", "kokoro")),
    ],
)
async def speech(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[TextToSpeech]:
    tones = ScriptedSpeech([EN, ES])
    if request.param in {"scripted", "fallback"}:
        yield tones if request.param == "scripted" else FallbackSpeech([tones, ScriptedSpeech([EN])], FakeClock())
        return
    run_dir = tmp_path_factory.mktemp("run")
    match request.param:
        case "kokoro":
            config = {"model": model_path("kokoro-82m-int8")}
            async with worker("kokoro", config, run_dir) as client:
                yield InEnglishsPlace(KokoroSpeech(client, KOKORO, deadline_ms=60_000))
        case "espeak":
            async with worker("espeak", {}, run_dir) as client:
                yield EspeakSpeech(client, deadline_ms=60_000)
        case "piper":
            async with worker("piper", {"voices": {"en": voice_path()}}, run_dir) as client:
                yield PiperSpeech(client, {EN: "voice"}, deadline_ms=60_000)
        case _:
            async with worker("scripted-speech", {}, run_dir) as client:
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


@pytest.mark.models
async def test_the_languages_are_equally_loud(tmp_path: Path) -> None:
    async with (
        worker("piper", {"voices": {"en": voice_path()}}, tmp_path / "piper") as piper,
        worker("kokoro", {"model": model_path("kokoro-82m-int8")}, tmp_path / "kokoro") as kokoro,
    ):
        others = KokoroSpeech(kokoro, KOKORO, deadline_ms=60_000)
        spoken = [
            await PiperSpeech(piper, {EN: "voice"}, deadline_ms=60_000).synthesize(SENTENCE, EN),
            await others.synthesize("Abrimos los sábados a las nueve de la mañana.", ES),
            await others.synthesize("Aos sábados abrimos às nove da manhã.", PT),
        ]
    levels = [speech_level_dbfs(audio) for audio in spoken]
    assert max(levels) - min(levels) < LOUDNESS_APART_DB


def speech_level_dbfs(audio: Pcm16) -> float:
    """Level of what is voiced, leaving out the pauses."""
    levels = np.array(frame_levels_dbfs(audio))
    loud = levels[levels > levels.max() - 30]
    return float(10 * np.log10(np.mean(10 ** (loud / 10))))


@pytest.mark.models
async def test_a_caller_does_not_wait_for_what_is_rendered_ahead(tmp_path: Path) -> None:
    async with worker("kokoro", {"model": model_path("kokoro-82m-int8")}, tmp_path) as client:
        ahead = KokoroSpeech(client, KOKORO, deadline_ms=120_000, priority=Priority.BACKGROUND)
        caller = KokoroSpeech(client, KOKORO, deadline_ms=60_000)
        long = "Puede cambiar su código en cualquier cajero automático del banco, a cualquier hora del día. " * 6
        rendering = asyncio.create_task(ahead.synthesize(long, ES))
        while (await client.ping(30_000))["busy_ms"] == 0:
            pass
        await caller.synthesize("Un momento.", ES)
        assert not rendering.done()
        assert pcm_duration_ms(await rendering) > 22_000
