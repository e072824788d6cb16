"""Keys and recordings of a caller: what `<Gather>` collects and what `<Record>` hears, timed by audio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from ivr.exchange.line import Line
from ivr.exchange.pacer import Pacer
from ivr.exchange.twiml import Gather, Record
from ivr.exchange.waiting import first_or_none
from ivr.exchange.watch import voiced
from ivr.vocabulary.units import FRAME_MS

MAX_KEYS = 256


@dataclass(frozen=True, slots=True)
class Gathered:
    """Keys collected; `finished_on` is the key that ended it, if one did."""

    digits: str = ""
    finished_on: str = ""


async def gather(line: Line, pacer: Pacer, verb: Gather, prompts: Callable[[], Coroutine[Any, Any, None]]) -> Gathered:
    """Collect keys while `prompts` play; the first key silences them.

    The timeout runs from the end of the prompts and again from each key.
    """
    keys: asyncio.Queue[str] = asyncio.Queue(MAX_KEYS)

    def press(digit: str) -> None:
        if not keys.full():
            keys.put_nowait(digit)

    line.key_listener = press
    try:
        key = await first_or_none(keys.get(), prompts()) if verb.prompts else None
        digits = ""
        while True:
            if key is None:
                key = await first_or_none(keys.get(), pacer.wait_ms(verb.timeout_s * 1_000))
            if key is None:
                return Gathered(digits)
            if key == verb.finish_on_key:
                return Gathered(digits, key)
            digits += key
            key = None
            if verb.num_digits and len(digits) >= verb.num_digits:
                return Gathered(digits)
    finally:
        if line.key_listener is press:
            line.key_listener = None


class Recorder:
    """Records one caller until a key, a silence or the maximum length."""

    def __init__(self, line: Line, verb: Record) -> None:
        self._line = line
        self._verb = verb
        self._frames: list[bytes] = []
        self._silent_ticks = 0
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.key = ""
        "The key that ended it; `hangup` when the caller left."
        self.heard_anything = False

    @property
    def audio(self) -> bytes:
        """What was recorded, µ-law."""
        return b"".join(self._frames)

    async def run(self) -> None:
        """Record until something ends it."""
        self._line.listener = self._frame
        self._line.key_listener = self._press
        try:
            await self._done
        except asyncio.CancelledError:
            self.key = "hangup"
            raise
        finally:
            self._line.listener = None
            self._line.key_listener = None

    def _frame(self, _tick: int, frame: bytes) -> None:
        self._frames.append(frame)
        if voiced(frame):
            self.heard_anything = True
            self._silent_ticks = 0
        else:
            self._silent_ticks += 1
        length_ms = len(self._frames) * FRAME_MS
        silence_ms = self._silent_ticks * FRAME_MS
        if length_ms >= self._verb.max_length_s * 1_000 or 0 < self._verb.timeout_s * 1_000 <= silence_ms:
            self._finish()

    def _press(self, digit: str) -> None:
        if digit in self._verb.finish_on_key:
            self.key = digit
            self._finish()

    def _finish(self) -> None:
        if not self._done.done():
            self._done.set_result(None)
