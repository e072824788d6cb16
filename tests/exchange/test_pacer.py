"""The pacer: no drift, no loss, no idle work."""

from __future__ import annotations

import asyncio
import time

from ivr.exchange.pacer import Pacer


async def run_beside(pacer: Pacer, work: asyncio.Future[None] | asyncio.Task[None]) -> None:
    ticking = asyncio.create_task(pacer.run())
    try:
        await work
    finally:
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)


async def test_a_stalled_loop_is_caught_up_with_tick_by_tick() -> None:
    pacer, ticks = Pacer(speed=20), []
    pacer.subscribe(lambda: ticks.append(pacer.tick))

    async def stall() -> None:
        await pacer.wait(5)
        began = pacer.tick
        time.sleep(0.05)  # noqa: ASYNC251 - the stall itself: 50 ticks of 1 ms
        assert pacer.behind >= 45, "what did not come in time is known"
        await pacer.wait(1)
        for _ in range(200):
            await asyncio.sleep(0)
        assert pacer.tick - began >= 45

    await run_beside(pacer, asyncio.ensure_future(stall()))
    assert ticks == list(range(1, len(ticks) + 1))


async def test_the_ticks_of_a_stall_are_known_for_what_they_are() -> None:
    pacer, rushed = Pacer(speed=20), []
    pacer.subscribe(lambda: rushed.append(pacer.catching_up))

    async def stall() -> None:
        await pacer.wait(5)
        time.sleep(0.3)  # noqa: ASYNC251 - the stall itself: 300 ticks of 1 ms
        await pacer.wait(300)
        while pacer.catching_up:
            await pacer.wait(1)

    await run_beside(pacer, asyncio.ensure_future(stall()))
    assert not any(rushed[:5]), "nothing had stood still yet"
    assert rushed.count(True) >= 290
    assert not pacer.catching_up


async def test_a_broken_subscriber_does_not_stop_the_others() -> None:
    pacer, heard = Pacer(speed=20), []

    def broken() -> None:
        raise ZeroDivisionError

    pacer.subscribe(broken)
    leave = pacer.subscribe(lambda: heard.append(1))

    async def some_ticks() -> None:
        await pacer.wait(3)
        leave()
        await pacer.wait(3)

    await run_beside(pacer, asyncio.ensure_future(some_ticks()))
    assert len(heard) == 3


async def test_waiters_wake_in_their_order_and_a_cancelled_one_does_not_matter() -> None:
    pacer, order = Pacer(speed=20), []

    async def waiter(ticks: int) -> None:
        await pacer.wait(ticks)
        order.append((ticks, pacer.tick))

    async def all_of_them() -> None:
        tasks = [asyncio.create_task(waiter(ticks)) for ticks in (5, 2, 9, 3)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    await run_beside(pacer, asyncio.ensure_future(all_of_them()))
    assert order == [(2, 2), (5, 5), (9, 9)]


async def test_it_rests_while_nobody_waits() -> None:
    pacer = Pacer(speed=20)

    async def nothing() -> None:
        await asyncio.sleep(0.05)

    await run_beside(pacer, asyncio.ensure_future(nothing()))
    assert pacer.tick == 0
