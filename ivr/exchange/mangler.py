"""The mangler: what injected faults do to the caller's frames on their way to the server."""

from __future__ import annotations

from ivr.exchange.faults import Fault, Faults
from ivr.vocabulary.units import FRAME_MS

_Timed = tuple[int, bytes]


class Mangler:
    """Lets frames through unharmed until a fault strikes."""

    def __init__(self, faults: Faults, call_sid: str) -> None:
        self._faults = faults
        self._call_sid = call_sid
        self._held: list[tuple[int, _Timed]] = []
        "Frames to release at a tick."
        self._stall_until = -1
        self._stalled: list[_Timed] = []
        self._half: _Timed | None = None
        self._swapped: _Timed | None = None

    @property
    def busy(self) -> bool:
        """Whether frames are still being held back."""
        return bool(self._held or self._stalled or self._half or self._swapped) or self._stall_until >= 0

    def frame(self, tick: int, audio: bytes) -> list[_Timed]:
        """What leaves at this tick, given the frame that should: (its tick, its audio), in order of leaving."""
        out = [held for due, held in self._held if due <= tick]
        self._held = [(due, held) for due, held in self._held if due > tick]
        out += self._struck(tick, (tick, audio))
        if self._stall_until < 0 and (stall := self._take("media.stall")):
            self._stall_until = tick + max(1, stall.ms // FRAME_MS)
        if self._stall_until >= 0:
            self._stalled += out
            out = []
            if tick >= self._stall_until:
                out, self._stalled, self._stall_until = self._stalled, [], -1
        return out

    def _struck(self, tick: int, frame: _Timed) -> list[_Timed]:
        if self._swapped is not None:
            first, self._swapped = self._swapped, None
            return [frame, first]
        if self._half is not None:
            first, self._half = self._half, None
            cut = 37  # an odd split: 197 and 123 bytes where two times 160 were
            return [
                (first[0], first[1] + frame[1][:cut]),
                (frame[0], frame[1][cut:]),
            ]
        if self._take("media.drop"):
            return []
        if self._take("media.duplicate"):
            return [frame, frame]
        if self._take("media.reorder"):
            self._swapped = frame
            return []
        if self._take("media.resize"):
            self._half = frame
            return []
        if delay := self._take("media.delay"):
            self._held.append((tick + max(1, delay.ms // FRAME_MS), frame))
            return []
        return [frame]

    def _take(self, kind: str) -> Fault | None:
        return self._faults.take(kind, self._call_sid)
