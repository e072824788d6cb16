"""Music for who waits: a soft broken chord, made here, so that nobody's rights are in it.

Room       Pure signal making.
Level      About -27 dBFS at its loudest, and never below -45 dBFS for longer than a second: no dead air, and well under
           the voices that speak over it.
"""

from functools import cache
from typing import Final

import numpy as np

from ivr.audio import g711
from ivr.vocabulary.units import FRAME_SAMPLES, SAMPLE_RATE_HZ, MuLaw, Pcm16

NOTE_MS: Final = 500
PEAK: Final = 0.045
"Of full scale, for each of the notes that sound together."
FADES_OVER_S: Final = 1.1

# Four bars of eight notes, Hz: C, A minor, F, G, each up and down again.
_C, _AM = (261.6, 329.6, 392.0, 523.3), (220.0, 261.6, 329.6, 440.0)
_F, _G = (174.6, 220.0, 261.6, 349.2), (196.0, 246.9, 293.7, 392.0)
_NOTES: Final = tuple(hz for chord in (_C, _AM, _F, _G) for hz in (*chord, *reversed(chord)))


@cache
def music() -> tuple[MuLaw, ...]:
    """Its frames of 20 ms, from the beginning to where it begins again: 16 s."""
    note = SAMPLE_RATE_HZ * NOTE_MS // 1_000
    length = note * len(_NOTES)
    ring = 3 * note  # each note sounds on under the next ones
    time = np.arange(ring) / SAMPLE_RATE_HZ
    shape = np.minimum(time / 0.02, 1.0) * np.exp(-time / FADES_OVER_S) * np.minimum((time[-1] - time) / 0.1, 1.0)
    sound = np.zeros(length)
    for index, hz in enumerate(_NOTES):
        tone = np.sin(2 * np.pi * hz * time) + 0.3 * np.sin(4 * np.pi * hz * time)
        places = (index * note + np.arange(ring)) % length  # the last notes ring into the first: no seam
        sound[places] += PEAK * shape * tone
    samples = np.round(sound * 32_767).astype("<i2")
    coded = g711.encode(Pcm16(samples.tobytes()))
    return tuple(MuLaw(coded[start : start + FRAME_SAMPLES]) for start in range(0, len(coded), FRAME_SAMPLES))
