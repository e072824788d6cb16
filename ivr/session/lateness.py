"""Lateness: notices that a caller waits for a reply longer than is polite."""

import asyncio
from collections.abc import Awaitable, Callable

from ivr.calls.waiting import LATE_MS
from ivr.ports.clock import Clock
from ivr.vocabulary.events import ReplyLate
from ivr.vocabulary.ids import UtteranceId


class Lateness:
    """One per live call, inside its TaskGroup.

    waits  whether a reply is still awaited, once everything that has come in so far is decided: a result that is
           here already needs no filler.
    post   takes ReplyLate, once for each time in `LATE_MS`.
    """

    def __init__(self, clock: Clock, waits: Callable[[], Awaitable[bool]], post: Callable[[ReplyLate], None]) -> None:
        self._clock, self._waits, self._post = clock, waits, post
        self._counting: asyncio.Task[None] | None = None

    def closed(self, tasks: asyncio.TaskGroup, utterance: UtteranceId) -> None:
        """The caller has finished, and waits from now on."""
        self.stop()
        self._counting = tasks.create_task(self._count(utterance, self._clock.now_ms()))

    def stop(self) -> None:
        """The caller speaks again, or the call is over: nobody waits."""
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None

    async def _count(self, utterance: UtteranceId, since_ms: float) -> None:
        for late_ms in LATE_MS:
            await self._clock.sleep_until(since_ms + late_ms)
            if not await self._waits():
                return
            self._post(ReplyLate(utterance, late_ms))
