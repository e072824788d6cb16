"""Articulation: whether a sound made over a prompt can be words, or is a cough, a sigh or a drawn-out hum.

Words have pitch most of the time, and their spectrum moves from sound to sound. A cough, a breath or a bang has no
pitch; "mmm" has pitch and stays as it is. Both are told from the last half second, without a recogniser.

Measured  docs/decisions/009-who-takes-the-floor.md: of 159 sentences 156 count as words by the time they could take the
          floor, the others within 100 ms of it.
"""

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.vocabulary.units import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm16

WINDOW: Final = 24
"Frames looked at: the last 480 ms of sound."
PITCHED: Final = 0.6
"Autocorrelation at the best lag from which a frame has pitch."
PITCHED_SHARE: Final = 0.38
"Least share of frames with pitch, in words."
MOVES: Final = 0.9
"Least spread of the spectrum over the window, in nepers a band, in words."

TOLD_FROM_MS: Final = 300
"What sounds for less may be a word, whatever it sounds like."

_SAMPLES: Final = 256
"32 ms: two periods of the lowest voice."
_FASTEST, _SLOWEST = SAMPLE_RATE_HZ // 400, SAMPLE_RATE_HZ // 60
"Lags of pitch, in samples: 400 to 60 Hz."
_RANGE_DB: Final = 25.0
"A frame this much weaker than the loudest is a pause between sounds."
_BANDS: Final = 16
_SHAPE: Final = np.hanning(_SAMPLES)
_OVERLAP: Final = _SAMPLES / (_SAMPLES - np.arange(_SLOWEST))
"An autocorrelation sums fewer products at longer lags."


def _mel_bands() -> NDArray[np.float64]:
    """Triangles of equal width on the mel scale, 150 to 3 800 Hz: (bands, bins)."""
    hz = np.linspace(0, SAMPLE_RATE_HZ / 2, _SAMPLES // 2 + 1)
    low, high = (2_595 * np.log10(1 + edge / 700) for edge in (150, 3_800))
    edges = 700 * (10 ** (np.linspace(low, high, _BANDS + 2) / 2_595) - 1)
    rising = (hz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - hz) / (edges[2:] - edges[1:-1])[:, None]
    return np.clip(np.minimum(rising, falling), 0, None)


_MEL: Final = _mel_bands()


class Articulation:
    """One per call. Fed the voiced frames of an utterance, told of its pauses and of its end.

    is_words    whether the stretch of sound that now goes on can be words.
    words_seen  whether any of the utterance was; set from outside for what was said without a prompt.
    """

    def __init__(self) -> None:
        self.is_words = False
        self._before = np.zeros(FRAME_SAMPLES)
        self._levels: deque[float] = deque(maxlen=WINDOW)
        self._pitched: deque[bool] = deque(maxlen=WINDOW)
        self._spectra: deque[NDArray[np.float64]] = deque(maxlen=WINDOW)
        self._heard_ms = 0
        self.words_seen = False

    def pause(self) -> None:
        """What is heard next is another stretch of sound."""
        if not self._levels:
            return
        self.is_words = False
        self._before = np.zeros(FRAME_SAMPLES)
        for each in (self._levels, self._pitched, self._spectra):
            each.clear()

    def hear(self, frame: Pcm16) -> None:
        """The next 20 ms of the stretch."""
        now = np.frombuffer(frame, dtype="<i2").astype(np.float64)
        samples = np.concatenate((self._before, now))[-_SAMPLES:]
        self._before = now
        self._levels.append(10 * float(np.log10(samples @ samples + 1)))
        self._pitched.append(_has_pitch(samples))
        power = np.abs(np.fft.rfft(samples * _SHAPE)) ** 2
        bands = np.log(_MEL @ power + 1e3)
        self._spectra.append(bands - bands.mean())
        self._heard_ms += FRAME_MS
        self.is_words = self._is_words()
        self.words_seen |= self.is_words

    def close(self) -> bool:
        """The utterance is over: whether it can have been words. A short one is given the benefit of the doubt."""
        was_words = self.words_seen or self._heard_ms < TOLD_FROM_MS
        self._heard_ms, self.words_seen = 0, False
        self.pause()
        return was_words

    def _is_words(self) -> bool:
        levels = np.array(self._levels)
        sounds = levels > levels.max() - _RANGE_DB
        pitched = float(np.array(self._pitched)[sounds].mean())
        moves = float(np.array(self._spectra)[sounds].std(axis=0).mean())
        return pitched >= PITCHED_SHARE and moves >= MOVES


def _has_pitch(samples: NDArray[np.float64]) -> bool:
    steady = samples - samples.mean()
    power = np.abs(np.fft.rfft(steady, 2 * _SAMPLES)) ** 2
    alike = np.fft.irfft(power)[:_SLOWEST] * _OVERLAP
    return bool(alike[_FASTEST:].max() >= PITCHED * (alike[0] + 1e-9))
