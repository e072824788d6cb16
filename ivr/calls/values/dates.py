"""Dates: "the third of May", "el tres de mayo", "next Friday", "3/5/2026", or keys; against a day that is given.

A date without a year is the next one; so is a weekday, and a day without a month. Which comes first in "3/5", the day
or the month, depends on the region.

Source  Names of months and weekdays: CLDR, by the babel library.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from babel.dates import get_day_names, get_month_names

from ivr.calls.values.numbers import cardinal, fold, ordinal, primary, tokens
from ivr.vocabulary.language import LanguageTag

MONTH_FIRST: Final = frozenset({"US", "PH", "FM", "MH", "PW"})
"Regions that write the month before the day."
_RELATIVE: Final[Mapping[str, Mapping[str, int]]] = {
    "en": {"the day after tomorrow": 2, "today": 0, "tomorrow": 1, "yesterday": -1},
    "es": {"pasado manana": 2, "hoy": 0, "manana": 1, "ayer": -1},
    "pt": {"depois de amanha": 2, "hoje": 0, "amanha": 1, "ontem": -1},
    "fr": {"apres demain": 2, "aujourd'hui": 0, "demain": 1, "hier": -1},
    "de": {"ubermorgen": 2, "heute": 0, "morgen": 1, "gestern": -1},
    "it": {"dopodomani": 2, "oggi": 0, "domani": 1, "ieri": -1},
}
_DAYS: Final = frozenset("day days dia dias jour jours tag tage tagen giorno giorni".split())
_WEEKS: Final = frozenset("week weeks semana semanas semaine semaines woche wochen settimana settimane".split())
_IN: Final = frozenset("in en em dans dentro tra fra daqui".split())
_BESIDE: Final = frozenset(
    "the on of to it no yes st nd rd th el dia al para no o a em le au den der am dem tag il giorno please por favor "
    "bitte uh um".split()
)
"Words beside a day without a month: with others, a number is no day."
_NUMERIC: Final = re.compile(r"(?<!\d)(\d{1,4})\s?[/.-]\s?(\d{1,2})(?:\s?[/.-]\s?(\d{2,4}))?(?!\d)")
_MONTHS: Final = 12
_CENTURY: Final = 100


def day(text: str, language: LanguageTag, today: date, region: str) -> str | None:
    """The date these words mean, ISO 8601; None when they are none."""
    found = _numeric(text, today, region) or _spoken(tokens(text), language, today)
    return found.isoformat() if found is not None else None


def keyed(keys: str, today: date, region: str) -> str | None:
    """A date from keys: DDMMYYYY or DDMM, with the month first where it is written first."""
    parts = {4: (keys[:2], keys[2:], ""), 8: (keys[:2], keys[2:4], keys[4:])}.get(len(keys))
    if parts is None or not keys.isdigit():
        return None
    first, second, year = parts
    found = _of(*_order(int(first), int(second), region), int(year) if year else None, today)
    return found.isoformat() if found is not None else None


def _numeric(text: str, today: date, region: str) -> date | None:
    match = _NUMERIC.search(text)
    if match is None:
        return None
    first, second, third = match.groups()
    if len(first) == 4 and third:  # 2026-05-03
        return _of(int(third), int(second), int(first), today)
    if len(first) > 2:
        return None
    year = None if third is None else int(third) + (2000 if len(third) == 2 else 0)
    return _of(*_order(int(first), int(second), region), year, today)


def _order(first: int, second: int, region: str) -> tuple[int, int]:
    """Day and month."""
    month_first = region in MONTH_FIRST
    if (first if month_first else second) > _MONTHS:
        month_first = not month_first
    return (second, first) if month_first else (first, second)


def _of(number: int, month: int, year: int | None, today: date) -> date | None:
    """The date, or the next one when there is no year."""
    for each in (year,) if year is not None else range(today.year, today.year + 5):
        try:
            found = date(each, month, number)
        except ValueError:
            continue
        if year is not None or found >= today:
            return found
    return None


def _spoken(words: Sequence[str], language: LanguageTag, today: date) -> date | None:
    said = " ".join(words)
    months, weekdays = _names(primary(language))
    named = next((at for at, word in enumerate(words) if word in months), None)
    if named is not None:
        return _in_month(words, named, months[words[named]], language, today)
    if (away := _away(words, language)) is not None:
        return today + timedelta(days=away)
    weekday = next((word for word in words if word in weekdays), None)
    if weekday is not None and not any(_numbers([word for word in words if word != weekday], language)):
        return today + timedelta(days=(weekdays[weekday] - today.weekday() - 1) % 7 + 1)
    for phrase, days in _RELATIVE[primary(language)].items():
        if re.search(rf"\b{re.escape(phrase)}\b", said):
            return today + timedelta(days=days)
    return _day_alone(words, language, today)


def _in_month(words: Sequence[str], at: int, month: int, language: LanguageTag, today: date) -> date | None:
    """The day stands before the month, or after it; the year comes last."""
    before = [value for value, _ in _numbers(words[:at], language)]
    after = list(_numbers(words[at + 1 :], language))
    if before:
        number = before[-1]
    elif after:
        number, _ = after.pop(0)
        if number > 31 and len(words) > at + 1:  # a month and a year are no date
            return None
    else:
        return None
    year = _year([value for value, _ in after])
    return _of(number, month, year, today) if year != 0 else None


def _year(numbers: Sequence[int]) -> int | None:
    """ "twenty twenty six" or "two thousand twenty six"; None when there is none, 0 for what is no year."""
    match [*numbers]:
        case []:
            return None
        case [int(year)] if 1900 <= year <= 2200:
            return year
        case [int(century), int(rest)] if century in {19, 20, 21} and rest < _CENTURY:
            return century * _CENTURY + rest
        case [int(short)] if short < _CENTURY:
            return 2000 + short
        case _:
            return 0


def _numbers(words: Sequence[str], language: LanguageTag) -> Iterator[tuple[int, int]]:
    """The numbers in these words, each with where it ends."""
    at = 0
    while at < len(words):
        found = ordinal(words, at, language) or cardinal(words, at, language)
        if found is not None:
            yield found
        at = found[1] if found is not None else at + 1


def _away(words: Sequence[str], language: LanguageTag) -> int | None:
    """ "in three days", "dentro de dos semanas", in days."""
    unit = next((at for at, word in enumerate(words) if word in _DAYS | _WEEKS), None)
    if unit is None or not _IN & set(words[:unit]):
        return None
    numbers = [value for value, _ in _numbers(words[:unit], language)] or ([1] if "a" in words[:unit] else [])
    return numbers[-1] * (7 if words[unit] in _WEEKS else 1) if numbers else None


def _day_alone(words: Sequence[str], language: LanguageTag, today: date) -> date | None:
    """ "the third", "on the 3rd": the next such day."""
    numbers = [value for value, _ in _numbers(words, language)]
    rest = [word for at, word in enumerate(words) if not any(_numbers(words[at : at + 1], language))]
    if len(numbers) != 1 or not set(rest) <= _BESIDE or not 1 <= numbers[0] <= 31:
        return None
    for months in range(_MONTHS):
        index = today.month - 1 + months
        try:
            found = date(today.year + index // _MONTHS, index % _MONTHS + 1, numbers[0])
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def prepare(tag: str) -> None:
    """Build a language's tables before a call needs them."""
    _names(tag)


@lru_cache(maxsize=8)
def _names(tag: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Months and weekdays by their names, whole and short; Monday is 0."""
    months, weekdays = dict[str, int](), dict[str, int]()
    for width in ("abbreviated", "wide"):
        months |= {fold(name).strip("."): n for n, name in get_month_names(width, locale=tag).items()}
        for number, name in get_day_names(width, locale=tag).items():
            weekdays[fold(name).strip(".").partition("-")[0]] = number
    if tag == "en":
        del months["mar"], weekdays["sat"], weekdays["sun"]
    return months, weekdays
