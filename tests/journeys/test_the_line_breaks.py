"""What the carrier and the network do to a call: nothing of it ends in silence, two voices, or a lost caller."""

import pytest

from ivr.adapters.clock import ScaledClock
from ivr.adapters.scripted.stores import ScriptedCallLog
from ivr.calls import folds
from ivr.exchange.faults import Fault
from ivr.vocabulary.events import CallEnded, CallOffered, Event, StreamLost, TakenUp
from ivr.vocabulary.events import Fault as LoggedFault
from tests.calls.script import script
from tests.journeys.house import SPEED, Street, street


def kinds(events: list[Event], *wanted: type[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, wanted)]


async def test_a_stream_that_is_cut_is_picked_up_again_and_the_caller_is_told() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        there.running.exchange.faults.inject(Fault("socket.reset"))
        assert await caller.floor() == ["Sorry, the line broke.", "How can I help?"]
        assert await caller.says("what are your hours") == ["We open at nine.", "Anything else?"]
        await caller.hangs_up()
        events = await there.events(caller.call)
        assert len(kinds(events, StreamLost)) == len(kinds(events, TakenUp)) == 1
        assert folds.differences(await there.log(caller.call), script()) == []


async def test_a_stream_that_ends_without_a_word_ends_the_call_all_the_same() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        there.running.exchange.faults.inject(Fault("socket.no-stop"))
        await caller.hangs_up()
        await gone(there)
        assert (await there.events(caller.call))[-1] == CallEnded("caller")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("webhook.duplicate", times=2, count=3),
        Fault("callback.duplicate", times=2, count=10),
        Fault("callback.reorder", times=3, count=2),
        Fault("callback.drop", count=2),
        Fault("webhook.drop"),
        Fault("webhook.status", status=503),
    ],
    ids=lambda fault: f"{fault.kind}×{fault.count}",
)
async def test_webhooks_late_twice_lost_or_shuffled_make_one_call(fault: Fault) -> None:
    async with street(muted_rules=("webhook.failed",)) as there:  # the failures are ours to inject, not the server's
        there.running.exchange.faults.inject(fault)
        caller = there.caller()
        assert await caller.dial() == ["Hello from Test Bank, an automated assistant.", "How can I help?"]
        assert await caller.says("what are your hours") == ["We open at nine.", "Anything else?"]
        await caller.hangs_up()
        await there.running.exchange.settled()
        events = await there.events(caller.call)
        assert len(kinds(events, CallOffered)) == 1
        assert len(kinds(events, CallEnded)) <= 1
        assert not kinds(events, TakenUp)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("media.drop", count=20, skip=3),
        Fault("media.duplicate", count=20, skip=3),
        Fault("media.reorder", count=10, skip=3),
        Fault("media.resize", count=200),
        Fault("media.jump", times=50, count=20),
        Fault("media.stall", ms=1_500, skip=20),
        Fault("stream.delay-start", ms=1_000),
        Fault("mark.late", ms=800, count=4),
    ],
    ids=lambda fault: fault.kind,
)
async def test_a_rough_line_does_not_end_the_call(fault: Fault) -> None:
    async with street() as there:
        there.running.exchange.faults.inject(fault)
        caller = there.caller()
        assert (await caller.dial())[-1] == "How can I help?"
        await caller.hangs_up()
        await there.running.exchange.settled()
        assert there.node.switchboard.live == 0


async def test_a_mark_that_never_returns_does_not_leave_the_caller_waiting() -> None:
    async with street() as there:
        there.running.exchange.faults.inject(Fault("mark.lost", count=2, match=""))
        caller = there.caller()
        assert (await caller.dial())[-1] == "How can I help?"
        await caller.hangs_up()
        assert kinds(await there.events(caller.call), LoggedFault)


async def test_a_caller_who_hangs_up_while_the_line_is_broken_is_let_go() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        there.running.exchange.faults.inject(Fault("socket.reset"))
        await caller.hangs_up()
        await there.running.exchange.settled()
        await gone(there)
        assert kinds(await there.events(caller.call), CallEnded)


async def gone(there: Street) -> None:
    """Wait until the node has no call left; the test's own timeout ends a wait that never would."""
    clock = ScaledClock(SPEED)
    while there.node.switchboard.live:
        await clock.sleep_until(clock.now_ms() + 100)


async def test_two_callers_at_once_hear_their_own_answers() -> None:
    async with street() as there:
        one, two = there.caller("+12025550143"), there.caller("+12025550144")
        await one.dial()
        await two.dial()
        await one.speaks("what are your hours")
        await two.speaks("what about my pin")
        assert await one.floor() == ["We open at nine.", "Anything else?"]
        assert await two.floor() == ["Change it in the app.", "Anything else?"]
        await one.hangs_up()
        await two.hangs_up()


async def test_a_log_that_cannot_be_written_lets_nothing_be_said() -> None:
    log = ScriptedCallLog()
    async with street(log) as there:
        caller = there.caller()
        await caller.dial()
        log.down = True
        await caller.speaks("what are your hours")
        heard = await caller.is_hung_up_on()
        assert not any("nine" in text for text in heard)
        log.down = False
