"""The level gate: who is loud enough to be the caller, and stands out from the noise of the line.

A second voice far away, a television or the echo of a loudspeaker is speech to a voice detector. It is much weaker
than somebody who holds the telephone, and weaker still than the caller once we have heard them.
"""

from dataclasses import dataclass
from typing import Final

QUIETEST_DBFS: Final = -42.0
"Weaker than this is nobody who holds a telephone: speech on a line is around -25 dBFS."
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

    caller_dbfs  running level of the caller's voiced frames; None until they have spoken.
    noise_dbfs   level of the line's steady noise: falls at once, rises slowly.
    """

    caller_dbfs: float | None = None
    noise_dbfs: float = -70.0

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

    def learn(self, level_dbfs: float) -> None:
        """A frame of the caller's speech."""
        before = self.caller_dbfs
        self.caller_dbfs = level_dbfs if before is None else before + SETTLE * (level_dbfs - before)
