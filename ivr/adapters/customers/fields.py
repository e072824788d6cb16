"""Fields: a record of whatever shape as a `Customer` and facts, and numbers as everybody writes them as E.164."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from ivr.calls.digits import e164
from ivr.ports.customers import Customer
from ivr.vocabulary.language import LanguageTag, language_tag

FIELDS: Final = ("id", "name", "language", "segment", "notes")
LONGEST: Final[Mapping[str, int]] = {"id": 100, "name": 100, "language": 20, "segment": 60, "notes": 4_000}
"Characters that are kept of a field."
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
"What facts, and what callers are verified by, are called: as the results of a flow are."
WITHHELD: Final = frozenset({"id", "notes"})
"Fields that are no facts: no caller is told them."
LONGEST_FACT: Final = 200


def customer_of(values: Mapping[str, Any]) -> Customer | None:
    """The customer in these values; None when they have no name. What is no text is written as one."""
    text = {field: _clean(values.get(field), LONGEST[field]) for field in FIELDS}
    if not text["name"]:
        return None
    return Customer(text["id"], text["name"], _language(text["language"]), text["segment"], text["notes"])


def facts_of(values: Mapping[str, Any], names: Collection[str]) -> dict[str, str]:
    """What of these values was asked for and may be told, as text. What is empty is left out."""
    asked = (name for name in names if NAME.fullmatch(name) and name not in WITHHELD)
    told = {name: _clean(values.get(name), LONGEST_FACT) for name in asked}
    return {name: text for name, text in told.items() if text}


def as_text(value: Any) -> str:
    """A value of a database or of JSON, always written in one way; "" for what is no text.

    Numbers are written without an exponent, and days and times as ISO 8601.
    """
    match value:
        case None | dict() | list() | bytes() | bytearray() | memoryview():
            return ""
        case bool():
            return str(value).lower()
        case float():
            return as_text(Decimal(repr(value)))
        case Decimal():
            written = value.is_finite() and abs(value.adjusted()) < LONGEST_FACT
            return format(value, "f") if written else ""
        case date() | time():
            return value.isoformat()
    return str(value)


def normal(written: str, region: str) -> str | None:
    """A number as E.164; None when it is no telephone number.

    region  ISO 3166 country of numbers written without a country code.
    """
    kept = "".join(char for char in written if char.isdigit() or char == "+")
    number = e164(kept, region)
    return number if number.startswith("+") and number[1:].isdigit() and len(number) > len("+1") else None


def _clean(value: Any, longest: int) -> str:
    printable = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in as_text(value))
    return " ".join(printable.split())[:longest]


def _language(text: str) -> LanguageTag | None:
    try:
        return language_tag(text)
    except ValueError:
        return None
