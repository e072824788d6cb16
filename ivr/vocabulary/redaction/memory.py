"""What is remembered of the turns before, to tell what a number is: folded over them, and never a digit itself."""

from dataclasses import dataclass
from typing import Final

from ivr.vocabulary.redaction.cues import Kind

TURNS: Final = 2
"Utterances after one that spoke of a secret, or began to read one out, in which even a single digit is held back."


@dataclass(frozen=True, slots=True)
class Memory:
    """Of a call.

    kind     the secret that was spoken of last; None before any was.
    digits   how many digits of it were read out so far.
    reading  utterances for which it may still go on.
    recent   utterances in which a correction is about it.
    word     a password was about to be said.
    """

    kind: Kind | None = None
    digits: int = 0
    reading: int = 0
    recent: int = 0
    word: bool = False

    def later(self) -> "Memory":
        """An utterance on, in which nothing of this kind was said."""
        left = max(0, self.reading - 1)
        return Memory(self.kind, self.digits if left else 0, left, max(0, self.recent - 1))


NOTHING: Final = Memory()
