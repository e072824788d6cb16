"""Dead air: how long nothing at all reached one ear, no speech, no music, no tone.

Pure bookkeeping on audio time, told of every frame. Of each silence it is kept whether this end spoke in it: who speaks
does not wait.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from ivr.audio import g711
from ivr.audio.level import level_dbfs
from ivr.exchange.playout import SILENCE
from ivr.vocabulary.units import FRAME_MS, MuLaw

AUDIBLE_DBFS: Final = -50.0
"A frame louder than this is heard; the silence of a telephone line is below -70."
WORTH_KEEPING_MS: Final = 500
"Shorter silences are the pauses of speech."
KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch without a sound, in ticks of the leg; `to_tick` is the first one with a sound again."""

    from_tick: int
    to_tick: int
    spoke: bool
    "Whether this end spoke in it."
    caught_up: int = 0
    "How many of its ticks came in the rush after a stall of the exchange itself: in those nobody could have spoken."

    @property
    def ms(self) -> int:
        """Its length."""
        return (self.to_tick - self.from_tick) * FRAME_MS

    @property
    def of_others_ms(self) -> int:
        """What of it the exchange's own stalls do not explain."""
        return self.ms - self.caught_up * FRAME_MS


class DeadAir:
    """The silences of one leg, from its answer on."""

    def __init__(self) -> None:
        self._kept: deque[Silence] = deque(maxlen=KEPT)
        self._longest_ms = 0
        self._since = 0
        self._spoke = False
        self._caught_up = 0
        self._tick = 0

    def frame(self, tick: int, heard: bytes | None, said: bytes, *, caught_up: bool = False) -> None:
        """One tick: what reached the ear, if anything, what left the mouth, and whether it came late, after a stall."""
        self._tick = tick + 1
        if not self._spoke and audible(said):
            self._spoke = True
        if audible(heard):
            self._close(tick)
            self._since, self._spoke, self._caught_up = tick + 1, False, 0
        else:
            self._caught_up += caught_up

    def _close(self, tick: int) -> None:
        silence = Silence(self._since, tick, self._spoke, self._caught_up)
        if silence.ms >= WORTH_KEEPING_MS:
            self._kept.append(silence)
        self._longest_ms = max(self._longest_ms, silence.ms)

    @property
    def longest_ms(self) -> int:
        """The longest silence so far, the present one included."""
        return max(self._longest_ms, (self._tick - self._since) * FRAME_MS)

    def silences(self) -> list[Silence]:
        """Those worth keeping, oldest first, the present one last."""
        present = Silence(self._since, self._tick, self._spoke, self._caught_up)
        return [*self._kept, *([present] if present.ms >= WORTH_KEEPING_MS else [])]

    def longest_between_ms(self, from_tick: int, to_tick: int) -> int:
        """The longest silence inside a stretch of the call, cut to it."""
        cut = (min(one.to_tick, to_tick) - max(one.from_tick, from_tick) for one in self.silences())
        return max(0, *cut, 0) * FRAME_MS

    def as_json(self) -> dict[str, Any]:
        """As a leg's report gives it."""
        silences = [
            {"fromTick": one.from_tick, "toTick": one.to_tick, "spoke": one.spoke, "caughtUpTicks": one.caught_up}
            for one in self.silences()
        ]
        return {"deadAirMs": self.longest_ms, "silences": silences}


def audible(frame: bytes | None) -> bool:
    """Whether a frame can be heard."""
    if frame is None or frame is SILENCE or frame == SILENCE:
        return False
    return level_dbfs(g711.decode(MuLaw(frame))) > AUDIBLE_DBFS
