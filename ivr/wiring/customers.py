"""The customer records of the settings: a file, an address, or a database."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from ivr.adapters.customers.csv_file import CsvCustomers, load_customers
from ivr.adapters.customers.fields import FIELDS, NAME
from ivr.adapters.customers.http import HttpCustomers
from ivr.adapters.customers.sql_query import SqlCustomers
from ivr.adapters.findings import Finding
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
        verify = settings.customers_verify
        return HttpCustomers(source, verify_url=verify, token=token, fields=fields, deadline_ms=deadline_ms)
    if "://" in source:
        if not settings.customers_query:
            raise ConfigError(
                "a database is named, and no query",
                where="IVR_CUSTOMERS_QUERY",
                fix="Write for example SELECT name FROM clients WHERE phone = :number.",
            )
        query, verify = settings.customers_query, settings.customers_verify
        return SqlCustomers(source, query, verify_query=verify, deadline_ms=deadline_ms)
    return CsvCustomers(Path(source), region)


def customer_faults(settings: Settings, region: str) -> list[Finding]:
    """What is wrong with the settings, and with a file. Blocking; asks nobody."""
    try:
        records = open_customers(settings, region)
    except ConfigError as error:
        return [Finding(error.what, error.where, error.fix)]
    return load_customers(Path(settings.customers_source), region).faults if _is_file(records) else []


def customer_warnings(settings: Settings, region: str) -> list[Finding]:
    """What keeps the records from no use and is worth a look all the same. Blocking; asks nobody."""
    try:
        records = open_customers(settings, region)
    except ConfigError:
        return []
    if _is_file(records):
        return load_customers(Path(settings.customers_source), region).warnings
    return _nearly_fields(_fields(settings.customers_fields)) if isinstance(records, HttpCustomers) else []


def _is_file(records: CustomerRecords | None) -> bool:
    return isinstance(records, CsvCustomers)


def _nearly_fields(named: Mapping[str, str]) -> list[Finding]:
    """Facts that read like a field of a customer that is not named: the field may be meant."""
    rest = [field for field in FIELDS if field not in named]
    near = {name: get_close_matches(name, rest, n=1, cutoff=0.7) for name in named if name not in FIELDS}
    return [
        Finding(f"{name!r} is taken for a fact, and no field", f"{_WHERE}_FIELDS", f"If it is none, write {fields[0]}.")
        for name, fields in near.items()
        if fields
    ]


def _fields(text: str) -> dict[str, str]:
    """`name=contact.full_name,segment=tier` as a table. Raises ConfigError."""
    table: dict[str, str] = {}
    for entry in filter(None, (each.strip() for each in text.split(","))):
        field, equals, path = (each.strip() for each in entry.partition("="))
        if not equals or not path:
            fix = "Write for example name=contact.full_name,segment=tier."
            raise ConfigError(f"{entry!r} says nothing", where=f"{_WHERE}_FIELDS", fix=fix)
        if not NAME.fullmatch(field):
            fix = f"Name facts with small letters, digits and _. Fields are {', '.join(FIELDS)}."
            raise ConfigError(f"{field!r} is neither a field nor a fact", where=f"{_WHERE}_FIELDS", fix=fix)
        table[field] = path
    return table
