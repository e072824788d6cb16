"""The engines: which workers run, and the ports over them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from ivr.adapters.clock import ScaledClock, SystemClock
from ivr.adapters.e5.embedder import WorkerEmbedder
from ivr.adapters.models.store import ModelStore
from ivr.adapters.piper.speech import PiperSpeech
from ivr.adapters.webrtcvad.detector import WebRtcVoiceActivity
from ivr.adapters.whisper.hearing import WorkerHearing
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.fallback import FallbackSpeech
from ivr.adapters.workers.supervisor import WorkerSpec
from ivr.adapters.workers.wire import Priority
from ivr.ports.clock import Clock
from ivr.ports.meaning import Embedder
from ivr.ports.speech import NamedSpeech, SpeechToText, TextToSpeech, VoiceActivity
from ivr.settings import Engines, Settings
from ivr.turns.floor import TurnRules
from ivr.wiring.speaking import (
    PIPER,
    SCRIPTED_LANGUAGES,
    SPARE,
    WARM_UP_MS,
    house_speech,
    live_speech,
    voice_specs,
)
from ivr.wiring.voices import Speaks, speakers
from ivr.wiring.writing import WRITING, writing_specs

EMBED_MS = 2_000.0
"For a question of a caller, who would be answered by words alone before that."


def clock_of(settings: Settings) -> Clock:
    return SystemClock() if settings.speed == 1.0 else ScaledClock(settings.speed)


def worker_specs(settings: Settings, voices: Sequence[Speaks] | None = None) -> list[WorkerSpec]:
    """The worker processes of one machine. Hearing steps back less than speaking ahead: a caller waits for it.

    voices  who speaks which language; None looks it up.
    """
    if settings.engines is Engines.SCRIPTED:
        return [
            WorkerSpec("hearing", "scripted-hearing", count=settings.hearing_workers),
            WorkerSpec("speaking", "scripted-speech", count=settings.speaking_workers),
            WorkerSpec("meaning", "scripted-embedder"),
            WorkerSpec("spare-voice", "scripted-speech"),
        ]
    store = ModelStore(settings.models_dir)
    return [
        WorkerSpec(
            "hearing",
            "whisper",
            {"model": str(store.path(settings.hearing_model))},
            count=settings.hearing_workers,
            threads=settings.hearing_threads,
            nice=0,
        ),
        WorkerSpec("meaning", "e5", threads=settings.meaning_threads, nice=0),
        *voice_specs(speakers(settings) if voices is None else voices, settings.speaking_workers),
        *writing_specs(settings),
    ]


def voice_detector() -> VoiceActivity:
    """The strictest mode: line noise and breath are no speech, so pauses are found (docs/benchmarks.md)."""
    return WebRtcVoiceActivity(mode=3)


def turn_rules(settings: Settings) -> TurnRules:
    """Turn-taking as the settings have it, in calls and when it is measured."""
    return TurnRules(patience=settings.patience, near_dbfs=settings.near_dbfs)


def embedder_over(client: WorkerClient, settings: Settings, *, within_ms: float = EMBED_MS) -> WorkerEmbedder:
    """The embedder behind the worker called `meaning`. `within_ms`: how long what is asked of it may take."""
    if settings.engines is Engines.SCRIPTED:
        return WorkerEmbedder(client, name="scripted", query_deadline_ms=within_ms)
    return WorkerEmbedder(client, query_deadline_ms=within_ms)


@dataclass(frozen=True, slots=True)
class EnginePorts:
    """The engines as the product sees them.

    speaking    the house's voice of each language, and a spare one when that is down.
    background  the house's voices for warm-up only: whatever a caller waits for goes first.
    voices      who speaks which language, with what is wrong about it; none with scripted engines.
    connected   worker name to how many of its processes can be reached now.
    """

    hearing: SpeechToText
    speaking: NamedSpeech
    background: TextToSpeech
    voices: tuple[Speaks, ...]
    embedder: Embedder
    detector: Callable[[], VoiceActivity]
    connected: Callable[[], dict[str, int]]


@asynccontextmanager
async def engine_ports(settings: Settings, clock: Clock) -> AsyncIterator[EnginePorts]:
    """Connect to the workers, whoever runs them. They need not be up yet: until then the ports say so."""
    async with AsyncExitStack() as stack:
        voices = await asyncio.to_thread(speakers, settings)
        clients = {
            spec.name: await stack.enter_async_context(WorkerClient(spec.name, spec.sockets(settings.run_dir)))
            for spec in worker_specs(settings, voices)
            if spec.name != WRITING  # without it answers are in the passages' own words: calls are taken
        }
        live: Sequence[TextToSpeech]
        house: TextToSpeech
        if settings.engines is Engines.SCRIPTED:
            names = dict.fromkeys(SCRIPTED_LANGUAGES, "scripted")
            live = [PiperSpeech(clients[name], names) for name in (PIPER, SPARE)]
            house = PiperSpeech(clients[PIPER], names, deadline_ms=WARM_UP_MS, priority=Priority.BACKGROUND)
        else:
            live, house = live_speech(clients, voices), house_speech(clients, voices)
        yield EnginePorts(
            hearing=WorkerHearing(clients["hearing"]),
            speaking=FallbackSpeech(live, clock),
            background=house,
            voices=tuple(voices),
            embedder=embedder_over(clients["meaning"], settings),
            detector=voice_detector,
            connected=lambda: {name: client.connected for name, client in clients.items()},
        )
