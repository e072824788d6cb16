"""WAV files of telephone audio."""

import io
import wave

import numpy as np

from ivr.audio import g711
from ivr.audio.resample import to_telephone
from ivr.vocabulary.units import SAMPLE_RATE_HZ, MuLaw


def read_wav(data: bytes) -> MuLaw:
    """The first channel of a 16-bit PCM WAV of any rate. Raises ValueError for anything else."""
    try:
        with wave.open(io.BytesIO(data), "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (EOFError, wave.Error) as error:
        raise ValueError(f"this is no WAV that can be read ({error})") from error
    if width != 2:
        raise ValueError(f"a WAV of {8 * width}-bit samples")
    samples = np.frombuffer(frames[: len(frames) // (2 * channels) * 2 * channels], dtype="<i2").reshape(-1, channels)
    return g711.encode(to_telephone(np.ascontiguousarray(samples[:, 0]), rate))


def write_wav(audio: MuLaw) -> bytes:
    """16-bit PCM, mono, 8 000 Hz."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(g711.decode(audio))
    return out.getvalue()
