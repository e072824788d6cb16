"""Which customer records the settings mean, and what is wrong with them."""

import re
import sqlite3
from pathlib import Path

import pytest

from ivr.adapters.customers.csv_file import CsvCustomers, load_customers
from ivr.adapters.customers.http import HttpCustomers
from ivr.adapters.customers.sql_query import SqlCustomers
from ivr.demo import FOLDER
from ivr.settings import Settings
from ivr.wiring.checks import check_warnings
from ivr.wiring.customers import customer_faults, customer_warnings, open_customers
from tests.repository.tree import ROOT

ADDRESS = "https://crm.example.com/contacts?phone={number}"
QUERY = "SELECT name FROM clients WHERE phone = :number"


async def test_a_file_an_address_and_a_database_are_told_apart(tmp_path: Path) -> None:
    for settings, kind in (
        (Settings(customers=str(tmp_path / "list.csv")), CsvCustomers),
        (Settings(customers=ADDRESS, customers_fields="name=contact.name, segment=tier"), HttpCustomers),
        (Settings(customers="sqlite://", customers_query=QUERY), SqlCustomers),
    ):
        records = open_customers(settings, "US")
        assert isinstance(records, kind)
        await records.close()


def test_the_demos_customers_are_known_and_a_flow_of_ones_own_has_none(tmp_path: Path) -> None:
    assert isinstance(open_customers(Settings(), "US"), CsvCustomers)
    assert open_customers(Settings(flow=tmp_path / "flow.yaml"), "US") is None


def test_the_demos_customers_have_no_faults_and_no_warnings() -> None:
    found = load_customers(FOLDER / "bank" / "customers.csv", "US")
    assert (found.faults, found.warnings) == ([], [])
    assert found.customers["+12025550143"].customer.name == "Anna Meyer"


async def test_the_demos_customers_are_verified_by_the_passcodes_of_its_page() -> None:
    page = (ROOT / "docs" / "customers.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (.+?) \| `(\+\d+)` \| `(\d{4})` \|", page, re.MULTILINE)
    records = open_customers(Settings(), "US")
    assert records is not None
    assert len(listed) == 5
    for name, number, passcode in listed:
        customer = await records.find(number)
        assert customer is not None and customer.name == name
        assert await records.verify(number, {"passcode": passcode}) is True
        assert await records.verify(number, {"passcode": "0000"}) is False
        assert "balance" in (await records.facts(number, ["balance"]) or {})
    await records.close()


async def test_what_callers_are_verified_by_reaches_an_address_and_a_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "crm.sqlite") as database:
        database.execute("CREATE TABLE clients (phone, name, pin)")
        database.execute("INSERT INTO clients VALUES ('+12025550143', 'Anna', '4071')")
    database.close()
    verify = "SELECT pin AS passcode FROM clients WHERE phone = :number"
    url = f"sqlite:///{tmp_path / 'crm.sqlite'}"
    records = open_customers(Settings(customers=url, customers_query=QUERY, customers_verify=verify), "US")
    assert records is not None
    assert await records.verify("+12025550143", {"passcode": "4071"}) is True
    await records.close()


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        (Settings(customers="http://crm.example.com/{number}"), "IVR_CUSTOMERS"),
        (Settings(customers="postgresql://host/crm"), "IVR_CUSTOMERS_QUERY"),
        (Settings(customers="sqlite://", customers_query="SELECT name FROM clients"), "IVR_CUSTOMERS_QUERY"),
        (Settings(customers="nosuch://host", customers_query=QUERY), "IVR_CUSTOMERS"),
        (Settings(customers="sqlite://", customers_query=QUERY, customers_verify="SELECT 1"), "IVR_CUSTOMERS_VERIFY"),
        (Settings(customers=ADDRESS, customers_verify="http://crm.example.com/verify"), "IVR_CUSTOMERS_VERIFY"),
        (Settings(customers=ADDRESS, customers_fields="Balance=account.due"), "IVR_CUSTOMERS_FIELDS"),
        (Settings(customers=ADDRESS, customers_fields="name"), "IVR_CUSTOMERS_FIELDS"),
    ],
)
def test_what_can_never_work_is_named_with_its_fix(settings: Settings, where: str) -> None:
    (fault,) = customer_faults(settings, "US")
    assert fault.where == where
    assert fault.fix


def test_a_fact_that_reads_like_a_field_is_warned_of_and_no_fault() -> None:
    settings = Settings(customers=ADDRESS, customers_fields="nmae=contact.name,balance=account.due")
    assert customer_faults(settings, "US") == []
    (warning,) = customer_warnings(settings, "US")
    assert (warning.where, warning.fix) == ("IVR_CUSTOMERS_FIELDS", "If it is none, write name.")


def test_settings_that_can_never_work_have_faults_and_no_warnings() -> None:
    assert customer_warnings(Settings(customers=ADDRESS, customers_fields="name"), "US") == []


async def test_a_check_warns_of_secrets_in_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("number,name,passcode!\n(202) 555-0143,Anna,4071\n", encoding="utf-8")
    settings = Settings(customers=str(path))
    assert customer_faults(settings, "US") == []
    assert [each.what for each in await check_warnings(settings)] == ["passcode! holds plain text"]
