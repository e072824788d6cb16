"""Knowledge, embedder and recogniser outside a server, for `ivr ask` and `ivr eval`: each with a worker of its own."""

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.clock import SystemClock
from ivr.adapters.files.knowledge import FolderKnowledge
from ivr.adapters.whisper.hearing import WorkerHearing
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.supervisor import Supervisor
from ivr.answers.understand import Understood
from ivr.ports.meaning import Embedder
from ivr.ports.speech import SpeechToText
from ivr.session.ear import Ear
from ivr.session.perceive import perceive
from ivr.settings import Settings
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16
from ivr.wiring.engines import embedder_over, turn_rules, voice_detector, worker_specs
from ivr.wiring.knowing import Knowing


@dataclass(frozen=True, slots=True)
class Offline:
    """The knowledge of the settings, learnt, and the embedder behind it."""

    knowing: Knowing
    embedder: Embedder


@asynccontextmanager
async def offline(settings: Settings) -> AsyncIterator[Offline]:
    """Everything that deciding about one question takes. Raises ConfigError for faulty knowledge."""
    clock = SystemClock()
    (spec,) = [spec for spec in worker_specs(settings) if spec.name == "meaning"]
    with tempfile.TemporaryDirectory(prefix="ivr-") as folder:
        run_dir = Path(folder)
        async with (
            Supervisor(run_dir, [spec], clock) as workers,
            WorkerClient(spec.name, spec.sockets(run_dir)) as client,
        ):
            await workers.wait_ready()
            await client.wait_connected()
            embedder = embedder_over(client, settings)
            knowing = Knowing(FolderKnowledge(settings.knowledge_dir), embedder, settings.signals_dir, clock)
            await knowing.load()
            await knowing.learn()
            yield Offline(knowing, embedder)


class _NothingKnown:
    """Understands no words: for measuring what is heard alone."""

    async def understand(self, text: str, language: LanguageTag) -> Understood:
        return Understood((), {})


MEASURED_WITHIN_MS = 60_000.0
"While measuring, a slow reply is a figure, not a fault."


@dataclass(frozen=True, slots=True)
class OfflineHearing:
    """The recogniser of the settings, as calls ask it and in its full window; `make_ear` makes the ear of a call."""

    fitted: SpeechToText
    full: SpeechToText
    make_ear: Callable[[], Ear]

    async def words(self, audio: Pcm16, languages: Sequence[LanguageTag]) -> str:
        """What a call would make of an utterance; empty when that is nothing."""
        return (await perceive(audio, languages, self.fitted, _NothingKnown(), SystemClock())).text


@asynccontextmanager
async def offline_hearing(settings: Settings) -> AsyncIterator[OfflineHearing]:
    """Everything that hearing a recording takes. Raises ConfigError when the model is not there."""
    (spec,) = [spec for spec in worker_specs(settings) if spec.name == "hearing"]
    with tempfile.TemporaryDirectory(prefix="ivr-") as folder:
        run_dir = Path(folder)
        async with (
            Supervisor(run_dir, [spec], SystemClock()) as workers,
            WorkerClient(spec.name, spec.sockets(run_dir)) as client,
        ):
            await workers.wait_ready()
            await client.wait_connected()
            yield OfflineHearing(
                WorkerHearing(client, deadline_ms=MEASURED_WITHIN_MS),
                WorkerHearing(client, deadline_ms=MEASURED_WITHIN_MS, full_window=True),
                lambda: Ear(voice_detector(), turn_rules(settings), 0),
            )
