"""A query to somebody else's database."""

import sqlite3
from pathlib import Path

import pytest

from ivr.adapters.customers.sql_query import SqlCustomers
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, ConfigError, DeadlineExceeded

NAME = "SELECT name FROM clients WHERE phone = :number"


@pytest.fixture
def url(tmp_path: Path) -> str:
    with sqlite3.connect(tmp_path / "crm.sqlite") as database:
        database.execute("CREATE TABLE clients (phone TEXT, name TEXT)")
        database.execute("INSERT INTO clients VALUES ('+12025550143', 'Anna')")
    database.close()
    return f"sqlite:///{tmp_path / 'crm.sqlite'}"


async def test_what_a_query_would_change_is_rolled_back(url: str, tmp_path: Path) -> None:
    records = SqlCustomers(url, "DELETE FROM clients WHERE phone = :number RETURNING name")
    assert await records.find("+12025550143") is not None
    await records.close()
    with sqlite3.connect(tmp_path / "crm.sqlite") as database:
        assert database.execute("SELECT count(*) FROM clients").fetchone() == (1,)
    database.close()


async def test_a_query_that_is_wrong_is_rejected(url: str) -> None:
    records = SqlCustomers(url, "SELECT name FROM customers WHERE phone = :number")
    with pytest.raises(BackendRejected, match="no such table"):
        await records.find("+12025550143")
    await records.close()


async def test_a_database_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    records = SqlCustomers(f"sqlite:///{tmp_path / 'no' / 'folder.sqlite'}", NAME)
    with pytest.raises(BackendUnavailable):
        await records.find("+12025550143")
    await records.close()


async def test_a_database_that_does_not_answer_in_time_is_given_up(url: str) -> None:
    slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000000) "
    records = SqlCustomers(url, slow + "SELECT max(x) AS name FROM n WHERE :number = :number", deadline_ms=1)
    with pytest.raises(DeadlineExceeded):
        await records.find("+12025550143")
    await records.close()


async def test_closed_records_serve_nobody(url: str) -> None:
    records = SqlCustomers(url, NAME)
    await records.close()
    with pytest.raises(BackendUnavailable):
        await records.find("+12025550143")


async def test_a_name_that_is_null_is_nobody(url: str) -> None:
    records = SqlCustomers(url, "SELECT NULL AS name WHERE :number = :number")
    assert await records.find("+12025550143") is None
    await records.close()


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("sqlite://", "SELECT name FROM clients"),
        ("nosuch://host/name", NAME),
        ("postgresql+nosuchdriver://host/name", NAME),
        ("not a url", NAME),
    ],
)
def test_what_can_never_work_is_refused_at_the_start(url: str, query: str) -> None:
    with pytest.raises(ConfigError):
        SqlCustomers(url, query)
