"""The playout buffer: audio waiting to be heard, cut into 20 ms frames, with marks that travel in between.

Pure. The same buffer serves what a caller hears and what a caller's mouth has still to say.
Facts: docs/carrier-wire.md, section 5.
"""

from collections import deque
from typing import Generic, TypeVar

from ivr.vocabulary.units import FRAME_SAMPLES, MULAW_SILENCE

M = TypeVar("M")

SILENCE = bytes([MULAW_SILENCE]) * FRAME_SAMPLES


class PlayoutBuffer(Generic[M]):
    """Audio of any payload size in; one frame a tick out. A mark is due once all audio before it has been played."""

    def __init__(self) -> None:
        self._audio: deque[bytes] = deque()
        self._offset = 0
        self._pushed = 0
        self._played = 0
        self._marks: deque[tuple[int, M]] = deque()

    @property
    def buffered_bytes(self) -> int:
        """Audio not yet played."""
        return self._pushed - self._played

    @property
    def pending_marks(self) -> int:
        """Marks not yet handed out."""
        return len(self._marks)

    def push(self, payload: bytes) -> None:
        """Append µ-law audio of any length."""
        if payload:
            self._audio.append(payload)
            self._pushed += len(payload)

    def mark(self, mark: M) -> bool:
        """Append a mark. True when nothing stands before it: it is due at once and is not kept."""
        if self._pushed == self._played and not self._marks:
            return True
        self._marks.append((self._pushed, mark))
        return False

    def due(self) -> list[M]:
        """Take the marks whose audio has ended, in order."""
        reached: list[M] = []
        while self._marks and self._marks[0][0] <= self._played:
            reached.append(self._marks.popleft()[1])
        return reached

    def frame(self) -> bytes | None:
        """Take the next 160 bytes, filled up with silence if the audio ends inside them; None when empty."""
        if not self._audio:
            return None
        head = self._audio[0]
        if self._offset == 0 and len(head) == FRAME_SAMPLES:
            self._audio.popleft()
            self._played += FRAME_SAMPLES
            return head
        pieces: list[bytes] = []
        missing = FRAME_SAMPLES
        while missing and self._audio:
            head = self._audio[0]
            piece = head[self._offset : self._offset + missing]
            pieces.append(piece)
            missing -= len(piece)
            self._played += len(piece)
            self._offset += len(piece)
            if self._offset == len(head):
                self._audio.popleft()
                self._offset = 0
        return b"".join(pieces) + SILENCE[:missing]

    def clear(self) -> list[M]:
        """Drop all audio; hand back every mark that was waiting, in order."""
        self._audio.clear()
        self._offset = 0
        self._played = self._pushed
        return self.due()
