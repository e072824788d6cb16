"""The speech process: reads texts on standard input, answers µ-law audio on standard output.

Runs on its own (`python -m ivr.exchange.voice_process`) because the library it loads, eSpeak NG, is under the GPL.
Request   one JSON line {"text", "language"}.
Answer    1 byte (1 fine, 0 refused), 4 bytes big-endian length, then audio or a UTF-8 reason.
Source    espeak-ng/speak_lib.h: espeak_Initialize, espeak_SetVoiceByProperties, espeak_Synth, espeak_SetSynthCallback.
"""

from __future__ import annotations

import ctypes
import json
import struct
import sys
from typing import Any, BinaryIO

import numpy as np

from ivr.audio import g711
from ivr.audio.resample import to_telephone

_RETRIEVAL = 1  # AUDIO_OUTPUT_RETRIEVAL: samples come to the callback, playing none
_UTF8 = 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class _VoiceProperties(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


class Speaker:
    """eSpeak NG in this process. Not thread-safe; one per process."""

    def __init__(self) -> None:
        import espeakng_loader

        self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())  # type: ignore[no-untyped-call]
        data = espeakng_loader.get_data_path().encode()  # type: ignore[no-untyped-call]
        self._rate_hz: int = self._library.espeak_Initialize(_RETRIEVAL, 0, data, 0)
        if self._rate_hz <= 0:
            raise RuntimeError(f"eSpeak NG does not start with data in {data.decode()}")
        self._pieces: list[bytes] = []
        self._callback = _CALLBACK(self._samples)  # kept: the library holds only a pointer
        self._library.espeak_SetSynthCallback(self._callback)

    def _samples(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._pieces.append(ctypes.string_at(samples, count * 2))
        return 0

    def speak(self, text: str, language: str) -> bytes:
        """Text as µ-law at 8 000 Hz. Raises ValueError for a language it does not know."""
        for tag in (language.lower(), language.lower().split("-")[0]):
            properties = _VoiceProperties(languages=tag.encode())
            if self._library.espeak_SetVoiceByProperties(ctypes.byref(properties)) == 0:
                break
        else:
            raise ValueError(f"no voice for language {language}")
        self._pieces.clear()
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 0, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.frombuffer(b"".join(self._pieces), dtype="<i2")
        self._pieces.clear()
        return g711.encode(to_telephone(samples, self._rate_hz))


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until they end."""
    speaker = Speaker()
    for line in requests:
        request = json.loads(line)
        try:
            ok, body = True, speaker.speak(request["text"], request["language"])
        except ValueError as refused:
            ok, body = False, str(refused).encode()
        answers.write(struct.pack(">?I", ok, len(body)) + body)
        answers.flush()


if __name__ == "__main__":
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except KeyboardInterrupt:
        pass
