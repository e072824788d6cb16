"""Resampling between an engine's rate and the telephone's, by soxr."""

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.vocabulary.units import SAMPLE_RATE_HZ, Pcm16


def to_telephone(samples: NDArray[np.int16], rate_hz: int) -> Pcm16:
    """Mono int16 samples at `rate_hz` to `Pcm16` at 8 000 Hz."""
    if rate_hz != SAMPLE_RATE_HZ:
        samples = soxr.resample(samples, rate_hz, SAMPLE_RATE_HZ)
    return Pcm16(samples.astype("<i2", copy=False).tobytes())


def from_telephone(audio: Pcm16, rate_hz: int) -> NDArray[np.float32]:
    """`Pcm16` to mono float32 in [-1, 1] at `rate_hz`."""
    samples = np.frombuffer(audio, dtype="<i2").astype(np.float32) / 32_768.0
    if rate_hz == SAMPLE_RATE_HZ:
        return samples
    resampled: NDArray[np.float32] = soxr.resample(samples, SAMPLE_RATE_HZ, rate_hz)
    return resampled
