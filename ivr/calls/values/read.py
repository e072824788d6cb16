"""Reading what was asked for: whether words or keys are it, the beginning of it, or something else."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ivr.calls import digits as phones
from ivr.calls.values import addresses, amounts, dates, names
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import mask

FITS: Final = "fits"
"It is what was asked for."
BEGUN: Final = "begun"
"It may be the beginning of it."
MISFIT: Final = "misfit"
"Something of that kind, and not what was asked for."

COMPLETE: Final = frozenset({FITS, phones.PHONE})
NEITHER: Final = frozenset({"", MISFIT, phones.NUMBER})

IN_DIGITS: Final = frozenset({"digits", "phone", "callback"})
"Kinds that are put together from digits."
BY_KEYS: Final = frozenset({"digits", "phone", "date", "amount"})
"Kinds that can be keyed."
LONGEST_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller was asked for.

    what      name, digits, date, amount, phone, email or yes_no; or callback, whose shapes are `ivr.calls.digits`'.
    shortest  with digits: how few there may be; `longest` likewise.
    secret    it may not be shown, whole or in part.
    again     something was read back, and this may be a yes, a no, or another one.
    """

    what: str
    shortest: int = 1
    longest: int = LONGEST_DIGITS
    secret: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of it. `shape` "" means that nothing of that kind was said; `value` is written as values are kept.

    Values are kept as they are written: a date as ISO 8601, an amount with two decimals, a number as E.164.
    """

    shape: str = ""
    value: str = ""


def spoken(wanted: Wanted, text: str, language: LanguageTag, today: date, region: str) -> Reading:
    """Read words."""
    match wanted.what:
        case "digits" | "phone" | "callback":
            return keyed(wanted, "".join(run.digits for run in mask(text, language, wary=True).runs), today, region)
        case "date":
            return _reading(dates.day(text, language, today, region))
        case "amount":
            return _reading(amounts.amount(text, language))
        case "email":
            found = addresses.address(text, language)
            return Reading(BEGUN, text) if found is None and addresses.begun(text, language) else _reading(found)
        case "name":
            return _reading(names.name(text, language, strict=wanted.again))
        case _:
            return Reading()


def keyed(wanted: Wanted, keys: str, today: date, region: str) -> Reading:
    """Read keys; the star of an amount is ".". Digits that were said are read so, too."""
    if not keys:
        return Reading()
    match wanted.what:
        case "digits":
            enough, too_many = len(keys) >= wanted.shortest, len(keys) > wanted.longest
            return Reading(MISFIT if too_many else FITS if enough else BEGUN, keys)
        case "callback":
            return Reading(phones.shape(keys, region), keys)
        case "phone":
            found = phones.shape(keys, region)
            if found == phones.PHONE:
                return Reading(FITS, phones.e164(keys, region))
            return Reading(BEGUN if found == phones.SHORT else MISFIT, keys)
        case "date":
            return _reading(dates.keyed(keys, today, region), MISFIT)
        case "amount":
            return _reading(amounts.keyed(keys), MISFIT)
        case _:
            return Reading()


def _reading(value: str | None, otherwise: str = "") -> Reading:
    return Reading(otherwise) if value is None else Reading(FITS, value)


def is_whole(wanted: Wanted, reading: Reading) -> bool:
    """Whether nothing can follow: turn-taking need not wait for more words."""
    if reading.shape not in COMPLETE:
        return False
    fixed = wanted.what == "digits" and len(reading.value) == wanted.longest
    return fixed or wanted.what in {"date", "phone", "callback"}
