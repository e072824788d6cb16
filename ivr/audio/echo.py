"""Echo: our own prompt, coming back through the caller's loudspeaker.

The level of an echo rises and falls as the prompt did, a moment later and weaker. Compared are the last 400 ms of what
came in with what was played 0 to 600 ms before, by the correlation of their levels in dB. A caller who speaks over the
prompt breaks the likeness. Once the same delay has been found often enough, the path of the echo is known, and with it
how loud an echo may be at any moment: from then on also its first syllables are told.
"""

from collections import Counter, deque
from typing import Final

import numpy as np

from ivr.vocabulary.units import FRAME_MS

WINDOW: Final = 20
"Frames compared: 400 ms."
LAGS: Final = 31
"Delays tried: 0 to 600 ms."
ALIKE: Final = 0.86
"Correlation from which it is the same sound."
WEAKER_DB: Final = 3.0
"An echo is at least so much weaker than what was played."
KNOWN_FROM: Final = 15
"Frames that were alike at one delay, from which it is the path of the echo."
LOUDER_DB: Final = 6.0
"What is louder than the echo can be by this is somebody who speaks."
SMEARED: Final = 2
"Frames by which a room draws an echo out."
_SETTLE: Final = 0.05
_QUIET_DBFS: Final = -70.0


class EchoGuard:
    """One per call. Times are ms on one clock, for what is played and what comes in."""

    def __init__(self) -> None:
        self._heard: deque[float] = deque(maxlen=WINDOW)
        self._played: dict[int, float] = {}
        self._lags: Counter[int] = Counter()
        self._loss_db: float | None = None

    def played(self, at_ms: float, levels_dbfs: list[float]) -> None:
        """Frames that the caller's telephone plays from `at_ms` on."""
        first = round(at_ms / FRAME_MS)
        for number, level in enumerate(levels_dbfs):
            self._played[first + number] = level
        for old in [key for key in self._played if key < first - 2 * (LAGS + WINDOW)]:
            del self._played[old]

    def heard(self, level_dbfs: float) -> None:
        """One frame came in."""
        self._heard.append(max(level_dbfs, _QUIET_DBFS))

    def is_echo(self, at_ms: float) -> bool:
        """Whether the frames up to `at_ms` are what was played a moment before."""
        if len(self._heard) < WINDOW or not self._played:
            return False
        now = round(at_ms / FRAME_MS)
        return self._is_expected(now) or self._is_alike(now)

    def _is_expected(self, now: int) -> bool:
        """Whether what came in is no louder than the echo of what was played, as far as its path is known."""
        ((lag, times),) = self._lags.most_common(1) or [(0, 0)]
        if times < KNOWN_FROM or self._loss_db is None:
            return False
        last = now - 1 - lag
        loudest = max(self._played.get(last + near, _QUIET_DBFS) for near in range(-SMEARED, SMEARED + 1))
        return self._heard[-1] <= loudest - self._loss_db + LOUDER_DB

    def _is_alike(self, now: int) -> bool:
        span = range(now - WINDOW - LAGS + 1, now)
        before = np.array([self._played.get(key, _QUIET_DBFS) for key in span], dtype=np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(before, WINDOW)
        heard = np.array(self._heard, dtype=np.float32)
        theirs, ours = heard - heard.mean(), windows - windows.mean(axis=1, keepdims=True)
        scale = np.sqrt((ours**2).sum(axis=1) * (theirs**2).sum()) + 1e-6
        alike = (ours @ theirs) / scale
        best = int(alike.argmax())
        weaker = float(windows[best].max() - heard.max())
        if alike[best] < ALIKE or weaker < WEAKER_DB:
            return False
        self._learn(LAGS - 1 - best, weaker)
        return True

    def _learn(self, lag: int, loss_db: float) -> None:
        self._lags[lag] += 1
        before = self._loss_db
        self._loss_db = loss_db if before is None else before + _SETTLE * (loss_db - before)
