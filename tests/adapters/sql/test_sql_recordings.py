"""Sealed recordings on the disk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.adapters.sql import open_stores
from ivr.adapters.sql.stores import SqlStores
from ivr.ports.store import Entry
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable
from ivr.vocabulary.events import CallOffered
from ivr.vocabulary.ids import CallId, RecordingId
from ivr.vocabulary.units import MuLaw

CALL = CallId("CA" + "1" * 32)
AUDIO = MuLaw(b"a voice that must not be read " * 50)


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[SqlStores]:
    stores = await open_stores(tmp_path)
    await stores.calls.append(CALL, 0, [Entry(0, 0, CallOffered("+12025550143", "+12025550100"))])
    yield stores
    await stores.close()


async def test_nothing_that_was_said_stands_in_the_file(stores: SqlStores, tmp_path: Path) -> None:
    name = await stores.recordings.keep(CALL, AUDIO)
    (path,) = (tmp_path / "recordings").iterdir()
    assert path.name == name
    assert b"voice" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


async def test_erasing_the_call_makes_its_recordings_unreadable_and_keeps_no_new_ones(stores: SqlStores) -> None:
    name = await stores.recordings.keep(CALL, AUDIO)
    await stores.calls.erase(CALL)
    assert await stores.recordings.read(CALL, name) is None
    with pytest.raises(BackendRejected, match="erased"):
        await stores.recordings.keep(CALL, AUDIO)


async def test_a_file_that_was_altered_or_moved_is_rejected(stores: SqlStores, tmp_path: Path) -> None:
    name = await stores.recordings.keep(CALL, AUDIO)
    path = tmp_path / "recordings" / name
    moved = path.with_name(f"{CALL}.7")
    moved.write_bytes(path.read_bytes())
    with pytest.raises(BackendRejected, match="altered or moved"):
        await stores.recordings.read(CALL, RecordingId(moved.name))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BackendRejected, match="altered or moved"):
        await stores.recordings.read(CALL, name)


async def test_a_folder_that_cannot_be_written_is_unavailable(stores: SqlStores, tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file in its place")
    with pytest.raises(BackendUnavailable):
        await stores.recordings.keep(CALL, AUDIO)


async def test_no_name_leads_out_of_the_folder(stores: SqlStores) -> None:
    for call in ("../secrets/master", "", "a/b"):
        with pytest.raises(BackendRejected):
            await stores.recordings.keep(CallId(call), AUDIO)
    assert await stores.recordings.read(CALL, RecordingId(f"{CALL}/../../secrets/master.key")) is None
