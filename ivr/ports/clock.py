"""Time, so that tests own it."""

from typing import Protocol


class Clock(Protocol):
    def now_ms(self) -> float:
        """Monotonic ms; only differences mean anything."""
        ...

    def wall_ms(self) -> int:
        """Unix time in ms."""
        ...

    async def sleep_until(self, at_ms: float) -> None:
        """Return when `now_ms()` has reached `at_ms`."""
        ...
