"""Level: how loud a stretch of audio is."""

from math import log10
from typing import Final

import numpy as np

from ivr.vocabulary.units import FRAME_SAMPLES, Pcm16

SILENCE_DBFS = -96.0
"What digital silence reads as."
_FULL_SCALE_DB: Final = 20.0 * log10(32_768.0)


def level_dbfs(audio: Pcm16) -> float:
    """Root mean square level in dB below full scale; `SILENCE_DBFS` for silence or no audio."""
    samples = np.frombuffer(audio, dtype="<i2").astype(np.float32)
    energy = float(np.vecdot(samples, samples))
    return max(SILENCE_DBFS, 10.0 * log10(energy / samples.size) - _FULL_SCALE_DB) if energy > 0 else SILENCE_DBFS


def frame_levels_dbfs(audio: Pcm16) -> list[float]:
    """`level_dbfs` of every 20 ms frame; a last, partial one counts as it is."""
    samples = np.frombuffer(audio, dtype="<i2").astype(np.float32)
    samples = np.pad(samples, (0, -samples.size % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
    power = np.maximum((samples * samples).mean(axis=1) / 32_768.0**2, 10 ** (SILENCE_DBFS / 10))
    levels: list[float] = (10.0 * np.log10(power)).tolist()
    return levels
