"""Documents, the versions of each, and what was decided about them, in SQL.

Each change is one transaction that takes the write lock before it reads, so of two people who decide at once the second
sees what the first did.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, func, insert, select, update

from ivr.adapters.sql.engine import Database
from ivr.adapters.sql.tables import document_decisions as decisions
from ivr.adapters.sql.tables import documents, passages
from ivr.ports.documents import MOVES, REPLACED, Decision, Document, DocumentState, Flag, Passage, Suspicion
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

_REVISION: Final = select(func.max(decisions.c.number))
_IN_FORCE: Final = select(documents).where(documents.c.state == DocumentState.APPROVED.value)


class SqlDocumentStore:
    """`DocumentStore` over one database, which it does not close. Raises BackendUnavailable, BackendRejected."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, document: Document, by: str, wall_ms: int) -> Document:
        return await asyncio.to_thread(self._add, document, by, wall_ms)

    async def get(self, id: str, version: int | None = None) -> Document | None:
        return await asyncio.to_thread(self._get, id, version)

    async def documents(self) -> list[Document]:
        return await asyncio.to_thread(self._documents)

    async def decide(self, id: str, version: int, state: DocumentState, by: str, wall_ms: int, note: str = "") -> bool:
        return await asyncio.to_thread(self._decide, Decision(id, version, state, by, wall_ms, note))

    async def history(self, id: str) -> list[Decision]:
        return await asyncio.to_thread(self._history, id)

    async def revision(self) -> int:
        return await asyncio.to_thread(self._revision)

    async def in_force(self, day: date) -> Sequence[Document]:
        return await asyncio.to_thread(self._in_force, day)

    def _add(self, document: Document, by: str, wall_ms: int) -> Document:
        with self._database.writing() as connection:
            latest = _latest(connection, document.id)
            if latest is not None and MOVES[latest.state] and latest.same_as(document):
                return latest
            version = 1 if latest is None else latest.version + 1
            added = replace(document, version=version, state=DocumentState.DRAFT)
            connection.execute(insert(documents).values(_document_row(added)))
            if added.passages:
                connection.execute(insert(passages), list(_passage_rows(added)))
            _note(connection, Decision(added.id, version, added.state, by, wall_ms))
            return added

    def _get(self, id: str, version: int | None) -> Document | None:
        with self._database.reading() as connection:
            if version is None:
                return _latest(connection, id)
            where = documents.c.document_id == id, documents.c.version == version
            return next(iter(_whole(connection, connection.execute(select(documents).where(*where)))), None)

    def _documents(self) -> list[Document]:
        latest = select(documents.c.document_id, func.max(documents.c.version)).group_by(documents.c.document_id)
        with self._database.reading() as connection:
            numbers = {(row[0], row[1]) for row in connection.execute(latest)}
            rows = connection.execute(select(documents).order_by(documents.c.document_id, documents.c.version))
            listed = [
                row
                for row in rows
                if (row.document_id, row.version) in numbers or row.state == DocumentState.APPROVED.value
            ]
            return _whole(connection, listed)

    def _decide(self, decision: Decision) -> bool:
        with self._database.writing() as connection:
            if not _bring(connection, decision):
                return False
            if decision.state is DocumentState.APPROVED:
                for version in _others_approved(connection, decision):
                    replaced = replace(
                        decision, version=version, state=DocumentState.REVOKED, note=REPLACED.format(decision.version)
                    )
                    _bring(connection, replaced)
            return True

    def _history(self, id: str) -> list[Decision]:
        wanted = select(decisions).where(decisions.c.document_id == id).order_by(decisions.c.number)
        with self._database.reading() as connection:
            return [
                Decision(row.document_id, row.version, DocumentState(row.state), row.decided_by, row.wall_ms, row.note)
                for row in connection.execute(wanted)
            ]

    def _revision(self) -> int:
        with self._database.reading() as connection:
            return connection.scalar(_REVISION) or 0

    def _in_force(self, day: date) -> list[Document]:
        at, today = documents.c, day.isoformat()
        counting = _IN_FORCE.where(
            at.effective_from.is_(None) | (at.effective_from <= today),
            at.effective_until.is_(None) | (at.effective_until >= today),
        )
        with self._database.reading() as connection:
            found = _whole(connection, connection.execute(counting.order_by(at.document_id)))
        return [document.spoken() for document in found]


def _bring(connection: Connection, decision: Decision) -> bool:
    """Bring a version into a state and note it; False when that is no move from where it stands."""
    of = documents.c.document_id == decision.document, documents.c.version == decision.version
    stands = connection.scalar(select(documents.c.state).where(*of))
    if stands is None or decision.state not in MOVES[DocumentState(stands)]:
        return False
    connection.execute(update(documents).where(*of).values(state=decision.state.value))
    _note(connection, decision)
    return True


def _others_approved(connection: Connection, decision: Decision) -> Sequence[int]:
    others = select(documents.c.version).where(
        documents.c.document_id == decision.document,
        documents.c.version != decision.version,
        documents.c.state == DocumentState.APPROVED.value,
    )
    return connection.scalars(others).all()


def _note(connection: Connection, decision: Decision) -> None:
    row = {
        "document_id": decision.document,
        "version": decision.version,
        "state": decision.state.value,
        "decided_by": decision.by,
        "wall_ms": decision.wall_ms,
        "note": decision.note,
    }
    connection.execute(insert(decisions).values(row))


def _latest(connection: Connection, id: str) -> Document | None:
    latest = select(documents).where(documents.c.document_id == id).order_by(documents.c.version.desc()).limit(1)
    return next(iter(_whole(connection, connection.execute(latest))), None)


def _whole(connection: Connection, rows: Iterable[Row[Any]]) -> list[Document]:
    """The documents of these rows, with their passages."""
    rows = list(rows)
    found: dict[tuple[str, int], list[Passage]] = defaultdict(list)
    for id in {row.document_id for row in rows}:
        versions = {row.version for row in rows if row.document_id == id}
        wanted = select(passages).where(passages.c.document_id == id, passages.c.version.in_(versions))
        for row in connection.execute(wanted.order_by(passages.c.version, passages.c.number)):
            found[row.document_id, row.version].append(_passage(row))
    return [_document(row, tuple(found[row.document_id, row.version])) for row in rows]


def _document(row: Row[Any], of: tuple[Passage, ...]) -> Document:
    return Document(
        id=row.document_id,
        version=row.version,
        title=row.title,
        topic=row.topic,
        language=LanguageTag(row.language),
        owner=row.owner,
        source=row.source,
        digest=row.digest,
        state=DocumentState(row.state),
        effective_from=_day(row.effective_from),
        effective_until=_day(row.effective_until),
        review_by=date.fromisoformat(row.review_by),
        segment=row.segment,
        passages=of,
    )


def _document_row(document: Document) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "version": document.version,
        "state": document.state.value,
        "title": document.title,
        "topic": document.topic,
        "language": document.language,
        "owner": document.owner,
        "source": document.source,
        "digest": document.digest,
        "effective_from": _written(document.effective_from),
        "effective_until": _written(document.effective_until),
        "review_by": document.review_by.isoformat(),
        "segment": document.segment,
    }


def _passage(row: Row[Any]) -> Passage:
    flags = tuple(Flag(Suspicion(suspicion), words, where) for suspicion, words, where in orjson.loads(row.flags))
    return Passage(AnswerId(row.passage_id), row.heading, row.text, row.found_at, flags)


def _passage_rows(document: Document) -> Iterable[dict[str, Any]]:
    for number, passage in enumerate(document.passages, 1):
        flags = [[flag.suspicion.value, flag.words, flag.where] for flag in passage.flags]
        yield {
            "document_id": document.id,
            "version": document.version,
            "number": number,
            "passage_id": passage.id,
            "heading": passage.heading,
            "text": passage.text,
            "found_at": passage.where,
            "flags": orjson.dumps(flags).decode(),
        }


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
