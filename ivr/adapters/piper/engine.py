"""Piper in its worker: one neural voice per language, spoken at telephone rate and level."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig

from ivr.adapters.workers.mastering import master
from ivr.adapters.workers.wire import Reply
from ivr.vocabulary.errors import BackendRejected, ConfigError

_LONGEST_TEXT: Final = 2_000
_BETWEEN_SENTENCES_MS: Final = 180


class PiperEngine:
    """Operation `synthesize`: args text, language, rate; the payload of the reply is `Pcm16`.

    Configuration: `voices`, language tag to the path of an .onnx voice with its .onnx.json beside it; `threads`.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        threads = int(config.get("threads", 1))
        self._voices = {language: _load(Path(path), threads) for language, path in dict(config["voices"]).items()}
        for voice in self._voices.values():
            _speak(voice, "One.", 1.0)  # the first inference allocates; no caller waits for it

    def facts(self) -> dict[str, Any]:
        return {"engine": "piper", "languages": sorted(self._voices)}

    def serve(self, op: str, args: Mapping[str, Any], payload: bytes) -> Reply:
        if op != "synthesize":
            raise BackendRejected(f"the Piper engine does not do {op!r}")
        text, language = str(args["text"]), str(args["language"])
        voice = self._voices.get(language) or self._voices.get(language.split("-")[0])
        if voice is None:
            raise BackendRejected(f"no Piper voice speaks {language}; add one with `ivr models pull`")
        if len(text) > _LONGEST_TEXT:
            raise BackendRejected(f"{len(text)} characters are too many to speak at once; speak sentence by sentence")
        samples = _speak(voice, text, min(2.0, max(0.5, float(args.get("rate", 1.0)))))
        return Reply({}, master(samples, voice.config.sample_rate))


def _load(path: Path, threads: int) -> PiperVoice:
    """Load a voice with a bounded number of threads (PiperVoice.load would take every core)."""
    settings = path.with_name(f"{path.name}.json")
    if not (path.is_file() and settings.is_file()):
        raise ConfigError("is not there, or its .json is not", where=str(path), fix="Run `ivr models pull`.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return PiperVoice(
        session=onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"]),
        config=PiperConfig.from_dict(json.loads(settings.read_text(encoding="utf-8"))),
        download_dir=path.parent,
    )


def _speak(voice: PiperVoice, text: str, rate: float) -> NDArray[np.float32]:
    """Mono float samples at the voice's own rate, with a breath between sentences."""
    own_pace = voice.config.length_scale
    # Text in double brackets would be taken as phonemes: nothing that is said may steer the voice. NUL ends a C string.
    plain = text.replace("[[", "[").replace("]]", "]").replace("\x00", " ")
    breath = np.zeros(voice.config.sample_rate * _BETWEEN_SENTENCES_MS // 1_000, dtype=np.float32)
    parts: list[NDArray[np.float32]] = []
    for chunk in voice.synthesize(plain, SynthesisConfig(length_scale=own_pace / rate)):
        parts += [breath, chunk.audio_float_array] if parts else [chunk.audio_float_array]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
