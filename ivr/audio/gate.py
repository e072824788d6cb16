"""The level gate: who is loud enough to be the caller, and stands out from the noise of the line.

A second voice far away, a television or the echo of a loudspeaker is speech to a voice detector. It is much weaker
than somebody who holds the telephone, and weaker still than the caller once we have heard them. Any frame of speech may
be soft; a stretch of it from somebody near has a loud syllable.

Measured  docs/decisions/009-who-takes-the-floor.md: how loud the loudest 60 ms of callers are, and of a loud voice that
          was made 20 dB weaker.
"""

from bisect import insort
from dataclasses import dataclass, field
from typing import Final

QUIETEST_DBFS: Final = -42.0
"Weaker than this is nobody who holds a telephone: speech on a line is around -25 dBFS."
NEAR_DBFS: Final = -26.0
"The loudest syllable of somebody who holds the telephone reaches this."
NEAR_FRAMES: Final = 3
"Frames that the loudest syllable has at least: 60 ms."
NEAR_BELOW_CALLER_DB: Final = 12.0
"The caller's loudest syllable is louder than their average; somebody else's, this much weaker than it."
NEAR_AT_MOST_DBFS: Final = -22.0
"However loud the caller was: they may hold the telephone otherwise now."
BELOW_CALLER_DB: Final = 24.0
"A voice this much weaker than the caller's is somebody else's."
ABOVE_NOISE_DB: Final = 8.0
"Speech rises above steady noise; what does not is the noise."
NOISE_RISES_DB: Final = 0.1
"A frame: 5 dB a second. Speech dips to the line's noise several times a second, steady noise never does."
SETTLE: Final = 0.02
"Share of each frame in the running level of the caller: about a second of speech."


@dataclass(slots=True)
class LevelGate:
    """One per call.

    caller_dbfs    running level of the caller's voiced frames; None until they have spoken.
    noise_dbfs     level of the line's steady noise: falls at once, rises slowly.
    quietest_dbfs  what the loudest syllable of a caller we have not heard yet must reach.
    loudest        the loudest frames of the stretch of speech that goes on, ascending.
    """

    caller_dbfs: float | None = None
    noise_dbfs: float = -70.0
    quietest_dbfs: float = NEAR_DBFS
    loudest: list[float] = field(default_factory=list)

    @property
    def threshold_dbfs(self) -> float:
        threshold = max(QUIETEST_DBFS, self.noise_dbfs + ABOVE_NOISE_DB)
        return threshold if self.caller_dbfs is None else max(threshold, self.caller_dbfs - BELOW_CALLER_DB)

    def hear(self, level_dbfs: float) -> None:
        """Any frame: follow the noise of the line."""
        self.noise_dbfs = min(level_dbfs, self.noise_dbfs + NOISE_RISES_DB)

    def passes(self, level_dbfs: float) -> bool:
        """Whether a voiced frame of this level may be the caller."""
        return level_dbfs >= self.threshold_dbfs

    def goes_on(self, level_dbfs: float) -> None:
        """A frame more of the stretch of speech."""
        insort(self.loudest, level_dbfs)
        del self.loudest[:-NEAR_FRAMES]

    def pause(self) -> None:
        """What is heard next is another stretch."""
        self.loudest.clear()

    @property
    def is_near(self) -> bool:
        """Whether the stretch so far comes from somebody who holds the telephone."""
        if len(self.loudest) < NEAR_FRAMES:
            return False
        wanted = self.quietest_dbfs
        if self.caller_dbfs is not None:
            wanted = max(wanted, min(self.caller_dbfs - NEAR_BELOW_CALLER_DB, NEAR_AT_MOST_DBFS))
        return sum(self.loudest) / NEAR_FRAMES >= wanted

    def learn(self, level_dbfs: float) -> None:
        """A frame of the caller's speech."""
        before = self.caller_dbfs
        self.caller_dbfs = level_dbfs if before is None else before + SETTLE * (level_dbfs - before)
