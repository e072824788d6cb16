"""Values from customer records: whether they are of the kind that the flow says, written as values are kept."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from ivr.calls import digits as phones

LARGEST: Final = Decimal(10) ** 12
LONGEST_NAME: Final = 100
_CASE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_DIGITS: Final = re.compile(r"[0-9]{1,32}")


def typed(kind: str, text: str, region: str) -> str | None:
    """The value as it is kept, or None when it is not of this kind.

    kind    amount (1204.5), date (2027-03-01, with or without a time after it), digits, phone, name or case.
    region  ISO 3166 country of telephone numbers without a country code.

    A number that could be a payment card's is of no kind: it is never spoken.
    """
    text = " ".join(text.split())
    if kind != "phone" and _may_be_a_card(text):
        return None
    match kind:
        case "amount":
            return _amount(text)
        case "date":
            return _date(text)
        case "digits":
            bare = re.sub(r"[ .\-/]", "", text)
            return bare if _DIGITS.fullmatch(bare) else None
        case "phone":
            number = phones.e164("".join(c for c in text if c.isdigit() or c == "+"), region)
            return number if phones.shape(number, region) == phones.PHONE else None
        case "name":
            return text if 0 < len(text) <= LONGEST_NAME and text.isprintable() else None
        case "case":
            found = text.casefold().replace(" ", "_")
            return found if _CASE.fullmatch(found) else None
        case _:
            return None


def _may_be_a_card(text: str) -> bool:
    """Whether the digits in it are as many as a payment card has, and their check digit fits (ISO/IEC 7812)."""
    digits = [int(c) for c in text if c in "0123456789"]
    if not 12 <= len(digits) <= 19:
        return False
    doubled = [2 * d - 9 * (d > 4) for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _amount(text: str) -> str | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= LARGEST:
        return None
    return str(value.quantize(Decimal("0.01")))


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat() if len(text) == 10 or text[10:11] in {"T", " "} else None
    except ValueError:
        return None
