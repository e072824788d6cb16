"""Customers in a CSV file that people edit: read whole, and read again when it was edited.

    number,name,language,segment,notes
    +1 202-555-0143,Anna Meyer,en,premium,Prefers mornings.

Several numbers of one customer are parted by semicolons. An edit that is faulty is not taken into use: the last good
file stays.
"""

import asyncio
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from ivr.adapters.customers.fields import FIELDS, customer_of, normal
from ivr.adapters.findings import Finding
from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendUnavailable

LARGEST_BYTES: Final = 64 * 1024 * 1024
MOST_FAULTS: Final = 20
NUMBER: Final = "number"

_record = structlog.get_logger("customers")


@dataclass(slots=True)
class CustomerFile:
    """What a file holds. `customers` counts only when there are no faults."""

    customers: dict[str, Customer] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)


def load_customers(path: Path, region: str) -> CustomerFile:
    """Read a file. Never raises: what is wrong is in `faults`, the first twenty of them. Blocking."""
    found = CustomerFile()
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_BYTES else None
    except OSError as error:
        found.faults.append(Finding(f"the file cannot be read ({error.strerror})", str(path), "Check path and rights."))
        return found
    if data is None:
        fix = "Keep so many customers in a database: docs/customers.md."
        found.faults.append(Finding("the file is larger than 64 MiB", str(path), fix))
        return found
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found.faults.append(Finding("the file is not UTF-8 text", str(path), "Save it as UTF-8."))
        return found
    for fault in _read(text, str(path), region, found.customers):
        found.faults.append(fault)
        if len(found.faults) == MOST_FAULTS:
            break
    return found


def _read(text: str, where: str, region: str, customers: dict[str, Customer]) -> Iterator[Finding]:
    """Put the rows into `customers`; yield what is wrong."""
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in rows.fieldnames or ()]
        rows.fieldnames = names
        missing = [name for name in (NUMBER, "name") if name not in names]
        if missing:
            fix = f"Begin the file with a line {','.join((NUMBER, *FIELDS))}; number and name must be there."
            yield Finding(f"there is no column {' and no column '.join(missing)}", f"{where}:1", fix)
            return
        for row in rows:
            yield from _row(row, f"{where}:{rows.line_num}", region, customers)
    except csv.Error as error:
        yield Finding(f"this is no CSV ({error})", f"{where}:{rows.line_num + 1}", "Save it as comma-separated CSV.")


def _row(row: Mapping[str, str | None], where: str, region: str, customers: dict[str, Customer]) -> Iterator[Finding]:
    customer = customer_of(row)
    if customer is None:
        yield Finding("the customer has no name", where, "Write one.")
        return
    if (tag := (row.get("language") or "").strip()) and not customer.language:
        yield Finding(f"{tag!r} is no language", where, "Write for example en, es or pt-BR, or nothing.")
    written = [each.strip() for each in (row.get(NUMBER) or "").split(";") if each.strip()]
    if not written:
        yield Finding("the customer has no number", where, "Write it with its country code: +1 202 555 0143.")
    for each in written:
        number = normal(each, region)
        if number is None:
            yield Finding(f"{each!r} is no telephone number", where, "Write it with its country code: +1 202 555 0143.")
        elif number in customers:
            yield Finding(f"{each} is the number of two customers", where, "Keep it with one of them.")
        else:
            customers[number] = customer


class CsvCustomers:
    """`CustomerRecords` in a file.

    region  ISO 3166 country of numbers written without a country code.
    """

    def __init__(self, path: Path, region: str) -> None:
        self._path, self._region = path, region
        self._customers: dict[str, Customer] | None = None
        self._stamp: tuple[int, int] | None = None
        self._reading = asyncio.Lock()

    async def find(self, number: str) -> Customer | None:
        async with self._reading:
            await asyncio.to_thread(self._refresh)
        if self._customers is None:
            raise BackendUnavailable(f"{self._path}: there is no list of customers to read; run `ivr check`")
        return self._customers.get(normal(number, self._region) or "")

    async def close(self) -> None:
        self._customers = None
        self._stamp = None

    def _refresh(self) -> None:
        """Read the file, when it was edited since."""
        stamp = _stamp(self._path)
        if stamp == self._stamp and self._customers is not None:
            return
        self._stamp = stamp
        read = load_customers(self._path, self._region)
        if not read.faults:
            self._customers = read.customers
            return
        kept = "the last good one stays in use" if self._customers is not None else "nobody is known"
        places = [fault.where for fault in read.faults]
        _record.error("the list of customers is faulty", kept=kept, places=places)


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file is edited; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
