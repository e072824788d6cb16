"""Connections to SQLite as the stores need them: durable, patient, leaving nothing behind; and its errors as ours."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ivr.vocabulary.errors import BackendRejected, BackendUnavailable

BUSY_MS: Final = 3_000
"How long to wait for another process's write before saying that the store is locked."

_PRAGMAS: Final = (
    f"busy_timeout={BUSY_MS}",
    "synchronous=FULL",  # a commit returns after fsync
    "secure_delete=ON",  # what is overwritten is zeroed in its page
    "temp_store=MEMORY",  # no page images in temporary files
    "foreign_keys=ON",
)
_UNAVAILABLE: Final = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_BUSY: "it is locked by another process; stop that process, or wait for its backup to end",
    sqlite3.SQLITE_LOCKED: "it is locked; stop the other process that uses it",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that the folder exists and may be written",
    sqlite3.SQLITE_READONLY: "it cannot be written; check the owner and the permissions of the file and its folder",
    sqlite3.SQLITE_IOERR: "the disk did not read or write; check the disk and its free space",
    sqlite3.SQLITE_PERM: "access was denied; check the owner and the permissions of the file",
    sqlite3.SQLITE_INTERRUPT: "the work was interrupted; try again",
    sqlite3.SQLITE_NOMEM: "there was no memory left; give the process more",
}
_DAMAGED: Final = "it is damaged; stop the server, keep a copy of the file, and restore the latest backup"


def database_url(path: Path) -> URL:
    """The SQLAlchemy URL of a SQLite file."""
    return URL.create("sqlite", database=str(path))


def create_private(path: Path) -> None:
    """Make `path` an empty file that only its owner may read, if there is none. SQLite's side files follow it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        pass


class Database:
    """One SQLite file, and the errors of its use as ours. Safe to share among threads; everything here blocks."""

    def __init__(self, path: Path) -> None:
        """Open `path`, or make it, readable by its owner alone. Raises BackendUnavailable, BackendRejected."""
        self.path = path
        with translated(path):
            create_private(path)
            self._identity = _identity(path)
            self.engine = open_engine(database_url(path))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One snapshot."""
        with translated(self.path), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, which holds the write lock from its start and is on disk when this ends without error."""
        with translated(self.path):
            with self.engine.connect() as connection:
                connection = connection.execution_options(ivr_begin="BEGIN IMMEDIATE")
                with connection.begin():
                    yield connection
            # SQLite goes on writing to a file that was deleted or replaced, and reports that it is safe on disk.
            if _identity(self.path) != self._identity:
                raise BackendUnavailable(f"{self.path}: the file was replaced while in use; restart the server")

    def truncate_wal(self) -> None:
        """Move everything into the database file and cut the write-ahead log to nothing.

        Raises BackendUnavailable when another process's reading kept it from that.
        """
        with translated(self.path):
            raw = self.engine.raw_connection()
            try:
                busy, _, _ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                raw.close()
        if busy:
            raise BackendUnavailable(f"{self.path}: another process is reading it, so old pages remain; try again")

    def close(self) -> None:
        self.engine.dispose()


def open_engine(url: URL | str) -> Engine:
    """An engine whose transactions begin where SQLAlchemy begins them.

    The driver's own rule (begin before the first write) would let two writers both read and then one of them fail.
    """
    engine = create_engine(url, connect_args={"isolation_level": None}, pool_size=4, max_overflow=4)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what the database or its file throws into our errors, naming the file and the fix."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", None)
        # The statement and its parameters stay out of the message: they belong to a caller.
        reason = f"{path}: {_reason(code)} ({error.orig})"
        if isinstance(error, IntegrityError) or _primary(code) not in _UNAVAILABLE:
            raise BackendRejected(reason) from error
        raise BackendUnavailable(reason) from error
    except PoolTimeout as error:
        raise BackendUnavailable(f"{path}: every connection is in use; the disk is too slow for this load") from error
    except SQLAlchemyError as error:
        raise BackendRejected(f"{path}: {_DAMAGED} ({type(error).__name__})") from error
    except OSError as error:
        raise BackendUnavailable(f"{path}: {error.strerror or error}; check the folder and the disk") from error


def _identity(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_dev, stat.st_ino


def _primary(code: int | None) -> int | None:
    return None if code is None else code & 0xFF


def _reason(code: int | None) -> str:
    primary = _primary(code)
    if primary == sqlite3.SQLITE_ERROR:
        return "its tables are not those of this version; run `ivr db upgrade`, or restore the latest backup"
    return _UNAVAILABLE.get(primary, _DAMAGED) if primary is not None else _DAMAGED


def _prepare(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    # SQLite does not wait its busy timeout here when two processes turn the same new file to WAL at once.
    until = time.monotonic() + BUSY_MS / 1_000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("ivr_begin", "BEGIN"))
