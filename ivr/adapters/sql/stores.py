"""Opening and closing what lives in one data folder."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.adapters.sql.board import SqlBoard
from ivr.adapters.sql.documents import SqlDocumentStore
from ivr.adapters.sql.engine import Database, database_url, translated
from ivr.adapters.sql.flows import SqlFlowStore
from ivr.adapters.sql.identity import SqlIdentity
from ivr.adapters.sql.keys import Keyring
from ivr.adapters.sql.log import SqlCallLog
from ivr.adapters.sql.migrate import upgrade
from ivr.adapters.sql.recordings import SealedRecordings

LOG_FILE: Final = "calls.sqlite"
KEYS_FILE: Final = "keys.sqlite"
RECORDINGS: Final = "recordings"
MASTER_FILE: Final = "secrets/master.key"
"Paths inside the data folder. Back up all of them, the master key apart from the others."


@dataclass(frozen=True, slots=True)
class SqlStores:
    """The open stores of one data folder. `close` ends the threads and closes the files."""

    calls: SqlCallLog
    flows: SqlFlowStore
    identity: SqlIdentity
    board: SqlBoard
    recordings: SealedRecordings
    documents: SqlDocumentStore
    database: Database
    keyring: Keyring

    async def close(self) -> None:
        await self.calls.close()
        await asyncio.to_thread(self._close_files)

    def _close_files(self) -> None:
        self.keyring.close()
        self.database.close()


async def open_stores(folder: Path) -> SqlStores:
    """Open the stores of a data folder: make it, upgrade it and finish its erasures where that is due.

    Raises ConfigError for a wrong or missing master key or a database of a later version; BackendUnavailable or
    BackendRejected, naming the file, when one cannot be used.
    """
    database, keyring = await asyncio.to_thread(_open_files, folder)
    stores = SqlStores(
        SqlCallLog(database, keyring),
        SqlFlowStore(database),
        SqlIdentity(database),
        SqlBoard(database, keyring),
        SealedRecordings(folder / RECORDINGS, keyring),
        SqlDocumentStore(database),
        database,
        keyring,
    )
    try:
        await stores.calls.finish_erasures()
    except BaseException:
        await stores.close()
        raise
    return stores


def _open_files(folder: Path) -> tuple[Database, Keyring]:
    path = folder / LOG_FILE
    with translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
    database = Database(path)
    try:
        with translated(path):
            upgrade(database_url(path))
        return database, Keyring.open(folder / KEYS_FILE, folder / MASTER_FILE)
    except BaseException:
        database.close()
        raise
