"""What `ivr check` says of the data folder: files open and whole, tables current, room on the disk, secrets private."""

import asyncio
import shutil
import stat
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from ivr.adapters.findings import Finding
from ivr.adapters.sql.engine import Database
from ivr.adapters.sql.keys import Keyring
from ivr.adapters.sql.migrate import is_current
from ivr.adapters.sql.stores import KEYS_FILE, LOG_FILE, MASTER_FILE
from ivr.vocabulary.errors import BackendError, ConfigError

FREE_BYTES: Final = 500 * 1024 * 1024
"Less room than this is worth a warning before the log cannot be written."


async def check(folder: Path) -> list[Finding]:
    """Look at a data folder without changing its contents; [] when all is well, also before the first start."""
    return await asyncio.to_thread(_check, folder)


def _check(folder: Path) -> list[Finding]:
    if not folder.exists():
        return []
    if not folder.is_dir():
        return [Finding("the data folder is not a folder", str(folder), "Set IVR_DATA to a folder.")]
    found = [*_room(folder), *_private(folder)]
    log, keys, master = folder / LOG_FILE, folder / KEYS_FILE, folder / MASTER_FILE
    if log.exists():
        found += _whole(log, with_migrations=True)
    if keys.exists():
        broken = _whole(keys, with_migrations=False)
        found += broken or _opens(keys, master)
    elif log.exists():
        found.append(
            Finding("the keys of the calls are missing", str(keys), f"Restore it from the same backup as {LOG_FILE}.")
        )
    return found


def _room(folder: Path) -> list[Finding]:
    free = shutil.disk_usage(folder).free
    if free >= FREE_BYTES:
        return []
    return [
        Finding(
            f"only {free // (1024 * 1024)} MB are free; without room no call can be logged, and none is taken",
            str(folder),
            "Free some space, or move the data folder to a larger disk.",
        )
    ]


def _private(folder: Path) -> list[Finding]:
    found = []
    secrets = [folder / MASTER_FILE, *(folder / (KEYS_FILE + side) for side in ("", "-wal", "-shm"))]
    for path in secrets:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue  # absent, or not to be looked at: said elsewhere
        if mode & 0o077:
            found.append(Finding(f"others may use this secret (mode {mode:04o})", str(path), f"Run: chmod 600 {path}"))
    return found


def _whole(path: Path, *, with_migrations: bool) -> list[Finding]:
    try:
        database = Database(path)
    except BackendError as error:
        return [_finding(error, path)]
    try:
        with database.reading() as connection:
            return [*_sound(connection, path), *(_current(connection, path) if with_migrations else [])]
    except BackendError as error:
        return [_finding(error, path)]
    finally:
        database.close()


def _sound(connection: Connection, path: Path) -> list[Finding]:
    said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if said == "ok":
        return []
    what = f"the file is damaged ({said})"
    return [Finding(what, str(path), "Stop the server, keep a copy of the file, and restore the latest backup.")]


def _current(connection: Connection, path: Path) -> list[Finding]:
    if is_current(connection):
        return []
    return [Finding("its tables are not those of this version", str(path), "Run: ivr db upgrade")]


def _opens(keys: Path, master: Path) -> list[Finding]:
    try:
        Keyring.open(keys, master).close()
    except ConfigError as error:
        return [Finding(error.what, error.where, error.fix)]
    except BackendError as error:
        return [_finding(error, keys)]
    return []


def _finding(error: BackendError, path: Path) -> Finding:
    what, _, fix = str(error).removeprefix(f"{path}: ").partition("; ")
    return Finding(what, str(path), fix[:1].upper() + fix[1:])
