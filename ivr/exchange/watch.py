"""The watch: checks one media stream against the strict rules, on audio time.

Pure bookkeeping: it is told what happens and reports to `Violations`. Facts: docs/carrier-wire.md, section 7.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.exchange.rules import Violations
from ivr.exchange.stream_wire import BadMessage
from ivr.vocabulary.units import FRAME_MS, SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class WatchLimits:
    """The figures in the rules. `timing` off leaves out rules that a server on the wall clock cannot keep when the
    exchange runs faster than real time."""

    ahead_bytes: int = SAMPLE_RATE_HZ + SAMPLE_RATE_HZ // 5
    "1 s, and 200 ms for what is on its way."
    gap_ms: int = 250
    barge_in_ms: int = 650
    lost_mark_ms: int = 10_000
    pause_ms: int = 300
    "This much silence ends a stretch of caller speech."
    timing: bool = True


_VOICED_PEAK = 600
"Linear amplitude (of 32 767) that counts as voice: about -35 dB below full scale."


def _magnitudes() -> bytes:
    """For each µ-law code 1 if it is louder than `_VOICED_PEAK`, else 0."""
    loud = bytearray(256)
    for code in range(256):
        flipped = ~code & 0xFF
        magnitude = (((flipped & 0x0F) << 3) + 0x84 << ((flipped >> 4) & 0x07)) - 0x84
        loud[code] = 1 if magnitude > _VOICED_PEAK else 0
    return bytes(loud)


_LOUD = _magnitudes()


def voiced(frame: bytes) -> bool:
    """Whether a 20 ms µ-law frame holds sound loud enough to be speech: a tenth of its samples are loud."""
    return frame.translate(_LOUD).count(1) * 10 >= len(frame)


class StreamWatch:
    """Watches one stream. Ticks are the line's."""

    def __init__(self, violations: Violations, call_sid: str, limits: WatchLimits) -> None:
        self._violations = violations
        self._call_sid = call_sid
        self._limits = limits
        self._tick = 0
        self._started = False
        self._marks: set[str] = set()
        self._in_sentence = False
        self._dry_since: int | None = None
        self._voice_since: int | None = None
        self._quiet_ticks = 0
        self._unheard_ticks = 0
        self._barge_since: int | None = None
        self._cleared_in_speech = False
        self._lost_mark_at: int | None = None
        self._caller_active = False

    def _report(self, rule: str, detail: str = "") -> None:
        self._violations.report("stream." + rule, self._call_sid, detail, self._tick)

    # What happens -----------------------------------------------------------------------------------------------

    def said_on_a_fork(self) -> None:
        """The server sent something on a fork."""
        self._report("media-on-fork")

    def started(self) -> None:
        """`start` has been sent."""
        self._started = True

    def bad_message(self, bad: BadMessage) -> None:
        """A message broke the wire format."""
        self._anything()
        self._report(bad.fault, bad.detail)

    def media(self, tick: int, size: int, buffered_bytes: int) -> None:
        """Audio arrived; with it, `buffered_bytes` are still to be played that need not have been played by now."""
        self._tick = tick
        self._anything()
        self._lost_mark_at = None
        if self._cleared_in_speech and self._limits.timing:
            self._report("stale-audio", f"{size} bytes")
            self._cleared_in_speech = False
        if self._in_sentence and self._dry_since is not None and self._limits.timing:
            gap_ms = (tick - self._dry_since) * FRAME_MS
            if gap_ms > self._limits.gap_ms:
                self._report("gap", f"{gap_ms} ms")
        self._dry_since = None
        self._in_sentence = True
        if buffered_bytes > self._limits.ahead_bytes:
            self._report("far-ahead", f"{buffered_bytes * 1_000 // SAMPLE_RATE_HZ} ms")

    def mark(self, name: str) -> None:
        """A mark arrived: the sentence before it is complete."""
        self._anything()
        self._lost_mark_at = None
        self._in_sentence = False
        if name in self._marks:
            self._report("duplicate-mark", name[:40])
        self._marks.add(name)

    def clear(self, tick: int) -> None:
        """`clear` arrived."""
        self._tick = tick
        self._anything()
        self._lost_mark_at = None
        self._in_sentence = False
        self._dry_since = None
        self._cleared_in_speech = self._barge_since is not None
        self._barge_since = None

    def key(self, tick: int) -> None:
        """The caller pressed a key."""
        self._caller_active = True

    def mark_lost(self, tick: int) -> None:
        """An injected fault swallowed a mark."""
        self._lost_mark_at = tick
        self._caller_active = False

    def tick(self, tick: int, frame: bytes, sounding: bool, buffered_bytes: int) -> None:
        """One frame of the caller, and whether the caller hears the server meanwhile."""
        self._tick = tick
        if buffered_bytes == 0 and self._in_sentence and self._dry_since is None and not sounding:
            self._dry_since = tick
        self._speech(tick, voiced(frame), sounding)
        lost = self._lost_mark_at
        if lost is not None and self._caller_active and (tick - lost) * FRAME_MS > self._limits.lost_mark_ms:
            self._report("hangs-on-lost-mark", f"nothing for {self._limits.lost_mark_ms} ms")
            self._lost_mark_at = None

    def late_messages(self, count: int) -> None:
        """Messages came in well after `stop`."""
        self._report("after-stop", f"{count} messages")

    def not_released(self) -> None:
        """The server kept the socket open after `stop`."""
        self._report("not-released")

    # Inside -----------------------------------------------------------------------------------------------------

    def _anything(self) -> None:
        if not self._started:
            self._report("before-start")

    def _speech(self, tick: int, is_voiced: bool, sounding: bool) -> None:
        if is_voiced:
            self._quiet_ticks = 0
            if self._voice_since is None:
                self._voice_since = tick
                self._caller_active = True
        elif self._voice_since is not None:
            self._quiet_ticks += 1
            if self._quiet_ticks * FRAME_MS >= self._limits.pause_ms:
                self._voice_since = self._barge_since = None
                self._cleared_in_speech = False
        self._unheard_ticks = 0 if sounding else self._unheard_ticks + 1
        if self._unheard_ticks * FRAME_MS >= self._limits.pause_ms:
            self._barge_since = None
        if self._voice_since is None or not sounding:
            return
        if self._barge_since is None:
            self._barge_since = tick
        elif self._limits.timing and (tick - self._barge_since) * FRAME_MS > self._limits.barge_in_ms:
            self._barge_since = tick  # once for each further stretch, not once a tick
            self._report("no-clear", f"prompt still heard after {self._limits.barge_in_ms} ms of speech")
