"""The pacer: one clock for every call. A tick is 20 ms of audio; ticks fall on absolute deadlines.

A stalled loop is caught up with, tick by tick, so audio never drifts against the wall clock; each stall is logged.
The pacer rests while nobody waits for it.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable

import structlog

from ivr.vocabulary.units import FRAME_MS

log = structlog.get_logger("exchange.pacer")

_STALL_TICKS = 10
"Late by this many ticks (200 ms of audio) is a stall worth a log line."


class Pacer:
    """Calls every subscriber once a tick and wakes those who wait for a number of ticks."""

    def __init__(self, speed: float = 1.0) -> None:
        self._tick_s = FRAME_MS / 1_000 / speed
        self._subscribers: dict[int, Callable[[], None]] = {}
        self._names = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._wanted = asyncio.Event()
        self.tick = 0
        "Ticks so far, over all the exchange's life."
        self._deadline = 0.0
        "When the next tick is due, by the loop's clock."
        self.catching_up = False
        "Whether the ticks of now are those of a stall: they come in one rush, and nobody else has had a turn."

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` every tick, until the returned function is called. It must be quick and must not raise."""
        name = next(self._names)
        self._subscribers[name] = callback
        self._wanted.set()

        def leave() -> None:
            self._subscribers.pop(name, None)

        return leave

    @property
    def behind(self) -> int:
        """Ticks that are due and have not come, because the loop had other things to do."""
        late_s = asyncio.get_running_loop().time() - self._deadline
        return max(0, int(late_s / self._tick_s))

    async def wait_ms(self, ms: float) -> None:
        """Wait for `ms` of audio time, in whole ticks, at least one."""
        await self.wait(max(1, round(ms / FRAME_MS)))

    async def wait(self, ticks: int) -> None:
        """Wait for `ticks` ticks."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.tick + ticks, next(self._names), done))
        self._wanted.set()
        await done

    async def run(self) -> None:
        """Tick until cancelled."""
        loop = asyncio.get_running_loop()
        self._deadline = loop.time()
        while True:
            if not self._subscribers and not self._waiting:
                self._wanted.clear()
                await self._wanted.wait()
                self._deadline = loop.time()
            self._deadline += self._tick_s
            late_s = loop.time() - self._deadline
            if late_s > max(_STALL_TICKS * self._tick_s, 0.1) and not self.catching_up:
                self.catching_up = True
                log.warning("loop stalled, catching up", late_ms=round(late_s * 1_000), tick=self.tick)
            elif late_s <= 0:
                self.catching_up = False
            await asyncio.sleep(max(0.0, -late_s))
            self._advance()

    def _advance(self) -> None:
        self.tick += 1
        for callback in tuple(self._subscribers.values()):
            try:
                callback()
            except Exception:  # one broken call must not stop the clock of all others
                log.exception("a subscriber failed in its tick")
        while self._waiting and (self._waiting[0][0] <= self.tick or self._waiting[0][2].done()):
            done = heapq.heappop(self._waiting)[2]
            if not done.done():
                done.set_result(None)
