"""People and their sessions, in SQL."""

import asyncio
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from ivr.adapters.sql.engine import Database
from ivr.adapters.sql.tables import sessions, users
from ivr.ports.identity import Account, Role, Session, User
from ivr.vocabulary.ids import SessionId, UserId
from ivr.vocabulary.language import LanguageTag

_OPEN: Final[Select[Any]] = (
    select(sessions, users)
    .join(users, users.c.user_id == sessions.c.user_id)
    .where(users.c.disabled == 0)
    .with_only_columns(sessions.c.session_id, sessions.c.began_wall_ms, sessions.c.seen_wall_ms, *users.c)
)
_AT_ONCE: Final = 500
"Sessions asked for in one statement."


class SqlIdentity:
    """`Identity` over one database, which it does not close. Raises BackendUnavailable, BackendRejected."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user: User, hashed: str, wall_ms: int) -> bool:
        row = {
            "user_id": user.id,
            "name": user.name,
            "shown": user.shown,
            "role": user.role.value,
            "languages": " ".join(user.languages),
            "disabled": int(user.disabled),
            "hashed": hashed,
            "must_change": int(user.must_change),
            "set_wall_ms": wall_ms,
        }
        return await asyncio.to_thread(self._changes, insert(users).values(row).on_conflict_do_nothing())

    async def named(self, name: str) -> Account | None:
        return await asyncio.to_thread(self._named, name)

    async def users(self) -> list[User]:
        return await asyncio.to_thread(self._users)

    async def set_password(
        self, user: UserId, hashed: str, wall_ms: int, *, one_time: bool, keep: SessionId | None = None
    ) -> bool:
        change = update(users).where(users.c.user_id == user)
        change = change.values(hashed=hashed, must_change=int(one_time), set_wall_ms=wall_ms)
        over = delete(sessions).where(sessions.c.user_id == user, sessions.c.session_id != (keep or ""))
        return await asyncio.to_thread(self._changes, change, over)

    async def renew_hash(self, user: UserId, old: str, new: str) -> bool:
        change = update(users).where(users.c.user_id == user, users.c.hashed == old).values(hashed=new)
        return await asyncio.to_thread(self._changes, change)

    async def set_disabled(self, user: UserId, disabled: bool) -> bool:
        change = update(users).where(users.c.user_id == user).values(disabled=int(disabled))
        over = [delete(sessions).where(sessions.c.user_id == user)] if disabled else []
        return await asyncio.to_thread(self._changes, change, *over)

    async def begin(self, session: SessionId, account: Account, wall_ms: int, most: int) -> bool:
        return await asyncio.to_thread(self._begin, session, account, wall_ms, most)

    async def sessions(self, wanted: Collection[SessionId]) -> dict[SessionId, Session]:
        return await asyncio.to_thread(self._sessions, list(wanted)) if wanted else {}

    async def seen(self, session: SessionId, wall_ms: int) -> None:
        change = update(sessions).where(sessions.c.session_id == session).values(seen_wall_ms=wall_ms)
        await asyncio.to_thread(self._changes, change)

    async def end(self, session: SessionId) -> None:
        await asyncio.to_thread(self._changes, delete(sessions).where(sessions.c.session_id == session))

    async def end_all(self, user: UserId) -> int:
        return await asyncio.to_thread(self._count, delete(sessions).where(sessions.c.user_id == user))

    async def end_older(self, *, began_before_ms: int, seen_before_ms: int) -> int:
        old = (sessions.c.began_wall_ms < began_before_ms) | (sessions.c.seen_wall_ms < seen_before_ms)
        return await asyncio.to_thread(self._count, delete(sessions).where(old))

    def _named(self, name: str) -> Account | None:
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
            return None if row is None else Account(_user(row), row.hashed, row.set_wall_ms)

    def _users(self) -> list[User]:
        with self._database.reading() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]

    def _begin(self, session: SessionId, account: Account, wall_ms: int, most: int) -> bool:
        with self._database.writing() as connection:
            if not _still(connection, account):
                return False
            row = {"session_id": session, "user_id": account.user.id, "began_wall_ms": wall_ms, "seen_wall_ms": wall_ms}
            connection.execute(insert(sessions).values(row))
            mine = select(sessions.c.session_id).where(sessions.c.user_id == account.user.id)
            latest = mine.order_by(sessions.c.began_wall_ms.desc(), sessions.c.session_id != session).limit(most)
            connection.execute(
                delete(sessions).where(sessions.c.user_id == account.user.id, sessions.c.session_id.not_in(latest))
            )
            return True

    def _sessions(self, wanted: list[SessionId]) -> dict[SessionId, Session]:
        found: dict[SessionId, Session] = {}
        with self._database.reading() as connection:
            for first in range(0, len(wanted), _AT_ONCE):
                some = wanted[first : first + _AT_ONCE]
                for row in connection.execute(_OPEN.where(sessions.c.session_id.in_(some))):
                    id = SessionId(row.session_id)
                    found[id] = Session(id, _user(row), row.began_wall_ms, row.seen_wall_ms)
        return found

    def _changes(self, change: Any, *more: Any) -> bool:
        """Whether the first statement changed a row; then the others are run in the same transaction."""
        with self._database.writing() as connection:
            if not connection.execute(change).rowcount:
                return False
            for each in more:
                connection.execute(each)
            return True

    def _count(self, change: Any) -> int:
        with self._database.writing() as connection:
            return int(connection.execute(change).rowcount)


def _still(connection: Connection, account: Account) -> bool:
    row = connection.execute(select(users.c.disabled, users.c.hashed).where(users.c.user_id == account.user.id)).first()
    return row is not None and not row.disabled and row.hashed == account.hashed


def _user(row: Row[Any]) -> User:
    return User(
        id=UserId(row.user_id),
        name=row.name,
        shown=row.shown,
        role=Role(row.role),
        languages=tuple(LanguageTag(tag) for tag in row.languages.split()),
        disabled=bool(row.disabled),
        must_change=bool(row.must_change),
    )
