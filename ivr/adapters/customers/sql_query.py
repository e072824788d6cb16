"""Customers behind a query to any database that SQLAlchemy speaks to.

    SELECT full_name AS name, tier AS segment, note AS notes FROM clients WHERE phone = :number

The query gets the number as E.164, and names its columns as the fields of a customer; further ones are facts. A second
query selects what a caller is verified by. It gets the number, too: what the caller gave is compared here, and no
database sees it.

    SELECT passcode_hash AS passcode FROM clients WHERE phone = :number

Queries run on threads of their own, so that a driver that blocks holds up nobody, and what they may have changed is
rolled back.
"""

import asyncio
import re
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from sqlalchemy import TextClause, create_engine, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    InvalidRequestError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ivr.adapters.customers.fields import as_text, customer_of, facts_of
from ivr.adapters.customers.proof import proves
from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, ConfigError, DeadlineExceeded

T = TypeVar("T")

CONNECTIONS: Final = 4
NUMBER: Final = "number"

_EXAMPLES: Final = {
    "IVR_CUSTOMERS_QUERY": "SELECT name FROM clients WHERE phone = :number",
    "IVR_CUSTOMERS_VERIFY": "SELECT passcode_hash AS passcode FROM clients WHERE phone = :number",
}
_UNSET: Final = "IVR_CUSTOMERS_VERIFY is not set: write a query that selects what a caller is verified by"


class SqlCustomers:
    """`CustomerRecords` behind a query.

    url           an SQLAlchemy URL of a driver that is not asynchronous: postgresql+psycopg://… or sqlite:///….
    query         selects one row, its columns named as the fields of a customer and as facts; `:number` is E.164.
    verify_query  selects one row, its columns named as what a caller may give, each text or an Argon2 hash; "" when
                  nobody can be verified.
    deadline_ms   how long a lookup may take.

    Raises ConfigError when the URL names no driver that is here, or a query takes no number or takes more than it.
    """

    def __init__(self, url: str, query: str, *, verify_query: str = "", deadline_ms: float = 2_000) -> None:
        self._query = _query(query, "IVR_CUSTOMERS_QUERY")
        self._verify = _query(verify_query, "IVR_CUSTOMERS_VERIFY") if verify_query else None
        self._engine = _engine(url)
        self._shown = make_url(url).render_as_string(hide_password=True)
        self._deadline_s = deadline_ms / 1_000
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="customers")

    async def find(self, number: str) -> Customer | None:
        row = await self._run(lambda: self._row(self._query, number))
        return customer_of(row or {})

    async def verify(self, number: str, given: Mapping[str, str]) -> bool | None:
        query = self._verify
        if query is None:
            raise BackendRejected(_UNSET)
        return await self._run(lambda: self._proves(query, number, given)) if given else False

    async def facts(self, number: str, names: Collection[str]) -> Mapping[str, str] | None:
        row = await self._run(lambda: self._row(self._query, number))
        return facts_of(row, names) if row is not None and customer_of(row) is not None else None

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._engine.dispose)

    async def _run(self, work: Callable[[], T]) -> T:
        """What `work` returns, from a thread, in time."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await loop.run_in_executor(self._threads, work)
        except TimeoutError:
            raise DeadlineExceeded(f"{self._shown} did not answer within {self._deadline_s:g} s") from None
        except RuntimeError as error:  # the threads were shut down
            raise BackendUnavailable(f"{self._shown} is closed") from error

    def _proves(self, query: TextClause, number: str, given: Mapping[str, str]) -> bool | None:
        row = self._row(query, number)
        if row is None:
            return None
        if missing := sorted(given.keys() - row.keys()):
            raise BackendRejected(f"the query of IVR_CUSTOMERS_VERIFY selects no {' and no '.join(missing)}")
        return proves({name: as_text(row[name]) for name in given}, given)

    def _row(self, query: TextClause, number: str) -> dict[str, Any] | None:
        """The first row, by the names of its columns in small letters. Blocking."""
        try:
            with self._engine.connect() as connection:
                row = connection.execute(query, {NUMBER: number}).mappings().first()
                connection.rollback()
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise self._unserved(error) from error
        except SQLAlchemyError as error:
            raise BackendRejected(f"{self._shown}: the query failed ({type(error).__name__})") from error
        return {str(name).lower(): value for name, value in row.items()} if row is not None else None

    def _unserved(self, error: SQLAlchemyError) -> BackendUnavailable | BackendRejected:
        """SQLite says of a wrong query what it says of a file that cannot be opened."""
        original = str(error.orig) if isinstance(error, DBAPIError) else ""
        if re.search(r"no such (table|column)|syntax error|incomplete input", original):
            return BackendRejected(f"{self._shown}: the query failed ({original})")
        return BackendUnavailable(f"{self._shown} cannot be reached ({type(error).__name__})")


def _query(written: str, where: str) -> TextClause:
    query = text(written)
    taken = set(query.compile().params)
    if taken != {NUMBER}:
        wrong = f":{min(taken - {NUMBER})}, which is not given" if NUMBER in taken else "no number"
        raise ConfigError(f"the query takes {wrong}", where=where, fix=f"Write for example {_EXAMPLES[where]}.")
    return query


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        return create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ImportError, InvalidRequestError, ValueError) as error:
        raise ConfigError(
            f"no database can be reached by this address ({type(error).__name__})",
            where="IVR_CUSTOMERS",
            fix="Write an SQLAlchemy URL such as postgresql+psycopg://user:password@host/name, its driver installed.",
        ) from error
