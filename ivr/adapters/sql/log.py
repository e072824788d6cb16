"""The call log in SQL: append through the writer's thread, read and erase on two threads of their own."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from ivr.adapters.sql.appends import Append, Appender
from ivr.adapters.sql.engine import Database
from ivr.adapters.sql.group_commit import GroupCommit
from ivr.adapters.sql.keys import Keyring
from ivr.adapters.sql.sealing import Unsealable, unseal
from ivr.adapters.sql.tables import ERASED, ERASING, KEPT, callbacks, calls, events, holds, places
from ivr.calls.say import ANONYMOUS
from ivr.ports.store import LOOKED_AT, CallRow, Entry
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable
from ivr.vocabulary.events import CallOffered, Logged
from ivr.vocabulary.ids import CallId

Result = TypeVar("Result")

AT_ONCE: Final = 200
"Offers that are opened before it is seen whether they are enough."

_OFFERS: Final = (
    select(events, calls.c.started_wall_ms, calls.c.last_seq, calls.c.last_kind)
    .join(calls, calls.c.call_id == events.c.call_id)
    .where(events.c.seq == 1, calls.c.erased == KEPT)
    .order_by(calls.c.started_wall_ms.desc(), calls.c.call_id.desc())
)


class SqlCallLog:
    """`CallLog` over one database and one keyring, which it does not close.

    Cancel  An append goes on and is committed; who cancels must read the log before appending again.
    """

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database, self._keyring = database, keyring
        self._appends = GroupCommit[Append, list[Logged]](Appender(database, keyring).write, "call-log-writer")
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="call-log-reader")
        self._closed = False

    async def append(self, call: CallId, after_seq: int, entries: Sequence[Entry]) -> list[Logged]:
        """Append all entries in one durable commit, which other calls' appends may share."""
        if not entries:
            return []
        return await self._appends.submit(Append(call, after_seq, tuple(entries)))

    async def read(self, call: CallId) -> list[Logged]:
        """All events in order, opened and checked to be whole: none missing, none moved, none altered."""
        return await self._on_thread(lambda: self._read(call))

    async def calls(self, limit: int = 50) -> list[CallRow]:
        """The latest calls, newest first."""
        return await self._on_thread(lambda: self._calls(limit))

    async def calls_from(self, caller: str, limit: int = 10) -> list[CallRow]:
        """The latest calls from this number: each offer is opened with its call's own key, the newest first."""
        if caller.lower() in ANONYMOUS:
            return []
        return await self._on_thread(lambda: self._calls_from(caller, limit))

    async def erase(self, call: CallId) -> bool:
        """Destroy the call's key and its payloads, and what queues keep of it.

        Its row stays, with the kinds and times of its events.

        Raises BackendUnavailable when another process kept old pages from being cut off; nothing can be read any more
        then, and doing it again, or the next start, finishes the work.
        """
        return await self._on_thread(lambda: self._erase(call))

    async def finish_erasures(self) -> None:
        """Finish what a kill interrupted. Run once at every start."""
        await self._on_thread(self._finish_erasures)

    async def close(self) -> None:
        """Commit what is waiting and end the threads. Doing it twice changes nothing."""
        self._closed = True
        await self._appends.close()
        await asyncio.to_thread(self._threads.shutdown)

    async def _on_thread(self, work: Callable[[], Result]) -> Result:
        if self._closed:
            raise BackendUnavailable("the call log is closed: the server is shutting down")
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    # ── on the threads ───────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, call: CallId) -> list[Logged]:
        with self._database.reading() as connection:
            head = connection.execute(select(calls).where(calls.c.call_id == call)).one_or_none()
            if head is None or head.erased != KEPT:
                return []
            rows = connection.execute(select(events).where(events.c.call_id == call).order_by(events.c.seq)).all()
        ciphers = self._keyring.ciphers([call], create=False)
        if call not in ciphers:
            raise self._damaged(call, "has no key in keys.sqlite")
        cipher = ciphers[call]
        if cipher is None:
            return []  # erased between our two looks
        for expected, row in enumerate(rows, 1):
            if row.seq != expected:
                raise self._damaged(call, f"lacks event {expected}")
        if len(rows) != head.last_seq:
            raise self._damaged(call, f"lacks event {len(rows) + 1}")
        return [self._unseal(call, cipher, row) for row in rows]

    def _unseal(self, call: CallId, cipher: AESGCM, row: Any) -> Logged:
        try:
            return unseal(cipher, row.sealed, row, call)
        except Unsealable:
            raise self._damaged(call, f"has an event {row.seq} that was altered or moved") from None
        except ValueError as error:
            raise self._damaged(call, f"has an event {row.seq} that this version cannot read: {error}") from error

    def _damaged(self, call: CallId, what: str) -> BackendRejected:
        return BackendRejected(
            f"{self._database.path}: call {call} {what}; restore this file and keys.sqlite from one backup"
        )

    def _calls(self, limit: int) -> list[CallRow]:
        newest = select(calls).order_by(calls.c.started_wall_ms.desc(), calls.c.call_id.desc()).limit(max(limit, 0))
        with self._database.reading() as connection:
            return [
                CallRow(CallId(row.call_id), row.started_wall_ms, row.last_seq, row.last_kind, row.erased != KEPT)
                for row in connection.execute(newest)
            ]

    def _calls_from(self, caller: str, limit: int) -> list[CallRow]:
        found: list[CallRow] = []
        for start in range(0, LOOKED_AT, AT_ONCE):
            with self._database.reading() as connection:
                rows = connection.execute(_OFFERS.limit(AT_ONCE).offset(start)).all()
            ciphers = self._keyring.ciphers([CallId(row.call_id) for row in rows], create=False)
            for row in rows:
                cipher = ciphers.get(CallId(row.call_id))
                if cipher is None or len(found) >= limit:
                    continue
                offer = self._unseal(CallId(row.call_id), cipher, row).event
                if isinstance(offer, CallOffered) and offer.caller == caller:
                    found.append(
                        CallRow(CallId(row.call_id), row.started_wall_ms, row.last_seq, row.last_kind, erased=False)
                    )
            if len(rows) < AT_ONCE or len(found) >= limit:
                break
        return found

    def _erase(self, call: CallId) -> bool:
        # From the first commit on nothing is served or appended; the key goes next; only then is it called done.
        with self._database.writing() as connection:
            for kept in (places, callbacks, holds):
                connection.execute(kept.delete().where(kept.c.call_id == call))
            erased = connection.scalar(select(calls.c.erased).where(calls.c.call_id == call))
            if erased == KEPT:
                connection.execute(calls.update().where(calls.c.call_id == call).values(erased=ERASING))
                connection.execute(events.update().where(events.c.call_id == call).values(sealed=b""))
        if erased == ERASED:
            return True
        self._keyring.destroy(call)  # also for a call that has a key but no event, because of a kill in between
        if erased is None:
            return False
        self._database.truncate_wal()
        with self._database.writing() as connection:
            connection.execute(calls.update().where(calls.c.call_id == call).values(erased=ERASED))
        return True

    def _finish_erasures(self) -> None:
        with self._database.reading() as connection:
            begun = connection.scalars(select(calls.c.call_id).where(calls.c.erased == ERASING)).all()
        for call in begun:
            self._erase(CallId(call))
