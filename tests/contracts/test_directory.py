"""What every `Directory` keeps to."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.adapters.routed import RoutedDirectory
from ivr.adapters.scripted.board import MemoryBoard
from ivr.adapters.scripted.clock import FakeClock
from ivr.adapters.sql import open_stores
from ivr.calls.routing.state import Agent, Callback, CallbackState, Nobody, Plan, Presence, Queue, Reserved, Waiting
from ivr.ports.directory import LONGEST_LOOK_MS, Directory
from ivr.vocabulary.errors import BackendUnavailable
from ivr.vocabulary.ids import AgentId, CallbackId, CallId, TransferId, UserId
from ivr.vocabulary.language import LanguageTag

NOW = 1_700_000_000_000
EN = LanguageTag("en")
ANA = Agent(
    AgentId("a1"), "Ana López", "client:ana", ("general",), (LanguageTag("es"), EN), ("cards", "loans"), 2,
    UserId("u1"),
)  # fmt: skip
BEN = Agent(AgentId("a2"), "Ben", "+15550000002")
CALL, T1 = CallId("CA1"), TransferId("t1")
CALLER = Waiting(CALL, T1, "general", "+15551112222", EN, "theft", NOW)
PROMISE = Callback(CallbackId("c1"), CALL, "+15551112222", EN, "general", "theft", NOW)
PLAN = Plan({"general": Queue("general", wrap_up_s=30)})
AVAILABLE = Presence.AVAILABLE


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(wall_ms=NOW)


@pytest.fixture(params=["scripted", "sql"])
async def directory(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Directory]:
    if request.param == "scripted":
        yield RoutedDirectory(MemoryBoard(), lambda: PLAN, clock)
        return
    stores = await open_stores(tmp_path)
    yield RoutedDirectory(stores.board, lambda: PLAN, clock)
    await stores.close()


async def test_an_agent_is_kept_whole(directory: Directory) -> None:
    assert await directory.add_agent(ANA, AVAILABLE, NOW)
    found = await directory.agent(ANA.id, NOW)
    assert found is not None
    assert (found.agent, found.presence, found.since_ms, found.holds) == (ANA, AVAILABLE, NOW, ())
    assert await directory.agent(BEN.id, NOW) is None


async def test_an_id_belongs_to_one_agent(directory: Directory) -> None:
    await directory.add_agent(ANA, AVAILABLE, NOW)
    assert not await directory.add_agent(replace(BEN, id=ANA.id), AVAILABLE, NOW)
    assert [each.agent for each in await directory.agents(NOW)] == [ANA]


async def test_agents_are_listed_by_name_changed_and_removed(directory: Directory) -> None:
    await directory.add_agent(BEN, Presence.OFFLINE, NOW)
    await directory.add_agent(ANA, AVAILABLE, NOW)
    assert await directory.change_agent(replace(BEN, name="Aaron"))
    assert [each.agent.name for each in await directory.agents(NOW)] == ["Aaron", "Ana López"]
    assert await directory.remove_agent(BEN.id)
    assert not await directory.remove_agent(BEN.id)
    assert not await directory.change_agent(BEN)
    assert not await directory.set_presence(BEN.id, AVAILABLE, NOW)
    assert [each.agent for each in await directory.agents(NOW)] == [ANA]


@pytest.mark.parametrize("presence", [AVAILABLE, Presence.BUSY, Presence.BREAK, Presence.OFFLINE])
async def test_a_supervisor_attends_a_call_whatever_they_do_and_gets_no_other(
    directory: Directory, presence: Presence
) -> None:
    await directory.add_agent(ANA, AVAILABLE, NOW)
    await directory.add_agent(BEN, presence, NOW)
    assert await directory.reserve(replace(CALLER, passed=(BEN.id,)), NOW) == Reserved(ANA)
    assert await directory.attend(BEN.id, CALLER, NOW) == BEN
    assert await directory.attend(BEN.id, CALLER, NOW) == BEN
    other = replace(CALLER, call=CallId("CA2"))
    assert await directory.attend(BEN.id, other, NOW) is None
    assert await directory.reserve(replace(other, passed=(ANA.id,)), NOW) != Reserved(BEN)
    await directory.release(BEN.id, CALL, T1, AVAILABLE, NOW)
    now = await directory.agent(BEN.id, NOW)
    assert now is not None and (now.presence, now.holds) == (presence, ())
    assert await directory.attend(AgentId("nobody"), CALLER, NOW) is None


async def test_who_writes_a_call_down_does_not_attend_it(directory: Directory) -> None:
    await directory.add_agent(ANA, AVAILABLE, NOW)
    await directory.reserve(CALLER, NOW)
    await directory.release(ANA.id, CALL, T1, Presence.WRAP_UP, NOW)
    assert await directory.attend(ANA.id, CALLER, NOW) is None


async def test_an_agent_is_reserved_released_and_has_time_to_write_it_down(directory: Directory) -> None:
    await directory.add_agent(ANA, AVAILABLE, NOW)
    assert await directory.reserve(CALLER, NOW + 1) == Reserved(ANA)
    await directory.release(ANA.id, CALL, T1, Presence.WRAP_UP, NOW + 60_000)
    now = await directory.agent(ANA.id, NOW + 60_000)
    assert now is not None
    assert (now.presence, now.holds[0].call, now.holds[0].until_ms) == (Presence.WRAP_UP, CALL, NOW + 90_000)
    later = await directory.agent(ANA.id, NOW + 90_000)
    assert later is not None
    assert (later.presence, later.holds) == (AVAILABLE, ())


async def test_two_who_ask_for_one_agent_at_once_do_not_both_get_them(directory: Directory) -> None:
    await directory.add_agent(BEN, AVAILABLE, NOW)
    askers = [replace(CALLER, call=CallId(f"CA{number}"), number="") for number in range(8)]
    results = await asyncio.gather(*(directory.reserve(each, NOW) for each in askers))
    assert [result for result in results if isinstance(result, Reserved)] == [Reserved(BEN)]
    assert all(result.why == "busy" for result in results if isinstance(result, Nobody))


async def test_the_line_says_who_waits_for_whom(directory: Directory) -> None:
    await directory.add_agent(BEN, AVAILABLE, NOW)
    other = replace(CALLER, call=CallId("CA2"), queue="loans", number="", passed=(ANA.id,))
    await directory.reserve(CALLER, NOW)
    assert await directory.reserve(other, NOW + 5) == Nobody("busy", 1)
    first, second = await directory.waiting(NOW + 5)
    assert (first.waiting, first.position, first.agent) == (replace(CALLER, here_ms=NOW), 0, BEN.id)
    assert (second.waiting, second.position, second.agent) == (replace(other, here_ms=NOW + 5), 1, None)
    assert await directory.waiting(NOW + 5, "loans") == [second]


async def test_a_place_is_given_up_or_kept_for_who_was_cut_off(directory: Directory) -> None:
    await directory.add_agent(BEN, Presence.BUSY, NOW)
    await directory.reserve(CALLER, NOW)
    await directory.leave(CALL, T1, NOW + 1_000, dropped=True)
    assert await directory.waiting(NOW + 1_000) == []
    assert await directory.returning(CALLER.number, NOW + 2_000) == replace(CALLER, here_ms=NOW)
    assert await directory.returning("+15559999999", NOW + 2_000) is None
    assert await directory.returning(CALLER.number, NOW + 302_000) is None


async def test_a_colleague_is_engaged_and_released_under_the_same_transfer(directory: Directory) -> None:
    await directory.add_agent(ANA, AVAILABLE, NOW)
    await directory.add_agent(BEN, AVAILABLE, NOW)
    await directory.reserve(replace(CALLER, passed=(BEN.id,)), NOW)
    assert await directory.engage(BEN.id, CALLER, NOW) == BEN
    assert await directory.engage(BEN.id, replace(CALLER, call=CallId("CA2")), NOW) is None
    await directory.release(BEN.id, CALL, T1, AVAILABLE, NOW)
    busy = {each.agent.id: len(each.holds) for each in await directory.agents(NOW)}
    assert busy == {ANA.id: 1, BEN.id: 0}


async def test_the_expected_wait_comes_from_what_calls_took(directory: Directory) -> None:
    await directory.add_agent(BEN, AVAILABLE, NOW)
    for number in range(3):
        one = replace(CALLER, transfer=TransferId(f"t{number}"))
        await directory.reserve(one, NOW)
        await directory.release(BEN.id, CALL, one.transfer, Presence.WRAP_UP, NOW + 100_000)
        await directory.release(BEN.id, CALL, one.transfer, AVAILABLE, NOW + 100_000)
    await directory.reserve(replace(CALLER, transfer=TransferId("t8")), NOW)
    assert await directory.reserve(replace(CALLER, transfer=TransferId("t9")), NOW) == Nobody("busy", 1, 100)


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_who_begins_to_watch_is_told_the_version_at_once(directory: Directory) -> None:
    first = await directory.changed(-1)
    await directory.add_agent(BEN, AVAILABLE, NOW)
    assert await directory.changed(first) > first


async def test_who_waits_is_told_when_an_agent_becomes_free(directory: Directory, clock: FakeClock) -> None:
    await directory.add_agent(BEN, Presence.BUSY, NOW)
    await directory.reserve(CALLER, NOW)
    version = await directory.changed(-1)
    waiting = asyncio.create_task(directory.changed(version))
    await asyncio.wait_for(clock.wait_for_sleepers(), 5)
    assert not waiting.done()
    await directory.set_presence(BEN.id, AVAILABLE, NOW)
    await clock.advance(1_000)
    assert await asyncio.wait_for(waiting, 5) > version


async def test_asking_again_for_nothing_new_wakes_nobody(directory: Directory) -> None:
    await directory.add_agent(BEN, Presence.BUSY, NOW)
    await directory.reserve(CALLER, NOW)
    version = await directory.changed(-1)
    await directory.reserve(CALLER, NOW + 5_000)
    await directory.callbacks_due(NOW + 5_000)
    assert await directory.changed(-1) == version


@pytest.mark.parametrize(("wrapping", "after_ms"), [(False, LONGEST_LOOK_MS), (True, 4_000)])
async def test_who_waits_is_told_when_time_to_write_down_is_over_or_after_a_while(
    directory: Directory, clock: FakeClock, wrapping: bool, after_ms: int
) -> None:
    await directory.add_agent(BEN, AVAILABLE, NOW)
    await directory.reserve(CALLER, NOW)
    if wrapping:
        await directory.release(BEN.id, CALL, T1, Presence.WRAP_UP, NOW - 26_000)
    version = await directory.changed(-1)
    waiting = asyncio.create_task(directory.changed(version))
    for _ in range(after_ms // 200):
        await asyncio.wait_for(clock.wait_for_sleepers(), 5)
        assert not waiting.done()
        await clock.advance(200)
    assert await asyncio.wait_for(waiting, 5) == version


# ── callbacks ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_callback_is_kept_whole_and_promised_once(directory: Directory) -> None:
    assert await directory.agree_callback(PROMISE)
    assert not await directory.agree_callback(replace(PROMISE, number="+1"))
    assert await directory.callbacks() == [replace(PROMISE, due_ms=NOW)]


async def test_a_callback_is_claimed_by_one_dialler_and_settled(directory: Directory) -> None:
    await directory.add_agent(BEN, AVAILABLE, NOW)
    await directory.agree_callback(PROMISE)
    claims = await asyncio.gather(*(directory.callbacks_due(NOW + 1_000) for _ in range(4)))
    (claimed,) = [each for claim in claims for each in claim]
    assert (claimed.id, claimed.number, claimed.attempts) == (PROMISE.id, PROMISE.number, 1)
    after = await directory.callback_done(PROMISE.id, "busy", NOW + 2_000)
    assert after is not None
    assert (after.state, after.outcome, after.due_ms) == (CallbackState.PENDING, "busy", NOW + 302_000)
    assert await directory.callbacks(CallbackState.PENDING) == [after]
    assert await directory.callbacks_due(NOW + 3_000) == []
    (again,) = await directory.callbacks_due(NOW + 302_000)
    reached = await directory.callback_done(again.id, "reached", NOW + 310_000)
    assert reached is not None
    assert reached.state is CallbackState.REACHED
    assert await directory.callbacks(CallbackState.PENDING) == []
    assert await directory.callback_done(CallbackId("c9"), "busy", NOW) is None


async def test_everything_outlives_a_restart(tmp_path: Path, clock: FakeClock) -> None:
    stores = await open_stores(tmp_path)
    directory = RoutedDirectory(stores.board, lambda: PLAN, clock)
    await directory.add_agent(ANA, AVAILABLE, NOW)
    await directory.add_agent(BEN, Presence.BREAK, NOW)
    await directory.reserve(CALLER, NOW)
    await directory.engage(ANA.id, replace(CALLER, call=CallId("CA3")), NOW)
    await directory.reserve(replace(CALLER, call=CallId("CA2")), NOW)
    await directory.agree_callback(replace(PROMISE, call=CallId("CA4")))
    before = await stores.board.look()
    await stores.close()
    again = await open_stores(tmp_path)
    assert await again.board.look() == before
    assert (len(before.seats), len(before.holds), len(before.places), len(before.callbacks)) == (2, 2, 2, 1)
    await again.close()


async def test_a_directory_that_is_down_says_so(clock: FakeClock) -> None:
    board = MemoryBoard()
    board.down = True
    with pytest.raises(BackendUnavailable):
        await RoutedDirectory(board, Plan, clock).agents(NOW)
