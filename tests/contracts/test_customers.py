"""What all `CustomerRecords` keep to."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.adapters.customers.csv_file import CsvCustomers
from ivr.adapters.customers.http import HttpCustomers
from ivr.adapters.customers.sql_query import SqlCustomers
from ivr.adapters.scripted.customers import ScriptedCustomers
from ivr.ports.customers import Customer, CustomerRecords
from ivr.vocabulary.language import LanguageTag

ANNA = Customer("HB-1", "Anna Meyer", LanguageTag("en"), "premium", "Prefers mornings.")
BEN = Customer("", "Ben")
NUMBERS = {"+12025550143": ANNA, "+12025550199": BEN}
QUERY = "SELECT id, name, language, segment, notes FROM clients WHERE phone = :number"


def _file(folder: Path) -> Path:
    path = folder / "customers.csv"
    path.write_text(
        "number,name,language,segment,notes,id\n"
        "(202) 555-0143,Anna Meyer,en,premium,Prefers mornings.,HB-1\n"
        "+1 202 555 0199,Ben,,,,\n",
        encoding="utf-8",
    )
    return path


def _database(folder: Path) -> Path:
    path = folder / "crm.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE clients (phone, id, name, language, segment, notes)")
        for number, each in NUMBERS.items():
            row = (number, each.id or None, each.name, each.language, each.segment or None, each.notes or None)
            database.execute("INSERT INTO clients VALUES (?, ?, ?, ?, ?, ?)", row)
    database.close()
    return path


async def _answer(request: web.Request) -> web.Response:
    found = NUMBERS.get(request.query["phone"])
    if found is None:
        return web.Response(status=404)
    return web.json_response(
        {"id": found.id, "name": found.name, "language": found.language, "segment": found.segment, "notes": found.notes}
    )


@pytest.fixture(params=["scripted", "csv", "sql", "http"])
async def records(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[CustomerRecords]:
    found: CustomerRecords
    server: TestServer | None = None
    match request.param:
        case "scripted":
            found = ScriptedCustomers(NUMBERS)
        case "csv":
            found = CsvCustomers(_file(tmp_path), "US")
        case "sql":
            found = SqlCustomers(f"sqlite:///{_database(tmp_path)}", QUERY)
        case _:
            app = web.Application()
            app.router.add_get("/contacts", _answer)
            server = TestServer(app)
            await server.start_server()
            found = HttpCustomers(f"http://127.0.0.1:{server.port}/contacts?phone={{number}}")
    yield found
    await found.close()
    if server is not None:
        await server.close()


async def test_a_customer_is_found_by_number_with_all_that_is_kept(records: CustomerRecords) -> None:
    assert await records.find("+12025550143") == ANNA


async def test_what_is_not_kept_is_empty(records: CustomerRecords) -> None:
    assert await records.find("+12025550199") == BEN


async def test_nobody_is_known_under_another_number(records: CustomerRecords) -> None:
    assert await records.find("+12025550100") is None
    assert await records.find("+1202555014' OR 1=1 --&x=/../") is None


async def test_closing_twice_changes_nothing(records: CustomerRecords) -> None:
    await records.find("+12025550143")
    await records.close()
    await records.close()
