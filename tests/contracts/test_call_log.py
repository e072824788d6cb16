"""What every `CallLog` keeps to."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.adapters.scripted.stores import ScriptedCallLog
from ivr.adapters.sql import open_stores
from ivr.ports.store import CallLog, Entry
from ivr.vocabulary.errors import BackendUnavailable, SequenceConflict
from ivr.vocabulary.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    DigitGroup,
    Event,
    Hit,
    KeysEntered,
    Perceived,
)
from ivr.vocabulary.ids import AnswerId, CallId, DigitsId, StreamId, UtteranceId
from ivr.vocabulary.language import LanguageTag

CALL = CallId("CA" + "1" * 32)
OTHER = CallId("CA" + "2" * 32)

OFFERED = CallOffered("+15550001111", "+15550002222")
ANSWERED = CallAnswered(StreamId("MZ" + "3" * 32), "nonce")
PERCEIVED = Perceived(
    UtteranceId("u1"),
    "¿a qué hora abren? ‹d1›",
    0.93,
    LanguageTag("es"),
    0.99,
    (DigitGroup(DigitsId("d1"), 4, "other"),),
    (Hit(AnswerId("opening-hours"), 0.87),),
    {"person": 0.01},
)


@pytest.fixture(params=["scripted", "sql"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[CallLog]:
    if request.param == "scripted":
        yield ScriptedCallLog()
        return
    stores = await open_stores(tmp_path)
    yield stores.calls
    await stores.close()


def entries(*events: Event, wall_ms: int = 1_700_000_000_000) -> list[Entry]:
    return [Entry(20 * index, wall_ms + index, event) for index, event in enumerate(events)]


async def test_what_was_appended_is_read_back_in_order_and_numbered(log: CallLog) -> None:
    first = await log.append(CALL, 0, entries(OFFERED, ANSWERED))
    second = await log.append(CALL, 2, entries(PERCEIVED, KeysEntered(DigitGroup(DigitsId("d2"), 4, "pin"))))
    assert [one.seq for one in first + second] == [1, 2, 3, 4]
    assert await log.read(CALL) == first + second
    assert [one.event for one in first] == [OFFERED, ANSWERED]
    assert (second[0].at_ms, second[0].wall_ms, second[0].event) == (0, 1_700_000_000_000, PERCEIVED)


async def test_the_calls_of_one_caller_are_found_newest_first(log: CallLog) -> None:
    await log.append(CALL, 0, entries(OFFERED))
    await log.append(OTHER, 0, entries(OFFERED, ANSWERED, wall_ms=1_700_000_009_000))
    await log.append(CallId("CA3"), 0, entries(CallOffered("+15550009999", "+15550002222")))
    found = await log.calls_from("+15550001111")
    assert [(row.call, row.events) for row in found] == [(OTHER, 2), (CALL, 1)]
    assert [row.call for row in await log.calls_from("+15550001111", limit=1)] == [OTHER]
    await log.erase(OTHER)
    assert [row.call for row in await log.calls_from("+15550001111")] == [CALL]


async def test_a_withheld_number_has_no_calls(log: CallLog) -> None:
    await log.append(CALL, 0, entries(CallOffered("anonymous", "+15550002222")))
    assert await log.calls_from("anonymous") == []


async def test_a_call_nobody_knows_has_no_events(log: CallLog) -> None:
    assert await log.read(CALL) == []


async def test_appending_nothing_changes_nothing(log: CallLog) -> None:
    assert await log.append(CALL, 0, []) == []
    assert await log.calls() == []


async def test_a_writer_that_is_behind_is_told_so_and_writes_nothing(log: CallLog) -> None:
    kept = await log.append(CALL, 0, entries(OFFERED, ANSWERED))
    for stale in (0, 1, 3):
        with pytest.raises(SequenceConflict):
            await log.append(CALL, stale, entries(CallEnded("caller")))
    assert await log.read(CALL) == kept


async def test_a_call_cannot_begin_in_the_middle(log: CallLog) -> None:
    with pytest.raises(SequenceConflict):
        await log.append(CALL, 4, entries(OFFERED))
    assert await log.read(CALL) == []


async def test_of_two_writers_at_once_one_wins_whole(log: CallLog) -> None:
    outcomes = await asyncio.gather(
        log.append(CALL, 0, entries(OFFERED, ANSWERED)),
        log.append(CALL, 0, entries(OFFERED, CallEnded("caller"))),
        return_exceptions=True,
    )
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, SequenceConflict)]
    won = [outcome for outcome in outcomes if isinstance(outcome, list)]
    assert len(conflicts) == len(won) == 1
    assert await log.read(CALL) == won[0]


async def test_calls_do_not_mix_though_they_write_at_once(log: CallLog) -> None:
    async def live(call: CallId) -> None:
        await log.append(call, 0, entries(OFFERED))
        for seq in range(1, 10):
            await log.append(call, seq, entries(CallEnded(f"{call} {seq}")))

    calls = [CallId(f"CA{index:032x}") for index in range(20)]
    async with asyncio.TaskGroup() as group:
        for call in calls:
            group.create_task(live(call))
    for call in calls:
        said = [one.event for one in await log.read(call)]
        assert said == [OFFERED, *(CallEnded(f"{call} {seq}") for seq in range(1, 10))]


async def test_calls_are_listed_newest_first_with_their_last_event(log: CallLog) -> None:
    await log.append(CALL, 0, entries(OFFERED, wall_ms=1_000))
    await log.append(OTHER, 0, entries(OFFERED, ANSWERED, wall_ms=2_000))
    await log.append(CALL, 1, entries(CallEnded("caller"), wall_ms=9_000))
    rows = [(row.call, row.started_wall_ms, row.events, row.last_kind, row.erased) for row in await log.calls()]
    assert rows == [(OTHER, 2_000, 2, "CallAnswered", False), (CALL, 1_000, 2, "CallEnded", False)]
    assert [row.call for row in await log.calls(limit=1)] == [OTHER]
    assert await log.calls(limit=0) == []


async def test_an_erased_call_is_only_a_line_in_the_list(log: CallLog) -> None:
    await log.append(CALL, 0, entries(OFFERED, ANSWERED))
    kept = await log.append(OTHER, 0, entries(OFFERED))
    assert await log.erase(CALL) is True
    assert await log.read(CALL) == []
    assert await log.read(OTHER) == kept
    assert {row.call: row.erased for row in await log.calls()} == {CALL: True, OTHER: False}
    assert await log.erase(CALL) is True
    with pytest.raises(SequenceConflict, match="erased"):
        await log.append(CALL, 2, entries(CallEnded("caller")))
    with pytest.raises(SequenceConflict, match="erased"):
        await log.append(CALL, 0, entries(OFFERED))
    assert await log.read(CALL) == []


async def test_erasing_what_was_never_there_says_so(log: CallLog) -> None:
    assert await log.erase(CALL) is False


async def test_a_closed_log_takes_nothing_more(log: CallLog) -> None:
    await log.append(CALL, 0, entries(OFFERED))
    await log.close()
    with pytest.raises(BackendUnavailable):
        await log.append(CALL, 1, entries(ANSWERED))
    with pytest.raises(BackendUnavailable):
        await log.read(CALL)
