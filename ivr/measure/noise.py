"""Noise: what a telephone line carries when nobody speaks, made from numbers, to hear nothing in.

Every kind goes on for ever, a second at a time, the same on every machine. `ivr eval quiet` listens to it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.audio import g711
from ivr.vocabulary.units import SAMPLE_RATE_HZ, MuLaw, Pcm16

Samples = NDArray[np.float64]
Second = Callable[[int, np.random.Generator], Samples]
"Makes the n-th second, level 1 root mean square or less: (8 000,) floats."

_TIME: Final = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
_KEYS_HZ: Final = [(low, high) for low in (697, 770, 852, 941) for high in (1_209, 1_336, 1_477)]
_CHORDS_HZ: Final = [(220.0, 277.2, 329.6), (246.9, 311.1, 370.0), (196.0, 246.9, 293.7), (174.6, 220.0, 261.6)]


def white(_: int, chance: np.random.Generator) -> Samples:
    """Hiss: equal power at every frequency."""
    return chance.normal(0, 1, SAMPLE_RATE_HZ)


def pink(_: int, chance: np.random.Generator) -> Samples:
    """A room: power falling by 3 dB an octave."""
    spectrum = np.fft.rfft(chance.normal(0, 1, SAMPLE_RATE_HZ))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 1))
    return _levelled(np.fft.irfft(spectrum, SAMPLE_RATE_HZ))


def hum(second: int, chance: np.random.Generator) -> Samples:
    """Mains, with its harmonics, over a little hiss."""
    time = second + _TIME
    tones = sum(np.sin(2 * np.pi * 50 * times * time) / times for times in (1, 2, 3, 5, 7))
    return _levelled(np.asarray(tones) + chance.normal(0, 0.05, SAMPLE_RATE_HZ))


def keys(second: int, _: np.random.Generator) -> Samples:
    """Keypad tones, 120 ms each, three a second."""
    sound = np.zeros(SAMPLE_RATE_HZ)
    for place in range(3):
        low, high = _KEYS_HZ[(3 * second + place) % len(_KEYS_HZ)]
        at = slice(place * 2_600, place * 2_600 + 960)
        sound[at] = np.sin(2 * np.pi * low * _TIME[at]) + np.sin(2 * np.pi * high * _TIME[at])
    return sound


def music(second: int, _: np.random.Generator) -> Samples:
    """Chords with overtones that die away, twice a second, and a beat."""
    sound = np.zeros(SAMPLE_RATE_HZ)
    for half in range(2):
        chord = _CHORDS_HZ[(2 * second + half) // 4 % len(_CHORDS_HZ)]
        time = _TIME[: SAMPLE_RATE_HZ // 2]
        struck = sum(np.sin(2 * np.pi * hz * times * time) / times for hz in chord for times in (1, 2, 3, 4)) * np.exp(
            -3 * time
        )
        sound[half * SAMPLE_RATE_HZ // 2 : (half + 1) * SAMPLE_RATE_HZ // 2] = struck
    return _levelled(sound)


def clicks(second: int, chance: np.random.Generator) -> Samples:
    """A bad line: a dozen sharp cracks a second."""
    sound = np.zeros(SAMPLE_RATE_HZ)
    for start in chance.integers(0, SAMPLE_RATE_HZ - 80, 12):
        sound[start : start + 80] += chance.normal(0, 4, 80) * np.linspace(1, 0, 80)
    return sound


def silence(_: int, chance: np.random.Generator) -> Samples:
    """Nothing but the code's own rounding."""
    return chance.normal(0, 1e-4, SAMPLE_RATE_HZ)


KINDS: Final[Mapping[str, Second]] = {
    "white": white, "pink": pink, "hum": hum, "keys": keys, "music": music, "clicks": clicks, "silence": silence,
}  # fmt: skip


def noise(kind: str, seconds: int, level_dbfs: float) -> Iterator[MuLaw]:
    """`seconds` of this kind at this root mean square level, as µ-law, a second at a time."""
    chance = np.random.default_rng(seconds)
    scale = 32_768 * 10 ** (level_dbfs / 20)
    for second in range(seconds):
        samples = np.clip(KINDS[kind](second, chance) * scale, -32_768, 32_767)
        yield g711.encode(Pcm16(samples.astype("<i2").tobytes()))


def _levelled(samples: Samples) -> Samples:
    level = float(np.sqrt(np.mean(samples**2)))
    return samples / level
