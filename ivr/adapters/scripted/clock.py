"""A clock that stands still until a test moves it."""

import asyncio
import heapq
import itertools
from typing import Final

_SETTLE_ROUNDS: Final = 50
"Turns of the event loop given to whoever was woken, to run until everybody waits again."


class FakeClock:
    """`Clock` moved by `advance`. Sleepers wake in the order of their times, at exactly their times."""

    def __init__(self, now_ms: float = 0.0, wall_ms: int = 1_700_000_000_000) -> None:
        self._now_ms = now_ms
        self._offset_ms = wall_ms - now_ms
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now_ms(self) -> float:
        return self._now_ms

    def wall_ms(self) -> int:
        return int(self._now_ms + self._offset_ms)

    async def sleep_until(self, at_ms: float) -> None:
        if at_ms <= self._now_ms:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (at_ms, next(self._order), woken))
        await woken

    @property
    def sleepers(self) -> int:
        """How many sleep now."""
        return sum(not woken.done() for _, _, woken in self._sleepers)

    @property
    def next_ms(self) -> float | None:
        """When the first sleeper wakes, or None when nobody sleeps."""
        return min((at for at, _, woken in self._sleepers if not woken.done()), default=None)

    async def advance(self, by_ms: float) -> None:
        """Let `by_ms` pass, stopping at every sleeper's time on the way."""
        until = self._now_ms + by_ms
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, woken = heapq.heappop(self._sleepers)
            if woken.done():
                continue
            self._now_ms = max(self._now_ms, at)
            woken.set_result(None)
            await self.settle()
        self._now_ms = until
        await self.settle()

    async def settle(self) -> None:
        """Let everything that can run, run."""
        for _ in range(_SETTLE_ROUNDS):
            await asyncio.sleep(0)

    async def wait_for_sleepers(self, count: int = 1) -> None:
        """Return when `count` sleep: for code that does real I/O before it sleeps. Bound it with a timeout."""
        while self.sleepers < count:  # noqa: ASYNC110  real sockets and processes wake the loop in between
            await asyncio.sleep(0)
