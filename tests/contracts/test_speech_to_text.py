"""What every SpeechToText promises, whoever hears."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from ivr.adapters.clock import SystemClock
from ivr.adapters.piper.speech import PiperSpeech
from ivr.adapters.scripted import ScriptedHearing, encode
from ivr.adapters.whisper.hearing import WorkerHearing
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.supervisor import Supervisor, WorkerSpec
from ivr.ports.speech import SpeechToText
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16

EN, ES, PT = LanguageTag("en"), LanguageTag("es"), LanguageTag("pt")
SENTENCE = "Can I please talk to a real person?"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Subject:
    hearing: SpeechToText
    speech: Pcm16
    "Somebody saying SENTENCE, in English."
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)


def models_folder() -> Path:
    folder = Path(os.environ.get("IVR_MODELS", "data/models"))
    if not (folder / "whisper-base" / "model.bin").is_file():
        pytest.skip(f"no models in {folder.absolute()}; `ivr models pull` puts them there")
    return folder


async def clients(stack: AsyncExitStack, run_dir: Path, *specs: WorkerSpec) -> list[WorkerClient]:
    await stack.enter_async_context(Supervisor(run_dir, specs, SystemClock()))
    return [await stack.enter_async_context(WorkerClient(spec.name, spec.sockets(run_dir))) for spec in specs]


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=["scripted", "worker", pytest.param("whisper", marks=pytest.mark.models)],
)
async def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Subject]:
    if request.param == "scripted":
        yield Subject(ScriptedHearing(), encode(SENTENCE, EN))
        return
    run_dir = tmp_path_factory.mktemp("run")
    async with AsyncExitStack() as stack:
        if request.param == "worker":
            (client,) = await clients(stack, run_dir, WorkerSpec("hearing", "scripted-hearing"))
            yield Subject(WorkerHearing(client, deadline_ms=60_000), encode(SENTENCE, EN))
            return
        models = models_folder()
        voice = str(models / "piper-en-us-joe-medium" / "en_US-joe-medium.onnx")
        whisper, piper = await clients(
            stack,
            run_dir,
            WorkerSpec("whisper", "whisper", {"model": str(models / "whisper-base")}, threads=2),
            WorkerSpec("piper", "piper", {"voices": {"en": voice}}),
        )
        await piper.wait_connected()
        speech = await PiperSpeech(piper, {EN: "joe"}, deadline_ms=60_000).synthesize(SENTENCE, EN)
        yield Subject(WorkerHearing(whisper, deadline_ms=60_000), speech)


async def test_speech_is_written_down_in_its_language(subject: Subject) -> None:
    heard = await subject.hearing.transcribe(subject.speech, [ES, EN, PT])
    assert heard.text == SENTENCE
    assert heard.language == EN
    assert heard.confidence > 0.5
    assert heard.no_speech < 0.5
    assert heard.window_ms > 0


async def test_posteriors_cover_exactly_the_languages_asked_for_and_sum_to_one(subject: Subject) -> None:
    for languages in ([EN], [EN, ES], [PT, ES, EN]):
        heard = await subject.hearing.transcribe(subject.speech, languages)
        assert set(heard.posteriors) == set(languages)
        assert sum(heard.posteriors.values()) == pytest.approx(1)
        assert heard.language in languages


@pytest.mark.parametrize(
    "sound",
    [
        lambda rng: np.zeros(16_000),
        lambda rng: rng.normal(0, 200, 16_000),
        lambda rng: rng.normal(0, 2_000, 24_000),
        lambda rng: 6_000 * np.sin(2 * np.pi * 220 * np.arange(24_000) / 8_000),
        lambda rng: np.zeros(0),
        lambda rng: rng.normal(0, 6_000, 80),
    ],
    ids=["silence", "hiss", "noise", "hum", "nothing", "click"],
)
@pytest.mark.parametrize("hot_words", ["", "PIN, card, stolen, lost, wallet"])
async def test_where_nobody_speaks_nothing_is_heard(
    subject: Subject, sound: Callable[[np.random.Generator], Sequence[float]], hot_words: str
) -> None:
    audio = np.asarray(sound(np.random.default_rng(7))).astype("<i2").tobytes()
    heard = await subject.hearing.transcribe(Pcm16(audio), [EN, ES], {EN: hot_words})
    assert heard.text == ""
    assert heard.no_speech > 0.5


async def test_hot_words_do_not_replace_what_was_said(subject: Subject) -> None:
    heard = await subject.hearing.transcribe(subject.speech, [EN], {EN: "PIN, card, stolen, lost, wallet"})
    assert "talk to a real person" in heard.text


async def test_hot_words_of_a_language_that_is_not_heard_change_nothing(subject: Subject) -> None:
    plain = await subject.hearing.transcribe(subject.speech, [EN, ES])
    assert await subject.hearing.transcribe(subject.speech, [EN, ES], {ES: "tarjeta, cuenta, dinero"}) == plain


@pytest.mark.parametrize(("audio", "languages"), [(bytes(160), []), (bytes(161), [EN]), (bytes(16_000 * 31), [EN])])
async def test_what_is_no_utterance_is_rejected(subject: Subject, audio: bytes, languages: list[LanguageTag]) -> None:
    with pytest.raises(BackendRejected):
        await subject.hearing.transcribe(Pcm16(audio), languages)


async def test_several_callers_are_heard_at_once(subject: Subject) -> None:
    heard = await asyncio.gather(*(subject.hearing.transcribe(subject.speech, [EN]) for _ in range(3)))
    assert [each.text for each in heard] == [SENTENCE] * 3
