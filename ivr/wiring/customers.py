"""The customer records of the settings: a file, an address, or a database."""

from pathlib import Path

from ivr.adapters.customers.csv_file import CsvCustomers, load_customers
from ivr.adapters.customers.fields import FIELDS
from ivr.adapters.customers.http import HttpCustomers
from ivr.adapters.customers.sql_query import SqlCustomers
from ivr.adapters.findings import Finding
from ivr.flows.faults import did_you_mean
from ivr.ports.customers import CustomerRecords
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError

_WHERE = "IVR_CUSTOMERS"


def open_customers(settings: Settings, region: str) -> CustomerRecords | None:
    """The records, not asked yet; None when there are none.

    region  ISO 3166 country of numbers that a file holds without a country code.
    Raises  ConfigError for what can never work. A list with faults is none: nobody is known until it is put right.
    """
    source, deadline_ms = settings.customers_source, settings.customers_timeout_s * 1_000
    if not source:
        return None
    if source.startswith(("https://", "http://")):
        token, fields = settings.customers_token.get_secret_value(), _fields(settings.customers_fields)
        return HttpCustomers(source, token=token, fields=fields, deadline_ms=deadline_ms)
    if "://" in source:
        if not settings.customers_query:
            raise ConfigError(
                "a database is named, and no query",
                where="IVR_CUSTOMERS_QUERY",
                fix="Write for example SELECT name FROM clients WHERE phone = :number.",
            )
        return SqlCustomers(source, settings.customers_query, deadline_ms=deadline_ms)
    return CsvCustomers(Path(source), region)


def customer_faults(settings: Settings, region: str) -> list[Finding]:
    """What is wrong with the settings, and with a file. Blocking; asks nobody."""
    try:
        records = open_customers(settings, region)
    except ConfigError as error:
        return [Finding(error.what, error.where, error.fix)]
    if not isinstance(records, CsvCustomers):
        return []
    return load_customers(Path(settings.customers_source), region).faults


def _fields(text: str) -> dict[str, str]:
    """`name=contact.full_name,segment=tier` as a table. Raises ConfigError."""
    table: dict[str, str] = {}
    for entry in filter(None, (each.strip() for each in text.split(","))):
        field, equals, path = (each.strip() for each in entry.partition("="))
        if not equals or not path:
            fix = "Write for example name=contact.full_name,segment=tier."
            raise ConfigError(f"{entry!r} says nothing", where=f"{_WHERE}_FIELDS", fix=fix)
        if field not in FIELDS:
            raise ConfigError(f"{field!r} is no field", where=f"{_WHERE}_FIELDS", fix=did_you_mean(field, FIELDS))
        table[field] = path
    return table
