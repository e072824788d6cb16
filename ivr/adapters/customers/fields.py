"""Fields: a record of whatever shape as a `Customer`, and telephone numbers as everybody writes them as E.164."""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from ivr.calls.digits import e164
from ivr.ports.customers import Customer
from ivr.vocabulary.language import LanguageTag, language_tag

FIELDS: Final = ("id", "name", "language", "segment", "notes")
LONGEST: Final[Mapping[str, int]] = {"id": 100, "name": 100, "language": 20, "segment": 60, "notes": 4_000}
"Characters that are kept of a field."


def customer_of(values: Mapping[str, Any]) -> Customer | None:
    """The customer in these values; None when they have no name. What is no text is written as one."""
    text = {field: _clean(values.get(field), LONGEST[field]) for field in FIELDS}
    if not text["name"]:
        return None
    return Customer(text["id"], text["name"], _language(text["language"]), text["segment"], text["notes"])


def normal(written: str, region: str) -> str | None:
    """A number as E.164; None when it is no telephone number.

    region  ISO 3166 country of numbers written without a country code.
    """
    kept = "".join(char for char in written if char.isdigit() or char == "+")
    number = e164(kept, region)
    return number if number.startswith("+") and number[1:].isdigit() and len(number) > len("+1") else None


def _clean(value: Any, longest: int) -> str:
    if value is None or isinstance(value, dict | list | bytes):
        return ""
    printable = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in str(value))
    return " ".join(printable.split())[:longest]


def _language(text: str) -> LanguageTag | None:
    try:
        return language_tag(text)
    except ValueError:
        return None
