"""Customers in a CSV file that people edit: read whole, and read again when it was edited.

    number,name,language,segment,notes,balance,passcode!
    +1 202-555-0143,Anna Meyer,en,premium,Prefers mornings.,1204.50,"$argon2id$v=19$m=65536,t=3,p=1$…"

Several numbers of one customer are parted by semicolons. A column of its own name is a fact that may be told; one that
ends in `!` is to verify callers by, and is never told. An edit that is faulty is not taken into use: the last good file
stays.
"""

import asyncio
import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from ivr.adapters.customers.fields import FIELDS, NAME, WITHHELD, customer_of, facts_of, normal
from ivr.adapters.customers.proof import is_damaged, is_hash, proves
from ivr.adapters.findings import Finding
from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendUnavailable

LARGEST_BYTES: Final = 64 * 1024 * 1024
MOST_FAULTS: Final = 20
NUMBER: Final = "number"
MARK: Final = "!"
"Ends the name of a column that callers are verified by."

_HASH_IT: Final = "Keep a hash instead, which `ivr customers hash` makes."
_HASH_AGAIN: Final = 'Make it again with `ivr customers hash`. It holds commas, so it stands in quotes: "$argon2…".'
_ONCE: Final = "Callers are verified by it or told it, not both: keep one column of that name."
_NAMED: Final = "Name it with small letters, digits and _, such as passcode!"

_record = structlog.get_logger("customers")


@dataclass(frozen=True, slots=True)
class Row:
    """A customer, what else the file has of them by name, and what they are verified by."""

    customer: Customer
    facts: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The names of the columns that are told, and of those that callers are verified by, without their `!`."""

    facts: Sequence[str]
    secrets: Sequence[str]


@dataclass(slots=True)
class CustomerFile:
    """What a file holds, by number. `customers` counts only when there are no faults, whatever the warnings."""

    customers: dict[str, Row] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


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
    for fault in _read(text, str(path), region, found):
        found.faults.append(fault)
        if len(found.faults) == MOST_FAULTS:
            break
    return found


def _read(text: str, where: str, region: str, found: CustomerFile) -> Iterator[Finding]:
    """Put the rows and the warnings into `found`; yield what is wrong."""
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [_header(name) for name in rows.fieldnames or ()]
        rows.fieldnames = names
        missing = [name for name in (NUMBER, "name") if name not in names]
        if missing:
            fix = f"Begin the file with a line {','.join((NUMBER, *FIELDS))}; number and name must be there."
            yield Finding(f"there is no column {' and no column '.join(missing)}", f"{where}:1", fix)
            return
        columns, wrong = _columns(names), _confused(names)
        if wrong:
            yield Finding(f"the column {wrong}! is there twice, or without its ! as well", f"{where}:1", _ONCE)
            return
        for name in names:
            if name.endswith(MARK) and name.removesuffix(MARK) not in columns.secrets:
                found.warnings.append(Finding(f"nobody can be verified by a column {name}", f"{where}:1", _NAMED))
        for row in rows:
            yield from _row(row, f"{where}:{rows.line_num}", region, columns, found)
    except csv.Error as error:
        yield Finding(f"this is no CSV ({error})", f"{where}:{rows.line_num + 1}", "Save it as comma-separated CSV.")


def _header(written: str) -> str:
    """A column's name in small letters; `Passcode !` is `passcode!`."""
    name = written.strip().lower()
    return name.removesuffix(MARK).rstrip() + MARK if name.endswith(MARK) else name


def _columns(names: Sequence[str]) -> _Columns:
    facts = [name for name in names if NAME.fullmatch(name) and name not in WITHHELD | {NUMBER}]
    secrets = [name.removesuffix(MARK) for name in names if name.endswith(MARK)]
    return _Columns(facts, [name for name in secrets if NAME.fullmatch(name)])


def _confused(names: Sequence[str]) -> str | None:
    """What callers would be verified by in one column, and told from another."""
    secrets = _columns(names).secrets
    return next((name for name in secrets if name in names or secrets.count(name) > 1), None)


def _cells(row: Mapping[str, str | None], names: Sequence[str], ending: str = "") -> dict[str, str]:
    return {name: cell for name in names if (cell := (row.get(name + ending) or "").strip())}


def _row(
    row: Mapping[str, str | None], where: str, region: str, columns: _Columns, found: CustomerFile
) -> Iterator[Finding]:
    customer = customer_of(row)
    if customer is None:
        yield Finding("the customer has no name", where, "Write one.")
        return
    if (tag := (row.get("language") or "").strip()) and not customer.language:
        yield Finding(f"{tag!r} is no language", where, "Write for example en, es or pt-BR, or nothing.")
    secrets = _cells(row, columns.secrets, MARK)
    for name, cell in secrets.items():
        if not is_hash(cell):
            _once(found.warnings, Finding(f"{name}! holds plain text", where, _HASH_IT))
        elif is_damaged(cell):
            yield Finding(f"{name}! is a damaged hash", where, _HASH_AGAIN)
    facts = _cells(row, columns.facts)
    for name, cell in facts.items():
        if is_hash(cell):
            _once(found.warnings, Finding(f"{name} holds a hash, and may be told", where, f"Name the column {name}!"))
    written = [each.strip() for each in (row.get(NUMBER) or "").split(";") if each.strip()]
    if not written:
        yield Finding("the customer has no number", where, "Write it with its country code: +1 202 555 0143.")
    held = Row(customer, facts, secrets)
    for each in written:
        number = normal(each, region)
        if number is None:
            yield Finding(f"{each!r} is no telephone number", where, "Write it with its country code: +1 202 555 0143.")
        elif number in found.customers:
            yield Finding(f"{each} is the number of two customers", where, "Keep it with one of them.")
        else:
            found.customers[number] = held


def _once(findings: list[Finding], finding: Finding) -> None:
    """Of what is alike in many rows, the first row is named."""
    if all(each.what != finding.what for each in findings):
        findings.append(finding)


class CsvCustomers:
    """`CustomerRecords` in a file.

    region  ISO 3166 country of numbers written without a country code.
    """

    def __init__(self, path: Path, region: str) -> None:
        self._path, self._region = path, region
        self._customers: dict[str, Row] | None = None
        self._stamp: tuple[int, int] | None = None
        self._reading = asyncio.Lock()
        self._proving = asyncio.Lock()  # one at a time: each takes a core and 64 MiB from live calls

    async def find(self, number: str) -> Customer | None:
        row = await self._row(number)
        return row.customer if row is not None else None

    async def verify(self, number: str, given: Mapping[str, str]) -> bool | None:
        row = await self._row(number)
        if row is None:
            return None
        async with self._proving:
            return await asyncio.to_thread(proves, row.secrets, given)

    async def facts(self, number: str, names: Collection[str]) -> Mapping[str, str] | None:
        row = await self._row(number)
        return facts_of(row.facts, names) if row is not None else None

    async def close(self) -> None:
        self._customers = None
        self._stamp = None

    async def _row(self, number: str) -> Row | None:
        async with self._reading:
            await asyncio.to_thread(self._refresh)
        if self._customers is None:
            raise BackendUnavailable(f"{self._path}: there is no list of customers to read; run `ivr check`")
        return self._customers.get(normal(number, self._region) or "")

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
