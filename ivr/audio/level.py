"""Level: how loud a stretch of audio is."""

import numpy as np

from ivr.vocabulary.units import Pcm16

SILENCE_DBFS = -96.0
"What digital silence reads as."


def level_dbfs(audio: Pcm16) -> float:
    """Root mean square level in dB below full scale; `SILENCE_DBFS` for silence or no audio."""
    samples = np.frombuffer(audio, dtype="<i2").astype(np.float32)
    if samples.size == 0:
        return SILENCE_DBFS
    rms = float(np.sqrt(np.dot(samples, samples) / samples.size))
    return max(SILENCE_DBFS, 20.0 * float(np.log10(rms / 32_768.0))) if rms > 0 else SILENCE_DBFS
