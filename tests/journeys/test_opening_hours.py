"""A call knows what is open: told before it is answered, and when that changes while it lasts."""

from ivr.vocabulary.events import CallAnswered, HoursSeen
from tests.journeys.house import street

OPEN = HoursSeen(("branches",), {"branches": "2026-11-25"})
CLOSED = HoursSeen((), {"branches": "2026-11-25"})


async def test_a_call_is_told_what_is_open_before_it_is_answered_and_when_it_closes() -> None:
    now = OPEN
    async with street(hours=lambda: now) as there:
        caller = there.caller()
        await caller.dial()
        events = await there.events(caller.call)
        kinds = [type(event) for event in events]
        assert kinds.index(HoursSeen) < kinds.index(CallAnswered)
        now = CLOSED
        await caller.says("what are your hours")
        await caller.hangs_up()
        told = [event for event in await there.events(caller.call) if isinstance(event, HoursSeen)]
        assert told == [OPEN, CLOSED]


async def test_a_business_without_schedules_tells_nothing() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        await caller.hangs_up()
        assert not [event for event in await there.events(caller.call) if isinstance(event, HoursSeen)]
