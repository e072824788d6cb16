"""A query to somebody else's database."""

import sqlite3
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.customers.fields import as_text
from ivr.adapters.customers.proof import hashed
from ivr.adapters.customers.sql_query import SqlCustomers
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, ConfigError, DeadlineExceeded

NAME = "SELECT name FROM clients WHERE phone = :number"
NUMBER = "+12025550143"


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


async def test_a_secret_is_compared_here_and_may_be_kept_as_a_hash(url: str) -> None:
    query = f"SELECT '{hashed('4071')}' AS Passcode, ' Blue  Harbour ' AS WORD FROM clients WHERE phone = :number"
    records = SqlCustomers(url, NAME, verify_query=query)
    assert await records.verify(NUMBER, {"passcode": "4071", "word": "blue harbour"}) is True
    assert await records.verify(NUMBER, {"passcode": "4072", "word": "blue harbour"}) is False
    assert await records.verify(NUMBER, {"word": "blue"}) is False
    assert await records.verify("+12025550100", {"passcode": "4071"}) is None
    await records.close()


async def test_a_secret_that_is_null_is_nobodys(url: str) -> None:
    records = SqlCustomers(url, NAME, verify_query="SELECT NULL AS passcode WHERE :number = :number")
    assert await records.verify(NUMBER, {"passcode": "None"}) is False
    await records.close()


async def test_a_secret_that_no_column_is_named_after_is_rejected_by_its_name_alone(url: str) -> None:
    records = SqlCustomers(url, NAME, verify_query=NAME)
    with pytest.raises(BackendRejected, match="selects no passcode") as raised:
        await records.verify(NUMBER, {"passcode": "4071", "name": "Anna"})
    await records.close()
    assert "4071" not in str(raised.value)


async def test_a_damaged_hash_is_rejected(url: str) -> None:
    records = SqlCustomers(url, NAME, verify_query="SELECT '$argon2id$v=19$m=' AS passcode WHERE :number = :number")
    with pytest.raises(BackendRejected, match="the hash of passcode"):
        await records.verify(NUMBER, {"passcode": "4071"})
    await records.close()


async def test_without_a_query_to_verify_by_the_error_says_what_to_set(url: str) -> None:
    records = SqlCustomers(url, NAME)
    with pytest.raises(BackendRejected, match="IVR_CUSTOMERS_VERIFY"):
        await records.verify(NUMBER, {"passcode": "4071"})
    await records.close()


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("SELECT passcode FROM clients", "takes no number"),
        ("SELECT 1 AS ok FROM clients WHERE phone = :number AND passcode = :passcode", "takes :passcode"),
    ],
)
def test_no_query_is_given_what_the_caller_gave(query: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as raised:
        SqlCustomers("sqlite://", NAME, verify_query=query)
    assert raised.value.where == "IVR_CUSTOMERS_VERIFY"


async def test_facts_are_the_further_columns_of_the_same_query(url: str) -> None:
    query = "SELECT name, 1204.5 AS Balance, 'shy' AS notes, 7 AS id FROM clients WHERE phone = :number"
    records = SqlCustomers(url, query)
    assert await records.facts(NUMBER, ["balance", "notes", "id", "points"]) == {"balance": "1204.5"}
    assert await records.facts("+12025550100", ["balance"]) is None
    await records.close()


async def test_records_that_are_slow_or_closed_verify_nobody(url: str) -> None:
    slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000000) "
    query = slow + "SELECT max(x) AS passcode FROM n WHERE :number = :number"
    records = SqlCustomers(url, NAME, verify_query=query, deadline_ms=1)
    with pytest.raises(DeadlineExceeded):
        await records.verify(NUMBER, {"passcode": "4071"})
    await records.close()
    with pytest.raises(BackendUnavailable):
        await records.verify(NUMBER, {"passcode": "4071"})
    with pytest.raises(BackendUnavailable):
        await records.facts(NUMBER, ["balance"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1204.5"), "1204.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("NaN"), ""),
        (Decimal("1E+999999"), ""),
        (0.1, "0.1"),
        (float("inf"), ""),
        (7, "7"),
        (False, "false"),
        (date(2027, 2, 15), "2027-02-15"),
        (datetime(2027, 2, 15, 9, 30, tzinfo=UTC), "2027-02-15T09:30:00+00:00"),
        (time(9, 30), "09:30:00"),
        (b"4071", ""),
        (memoryview(b"4071"), ""),
        (None, ""),
    ],
)
def test_what_a_database_holds_is_written_in_one_way(value: Any, text: str) -> None:
    assert as_text(value) == text
