"""The jitter buffer of a conference participant, as far as it is felt: it delays what the participant says.

Facts: docs/carrier-wire.md, section 9.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Final

from ivr.exchange.playout import SILENCE
from ivr.vocabulary.units import FRAME_MS

DELAY_MS: Final[Mapping[str, int]] = {"off": 0, "small": 180, "medium": 280, "large": 500}
"What each size of buffer adds, within the ranges that the carrier gives: 150-200, 200-360 and 300-1000 ms."


class DelayLine:
    """Frames come out as many ticks after they went in as the delay has frames."""

    def __init__(self, delay_ms: int) -> None:
        self._waiting = deque([SILENCE] * (delay_ms // FRAME_MS))

    def pass_on(self, frame: bytes) -> bytes:
        """Take the frame of this tick; the one that is due."""
        if not self._waiting:
            return frame
        self._waiting.append(frame)
        return self._waiting.popleft()
