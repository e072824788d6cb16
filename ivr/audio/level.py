"""Level: how loud a stretch of audio is."""

import audioop  # see ivr.audio.g711
from math import log10
from typing import Final

import numpy as np

from ivr.vocabulary.units import FRAME_SAMPLES, Pcm16

SILENCE_DBFS = -96.0
"What digital silence reads as."
_WIDTH: Final = 2
"Bytes a sample."
_FULL_SCALE: Final = 32_768
_DBFS: Final = [SILENCE_DBFS, *(20.0 * log10(rms / _FULL_SCALE) for rms in range(1, _FULL_SCALE + 1))]
"By root mean square in whole steps of a sample: fifty times a second a call, no logarithm is taken."


def level_dbfs(audio: Pcm16) -> float:
    """Root mean square level in dB below full scale; `SILENCE_DBFS` for silence or no audio.

    Whole steps of a sample: exact to 0.1 dB from -58 dBFS on, and to 1 dB down to -78.
    """
    return _DBFS[audioop.rms(audio, _WIDTH)]


def frame_levels_dbfs(audio: Pcm16) -> list[float]:
    """`level_dbfs` of every 20 ms frame; a last, partial one counts as it is."""
    samples = np.frombuffer(audio, dtype="<i2").astype(np.float32)
    samples = np.pad(samples, (0, -samples.size % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
    power = np.maximum((samples * samples).mean(axis=1) / _FULL_SCALE**2, 10 ** (SILENCE_DBFS / 10))
    levels: list[float] = (10.0 * np.log10(power)).tolist()
    return levels
