"""Customers behind a query to any database that SQLAlchemy speaks to.

    SELECT full_name AS name, tier AS segment, note AS notes FROM clients WHERE phone = :number

The query gets the number as E.164, and names its columns as the fields of a customer. It runs on threads of its own,
so that a driver that blocks holds up nobody, and what it may have changed is rolled back.
"""

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from sqlalchemy import create_engine, text
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

from ivr.adapters.customers.fields import customer_of
from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, ConfigError, DeadlineExceeded

CONNECTIONS: Final = 4
PARAMETER: Final = re.compile(r":number\b")


class SqlCustomers:
    """`CustomerRecords` behind a query.

    url          an SQLAlchemy URL of a driver that is not asynchronous, such as postgresql+psycopg://… or sqlite:///….
    query        selects one row, its columns named as the fields of a customer; `:number` is the number as E.164.
    deadline_ms  how long a lookup may take.

    Raises ConfigError when the URL names no driver that is here, or the query takes no number.
    """

    def __init__(self, url: str, query: str, *, deadline_ms: float = 2_000) -> None:
        if not PARAMETER.search(query):
            raise ConfigError(
                "the query takes no number",
                where="IVR_CUSTOMERS_QUERY",
                fix="Write for example SELECT name FROM clients WHERE phone = :number.",
            )
        self._engine = _engine(url)
        self._shown = make_url(url).render_as_string(hide_password=True)
        self._query, self._deadline_s = text(query), deadline_ms / 1_000
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="customers")

    async def find(self, number: str) -> Customer | None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await loop.run_in_executor(self._threads, self._find, number)
        except TimeoutError:
            raise DeadlineExceeded(f"{self._shown} did not answer within {self._deadline_s:g} s") from None
        except RuntimeError as error:  # the threads were shut down
            raise BackendUnavailable(f"{self._shown} is closed") from error

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._engine.dispose)

    def _find(self, number: str) -> Customer | None:
        try:
            with self._engine.connect() as connection:
                row = connection.execute(self._query, {"number": number}).mappings().first()
                connection.rollback()
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise self._unserved(error) from error
        except SQLAlchemyError as error:
            raise BackendRejected(f"{self._shown}: the query failed ({type(error).__name__})") from error
        return customer_of(_lower(row)) if row is not None else None

    def _unserved(self, error: SQLAlchemyError) -> BackendUnavailable | BackendRejected:
        """SQLite says of a wrong query what it says of a file that cannot be opened."""
        original = str(error.orig) if isinstance(error, DBAPIError) else ""
        if re.search(r"no such (table|column)|syntax error|incomplete input", original):
            return BackendRejected(f"{self._shown}: the query failed ({original})")
        return BackendUnavailable(f"{self._shown} cannot be reached ({type(error).__name__})")


def _lower(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in row.items()}


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
