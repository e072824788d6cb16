"""The board of agents and queues on disk: nothing of a caller is readable, and processes share it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.adapters.clock import SystemClock
from ivr.adapters.routed import RoutedDirectory
from ivr.adapters.sql import SqlStores, open_stores
from ivr.calls.routing.state import Agent, Callback, Nobody, Plan, Presence, Reserved, Waiting
from ivr.ports.store import Entry
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.events import CallOffered
from ivr.vocabulary.ids import AgentId, CallbackId, CallId, TransferId
from ivr.vocabulary.language import LanguageTag

NOW = 1_700_000_000_000
CALL, NUMBER, EN = CallId("CA1"), "+15551112222", LanguageTag("en")
CALLER = Waiting(CALL, TransferId("t1"), "general", NUMBER, EN, "distress", NOW)
PROMISE = Callback(CallbackId("c1"), CALL, NUMBER, EN, "general", "distress", NOW)
BEN = Agent(AgentId("ben"), "Ben", "client:ben")


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[SqlStores]:
    stores = await open_stores(tmp_path)
    await stores.calls.append(CALL, 0, [Entry(0, NOW, CallOffered(NUMBER, "+15550002222"))])
    yield stores
    await stores.close()


def _directory(stores: SqlStores) -> RoutedDirectory:
    return RoutedDirectory(stores.board, Plan, SystemClock())


def _on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("*.sqlite*"))


async def test_who_waits_and_why_is_not_readable_on_disk(stores: SqlStores, tmp_path: Path) -> None:
    directory = _directory(stores)
    await directory.add_agent(BEN, Presence.BUSY, NOW)
    await directory.reserve(CALLER, NOW)
    await directory.agree_callback(PROMISE)
    stores.database.truncate_wal()
    content = _on_disk(tmp_path)
    assert b"CA1" in content
    assert b"5551112222" not in content
    assert b"distress" not in content


async def test_what_queues_keep_of_a_call_goes_when_it_is_erased(stores: SqlStores) -> None:
    directory = _directory(stores)
    await directory.add_agent(BEN, Presence.AVAILABLE, NOW)
    await directory.reserve(replace(CALLER, reason="asked"), NOW)
    await directory.agree_callback(PROMISE)
    await directory.engage(BEN.id, CALLER, NOW)
    await stores.calls.erase(CALL)
    assert (await directory.waiting(NOW), await directory.callbacks()) == ([], [])
    with stores.database.reading() as connection:
        for table in ("places", "callbacks", "holds"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
    with pytest.raises(BackendRejected, match="erased"):
        await directory.reserve(CALLER, NOW)


async def test_a_row_whose_key_was_destroyed_goes_at_the_next_change(stores: SqlStores) -> None:
    directory = _directory(stores)
    await directory.add_agent(BEN, Presence.BUSY, NOW)
    await directory.agree_callback(PROMISE)
    stores.keyring.destroy(CALL)
    assert await directory.callbacks() == []
    await directory.set_presence(BEN.id, Presence.AVAILABLE, NOW)
    with stores.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM callbacks").scalar() == 0


async def test_a_row_moved_to_another_call_does_not_open(stores: SqlStores) -> None:
    directory = _directory(stores)
    await directory.add_agent(BEN, Presence.BUSY, NOW)
    await directory.reserve(CALLER, NOW)
    with stores.database.writing() as connection:
        connection.exec_driver_sql("UPDATE places SET transfer_id = 't2'")
    with pytest.raises(BackendRejected, match="altered or moved"):
        await directory.waiting(NOW)


async def test_two_processes_reserve_one_agent_once_and_see_what_the_other_did(
    stores: SqlStores, tmp_path: Path
) -> None:
    other = await open_stores(tmp_path)
    here, there = _directory(stores), _directory(other)
    await here.add_agent(BEN, Presence.AVAILABLE, NOW)
    version = await there.changed(-1)
    second = replace(CALLER, call=CallId("CA2"), number="")
    results = await asyncio.gather(here.reserve(CALLER, NOW), there.reserve(second, NOW))
    assert sorted(type(result).__name__ for result in results) == [Nobody.__name__, Reserved.__name__]
    assert await there.changed(version) > version
    await other.close()
