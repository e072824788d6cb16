"""What `ivr check` says of a data folder."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from ivr.adapters.sql import open_stores
from ivr.adapters.sql.check import check
from ivr.ports.store import Entry
from ivr.vocabulary.events import Fault
from ivr.vocabulary.ids import CallId


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    stores = await open_stores(tmp_path)
    await stores.calls.append(CallId("CA" + "1" * 32), 0, [Entry(0, 0, Fault("a", "b" * 20_000))])
    await stores.close()
    return tmp_path


async def test_a_healthy_folder_has_no_findings(folder: Path) -> None:
    assert await check(folder) == []


async def test_a_folder_not_yet_made_is_fine(tmp_path: Path) -> None:
    assert await check(tmp_path / "data") == []
    assert not (tmp_path / "data").exists()


async def test_a_folder_in_use_has_no_findings(folder: Path) -> None:
    stores = await open_stores(folder)
    assert await check(folder) == []
    await stores.close()


@pytest.mark.parametrize("name", ["secrets/master.key", "keys.sqlite"])
async def test_a_secret_that_others_may_read_is_found(folder: Path, name: str) -> None:
    (folder / name).chmod(0o644)
    (found,) = await check(folder)
    assert (found.where, found.fix) == (str(folder / name), f"Run: chmod 600 {folder / name}")


async def test_a_missing_master_key_is_found_and_not_replaced(folder: Path) -> None:
    (folder / "secrets" / "master.key").unlink()
    (found,) = await check(folder)
    assert "missing" in found.what
    assert "backup" in found.fix
    assert not (folder / "secrets" / "master.key").exists()


async def test_missing_keys_are_found(folder: Path) -> None:
    (folder / "keys.sqlite").unlink()
    (found,) = await check(folder)
    assert found.where == str(folder / "keys.sqlite")


@pytest.mark.parametrize("name", ["calls.sqlite", "keys.sqlite"])
async def test_a_damaged_file_is_found(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[4096:8192] = b"\xa5" * 4096
    (folder / name).write_bytes(content)
    found = await check(folder)
    assert any(one.where == str(folder / name) and "damaged" in one.what for one in found)


async def test_a_file_that_is_no_database_is_found(folder: Path) -> None:
    (folder / "calls.sqlite").write_bytes(b"nonsense" * 1000)
    (found,) = await check(folder)
    assert "damaged" in found.what
    assert found.fix.startswith("Stop the server")


async def test_tables_of_another_version_are_found(folder: Path) -> None:
    connection = sqlite3.connect(folder / "calls.sqlite")
    connection.execute("DELETE FROM alembic_version")
    connection.commit()
    connection.close()
    (found,) = await check(folder)
    assert found.fix == "Run: ivr db upgrade"


async def test_a_disk_nearly_full_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 7 * 1024 * 1024))
    (found,) = await check(folder)
    assert found.what.startswith("only 7 MB are free")
