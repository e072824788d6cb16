"""Which customer records the settings mean, and what is wrong with them."""

from pathlib import Path

import pytest

from ivr.adapters.customers.csv_file import CsvCustomers, load_customers
from ivr.adapters.customers.http import HttpCustomers
from ivr.adapters.customers.sql_query import SqlCustomers
from ivr.demo import FOLDER
from ivr.settings import Settings
from ivr.wiring.customers import customer_faults, open_customers

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


def test_the_demos_customers_have_no_faults() -> None:
    found = load_customers(FOLDER / "bank" / "customers.csv", "US")
    assert found.faults == []
    assert found.customers["+12025550143"].customer.name == "Anna Meyer"


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        (Settings(customers="http://crm.example.com/{number}"), "IVR_CUSTOMERS"),
        (Settings(customers="postgresql://host/crm"), "IVR_CUSTOMERS_QUERY"),
        (Settings(customers="sqlite://", customers_query="SELECT name FROM clients"), "IVR_CUSTOMERS_QUERY"),
        (Settings(customers="nosuch://host", customers_query=QUERY), "IVR_CUSTOMERS"),
        (Settings(customers=ADDRESS, customers_fields="nmae=contact.name"), "IVR_CUSTOMERS_FIELDS"),
        (Settings(customers=ADDRESS, customers_fields="name"), "IVR_CUSTOMERS_FIELDS"),
    ],
)
def test_what_can_never_work_is_named_with_its_fix(settings: Settings, where: str) -> None:
    (fault,) = customer_faults(settings, "US")
    assert fault.where == where
    assert fault.fix
