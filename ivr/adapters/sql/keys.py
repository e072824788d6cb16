"""The keyring: one random key per call, kept in a database of its own, apart from the payloads they open.

Erasing a call is overwriting its key here. For that to leave no copy, a row of this table is never deleted and never
changes its length: SQLite overwrites such a row where it stands, and only ever adds rows at the end of the table, so
no page is split or merged, which would leave stale copies of other rows in its unused space. A destroyed key is a row
of zeros.

Everything here blocks; callers are on threads of their own.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from ivr.adapters.sql.engine import Database
from ivr.adapters.sql.sealing import KEY_BYTES, WRAPPED_BYTES, Unsealable, load_master, unwrap, wrap
from ivr.adapters.sql.tables import keys, keys_metadata
from ivr.vocabulary.errors import BackendRejected, ConfigError
from ivr.vocabulary.ids import CallId

SCHEMA: Final = 1
"`PRAGMA user_version` of keys.sqlite."

CACHED: Final = 2_048
"Open keys held in memory: the live calls of one node and then some."

_DESTROYED: Final = bytes(WRAPPED_BYTES)
_PROBE: Final = CallId("the master key's own check")


class Keyring:
    """The keys of all calls. Safe to share among threads.

    database  keys.sqlite.
    master    wraps every key.
    """

    def __init__(self, database: Database, master: AESGCM) -> None:
        self._database, self._master = database, master
        self._cache: OrderedDict[CallId, AESGCM] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, master_path: Path) -> "Keyring":
        """Open or create both files.

        Raises ConfigError when the master key is missing, unreadable or not the one these keys were wrapped with;
        BackendUnavailable or BackendRejected when keys.sqlite cannot be used.
        """
        database = Database(path)
        with database.writing() as connection:
            _create_tables(connection, path)
            kept = connection.scalar(select(func.count()).select_from(keys)) or 0
        # Keys were counted before the master key is looked for: whoever wrote the first key had made the master key.
        keyring = cls(database, load_master(master_path, may_create=kept == 0))
        try:
            keyring.ciphers([_PROBE], create=True)
        except BackendRejected as error:
            raise ConfigError(
                "this is not the master key that the calls were kept with",
                where=str(master_path),
                fix=f"Restore the master key from the same backup as {path.name}.",
            ) from error
        return keyring

    def ciphers(self, calls: Sequence[CallId], *, create: bool) -> dict[CallId, AESGCM | None]:
        """The key of each call, None where it was destroyed, left out where there never was one.

        With `create`, calls without a key get one, on disk before this returns. Raises BackendUnavailable,
        BackendRejected.
        """
        found: dict[CallId, AESGCM | None] = {}
        with self._lock:
            for call in calls:
                if (cipher := self._cache.get(call)) is not None:
                    self._cache.move_to_end(call)
                    found[call] = cipher
        missing = [call for call in dict.fromkeys(calls) if call not in found]
        if missing:
            rows = self._create(missing) if create else self._fetch(missing)
            for call, wrapped in rows:
                found[call] = None if wrapped == _DESTROYED else self._open(call, wrapped)
            self._remember(found)
        return found

    def forget(self, calls: Iterable[CallId]) -> None:
        """Drop keys from memory."""
        with self._lock:
            for call in calls:
                self._cache.pop(call, None)

    def destroy(self, call: CallId) -> None:
        """Overwrite the call's key, durably, and leave no copy in the file or its log.

        Raises BackendUnavailable when another process held a snapshot for too long: the key is overwritten then, and
        doing this again removes the old page from the log too.
        """
        self.forget([call])
        with self._database.writing() as connection:
            connection.execute(keys.update().where(keys.c.call_id == call).values(wrapped=_DESTROYED))
        self._database.truncate_wal()

    def close(self) -> None:
        self.forget(list(self._cache))
        self._database.close()

    def _create(self, calls: list[CallId]) -> list[tuple[CallId, bytes]]:
        fresh = [
            {"call_id": call, "wrapped": wrap(self._master, call, AESGCM.generate_key(8 * KEY_BYTES))} for call in calls
        ]
        with self._database.writing() as connection:
            connection.execute(insert(keys).on_conflict_do_nothing(), fresh)
            return _read(connection, calls)  # another process may have been first: then its key is the key

    def _fetch(self, calls: list[CallId]) -> list[tuple[CallId, bytes]]:
        with self._database.reading() as connection:
            return _read(connection, calls)

    def _open(self, call: CallId, wrapped: bytes) -> AESGCM:
        try:
            return AESGCM(unwrap(self._master, call, wrapped))
        except Unsealable:
            what = f"the key of call {call} does not open with this master key"
            raise BackendRejected(f"{self._database.path}: {what}; restore both from one backup") from None

    def _remember(self, found: dict[CallId, AESGCM | None]) -> None:
        with self._lock:
            for call, cipher in found.items():
                if cipher is not None:
                    self._cache[call] = cipher
            while len(self._cache) > CACHED:
                self._cache.popitem(last=False)


def _read(connection: Connection, calls: list[CallId]) -> list[tuple[CallId, bytes]]:
    rows = connection.execute(select(keys.c.call_id, keys.c.wrapped).where(keys.c.call_id.in_(calls)))
    return [(CallId(row.call_id), row.wrapped) for row in rows]


def _create_tables(connection: Connection, path: Path) -> None:
    version = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
    if version > SCHEMA:
        raise ConfigError(
            "the keys were written by a later version of the product",
            where=str(path),
            fix="Update the product, or restore the backup made before the update.",
        )
    if version < SCHEMA:
        keys_metadata.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA}")
