"""The board of agents and queues, in SQL: read whole, decided upon, and what changed written, in one transaction.

A board is small (the agents of one business, the callers who wait now, a week's callbacks), so it is read as it is
needed; of several processes each decides upon what the others wrote last.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Table, delete, select, text
from sqlalchemy.dialects.sqlite import insert

from ivr.adapters.routed import Act, Result
from ivr.adapters.sql import board_rows as rows
from ivr.adapters.sql.engine import Database
from ivr.adapters.sql.keys import Keyring
from ivr.adapters.sql.sealing import Unsealable
from ivr.adapters.sql.tables import agents, board, callbacks, handled, holds, places
from ivr.calls.routing.choose import key
from ivr.calls.routing.state import Board
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.ids import CallId

_AS_WRITTEN: Final = text("rowid")
"The order in which rows were first written."

Ciphers = Mapping[CallId, AESGCM | None]
Keyed = Mapping[tuple[str, ...], Any]


@dataclass(frozen=True, slots=True)
class _Read:
    """What the tables hold. `unreadable` are rows of calls that were erased."""

    board: Board
    unreadable: list[tuple[Table, tuple[str, ...]]]


class SqlBoard:
    """`BoardKeeper` over one database and one keyring, which it does not close."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring
        self._opened: dict[tuple[Any, ...], Any] = {}
        "What the last look unsealed, by its row: most rows are as they were."

    async def act(self, act: Act[Result]) -> Result:
        return await asyncio.to_thread(self._act, act)

    async def look(self) -> Board:
        return await asyncio.to_thread(self._look)

    async def version(self) -> int:
        return await asyncio.to_thread(self._version)

    def _act(self, act: Act[Result]) -> Result:
        with self._database.writing() as connection:
            found = self._read(connection)
            after, result = act(found.board)
            for table, where in found.unreadable:
                connection.execute(_remove(table, where))
            self._write(connection, found.board, after)
        return result

    def _look(self) -> Board:
        with self._database.reading() as connection:
            return self._read(connection).board

    def _version(self) -> int:
        with self._database.reading() as connection:
            return connection.scalar(select(board.c.version)) or 0

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, connection: Connection) -> _Read:
        sealed = {table: connection.execute(select(table).order_by(_AS_WRITTEN)).all() for table in (places, callbacks)}
        calls = list({CallId(row.call_id) for found in sealed.values() for row in found})
        ciphers = self._keyring.ciphers(calls, create=False) if calls else {}
        kept: dict[Table, list[Any]] = {places: [], callbacks: []}
        unreadable: list[tuple[Table, tuple[str, ...]]] = []
        opened, was_opened = {}, self._opened
        for table, of_row in ((places, rows.place), (callbacks, rows.callback)):
            for row in sealed[table]:
                cipher = ciphers.get(CallId(row.call_id))
                if cipher is None:
                    unreadable.append((table, tuple(row._mapping[column] for column in table.primary_key)))
                    continue
                whole = (table.name, *row)
                try:
                    opened[whole] = was_opened[whole] if whole in was_opened else of_row(row, cipher)
                except Unsealable:
                    what = f"a row of {table.name} of call {row.call_id} was altered or moved"
                    fix = "restore this file and keys.sqlite from one backup"
                    raise BackendRejected(f"{self._database.path}: {what}; {fix}") from None
                kept[table].append(opened[whole])
        self._opened = opened
        seats = [rows.seat(row) for row in connection.execute(select(agents).order_by(_AS_WRITTEN))]
        found = Board(
            version=connection.scalar(select(board.c.version)) or 0,
            seats={each.agent.id: each for each in seats},
            holds=tuple(rows.hold(row) for row in connection.execute(select(holds).order_by(_AS_WRITTEN))),
            places=tuple(kept[places]),
            callbacks={each.id: each for each in kept[callbacks]},
            handled={
                row.queue: tuple(int(took) for took in row.took_ms.split())
                for row in connection.execute(select(handled))
            },
        )
        return _Read(found, unreadable)

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _write(self, connection: Connection, before: Board, after: Board) -> None:
        was, now = _tables(before), _tables(after)
        ciphers = self._ciphers(was, now)
        for table in now:
            for where in was[table].keys() - now[table].keys():
                connection.execute(_remove(table, where))
            for where, kept in now[table].items():
                if was[table].get(where) != kept:
                    connection.execute(_put(table, _row(table, where, kept, ciphers)))
        if after.version != before.version:
            connection.execute(_put(board, {"id": 1, "version": after.version}))

    def _ciphers(self, was: Mapping[Table, Keyed], now: Mapping[Table, Keyed]) -> Ciphers:
        """Keys of the calls whose rows are to be written; a call that has none yet gets one."""
        changed = {each.waiting.call for where, each in now[places].items() if was[places].get(where) != each}
        changed |= {each.call for where, each in now[callbacks].items() if was[callbacks].get(where) != each}
        return self._keyring.ciphers(list(changed), create=True) if changed else {}


def _tables(of: Board) -> dict[Table, Keyed]:
    """What a board holds, by table and primary key."""
    return {
        agents: {(id,): seat for id, seat in of.seats.items()},
        holds: {(hold.agent, *key(hold)): hold for hold in of.holds},
        places: {key(place.waiting): place for place in of.places},
        callbacks: {(id,): callback for id, callback in of.callbacks.items()},
        handled: {(queue,): took for queue, took in of.handled.items()},
    }


def _row(table: Table, where: tuple[str, ...], kept: Any, ciphers: Ciphers) -> dict[str, Any]:
    match table.name:
        case "agents":
            return rows.seat_row(kept)
        case "holds":
            return rows.hold_row(kept)
        case "places":
            return rows.place_row(kept, _open(ciphers, kept.waiting.call))
        case "callbacks":
            return rows.callback_row(kept, _open(ciphers, kept.call))
        case _:
            return {"queue": where[0], "took_ms": " ".join(map(str, kept))}


def _open(ciphers: Ciphers, call: CallId) -> AESGCM:
    cipher = ciphers.get(call)
    if cipher is None:
        raise BackendRejected(f"call {call} was erased: nothing more is kept about it")
    return cipher


def _put(table: Table, row: dict[str, Any]) -> Any:
    put = insert(table).values(row)
    return put.on_conflict_do_update(index_elements=list(table.primary_key), set_=row)


def _remove(table: Table, where: tuple[str, ...]) -> Any:
    columns = zip(table.primary_key, where, strict=True)
    return delete(table).where(*(column == value for column, value in columns))
