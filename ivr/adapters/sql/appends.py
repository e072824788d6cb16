"""Appending to the log: a batch of appends of many calls in one transaction. Runs on the writer's thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, exists, select
from sqlalchemy.exc import IntegrityError

from ivr.adapters.sql.engine import Database
from ivr.adapters.sql.keys import Keyring
from ivr.adapters.sql.sealing import seal
from ivr.adapters.sql.tables import KEPT, calls, events
from ivr.ports.store import Entry
from ivr.vocabulary.errors import BackendError, BackendRejected, SequenceConflict
from ivr.vocabulary.events import Logged
from ivr.vocabulary.ids import CallId

_columns = {
    "call_id": bindparam("call", type_=calls.c.call_id.type),
    "started_wall_ms": bindparam("started", type_=calls.c.started_wall_ms.type),
    "last_seq": bindparam("new_seq", type_=calls.c.last_seq.type),
    "last_kind": bindparam("kind", type_=calls.c.last_kind.type),
}
_BEGIN_CALL: Final = calls.insert().from_select(
    list(_columns),
    select(*_columns.values()).where(~exists(select(calls.c.call_id).where(calls.c.call_id == bindparam("call")))),
)
_CONTINUE_CALL: Final = (
    calls.update()
    .where(
        calls.c.call_id == bindparam("call"),
        calls.c.last_seq == bindparam("after_seq"),
        calls.c.erased == KEPT,
    )
    .values(last_seq=bindparam("new_seq"), last_kind=bindparam("kind"))
)
_HEAD: Final = select(calls.c.last_seq, calls.c.erased).where(calls.c.call_id == bindparam("call"))
_COUNTED: Final = {"preserve_rowcount": True}


@dataclass(frozen=True, slots=True)
class Append:
    """What one caller of `CallLog.append` asks for."""

    call: CallId
    after_seq: int
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class _Sealed:
    append: Append
    logged: list[Logged]
    rows: list[dict[str, Any]]


class _Collision(Exception):
    """A row of this batch exists already."""


class Appender:
    """Seals and writes. Not safe to share among threads."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring

    def write(self, batch: Sequence[Append]) -> list[list[Logged] | Exception]:
        """Commit a batch. An append that cannot be made gets its own error and harms no other.

        Raises BackendUnavailable or BackendRejected when nothing could be committed.
        """
        outcomes: list[list[Logged] | Exception] = []
        ready: list[tuple[int, _Sealed]] = []
        for index, sealed in enumerate(self._seal(batch)):
            if isinstance(sealed, Exception):
                outcomes.append(sealed)
            else:
                outcomes.append(sealed.logged)
                ready.append((index, sealed))
        if not ready:
            return outcomes
        try:
            conflicts = self._store([sealed for _, sealed in ready])
        except _Collision:
            conflicts = [self._store_alone(sealed) for _, sealed in ready]
        for (index, sealed), conflict in zip(ready, conflicts, strict=True):
            if conflict is not None:
                outcomes[index] = conflict
                self._keyring.forget([sealed.append.call])
        return outcomes

    def _seal(self, batch: Sequence[Append]) -> list[_Sealed | Exception]:
        # A new call's key is on disk before its first event: an event without its key could never be read.
        new = self._ciphers([append.call for append in batch if append.after_seq == 0], create=True)
        old = self._ciphers([append.call for append in batch if append.after_seq != 0], create=False)
        return [self._seal_one(append, new if append.after_seq == 0 else old) for append in batch]

    def _ciphers(self, of: list[CallId], *, create: bool) -> dict[CallId, AESGCM | None] | BackendError:
        try:
            return self._keyring.ciphers(of, create=create) if of else {}
        except BackendError as error:
            return error

    def _seal_one(self, append: Append, ciphers: dict[CallId, AESGCM | None] | BackendError) -> _Sealed | Exception:
        if isinstance(ciphers, BackendError):
            return ciphers
        if append.call not in ciphers:
            return self._without_key(append)
        cipher = ciphers[append.call]
        if cipher is None:
            return _erased(append)
        logged, rows = [], []
        for seq, entry in enumerate(append.entries, append.after_seq + 1):
            one = Logged(append.call, seq, entry.at_ms, entry.wall_ms, entry.event)
            try:
                sealed = seal(cipher, one)
            except TypeError as error:
                return BackendRejected(f"{one.kind} cannot be written as JSON: {error}")
            logged.append(one)
            rows.append(
                {
                    "call_id": one.call,
                    "seq": seq,
                    "version": one.version,
                    "at_ms": one.at_ms,
                    "wall_ms": one.wall_ms,
                    "kind": one.kind,
                    "sealed": sealed,
                }
            )
        return _Sealed(append, logged, rows)

    def _without_key(self, append: Append) -> Exception:
        try:
            with self._database.reading() as connection:
                known = connection.execute(_HEAD, {"call": append.call}).one_or_none() is not None
        except BackendError as error:
            return error
        if not known:
            return SequenceConflict(f"call {append.call} cannot go on after event {append.after_seq}: it has none")
        return BackendRejected(
            f"{self._database.path}: call {append.call} has no key in keys.sqlite; restore both from one backup"
        )

    def _store(self, batch: Sequence[_Sealed]) -> list[SequenceConflict | None]:
        """Commit all that fit. Raises _Collision, with nothing committed, when an event's row exists already."""
        conflicts: list[SequenceConflict | None] = []
        rows: list[dict[str, Any]] = []
        with self._database.writing() as connection:
            try:
                for sealed in batch:
                    conflict = _claim(connection, sealed)
                    conflicts.append(conflict)
                    if conflict is None:
                        rows += sealed.rows
                if rows:
                    connection.execute(events.insert(), rows)
            except IntegrityError as error:
                raise _Collision from error
        return conflicts

    def _store_alone(self, sealed: _Sealed) -> SequenceConflict | None:
        try:
            return self._store([sealed])[0]
        except _Collision:
            call, after_seq = sealed.append.call, sealed.append.after_seq
            return SequenceConflict(f"call {call} has an event after {after_seq} already: another process wrote it")


def _claim(connection: Connection, sealed: _Sealed) -> SequenceConflict | None:
    """Move the call's head forward, if it stands where the writer thinks."""
    append, last = sealed.append, sealed.logged[-1]
    values = {"call": append.call, "new_seq": last.seq, "kind": last.kind}
    if append.after_seq == 0:
        begun = values | {"started": sealed.logged[0].wall_ms}
        claimed = connection.execute(_BEGIN_CALL, begun, execution_options=_COUNTED).rowcount
    else:
        claimed = connection.execute(_CONTINUE_CALL, values | {"after_seq": append.after_seq}).rowcount
    if claimed == 1:
        return None
    head = connection.execute(_HEAD, {"call": append.call}).one_or_none()
    if head is not None and head.erased != KEPT:
        return _erased(append)
    found = f"its last event is {head.last_seq}" if head is not None else "it has none"
    return SequenceConflict(f"call {append.call} cannot go on after event {append.after_seq}: {found}")


def _erased(append: Append) -> SequenceConflict:
    return SequenceConflict(f"call {append.call} was erased: it takes no more events")
