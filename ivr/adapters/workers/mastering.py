"""From a voice's own samples to telephone audio: resample, trim, bring to level."""

import numpy as np
from numpy.typing import NDArray

from ivr.audio.resample import to_telephone
from ivr.vocabulary.units import FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm16

SPEECH_LEVEL_DBFS = -20.0
"Level of the voiced part. Telephone speech sits near -20 dBFS; louder clips on the way, softer drowns in noise."

_PEAK = 0.9
_EDGE_SAMPLES = SAMPLE_RATE_HZ * 60 // 1_000
"Silence left at either end, so that no consonant is shaved off. The port allows 100 ms."

_FLOOR_DB = -36.0
"A frame this far under the loudest one is silence."


def master(samples: NDArray[np.float32], rate_hz: int) -> Pcm16:
    """Mono float samples in [-1, 1] at `rate_hz` to trimmed, levelled `Pcm16`; b"" when there is nothing to hear."""
    as_int = np.clip(samples * 32_767.0, -32_768, 32_767).astype(np.int16)
    audio = np.frombuffer(to_telephone(as_int, rate_hz), dtype="<i2").astype(np.float32) / 32_768.0
    power = _frame_power(audio)
    loudest = float(power.max(initial=0.0))
    if loudest < 1e-9:
        return Pcm16(b"")
    voiced = np.flatnonzero(power > loudest * 10 ** (_FLOOR_DB / 10))
    start = max(0, int(voiced[0]) * FRAME_SAMPLES - _EDGE_SAMPLES)
    end = min(audio.size, (int(voiced[-1]) + 1) * FRAME_SAMPLES + _EDGE_SAMPLES)
    # The level of speech is that of its voiced part, not of its pauses.
    level = float(np.sqrt(power[power > loudest * 1e-3].mean()))
    audio = audio[start:end] * (10 ** (SPEECH_LEVEL_DBFS / 20) / level)
    peak = float(np.abs(audio).max(initial=0.0))
    if peak > _PEAK:
        audio *= _PEAK / peak
    return Pcm16((audio * 32_767.0).astype("<i2").tobytes())


def _frame_power(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean power of each 20 ms frame, the last one filled up with silence."""
    frames = np.pad(audio, (0, -audio.size % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
    power: NDArray[np.float32] = np.mean(frames * frames, axis=1)
    return power
