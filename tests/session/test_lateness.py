"""Lateness: told when a caller waits too long, and only then."""

import asyncio
from dataclasses import dataclass, field

from ivr.adapters.scripted.clock import FakeClock
from ivr.calls.waiting import LATE_MS
from ivr.session.lateness import Lateness
from ivr.vocabulary.events import ReplyLate
from ivr.vocabulary.ids import UtteranceId

WORDS, MORE = UtteranceId("u1"), UtteranceId("u2")
LATE, VERY_LATE = LATE_MS


@dataclass
class Desk:
    """Where a reply is awaited, or not."""

    waiting: bool = True
    clock: FakeClock = field(default_factory=FakeClock)
    told: list[ReplyLate] = field(default_factory=list)

    async def waits(self) -> bool:
        return self.waiting

    @property
    def lateness(self) -> Lateness:
        return Lateness(self.clock, self.waits, self.told.append)


async def test_a_reply_that_does_not_come_is_late_twice() -> None:
    desk = Desk()
    async with asyncio.TaskGroup() as tasks:
        desk.lateness.closed(tasks, WORDS)
        await desk.clock.advance(LATE - 1)
        assert desk.told == []
        await desk.clock.advance(1)
        assert desk.told == [ReplyLate(WORDS, LATE)]
        await desk.clock.advance(VERY_LATE)
    assert desk.told == [ReplyLate(WORDS, LATE), ReplyLate(WORDS, VERY_LATE)]


async def test_a_reply_that_is_there_is_not_late() -> None:
    desk = Desk(waiting=False)
    async with asyncio.TaskGroup() as tasks:
        desk.lateness.closed(tasks, WORDS)
        await desk.clock.advance(VERY_LATE)
    assert desk.told == []


async def test_a_caller_who_goes_on_does_not_wait() -> None:
    desk = Desk()
    lateness = desk.lateness
    async with asyncio.TaskGroup() as tasks:
        lateness.closed(tasks, WORDS)
        await desk.clock.advance(LATE - 100)
        lateness.stop()
        await desk.clock.advance(300)
        lateness.closed(tasks, MORE)
        await desk.clock.advance(LATE)
        lateness.stop()
    assert desk.told == [ReplyLate(MORE, LATE)]
