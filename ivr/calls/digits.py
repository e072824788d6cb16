"""The shape of a digit group: what it could be, told from the digits without keeping them.

Source  Telephone numbering plans: the phonenumbers library.
"""

from typing import Final

import phonenumbers

SHORT: Final = "short"
"Too short for a telephone number: there may be more to come."
PHONE: Final = "phone"
NUMBER: Final = "number"
"Long enough and no telephone number: a card, an account, a mistake."
UNASKED_SECRET: Final = "unasked"  # noqa: S105 (the name of a shape)
"Said to be of a card, a code or a password, and not asked for: its words tell, not its digits."

_SHORTEST_PHONE: Final = 7
_LONGEST_PHONE: Final = 15  # E.164


def shape(digits: str, region: str) -> str:
    """Classify a digit run. `region` is the ISO 3166 country of numbers written without a country code."""
    if _parsed(digits, region) is not None:
        return PHONE
    return SHORT if len(digits.lstrip("+")) < _shortest(region) else NUMBER


def e164(digits: str, region: str) -> str:
    """The number as E.164, or the digits as they are when they make no valid number."""
    number = _parsed(digits, region)
    if number is None:
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spoken(number: str, region: str) -> str:
    """A number as a voice reads it: digits in the groups that people of its country use, "2 0 2, 5 5 5, 0 1 4 3"."""
    parsed = _parsed(number, region)
    if parsed is None:
        written = number
    elif phonenumbers.region_code_for_number(parsed) == region:
        written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    else:
        written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    groups = "".join(c if c.isdigit() else " " for c in written).split()
    return ", ".join(" ".join(group) for group in groups)


def _shortest(region: str) -> int:
    example = phonenumbers.example_number(region)
    return len(str(example.national_number)) if example is not None else _SHORTEST_PHONE


def _parsed(digits: str, region: str) -> phonenumbers.PhoneNumber | None:
    bare = digits.lstrip("+")
    if not bare.isdigit() or not _SHORTEST_PHONE <= len(bare) <= _LONGEST_PHONE:
        return None
    for text in (digits, f"+{bare}"):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return number
    return None
