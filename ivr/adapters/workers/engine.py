"""Engines: what a worker process loads. Each lives in its own folder and is imported only inside a worker."""

import importlib
from collections.abc import Mapping
from typing import Any, Final, Protocol, runtime_checkable

from ivr.adapters.workers.wire import Reply
from ivr.vocabulary.errors import ConfigError


class Engine(Protocol):
    """A loaded model. Called from one thread only, one request at a time."""

    def facts(self) -> dict[str, Any]:
        """What the readiness line tells: names, sizes, languages. Plain JSON values."""
        ...

    def serve(self, op: str, args: Mapping[str, Any], payload: bytes) -> Reply:
        """Do one request. Raises BackendRejected for input it refuses; whatever else it raises reads as unavailable."""
        ...


class Interrupted(Exception):
    """What an engine raises for a request that it let go when it was told to. The request is done again later."""


@runtime_checkable
class Interruptible(Protocol):
    """An engine slow enough that a caller must not wait for what it does ahead."""

    def interrupt(self) -> None:
        """Let go of the request that is being served, soon. Called from another thread, at any time."""
        ...


ENGINES: Final[dict[str, str]] = {
    "whisper": "ivr.adapters.whisper.engine:WhisperEngine",
    "piper": "ivr.adapters.piper.engine:PiperEngine",
    "kokoro": "ivr.adapters.kokoro.engine:KokoroEngine",
    "espeak": "ivr.adapters.espeak.engine:EspeakEngine",
    "e5": "ivr.adapters.e5.engine:E5Engine",
    "llama": "ivr.adapters.llama.engine:LlamaEngine",
    "scripted-hearing": "ivr.adapters.scripted.engines:HearingEngine",
    "scripted-speech": "ivr.adapters.scripted.engines:SpeechEngine",
    "scripted-embedder": "ivr.adapters.scripted.engines:EmbedderEngine",
}
"Engine name to `module:class`; the class takes the configuration, a mapping of plain JSON values."


def load_engine(name: str, config: Mapping[str, Any]) -> Engine:
    """Import and construct an engine. Raises ConfigError for an unknown name, a missing library or missing files."""
    place = ENGINES.get(name)
    if place is None:
        raise ConfigError(f"{name!r} is no engine", where="worker engine", fix=f"Choose one of {', '.join(ENGINES)}.")
    module, _, kind = place.partition(":")
    try:
        engine: Engine = getattr(importlib.import_module(module), kind)(config)
    except ImportError as error:
        raise ConfigError(
            f"the engine {name} needs a library that is not installed ({error})",
            where="worker engine",
            fix="Run scripts/setup to install the locked dependencies.",
        ) from error
    return engine
