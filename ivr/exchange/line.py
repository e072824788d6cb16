"""The line: one call leg's voice path, ticked by the pacer.

Every tick one 20 ms frame leaves the caller's mouth for whoever listens (`listener`), and one frame from the far end
(`source`, usually the playout buffer) reaches the caller's ear. A tick number counts frames since the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from ivr.exchange.dead_air import DeadAir
from ivr.exchange.pacer import Pacer
from ivr.exchange.playout import SILENCE, PlayoutBuffer

EndReason = Literal["caller", "far-end", "rejected", "error"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, as its phone is told. `caller`: this phone hung up; `status` is the carrier's CallStatus."""

    reason: EndReason
    status: str
    tick: int
    detail: str = ""
    dead_air_ms: int = 0
    "The longest time this phone heard nothing at all."


class Handset(Protocol):
    """A telephone as the exchange sees it. Every method returns at once and never raises."""

    wants_frames: bool
    "Whether `hear` is to be called every tick."
    answers_as: str
    "What machine detection takes it for: human, machine_start, fax or unknown."

    def ringing(self, call_sid: str) -> None:
        """The call this phone dialled has its sid and is ringing at the far end."""

    def answered(self, tick: int) -> None:
        """The call is up; tick 0."""

    def hear(self, tick: int, frame: bytes) -> None:
        """160 µ-law bytes reached the ear."""

    def played(self, name: str, tick: int) -> None:
        """A mark of the server was reached: all audio before it has really been heard."""

    def cleared(self, tick: int) -> None:
        """The server emptied the playout buffer."""

    def sounding(self, on: bool, tick: int) -> None:
        """The far end's playout began or ran dry."""

    def spoken(self, name: str, tick: int) -> None:
        """A mark of the phone was reached: everything said before it has left."""

    def ended(self, end: Ended) -> None:
        """The call is over."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in played audio. `reached(tick)` is called once when the audio before it has ended."""

    name: str
    reached: Callable[[int], None]


class Line:
    """One call leg's voice path. Synchronous: its methods are called from the loop the pacer runs in."""

    def __init__(self, handset: Handset, ear: DeadAir | None = None, pacer: Pacer | None = None) -> None:
        self.handset = handset
        self._pacer = pacer
        self._ear = ear or DeadAir()
        self.ticks = 0
        self.mouth: PlayoutBuffer[str] = PlayoutBuffer()
        self.playout: PlayoutBuffer[Mark] = PlayoutBuffer()
        self.source: Callable[[], bytes | None] = self.playout.frame
        "Where heard audio comes from; a conference puts its mix here."
        self.listener: Callable[[int, bytes], None] | None = None
        "Who hears the caller: a stream, a recorder, a conference."
        self.key_listener: Callable[[str], None] | None = None
        "Who takes the caller's keys, one digit at a time; keys nobody listens for are lost."
        self.taps: list[Callable[[int, bytes, bytes], None]] = []
        "Who gets a copy of both directions: tick, what the caller said, what they heard."
        self._sounding = False

    def tick(self) -> None:
        """Move one frame in each direction."""
        tick = self.ticks
        for mark in self.playout.due():
            mark.reached(tick)
        heard = self.source()
        if (heard is not None) != self._sounding:
            self._sounding = heard is not None
            self.handset.sounding(self._sounding, tick)
        if self.handset.wants_frames:
            self.handset.hear(tick, heard or SILENCE)
        for name in self.mouth.due():
            self.handset.spoken(name, tick)
        said = self.mouth.frame() or SILENCE
        self._ear.frame(tick, heard, said, caught_up=self._pacer is not None and self._pacer.catching_up)
        if self.listener is not None:
            self.listener(tick, said)
        for tap in tuple(self.taps):
            tap(tick, said, heard or SILENCE)
        self.ticks = tick + 1

    @property
    def sounding(self) -> bool:
        """Whether the caller is hearing the far end right now."""
        return self._sounding

    def say(self, audio: bytes) -> None:
        """The caller speaks, behind what is still to be said."""
        self.mouth.push(audio)

    def say_mark(self, name: str) -> None:
        """The phone wants to know when everything before this has been said."""
        if self.mouth.mark(name):
            self.handset.spoken(name, self.ticks)

    def press(self, digit: str) -> None:
        """The caller pressed a key."""
        if self.key_listener is not None:
            self.key_listener(digit)

    async def play(self, audio: bytes) -> None:
        """Play audio to the caller and wait until it has been heard. Cancelling falls silent at once."""
        heard = asyncio.get_running_loop().create_future()

        def reached(_tick: int) -> None:
            if not heard.done():
                heard.set_result(None)

        self.playout.push(audio)
        if self.playout.mark(Mark("", reached)):
            return
        try:
            await heard
        except asyncio.CancelledError:
            self.playout.clear()
            raise

    def hush(self) -> None:
        """Drop whatever was still to be played."""
        self.playout.clear()
