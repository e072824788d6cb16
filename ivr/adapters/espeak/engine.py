"""eSpeak NG in its worker, by ctypes.

Source  speak_lib.h of eSpeak NG 1.52: the constants below carry its names.
"""

import ctypes
from collections.abc import Mapping
from typing import Any, Final

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

from ivr.adapters.espeak.languages import voice_code
from ivr.adapters.workers.mastering import master
from ivr.adapters.workers.wire import Reply
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, ConfigError

_AUDIO_OUTPUT_SYNCHRONOUS: Final = 2
_INITIALIZE_DONT_EXIT: Final = 0x8000
_CHARS_UTF8: Final = 1
_RATE: Final = 1
_WORDS_PER_MINUTE: Final = 160
_BUFFER_MS: Final = 200
_LONGEST_TEXT: Final = 2_000
_GO_ON: Final = 0

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EspeakEngine:
    """Operation `synthesize`: args text, language, rate; the payload of the reply is `Pcm16`."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        try:
            library = config.get("library") or espeakng_loader.get_library_path()  # type: ignore[no-untyped-call]
            data = str(config.get("data") or espeakng_loader.get_data_path())  # type: ignore[no-untyped-call]
            self._library = ctypes.CDLL(str(library))
        except (OSError, RuntimeError) as error:
            raise ConfigError(f"cannot be loaded ({error})", where="eSpeak NG", fix="Run scripts/setup.") from error
        self._rate_hz = self._library.espeak_Initialize(
            _AUDIO_OUTPUT_SYNCHRONOUS, _BUFFER_MS, data.encode(), _INITIALIZE_DONT_EXIT
        )
        if self._rate_hz <= 0:
            raise ConfigError("cannot read its voice data", where=data, fix="Run scripts/setup.")
        self._parts: list[NDArray[np.int16]] = []
        self._callback = _Callback(self._collect)  # kept: the library holds only a pointer to it
        self._library.espeak_SetSynthCallback(self._callback)

    def facts(self) -> dict[str, Any]:
        return {"engine": "espeak", "rate_hz": self._rate_hz}

    def serve(self, op: str, args: Mapping[str, Any], payload: bytes) -> Reply:
        if op != "synthesize":
            raise BackendRejected(f"the eSpeak engine does not do {op!r}")
        text, language = str(args["text"]).replace("\x00", " "), str(args["language"])
        if len(text) > _LONGEST_TEXT:
            raise BackendRejected(f"{len(text)} characters are too many to speak at once; speak sentence by sentence")
        code = voice_code(language)
        if code is None or self._library.espeak_SetVoiceByName(code.encode()) != 0:
            raise BackendRejected(f"eSpeak NG has no voice for {language}")
        rate = min(2.0, max(0.5, float(args.get("rate", 1.0))))
        self._library.espeak_SetParameter(_RATE, round(_WORDS_PER_MINUTE * rate), 0)
        return Reply({}, master(self._speak(text), self._rate_hz))

    def _speak(self, text: str) -> NDArray[np.float32]:
        data = text.encode() + b"\x00"
        self._parts.clear()
        failed = self._library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 1, 0, _CHARS_UTF8, None, None)
        failed = failed or self._library.espeak_Synchronize()
        if failed:
            raise BackendUnavailable(f"eSpeak NG failed with code {failed}")
        if not self._parts:
            return np.zeros(0, dtype=np.float32)
        return np.concatenate(self._parts).astype(np.float32) / 32_768.0

    def _collect(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._parts.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
        return _GO_ON
