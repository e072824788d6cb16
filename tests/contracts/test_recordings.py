"""What every `Recordings` keeps to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.adapters.scripted.recordings import ScriptedRecordings
from ivr.adapters.sql import open_stores
from ivr.ports.recordings import Recordings
from ivr.vocabulary.ids import CallId, RecordingId
from ivr.vocabulary.units import MuLaw

CALL, OTHER = CallId("CA" + "1" * 32), CallId("CA" + "2" * 32)
AUDIO = MuLaw(bytes(range(256)) * 20)


@pytest.fixture(params=["scripted", "sql"])
async def recordings(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Recordings]:
    if request.param == "scripted":
        yield ScriptedRecordings()
        return
    stores = await open_stores(tmp_path)
    yield stores.recordings
    await stores.close()


async def test_what_is_kept_is_read_back_byte_for_byte_under_names_of_their_own(recordings: Recordings) -> None:
    first = await recordings.keep(CALL, AUDIO)
    second = await recordings.keep(CALL, MuLaw(b"\xff"))
    assert first != second
    assert await recordings.read(CALL, first) == AUDIO
    assert await recordings.read(CALL, second) == b"\xff"


async def test_a_recording_is_read_with_its_own_call_alone(recordings: Recordings) -> None:
    name = await recordings.keep(CALL, AUDIO)
    await recordings.keep(OTHER, AUDIO)
    assert await recordings.read(OTHER, name) is None
    assert await recordings.read(CALL, RecordingId(f"{CALL}.9")) is None


async def test_what_is_forgotten_is_gone_and_others_stay(recordings: Recordings) -> None:
    gone, stays = await recordings.keep(CALL, AUDIO), await recordings.keep(OTHER, AUDIO)
    await recordings.forget(CALL)
    await recordings.forget(CALL)
    assert await recordings.read(CALL, gone) is None
    assert await recordings.read(OTHER, stays) == AUDIO
