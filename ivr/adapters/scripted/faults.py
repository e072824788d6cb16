"""Failures and delays on demand, for every scripted adapter."""

from dataclasses import dataclass, field

from ivr.ports.clock import Clock
from ivr.vocabulary.errors import BackendError, BackendUnavailable


@dataclass(slots=True)
class Faults:
    """What goes wrong with a scripted adapter; change it while it runs.

    down       every request fails with BackendUnavailable.
    fail_with  errors for the next requests, first in first out.
    delay_ms   how long a request takes, on `clock`.
    requests   how many were made.
    """

    clock: Clock | None = None
    down: bool = False
    fail_with: list[BackendError] = field(default_factory=list)
    delay_ms: float = 0.0
    requests: int = 0

    async def meet(self) -> None:
        """Pass through what is set up: wait, fail, or neither."""
        self.requests += 1
        if self.delay_ms and self.clock is not None:
            await self.clock.sleep_until(self.clock.now_ms() + self.delay_ms)
        if self.fail_with:
            raise self.fail_with.pop(0)
        if self.down:
            raise BackendUnavailable("this scripted adapter is set to be down")
