"""The clocks that run by themselves: real time, and real time at another speed. Tests hold `FakeClock` instead."""

import asyncio
import time
from collections.abc import Callable


class SystemClock:
    """`Clock` by the machine: monotonic for differences, Unix time for what people read."""

    def now_ms(self) -> float:
        return time.monotonic() * 1_000

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep_until(self, at_ms: float) -> None:
        await _sleep(lambda: (at_ms - self.now_ms()) / 1_000)


class ScaledClock:
    """`Clock` whose seconds pass `speed` times as fast as the machine's, from the moment it is made."""

    def __init__(self, speed: float) -> None:
        if speed <= 0:
            raise ValueError(f"a clock's speed is above 0, not {speed}")
        self._speed = speed
        self._began_ms = time.monotonic() * 1_000
        self._began_wall_ms = time.time_ns() // 1_000_000

    def now_ms(self) -> float:
        return self._began_ms + (time.monotonic() * 1_000 - self._began_ms) * self._speed

    def wall_ms(self) -> int:
        return self._began_wall_ms + int(self.now_ms() - self._began_ms)

    async def sleep_until(self, at_ms: float) -> None:
        await _sleep(lambda: (at_ms - self.now_ms()) / 1_000 / self._speed)


async def _sleep(left_s: Callable[[], float]) -> None:
    """Sleep until nothing is left: a loop timer may fire a clock tick early, so look again."""
    left = left_s()
    while left > 0:
        await asyncio.sleep(left)
        left = left_s()
