"""The workers that speak, and the ports over them: each language by the voice that `voices` found for it."""

import os
from collections.abc import Mapping, Sequence

from ivr.adapters.espeak.speech import EspeakSpeech
from ivr.adapters.kokoro.speech import KokoroSpeech
from ivr.adapters.piper.speech import PiperSpeech
from ivr.adapters.workers.by_language import ByLanguage
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.supervisor import WorkerSpec
from ivr.adapters.workers.wire import Priority
from ivr.ports.speech import TextToSpeech
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.voices import ESPEAK, Speaks

PIPER, KOKORO, SPARE = "speaking", "speaking-kokoro", "spare-voice"
"Names of the workers. Each engine is alone in its processes: a long sentence of a slow one holds up no other language."

SCRIPTED_LANGUAGES = tuple(LanguageTag(tag) for tag in ("en", "es", "pt", "fr", "de", "it"))
WARM_UP_MS = 60_000.0
"How long one sentence may take while nobody waits for it."


def voice_specs(voices: Sequence[Speaks], count: int) -> list[WorkerSpec]:
    """The workers that these voices need, and the spare one."""
    specs: list[WorkerSpec] = []
    if piper := {str(each.language): str(each.path) for each in voices if each.engine == "piper"}:
        specs.append(WorkerSpec(PIPER, "piper", {"voices": piper}, count=count, nice=1))
    if kokoro := [each for each in voices if each.engine == "kokoro"]:
        threads = min(2, os.cpu_count() or 1)
        specs.append(WorkerSpec(KOKORO, "kokoro", {"model": str(kokoro[0].path)}, count=count, threads=threads, nice=1))
    return [*specs, WorkerSpec(SPARE, ESPEAK.engine, nice=2)]


def slow_languages(voices: Sequence[Speaks]) -> list[LanguageTag]:
    """Languages that are spoken clause by clause, unless they are kept."""
    return [each.language for each in voices if each.engine == "kokoro"]


def live_speech(clients: Mapping[str, WorkerClient], voices: Sequence[Speaks]) -> list[TextToSpeech]:
    """Who may speak to a caller, best first: in the end the spare voice. Each fails by itself."""
    return [*_speech(clients, voices).values(), EspeakSpeech(clients[SPARE])]


def house_speech(clients: Mapping[str, WorkerClient], voices: Sequence[Speaks]) -> ByLanguage:
    """Each language's own voice, for what is rendered ahead."""
    own: dict[str, TextToSpeech] = {
        **_speech(clients, voices, deadline_ms=WARM_UP_MS, priority=Priority.BACKGROUND),
        ESPEAK.engine: EspeakSpeech(clients[SPARE], deadline_ms=WARM_UP_MS, priority=Priority.BACKGROUND),
    }
    return ByLanguage({each.language: own[each.engine] for each in voices})


def _speech(
    clients: Mapping[str, WorkerClient],
    voices: Sequence[Speaks],
    *,
    deadline_ms: float | None = None,
    priority: Priority = Priority.INTERACTIVE,
) -> dict[str, TextToSpeech]:
    """Engine to its port, for the languages that it was chosen for."""
    speech: dict[str, TextToSpeech] = {}
    if names := {each.language: each.model for each in voices if each.engine == "piper"}:
        speech["piper"] = PiperSpeech(clients[PIPER], names, deadline_ms=deadline_ms or 4_000, priority=priority)
    if spoken := {each.language: each.model for each in voices if each.engine == "kokoro"}:
        speech["kokoro"] = KokoroSpeech(clients[KOKORO], spoken, deadline_ms=deadline_ms or 5_000, priority=priority)
    return speech
