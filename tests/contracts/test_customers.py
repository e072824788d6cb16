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
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.language import LanguageTag

ANNA = Customer("HB-1", "Anna Meyer", LanguageTag("en"), "premium", "Prefers mornings.")
BEN = Customer("", "Ben")
CALLER, OTHER = "+12025550143", "+12025550199"
NUMBERS = {CALLER: ANNA, OTHER: BEN}
SECRETS = {CALLER: {"passcode": "4071", "birth_date": "1985-03-07"}, OTHER: {}}
HELD = {CALLER: {"balance": "1204.50", "payment_due": "2027-02-15"}, OTHER: {"balance": "0.00"}}
QUERY = "SELECT id, name, language, segment, notes, balance, payment_due FROM clients WHERE phone = :number"
VERIFY = "SELECT passcode, birth_date FROM clients WHERE phone = :number"


def _file(folder: Path) -> Path:
    path = folder / "customers.csv"
    path.write_text(
        "number,name,language,segment,notes,id,balance,payment_due,passcode!,birth_date!\n"
        "(202) 555-0143,Anna Meyer,en,premium,Prefers mornings.,HB-1,1204.50,2027-02-15,4071,1985-03-07\n"
        "+1 202 555 0199,Ben,,,,,0.00,,,\n",
        encoding="utf-8",
    )
    return path


def _database(folder: Path) -> Path:
    path = folder / "crm.sqlite"
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE clients "
            "(phone, id, name, language, segment, notes, balance, payment_due, passcode, birth_date)"
        )
        for number, each in NUMBERS.items():
            row = (number, each.id or None, each.name, each.language, each.segment or None, each.notes or None)
            more = (HELD[number].get("balance"), HELD[number].get("payment_due"))
            more += (SECRETS[number].get("passcode"), SECRETS[number].get("birth_date"))
            database.execute("INSERT INTO clients VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row + more)
    database.close()
    return path


async def _answer(request: web.Request) -> web.Response:
    found = NUMBERS.get(request.query["phone"])
    if found is None:
        return web.Response(status=404)
    return web.json_response(
        {"id": found.id, "name": found.name, "language": found.language, "segment": found.segment, "notes": found.notes}
        | HELD[request.query["phone"]]
    )


async def _verified(request: web.Request) -> web.Response:
    asked = await request.json()
    secrets = SECRETS.get(asked["number"])
    if secrets is None:
        return web.Response(status=404)
    return web.json_response({"verified": all(secrets.get(name) == value for name, value in asked["given"].items())})


@pytest.fixture(params=["scripted", "csv", "sql", "http"])
async def records(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[CustomerRecords]:
    found: CustomerRecords
    server: TestServer | None = None
    match request.param:
        case "scripted":
            found = ScriptedCustomers(NUMBERS, secrets=SECRETS, held=HELD)
        case "csv":
            found = CsvCustomers(_file(tmp_path), "US")
        case "sql":
            found = SqlCustomers(f"sqlite:///{_database(tmp_path)}", QUERY, verify_query=VERIFY)
        case _:
            app = web.Application()
            app.router.add_get("/contacts", _answer)
            app.router.add_post("/verify", _verified)
            server = TestServer(app)
            await server.start_server()
            here = f"http://127.0.0.1:{server.port}"
            found = HttpCustomers(f"{here}/contacts?phone={{number}}", verify_url=f"{here}/verify")
    yield found
    await found.close()
    if server is not None:
        await server.close()


async def test_a_customer_is_found_by_number_with_all_that_is_kept(records: CustomerRecords) -> None:
    assert await records.find(CALLER) == ANNA


async def test_what_is_not_kept_is_empty(records: CustomerRecords) -> None:
    assert await records.find(OTHER) == BEN


async def test_nobody_is_known_under_another_number(records: CustomerRecords) -> None:
    assert await records.find("+12025550100") is None
    assert await records.find("+1202555014' OR 1=1 --&x=/../") is None


async def test_who_gives_all_that_only_they_know_is_verified(records: CustomerRecords) -> None:
    assert await records.verify(CALLER, {"passcode": "4071"}) is True
    assert await records.verify(CALLER, {"passcode": "4071", "birth_date": "1985-03-07"}) is True


@pytest.mark.parametrize(
    "given",
    [
        {"passcode": "4072"},
        {"passcode": "407"},
        {"passcode": "40711"},
        {"passcode": "four"},
        {"passcode": "\ud800"},
        {"passcode": "' OR '1'='1"},
        {"passcode": "4071", "birth_date": "1985-03-08"},
        {"passcode": "4072", "birth_date": "1985-03-07"},
        {"birth_date": "4071"},
    ],
)
async def test_all_of_it_must_be_right(records: CustomerRecords, given: dict[str, str]) -> None:
    assert await records.verify(CALLER, given) is False


async def test_nothing_proves_nothing(records: CustomerRecords) -> None:
    assert await records.verify(CALLER, {}) is False


async def test_nobody_is_verified_by_what_is_not_held_of_them(records: CustomerRecords) -> None:
    assert await records.verify(OTHER, {"passcode": "4071"}) is False
    assert await records.verify(OTHER, {"passcode": ""}) is False


async def test_who_is_not_known_is_neither_verified_nor_refused(records: CustomerRecords) -> None:
    assert await records.verify("+12025550100", {"passcode": "4071"}) is None


@pytest.mark.parametrize("name", ["balance", "name", "notes", "id", "segment", "number", "phone"])
async def test_what_may_be_told_is_never_a_proof(records: CustomerRecords, name: str) -> None:
    for value in ("1204.50", "Anna Meyer", "Prefers mornings.", "HB-1", "premium", CALLER):
        try:
            assert await records.verify(CALLER, {name: value}) is False
        except BackendError as error:
            assert value not in str(error)


async def test_the_facts_that_were_asked_for_are_told_and_no_others(records: CustomerRecords) -> None:
    assert await records.facts(CALLER, ["balance"]) == {"balance": "1204.50"}
    told = await records.facts(CALLER, ("balance", "payment_due", "segment", "name", "language"))
    own = {"segment": "premium", "name": "Anna Meyer", "language": "en"}
    assert told == HELD[CALLER] | own
    assert await records.facts(CALLER, []) == {}


async def test_a_fact_that_is_empty_or_unheard_of_is_left_out(records: CustomerRecords) -> None:
    assert await records.facts(OTHER, {"balance", "payment_due", "segment", "loyalty_points"}) == {"balance": "0.00"}


async def test_notes_ids_and_secrets_are_no_facts(records: CustomerRecords) -> None:
    names = ["notes", "id", "number", "passcode", "birth_date", "passcode!", "Notes", "notes.0", ""]
    assert await records.facts(CALLER, names) == {}


async def test_nobody_has_no_facts(records: CustomerRecords) -> None:
    assert await records.facts("+12025550100", ["balance"]) is None


async def test_closing_twice_changes_nothing(records: CustomerRecords) -> None:
    await records.find(CALLER)
    await records.close()
    await records.close()
