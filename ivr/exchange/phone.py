"""A telephone in Python: dials, speaks, listens and presses keys inside the exchange's own process.

For tests and scripted callers. The same abilities over the network: `phone_socket`. Everything a phone is told is an
event with its tick; `wait` returns the next one of a kind, past or future, in order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

from ivr.exchange.call import Call
from ivr.exchange.line import Ended
from ivr.exchange.sources import CallEnd
from ivr.exchange.switchboard import Exchange

KEYS = frozenset("0123456789*#ABCD")
MAX_EVENTS = 10_000
"Kept until waited for; the oldest go first."
MAX_HEARD_BYTES = 8_000 * 600
"Ten minutes of heard audio; the oldest goes first."


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """Something the phone was told: kind as in the phone socket's protocol."""

    kind: str
    tick: int = 0
    name: str = ""
    on: bool = False
    end: Ended | None = None


class Phone:
    """One telephone; one call at a time."""

    def __init__(self, exchange: Exchange, number: str, *, frames: bool = True) -> None:
        self.number = number
        self.wants_frames = frames
        self.busy = False
        self.answers_as = "human"
        self.call_sid = ""
        self.heard_frames: deque[tuple[int, bytes]] = deque(maxlen=MAX_HEARD_BYTES // 160)
        "(tick, 160 µ-law bytes), if frames were asked for."
        self._exchange = exchange
        self._call: Call | None = None
        self._events: deque[PhoneEvent] = deque(maxlen=MAX_EVENTS)
        self._news = asyncio.Event()

    # What a person does -----------------------------------------------------------------------------------------

    def dial(self, to_number: str, *, caller_name: str = "") -> None:
        """Call one of the exchange's numbers; `ringing`, `answered` and `ended` follow as events."""
        self._take_line()
        self._call = self._exchange.dial(self, to_number, self.number, caller_name)

    def register(self) -> None:
        """Be reachable under the own number."""
        self._exchange.register(self.number, self)

    def answer(self) -> None:
        """Pick up an incoming call."""
        if self._call:
            self._call.pick_up()

    def decline(self) -> None:
        """Turn an incoming call down."""
        if self._call:
            self._call.hang_up(CallEnd("rejected", "busy", "declined"))

    def say(self, audio: bytes) -> None:
        """Speak µ-law audio, behind what is still being said."""
        if self._call:
            self._call.line.say(audio)

    def say_mark(self, name: str) -> None:
        """Ask for a `spoken` event once everything before it has been said."""
        if self._call:
            self._call.line.say_mark(name)

    def press(self, keys: str) -> None:
        """Press keys, one after another."""
        for digit in keys:
            if digit not in KEYS:
                raise ValueError("a phone has the keys 0-9, *, # and A-D")
            if self._call:
                self._call.line.press(digit)

    def hang_up(self) -> None:
        """End the call."""
        if self._call:
            status = "canceled" if self._call.record.status != "in-progress" else ""
            self._call.hang_up(CallEnd("caller", status))

    # What a person notices --------------------------------------------------------------------------------------

    async def wait(self, kind: str, name: str | None = None) -> PhoneEvent:
        """The next event of this kind (and name). Raises RuntimeError if the call ends without one."""
        while True:
            while self._events:
                event = self._events.popleft()
                if event.kind == kind and name in (None, event.name):
                    return event
                if event.kind == "ended":
                    self._events.appendleft(event)
                    raise RuntimeError(f"the call ended before {kind}: {event.end}")
            self._news.clear()
            await self._news.wait()

    async def ended_call(self) -> Ended:
        """Wait for the call's end."""
        end = (await self.wait("ended")).end
        assert end is not None  # noqa: S101 - `ended` below always gives one
        return end

    @property
    def heard(self) -> bytes:
        """All audio heard in this call, µ-law, silence included."""
        return b"".join(frame for _, frame in self.heard_frames)

    # Handset ----------------------------------------------------------------------------------------------------

    def incoming(self, call: Call) -> None:
        """See `Station`."""
        self._take_line()
        self._call = call
        self.call_sid = call.record.sid
        self._note("incoming", name=call.record.from_number)

    def ringing(self, call_sid: str) -> None:
        """See `Handset`."""
        self.call_sid = call_sid
        self._note("ringing")

    def answered(self, tick: int) -> None:
        """See `Handset`."""
        self._note("answered", tick)

    def hear(self, tick: int, frame: bytes) -> None:
        """See `Handset`."""
        self.heard_frames.append((tick, frame))

    def played(self, name: str, tick: int) -> None:
        """See `Handset`."""
        self._note("mark", tick, name=name)

    def cleared(self, tick: int) -> None:
        """See `Handset`."""
        self._note("cleared", tick)

    def sounding(self, on: bool, tick: int) -> None:
        """See `Handset`."""
        self._note("audio", tick, on=on)

    def spoken(self, name: str, tick: int) -> None:
        """See `Handset`."""
        self._note("spoken", tick, name=name)

    def ended(self, end: Ended) -> None:
        """See `Handset`."""
        self.busy = False
        self._call = None
        self._note("ended", end.tick, end=end)

    def _note(self, kind: str, tick: int = 0, **more: Any) -> None:
        self._events.append(PhoneEvent(kind, tick, **more))
        self._news.set()

    def _take_line(self) -> None:
        if self.busy:
            raise RuntimeError("this phone is already in a call")
        self.busy = True
        self.call_sid = ""
        self.heard_frames.clear()
        self._events.clear()
