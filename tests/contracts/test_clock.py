"""What every Clock promises, and what the one of the tests adds."""

import asyncio
from collections.abc import Callable

import pytest

from ivr.adapters.clock import ScaledClock, SystemClock
from ivr.adapters.scripted import FakeClock
from ivr.ports.clock import Clock


@pytest.fixture(params=[SystemClock, lambda: ScaledClock(50), FakeClock], ids=["system", "scaled", "fake"])
def clock(request: pytest.FixtureRequest) -> Clock:
    make: Callable[[], Clock] = request.param
    return make()


async def sleep(clock: Clock, by_ms: float) -> None:
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(clock.sleep_until(clock.now_ms() + by_ms))
        if isinstance(clock, FakeClock):
            await clock.advance(by_ms)


async def test_after_a_sleep_its_time_has_been_reached(clock: Clock) -> None:
    for by_ms in (0.1, 1, 7):
        due = clock.now_ms() + by_ms
        await sleep(clock, by_ms)
        assert clock.now_ms() >= due


async def test_a_time_that_has_passed_is_no_sleep(clock: Clock) -> None:
    async with asyncio.timeout(30):
        await clock.sleep_until(clock.now_ms() - 1_000)


async def test_both_times_go_forward_together(clock: Clock) -> None:
    now, wall = clock.now_ms(), clock.wall_ms()
    await sleep(clock, 20)
    assert clock.now_ms() - now >= 20
    assert clock.wall_ms() - wall >= 15
    assert clock.wall_ms() > 1_600_000_000_000


async def test_a_sleep_can_be_cancelled(clock: Clock) -> None:
    sleeper = asyncio.ensure_future(clock.sleep_until(clock.now_ms() + 3_600_000))
    await asyncio.sleep(0)
    sleeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeper


def test_a_clock_that_stands_or_goes_back_is_refused() -> None:
    for speed in (0, -1):
        with pytest.raises(ValueError, match="above 0"):
            ScaledClock(speed)


async def test_the_fake_clock_wakes_sleepers_in_order_at_their_own_times() -> None:
    clock = FakeClock()
    woken: list[tuple[str, float]] = []

    async def nap(name: str, at_ms: float) -> None:
        await clock.sleep_until(at_ms)
        woken.append((name, clock.now_ms()))
        if name == "b":  # sleeps again, inside the same advance
            await nap("b again", at_ms + 5)

    async with asyncio.TaskGroup() as tasks:
        for name, at_ms in (("c", 30.0), ("a", 10.0), ("b", 20.0), ("late", 100.0)):
            tasks.create_task(nap(name, at_ms))
        await clock.advance(50)
        assert woken == [("a", 10.0), ("b", 20.0), ("b again", 25.0), ("c", 30.0)]
        assert (clock.now_ms(), clock.sleepers, clock.next_ms) == (50, 1, 100.0)
        await clock.advance(50)
    assert woken[-1] == ("late", 100.0)


async def test_the_fake_clock_stands_still_by_itself() -> None:
    clock = FakeClock()
    sleeper = asyncio.ensure_future(clock.sleep_until(1))
    await clock.settle()
    assert not sleeper.done()
    assert clock.now_ms() == 0
    await clock.advance(1)
    assert sleeper.done()
