"""The SQL call log on disk: what survives a kill, what nobody can read, what erasing leaves, what damage looks like."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.sql import SqlStores, open_stores
from ivr.adapters.sql.engine import Database
from ivr.adapters.sql.tables import ERASED, ERASING
from ivr.ports.store import Entry
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, ConfigError, SequenceConflict
from ivr.vocabulary.events import CATALOGUE, CallEnded, CallOffered, Fault, Logged, Perceived, PromptStarted
from ivr.vocabulary.ids import CallId, PromptId, UtteranceId
from ivr.vocabulary.language import LanguageTag

CALL = CallId("CA" + "1" * 32)
OTHER = CallId("CA" + "2" * 32)
SAID = "the caller said rhododendron"


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[SqlStores]:
    opened = await open_stores(tmp_path)
    yield opened
    await opened.close()


def prompt(text: str) -> Entry:
    return Entry(20, 1_000, PromptStarted(PromptId("p1"), "answer", text, LanguageTag("en")))


def heard(text: str) -> Entry:
    return Entry(40, 1_040, Perceived(UtteranceId("u1"), text, 0.9, LanguageTag("en"), 0.9))


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def modes_of(folder: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode & 0o777) for path in folder.rglob("*")}


def sql(path: Path, statement: str, *values: Any) -> list[Any]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute(statement, values).fetchall()
    connection.close()
    return rows


# ── a kill ───────────────────────────────────────────────────────────────────────────────────────────────────────

WRITER = """
import asyncio, sys
from pathlib import Path
from ivr.adapters.sql import open_stores
from ivr.ports.store import Entry
from ivr.vocabulary.events import Fault

async def call(stores, name):
    for seq in range(100_000):
        await stores.calls.append(name, seq, [Entry(seq, seq, Fault("here", f"{name} {seq + 1}"))])
        print(name, seq + 1, flush=True)

async def main():
    stores = await open_stores(Path(sys.argv[1]))
    await asyncio.gather(*(call(stores, f"CA{index:032x}") for index in range(5)))

asyncio.run(main())
"""


@pytest.mark.parametrize("acknowledged_before_the_kill", [1, 7, 120])
async def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path, acknowledged_before_the_kill: int) -> None:
    def write_and_kill() -> dict[CallId, int]:
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(acknowledged_before_the_kill)]
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.read().splitlines()
        writer.wait()
        writer.stdout.close()
        last: dict[CallId, int] = {}
        for line in lines:
            name, _, seq = line.strip().partition(" ")
            if seq.isdigit():
                last[CallId(name)] = int(seq)
        return last

    acknowledged = await asyncio.to_thread(write_and_kill)
    assert sum(acknowledged.values()) >= acknowledged_before_the_kill
    stores = await open_stores(tmp_path)
    try:
        for call, last in acknowledged.items():
            events = await stores.calls.read(call)
            assert len(events) >= last
            assert [one.event for one in events] == [Fault("here", f"{call} {seq + 1}") for seq in range(len(events))]
            await stores.calls.append(call, len(events), [prompt("still here?")])
    finally:
        await stores.close()


# ── what nobody can read ─────────────────────────────────────────────────────────────────────────────────────────


async def test_no_word_of_a_payload_is_in_any_file(stores: SqlStores, tmp_path: Path) -> None:
    await stores.calls.append(CALL, 0, [Entry(0, 0, CallOffered("+15550001111", "+15550002222")), heard(SAID)])
    await stores.calls.append(CALL, 2, [prompt("azaleas open at nine " * 400)])
    while_open = bytes_of(tmp_path)
    await stores.close()
    for files in (while_open, bytes_of(tmp_path)):
        assert CALL.encode() in files
        for secret in (SAID, "rhododendron", "azaleas", "+15550001111", "15550002222"):
            assert secret.encode() not in files
            assert secret.encode("utf-16-le") not in files


async def test_the_files_are_for_their_owner_alone(stores: SqlStores, tmp_path: Path) -> None:
    await stores.calls.append(CALL, 0, [heard(SAID)])
    assert modes_of(tmp_path) == {
        "calls.sqlite": "0o600",
        "calls.sqlite-shm": "0o600",
        "calls.sqlite-wal": "0o600",
        "keys.sqlite": "0o600",
        "keys.sqlite-shm": "0o600",
        "keys.sqlite-wal": "0o600",
        "secrets": "0o700",
        "master.key": "0o600",
    }


async def test_each_call_has_its_own_key_and_each_event_its_own_nonce(stores: SqlStores, tmp_path: Path) -> None:
    for call in (CALL, OTHER):
        await stores.calls.append(call, 0, [prompt("same"), prompt("same")])
    sealed = [row[0] for row in sql(tmp_path / "calls.sqlite", "SELECT sealed FROM events")]
    wrapped = [row[0] for row in sql(tmp_path / "keys.sqlite", "SELECT wrapped FROM keys")]
    assert len({one[1:13] for one in sealed}) == len(sealed) == 4
    assert len(set(wrapped)) == len(wrapped) == 3  # two calls, and the master key's check


# ── erasing ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_erasing_leaves_neither_key_nor_ciphertext_in_any_file(stores: SqlStores, tmp_path: Path) -> None:
    calls = [CallId(f"CA{index:032x}") for index in range(60)]
    for size in (1, 200, 9_000):
        for seq, call in enumerate(calls):
            row = await stores.calls.read(call)
            await stores.calls.append(call, len(row), [prompt("x" * (size + seq)), heard("y" * size)])
    sealed = {
        call: [
            bytes(row[0]) for row in sql(tmp_path / "calls.sqlite", "SELECT sealed FROM events WHERE call_id=?", call)
        ]
        for call in calls
    }
    wrapped = {
        call: bytes(sql(tmp_path / "keys.sqlite", "SELECT wrapped FROM keys WHERE call_id=?", call)[0][0])
        for call in calls
    }
    gone, kept = calls[::2], calls[1::2]
    before = {call: await stores.calls.read(call) for call in kept}
    for call in gone:
        assert await stores.calls.erase(call)
    files = bytes_of(tmp_path)
    for call in gone:
        assert wrapped[call] not in files
        assert wrapped[call][12:28] not in files
        for one in sealed[call]:
            assert one[13:45] not in files
            assert one[-24:] not in files
    for call in kept:
        assert wrapped[call] in files
        assert await stores.calls.read(call) == before[call]


async def test_an_erasure_cut_off_by_a_kill_is_finished_at_the_next_start(tmp_path: Path) -> None:
    stores = await open_stores(tmp_path)
    await stores.calls.append(CALL, 0, [heard(SAID)])
    await stores.close()
    keys, log = tmp_path / "keys.sqlite", tmp_path / "calls.sqlite"
    (wrapped,) = sql(keys, "SELECT wrapped FROM keys WHERE call_id=?", CALL)[0]
    sql(log, "UPDATE calls SET erased=?", ERASING)
    stores = await open_stores(tmp_path)
    assert await stores.calls.read(CALL) == []
    await stores.close()
    assert bytes(wrapped) not in bytes_of(tmp_path)
    assert sql(log, "SELECT erased FROM calls") == [(ERASED,)]


async def test_a_call_erased_by_another_process_takes_no_more_events_here(stores: SqlStores, tmp_path: Path) -> None:
    await stores.calls.append(CALL, 0, [heard(SAID)])
    elsewhere = await open_stores(tmp_path)
    assert await elsewhere.calls.erase(CALL)
    await elsewhere.close()
    with pytest.raises(SequenceConflict, match="erased"):
        await stores.calls.append(CALL, 1, [prompt("hello")])
    assert await stores.calls.read(CALL) == []


# ── two processes ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_call_is_taken_up_by_another_process_and_the_first_lets_go(stores: SqlStores, tmp_path: Path) -> None:
    await stores.calls.append(CALL, 0, [heard(SAID)])
    second = await open_stores(tmp_path)
    try:
        assert [one.event for one in await second.calls.read(CALL)] == [heard(SAID).event]
        await second.calls.append(CALL, 1, [prompt("I am back")])
        with pytest.raises(SequenceConflict, match="its last event is 2"):
            await stores.calls.append(CALL, 1, [prompt("as I said")])
        assert len(await stores.calls.read(CALL)) == 2
    finally:
        await second.close()


# ── damage ───────────────────────────────────────────────────────────────────────────────────────────────────────

SEALED = "(SELECT sealed FROM events WHERE call_id=? AND seq=?)"
TAMPERING = {
    "two events of a call swapped": (
        f"UPDATE events SET sealed = CASE seq WHEN 1 THEN {SEALED} ELSE {SEALED} END WHERE call_id=?",
        (CALL, 2, CALL, 1, CALL),
        "event 1",
    ),
    "an event put in from another call": (
        f"UPDATE events SET sealed = {SEALED} WHERE call_id=? AND seq=2",
        (OTHER, 2, CALL),
        "event 2",
    ),
    "a kind changed": ("UPDATE events SET kind='NotPerceived' WHERE seq=2", (), "event 2"),
    "a time changed": ("UPDATE events SET at_ms=at_ms+1 WHERE seq=2", (), "event 2"),
    "a wall time changed": ("UPDATE events SET wall_ms=wall_ms+1 WHERE seq=1", (), "event 1"),
    "a version changed": ("UPDATE events SET version=0 WHERE seq=2", (), "event 2"),
    "a payload emptied": ("UPDATE events SET sealed=x'' WHERE seq=2", (), "event 2"),
    "the first event deleted": ("DELETE FROM events WHERE seq=1", (), "lacks event 1"),
    "the last event deleted": ("DELETE FROM events WHERE seq=2", (), "lacks event 2"),
}


@pytest.mark.parametrize("case", TAMPERING)
async def test_a_tampered_row_is_named_and_nothing_is_served(stores: SqlStores, tmp_path: Path, case: str) -> None:
    for call in (CALL, OTHER):
        await stores.calls.append(call, 0, [prompt("hello"), prompt("hello")])
    statement, values, named = TAMPERING[case]
    sql(tmp_path / "calls.sqlite", statement, *values)
    with pytest.raises(BackendRejected, match=f"{CALL}.*{named}"):
        await stores.calls.read(CALL)


async def test_a_lost_key_names_the_call_and_the_file(stores: SqlStores, tmp_path: Path) -> None:
    await stores.calls.append(CALL, 0, [heard(SAID)])
    await stores.close()
    sql(tmp_path / "keys.sqlite", "DELETE FROM keys WHERE call_id=?", CALL)
    again = await open_stores(tmp_path)
    try:
        with pytest.raises(BackendRejected, match=rf"{CALL} has no key in keys\.sqlite"):
            await again.calls.read(CALL)
        with pytest.raises(BackendRejected, match=rf"{CALL} has no key in keys\.sqlite"):
            await again.calls.append(CALL, 1, [prompt("hello")])
    finally:
        await again.close()


async def test_a_missing_or_foreign_master_key_stops_the_start_and_is_not_replaced(tmp_path: Path) -> None:
    stores = await open_stores(tmp_path)
    await stores.close()
    master = tmp_path / "secrets" / "master.key"
    right = master.read_text()
    master.unlink()
    with pytest.raises(ConfigError, match=r"master\.key: the master key is missing"):
        await open_stores(tmp_path)
    assert not master.exists()
    master.write_text("ab" * 32)
    with pytest.raises(ConfigError, match="not the master key"):
        await open_stores(tmp_path)
    master.write_text("not a key")
    with pytest.raises(ConfigError, match="hex digits"):
        await open_stores(tmp_path)
    master.write_text(right)
    await (await open_stores(tmp_path)).close()


async def test_a_file_that_is_no_database_is_rejected_with_its_name_and_a_fix(tmp_path: Path) -> None:
    (tmp_path / "calls.sqlite").write_bytes(b"this is not a database at all, however long one looks at it" * 40)
    with pytest.raises(BackendRejected, match=r"calls\.sqlite: it is damaged.*restore"):
        await open_stores(tmp_path)


async def test_events_of_a_later_version_are_refused_by_name(stores: SqlStores, tmp_path: Path) -> None:
    await stores.calls.append(CALL, 0, [heard(SAID)])
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(CATALOGUE, "Perceived")
        with pytest.raises(BackendRejected, match=r"event 1 that this version cannot read.*Perceived"):
            await stores.calls.read(CALL)


# ── a disk that does not serve ───────────────────────────────────────────────────────────────────────────────────


async def test_a_folder_deleted_under_us_is_noticed_before_anything_is_acknowledged(
    stores: SqlStores, tmp_path: Path
) -> None:
    await stores.calls.append(CALL, 0, [heard(SAID)])
    (tmp_path / "calls.sqlite").rename(tmp_path / "moved.sqlite")
    with pytest.raises(BackendUnavailable, match=r"calls\.sqlite"):
        await stores.calls.append(CALL, 1, [prompt("hello")])
    (tmp_path / "calls.sqlite").write_bytes(b"")
    with pytest.raises(BackendUnavailable, match="replaced while in use"):
        await stores.calls.append(CALL, 1, [prompt("hello")])


async def test_a_full_disk_is_unavailable_and_the_log_goes_on_when_there_is_room_again(tmp_path: Path) -> None:
    stores = await open_stores(tmp_path)
    try:
        await stores.calls.append(CALL, 0, [heard(SAID)])
        full = r"calls\.sqlite: the disk is full; free some space"
        with _full(stores.database), pytest.raises(BackendUnavailable, match=full):
            await stores.calls.append(CALL, 1, [prompt("x" * 200_000)])
        await stores.calls.append(CALL, 1, [prompt("x" * 200_000)])
        assert len(await stores.calls.read(CALL)) == 2
    finally:
        await stores.close()


class _full:
    """SQLite's own limit on pages stands in for a full disk: same error, same place."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._limit(lambda pages: pages)

    def __exit__(self, *_: object) -> None:
        self._limit(lambda _: 1 << 30)

    def _limit(self, pages_of: Any) -> None:
        raw = self._database.engine.raw_connection()
        cursor = raw.cursor()
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count={pages_of(pages)}").fetchone()
        raw.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("ivr.adapters.sql.engine._PRAGMAS", ("busy_timeout=10", "synchronous=FULL", "secure_delete=ON"))
    yield


@pytest.mark.usefixtures("impatient")
async def test_a_lock_held_by_another_process_is_unavailable_and_passes(tmp_path: Path) -> None:
    stores = await open_stores(tmp_path)
    try:
        other = sqlite3.connect(tmp_path / "calls.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BackendUnavailable, match=r"calls\.sqlite: it is locked by another process"):
            await stores.calls.append(CALL, 0, [heard(SAID)])
        other.execute("ROLLBACK")
        other.close()
        await stores.calls.append(CALL, 0, [heard(SAID)])
    finally:
        await stores.close()


@pytest.mark.usefixtures("impatient")
async def test_an_erasure_held_up_by_a_reader_says_so_and_is_done_by_doing_it_again(tmp_path: Path) -> None:
    stores = await open_stores(tmp_path)
    try:
        await stores.calls.append(CALL, 0, [heard(SAID)])
        reader = sqlite3.connect(tmp_path / "keys.sqlite", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM keys").fetchall()
        with pytest.raises(BackendUnavailable, match=r"keys\.sqlite: another process is reading"):
            await stores.calls.erase(CALL)
        assert await stores.calls.read(CALL) == []
        reader.close()
        assert await stores.calls.erase(CALL)
    finally:
        await stores.close()


async def test_one_bad_append_does_not_harm_those_committed_with_it(stores: SqlStores) -> None:
    await stores.calls.append(CALL, 0, [heard(SAID)])
    unwritable = Entry(0, 0, CallEnded(object()))  # type: ignore[arg-type]
    outcomes = await asyncio.gather(
        stores.calls.append(CALL, 7, [prompt("stale")]),
        stores.calls.append(OTHER, 0, [prompt("fine")]),
        stores.calls.append(CallId("CA" + "3" * 32), 0, [unwritable]),
        stores.calls.append(CALL, 1, [prompt("fine")]),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [SequenceConflict, list, BackendRejected, list]
    assert (len(await stores.calls.read(CALL)), len(await stores.calls.read(OTHER))) == (2, 1)


async def test_a_row_that_should_not_be_there_is_a_conflict_for_its_own_call_alone(
    stores: SqlStores, tmp_path: Path
) -> None:
    await stores.calls.append(CALL, 0, [heard(SAID), heard(SAID)])
    sql(tmp_path / "calls.sqlite", "UPDATE calls SET last_seq=1")
    outcomes = await asyncio.gather(
        stores.calls.append(CALL, 1, [prompt("x")]),
        stores.calls.append(OTHER, 0, [prompt("fine")]),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [SequenceConflict, list]


async def test_a_cancelled_append_is_committed_all_the_same(stores: SqlStores) -> None:
    waiting = asyncio.ensure_future(stores.calls.append(CALL, 0, [heard(SAID)]))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(SequenceConflict):
        await stores.calls.append(CALL, 0, [heard(SAID)])
    assert len(await stores.calls.read(CALL)) == 1


# ── any events at all ────────────────────────────────────────────────────────────────────────────────────────────

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
MOMENTS = st.integers(0, 2**53)
ENTRIES = st.builds(
    Entry,
    MOMENTS,
    MOMENTS,
    st.builds(Fault, TEXTS, TEXTS)
    | st.builds(CallOffered, TEXTS, TEXTS)
    | st.builds(PromptStarted, TEXTS, TEXTS, TEXTS, TEXTS, st.lists(TEXTS, max_size=3).map(tuple))
    | st.builds(
        Perceived,
        TEXTS,
        TEXTS,
        st.floats(0, 1),
        TEXTS,
        st.floats(0, 1),
        signals=st.dictionaries(TEXTS, st.floats(0, 1), max_size=3),
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(ENTRIES, min_size=1, max_size=4), min_size=1, max_size=4))
def test_whatever_is_appended_is_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Entry]]
) -> None:
    async def round_trip(folder: Path) -> None:
        call = CallId("CA" + os.urandom(16).hex())
        appended: list[Logged] = []
        stores = await open_stores(folder)
        try:
            for batch in batches:
                appended += await stores.calls.append(call, len(appended), batch)
            assert await stores.calls.read(call) == appended
            assert [Entry(one.at_ms, one.wall_ms, one.event) for one in appended] == list(chain(*batches))
        finally:
            await stores.close()

    asyncio.run(round_trip(tmp_path_factory.getbasetemp() / "any-events"))
