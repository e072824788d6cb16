"""What every PhraseCache promises, and what the one on disk survives."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.files.phrase_cache import DiskPhraseCache
from ivr.adapters.scripted import MemoryPhraseCache
from ivr.ports.store import PhraseCache
from ivr.vocabulary.units import MuLaw

AUDIO = MuLaw(bytes(range(256)) * 20)


@pytest.fixture(params=["memory", "disk"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> PhraseCache:
    return MemoryPhraseCache() if request.param == "memory" else DiskPhraseCache(tmp_path / "phrases")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_what_was_put_is_got_back_and_nothing_else(cache: PhraseCache) -> None:
    await cache.put("en/joe/1.0/hello", AUDIO)
    assert await cache.get("en/joe/1.0/hello") == AUDIO
    assert await cache.get("en/joe/0.8/hello") is None


async def test_a_later_rendering_replaces_an_earlier_one(cache: PhraseCache) -> None:
    await cache.put("key", AUDIO)
    await cache.put("key", MuLaw(b"\xff" * 160))
    assert await cache.get("key") == b"\xff" * 160


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300), st.binary(max_size=400))
async def test_any_key_holds_any_audio(cache: PhraseCache, key: str, audio: bytes) -> None:
    await cache.put(key, MuLaw(audio))
    assert await cache.get(key) == audio


async def test_many_can_be_put_and_got_at_once(cache: PhraseCache) -> None:
    await asyncio.gather(*(cache.put(f"{n}", MuLaw(bytes([n]) * 160)) for n in range(30)))
    found = await asyncio.gather(*(cache.get(f"{n}") for n in range(30)))
    assert found == [bytes([n]) * 160 for n in range(30)]


async def test_phrases_outlive_the_process(tmp_path: Path) -> None:
    await DiskPhraseCache(tmp_path).put("key", AUDIO)
    assert await DiskPhraseCache(tmp_path).get("key") == AUDIO


@pytest.mark.parametrize("length", [0, 1, 39, 40, 41, len(AUDIO)])
async def test_a_file_that_was_cut_counts_as_absent_and_goes(tmp_path: Path, length: int) -> None:
    cache = DiskPhraseCache(tmp_path)
    await cache.put("key", AUDIO)
    (file,) = files(tmp_path)
    os.truncate(file, length)
    assert await cache.get("key") is None
    assert files(tmp_path) == []


async def test_a_file_with_one_changed_byte_counts_as_absent(tmp_path: Path) -> None:
    cache = DiskPhraseCache(tmp_path)
    await cache.put("key", AUDIO)
    (file,) = files(tmp_path)
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    assert await cache.get("key") is None


async def test_the_folder_stays_within_its_limit_and_the_oldest_go_first(tmp_path: Path) -> None:
    cache = DiskPhraseCache(tmp_path, max_bytes=10_000)
    for number in range(9):
        await cache.put(f"{number}", MuLaw(bytes(1_000)))
        for age, file in enumerate(sorted(files(tmp_path), key=lambda f: f.stat().st_mtime_ns)):
            os.utime(file, ns=(0, (age + 1) * 10**9))  # a second apart, whatever the clock's grain
    await cache.get("0")
    await cache.put("9", MuLaw(bytes(1_000)))
    assert sum(file.stat().st_size for file in files(tmp_path)) <= 10_000
    found = [number for number in range(10) if await cache.get(f"{number}") is not None]
    assert found == [0, *range(3, 10)]


async def test_files_from_before_count_towards_the_limit(tmp_path: Path) -> None:
    for number in range(9):
        await DiskPhraseCache(tmp_path, max_bytes=10_000).put(f"{number}", MuLaw(bytes(1_000)))
    await DiskPhraseCache(tmp_path, max_bytes=5_000).put("new", MuLaw(bytes(1_000)))
    assert sum(file.stat().st_size for file in files(tmp_path)) <= 5_000


async def test_a_phrase_larger_than_the_whole_cache_is_not_kept(tmp_path: Path) -> None:
    cache = DiskPhraseCache(tmp_path, max_bytes=1_000)
    await cache.put("long", AUDIO)
    assert await cache.get("long") is None


async def test_a_folder_that_cannot_be_used_costs_time_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = DiskPhraseCache(tmp_path / "file")
    await cache.put("key", AUDIO)
    assert await cache.get("key") is None
