"""Knowledge, embedder and recogniser outside a server, for `ivr ask` and `ivr eval`: each with a worker of its own."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ivr.adapters.clock import SystemClock
from ivr.adapters.files.knowledge import FolderKnowledge
from ivr.adapters.whisper.hearing import WorkerHearing
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.supervisor import Supervisor
from ivr.answers.extract import extract
from ivr.answers.gate import judge
from ivr.answers.governed import Governed, Held
from ivr.answers.hot_words import all_hot_words
from ivr.answers.understand import NO_TALK, Talk, Understood
from ivr.answers.writer import Gate
from ivr.calls.state import Call
from ivr.measure.turns_eval import Judge
from ivr.ports.clock import Clock
from ivr.ports.speech import SpeechToText
from ivr.session.ear import Ear
from ivr.session.hearing import how_finished, perceived
from ivr.session.perceive import Heard, Understands, perceive
from ivr.session.priming import Primed
from ivr.settings import Settings
from ivr.turns.completeness import Completeness
from ivr.turns.floor import TurnRules
from ivr.vocabulary.ids import UtteranceId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16
from ivr.wiring.documents import in_use, open_archive
from ivr.wiring.engines import embedder_over, turn_rules, voice_detector, worker_specs
from ivr.wiring.knowing import Embedders, Knowing, remembering
from ivr.wiring.library import Library
from ivr.wiring.opening import Opening
from ivr.wiring.policies import Policing, document_topics
from ivr.wiring.scripts import load_script
from ivr.wiring.sensing import sense_of
from ivr.wiring.writing import writer

MEASURED_WITHIN_MS = 60_000.0
"While measuring, a slow reply is a figure, not a fault."


@dataclass(frozen=True, slots=True)
class Offline:
    """The knowledge of the settings, learnt, and what it was embedded with."""

    knowing: Knowing
    embedders: Embedders
    answers: Governed
    "Under the policies of the business, with somebody at a desk."


@asynccontextmanager
async def meaning(settings: Settings) -> AsyncIterator[Embedders]:
    """The embedder of the settings, in a worker of its own."""
    (spec,) = [spec for spec in worker_specs(settings, ()) if spec.name == "meaning"]
    with tempfile.TemporaryDirectory(prefix="ivr-") as folder:
        run_dir = Path(folder)
        async with (
            Supervisor(run_dir, [spec], SystemClock()) as workers,
            WorkerClient(spec.name, spec.sockets(run_dir)) as client,
        ):
            await workers.wait_ready()
            await client.wait_connected()
            yield remembering(embedder_over(client, settings, within_ms=MEASURED_WITHIN_MS), settings)


@asynccontextmanager
async def offline(settings: Settings) -> AsyncIterator[Offline]:
    """Everything that deciding about one question takes. Raises ConfigError for faulty knowledge."""
    async with meaning(settings) as embedders:
        clock = SystemClock()
        opening = Opening(settings.hours_file, clock)
        opening.load()
        folder = FolderKnowledge(settings.knowledge_dir)
        async with AsyncExitStack() as stack:
            library = await _library(settings, clock, stack)
            knowing = Knowing(
                folder,
                embedders,
                settings.signals_dir,
                clock,
                opening,
                library=library,
                sense=sense_of(settings, embedders),
            )
            await knowing.load()
            await knowing.learn()
            policies = Policing(settings.policies_file, partial(_topics, knowing, settings.data), clock)
            await policies.load()
            held = Held(knowing.topic, policies.now, lambda: True)
            yield Offline(knowing, embedders, Governed(knowing, held))


async def _topics(knowing: Knowing, data: Path) -> frozenset[str]:
    return knowing.topics | await document_topics(data)


async def _library(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Library | None:
    """The documents of the data folder, when it has any, with whoever writes from them.

    For one question the embedded model is not started: the extract speaks, as in a call for which the model is late.
    """
    if not in_use(settings.data):
        return None
    archive = await stack.enter_async_context(open_archive(settings))
    if settings.llm == "embedded":
        settings = settings.model_copy(update={"llm": "none"})
    writes = await stack.enter_async_context(writer(settings, clock, Gate(judge, extract)))
    return Library(archive.store, writes, lambda: None)


class _NothingKnown:
    """Understands no words: for measuring what is heard alone."""

    async def understand(self, text: str, language: LanguageTag, talk: Talk = NO_TALK) -> Understood:
        return Understood((), {})


@dataclass(frozen=True, slots=True)
class OfflineHearing:
    """The recogniser of the settings, as calls ask it and in its full window, and turn-taking by the settings."""

    fitted: SpeechToText
    full: SpeechToText
    rules: TurnRules
    understanding: Understands

    def make_ear(self, rules: TurnRules | None = None) -> Ear:
        """The ear of a call; by other rules where they are given."""
        return Ear(voice_detector(), rules or self.rules, 0)

    async def words(self, audio: Pcm16, languages: Sequence[LanguageTag]) -> str:
        """What a call would make of an utterance; empty when that is nothing."""
        return (await self._perceive(audio, languages)).text

    def judge(self, languages: Sequence[LanguageTag]) -> Judge:
        """How finished words sound to a call that has asked an open question; known as late as that takes here."""

        async def judge(audio: Pcm16) -> tuple[Completeness, float]:
            heard = await self._perceive(audio, languages)
            guess = perceived(heard, UtteranceId("guess"), heard.text, ())
            return how_finished(heard, Call(), guess), sum(heard.stages_ms.values())

        return judge

    async def _perceive(self, audio: Pcm16, languages: Sequence[LanguageTag]) -> Heard:
        return await perceive(audio, languages, self.fitted, self.understanding, SystemClock())


@asynccontextmanager
async def offline_hearing(
    settings: Settings, understanding: Understands | None = None
) -> AsyncIterator[OfflineHearing]:
    """Everything that hearing a recording takes. Raises ConfigError without the model, and for faulty knowledge.

    understanding  what a call knows (`offline`); without it, words mean nothing beyond how finished they sound.
    """
    (spec,) = [spec for spec in worker_specs(settings, ()) if spec.name == "hearing"]
    with tempfile.TemporaryDirectory(prefix="ivr-") as folder:
        run_dir = Path(folder)
        async with (
            Supervisor(run_dir, [spec], SystemClock()) as workers,
            WorkerClient(spec.name, spec.sockets(run_dir)) as client,
        ):
            business = load_script(settings).flow.business
            words = all_hot_words(business, await FolderKnowledge(settings.knowledge_dir).answers())
            await workers.wait_ready()
            await client.wait_connected()
            yield OfflineHearing(
                Primed(WorkerHearing(client, deadline_ms=MEASURED_WITHIN_MS), lambda: words),
                Primed(WorkerHearing(client, deadline_ms=MEASURED_WITHIN_MS, full_window=True), lambda: words),
                turn_rules(settings),
                understanding or _NothingKnown(),
            )


@asynccontextmanager
async def offline_listening(settings: Settings) -> AsyncIterator[OfflineHearing]:
    """The same with everything that a call knows. Raises ConfigError for faulty knowledge."""
    async with offline(settings) as known, offline_hearing(settings, known.knowing) as up:
        yield up
