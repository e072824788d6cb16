"""What is written, as it is said: numbers, money, times and dates in words, for a voice to read.

A voice left alone with "$45.50", "17:30" or "1.500" reads it in a way of its own, in another language or not at all.
Approved answers stay as people wrote them; these words are only what the voice is given.

Room       Pure words. A language that is not written down here keeps its text as it is.
Source     Number words: the num2words library. Months and currencies: CLDR, by the babel library.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final

from babel import Locale
from babel.numbers import get_territory_currencies

from ivr.answers.clock_words import CLOCK, clock
from ivr.calls.values.cardinals import POINT, cardinal, decimal, digits, ordinal, year
from ivr.calls.values.said import date_in_words, money_in_words
from ivr.vocabulary.language import LanguageTag

LANGUAGES: Final = frozenset(POINT)
"Languages that are said here."

_Pass = tuple[re.Pattern[str], Callable[[re.Match[str], LanguageTag], str]]

_ALONE: Final = r"(?<![\w.,/:-])"
"Before a numeral that begins here: in `B2B`, `v1.2` and `a/2` nothing is to be said."
_NUMBER: Final = r"\d{1,3}(?:[.,\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_SUM: Final = rf"\d{{1,3}}(?: \d{{3}})+(?:,\d{{1,2}})?(?!\d)|{_NUMBER}"
"Beside money, a plain space may part thousands too."
_GAP: Final = r"[ \u00a0\u202f]?"
_SIGNS: Final = {"US$": "USD", "R$": "BRL", "€": "EUR", "£": "GBP", "$": ""}
_CODES: Final = ("USD", "EUR", "GBP", "BRL", "MXN")
_CURRENCY: Final = "|".join([*map(re.escape, _SIGNS), *_CODES])
_GREAT: Final = (
    r"(?:[ \u00a0](?P<great>thousand|million|billion|mil|mill(?:ón|ones|ions?|ionen)|milh(?:ão|ões)|milion[ei])\b)?"
)
_CLOCK_RANGE: Final = re.compile(rf"(?<![\w.,/])(\d{{1,2}}(?::\d\d|h\d?\d?)){_GAP}[-–]{_GAP}(?=\d{{1,2}}[:h])")
_NEXT_WORD: Final = re.compile(r"[ \u00a0\u202f-]([^\W\d_]+)")
_BEFORE_YEARS: Final = re.compile(r"\b(?:in|since|until|till|by|of|year|before|after|through|during) $", re.IGNORECASE)
_TO: Final = {"en": "to", "es": "a", "pt": "a", "fr": "à", "de": "bis", "it": "a"}
_PERCENT: Final = {
    "en": "percent", "es": "por ciento", "pt": "por cento", "fr": "pour cent", "de": "Prozent", "it": "per cento"
}  # fmt: skip
_MINUS: Final = {"en": "minus", "es": "menos", "pt": "menos", "fr": "moins", "de": "minus", "it": "meno"}
_ALWAYS: Final = {
    "en": "twenty-four seven", "es": "las veinticuatro horas, todos los días", "de": "rund um die Uhr",
    "pt": "vinte e quatro horas por dia, todos os dias", "fr": "vingt-quatre heures sur vingt-quatre",
    "it": "ventiquattro ore su ventiquattro",
}  # fmt: skip
_FIRST_OF_MONTH: Final = {"es": "uno", "pt": "primeiro", "fr": "premier", "it": "primo"}
_PHONE_DIGITS: Final = 7
"From so many digits on, a row of groups is a telephone or another number that is read out."


@lru_cache(maxsize=2_048)
def in_words(text: str, language: LanguageTag) -> str:
    """`text` without numerals, as far as it can be told how they are said."""
    tag = language.partition("-")[0]
    if tag not in LANGUAGES or not any(sign.isdigit() for sign in text):
        return text
    for pattern, say in _passes(tag):
        text = pattern.sub(lambda found, say=say: say(found, language), text)  # type: ignore[misc]
    return text


@cache
def _passes(tag: str) -> tuple[_Pass, ...]:
    """What is looked for, in this order: each leaves only words behind, which the next passes over."""
    months = "|".join(sorted(_months(tag), key=len, reverse=True))
    return (
        (re.compile(r"(?<![\w/])24/7(?!\d)"), lambda _, language: _ALWAYS[_primary(language)]),
        (re.compile(_ALONE + r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"), _date),
        (re.compile(_ALONE + r"(?P<a>\d{1,2})(?P<sign>[/.])(?P<b>\d{1,2})(?P=sign)(?P<y>\d{4})(?!\d)"), _date),
        (_CLOCK_RANGE, lambda found, language: f"{found[1]} {_TO[_primary(language)]} "),
        (CLOCK, lambda found, language: clock(found, _primary(language))),
        (re.compile(rf"(?<!\w)(?P<unit>{_CURRENCY}){_GAP}(?P<sum>{_SUM}){_GREAT}"), _money),
        (re.compile(rf"{_ALONE}(?P<sum>{_SUM}){_GREAT}{_GAP}(?P<unit>{_CURRENCY})(?!\w)"), _money),
        (re.compile(rf"{_ALONE}(?P<sum>{_NUMBER}){_GAP}%"), _percent),
        (re.compile(r"(?<![\w/])(?:\+\d|\(?\d)[\d().\u00a0 -]*\d(?![\w/%])"), _read_out),
        (re.compile(rf"\b(?P<month>{months}) (?P<day>[12]?\d|3[01])(?P<year>,? \d{{4}})?(?![\w:]|[.,]\d)"), _day_after),
        (re.compile(rf"{_ALONE}(?P<day>[12]?\d|3[01])(?:\.?|er|º) (?P<of>de )?(?P<month>{months})\b"), _day_before),
        (_ordinals(tag), _ordinal),
        (re.compile(rf"{_ALONE}(?P<from>\d{{1,4}}){_GAP}[-–]{_GAP}(?P<to>\d{{1,4}})(?![\w-])"), _range),
        (re.compile(rf"(?<![\w.,/])(?P<minus>-)?(?P<sum>{_NUMBER})(?![^\W\d_])"), _number),
    )  # fmt: skip


def _primary(language: LanguageTag) -> str:
    return language.partition("-")[0]


def _months(tag: str) -> list[str]:
    return [str(name) for name in Locale(tag).months["format"]["wide"].values()]


def _value(written: str, tag: str) -> Decimal:
    """ "1,250.50", "1.250,50" and "1250" alike. One sign before three digits groups them, but for the English point."""
    marks = re.findall(r"[., \u00a0\u202f]", written)
    last = re.search(r"([.,])(\d+)$", written)
    if last is None or (len(last[2]) == 3 and (len(marks) > 1 or (tag, last[1]) != ("en", "."))):
        return Decimal(re.sub(r"\D", "", written))
    return Decimal(f"{re.sub(r'[^0-9]', '', written[: last.start()])}.{last[2]}")


def _date(found: re.Match[str], language: LanguageTag) -> str:
    parts = found.groupdict()
    if "m" in parts:
        month, day = int(parts["m"]), int(parts["d"])
    else:
        month, day = int(parts["a"]), int(parts["b"])
        if language not in {"en", "en-US"}:
            month, day = day, month
        if month > 12:
            month, day = day, month
    try:
        return date_in_words(date(int(parts["y"]), month, day), language)
    except ValueError:
        return found[0]


def _money(found: re.Match[str], language: LanguageTag) -> str:
    tag, value = _primary(language), _value(found["sum"], _primary(language))
    currency = _SIGNS.get(found["unit"], found["unit"]) or _dollar(language)
    if found["great"] is None:
        return money_in_words(value, currency, language)
    many = money_in_words(Decimal(2), currency, language).split()[-1]
    of = "" if tag in {"en", "de"} or found["great"] == "mil" else "de " if tag != "it" else "di "
    return f"{decimal(value, tag, found['great'])} {found['great']} {of}{many}"


def _dollar(language: LanguageTag) -> str:
    """What "$" stands for: the currency of the tag's territory when that is a peso, else the dollar."""
    _, _, territory = language.partition("-")
    currencies = get_territory_currencies(territory) if len(territory) == 2 else []
    return "MXN" if currencies == ["MXN"] else "USD"


def _percent(found: re.Match[str], language: LanguageTag) -> str:
    tag = _primary(language)
    return f"{decimal(_value(found['sum'], tag), tag)} {_PERCENT[tag]}"


def _read_out(found: re.Match[str], language: LanguageTag) -> str:
    written = found[0]
    groups = re.findall(r"\d+", written)
    grouped = re.fullmatch(rf"(?:{_NUMBER})", written) and re.search(r"[.\u00a0]", written)
    if sum(map(len, groups)) < _PHONE_DIGITS or grouped or (len(groups) > 1 and max(map(len, groups)) < 2):
        return written
    return ", ".join(digits(group, _primary(language)) for group in groups)


def _day_after(found: re.Match[str], language: LanguageTag) -> str:
    """ "December 25, 2026": only English writes it so."""
    tag = _primary(language)
    if tag != "en":
        return found[0]
    said = f"{found['month']} {ordinal(int(found['day']), tag)}"
    return f"{said}, {year(int(found['year'][-4:]), tag)}" if found["year"] else said


def _day_before(found: re.Match[str], language: LanguageTag) -> str:
    """ "25 de diciembre", "25. Dezember", "1er mai", "25 December"."""
    tag, day = _primary(language), int(found["day"])
    if tag in {"en", "de"}:
        said = ordinal(day, tag) + ("n" if tag == "de" else " of")
    else:
        said = _FIRST_OF_MONTH[tag] if day == 1 else cardinal(day, tag)
    return f"{said} {found['of'] or ''}{found['month']}"


def _ordinals(tag: str) -> re.Pattern[str]:
    endings = {
        "en": r"(?P<ending>st|nd|rd|th)",
        "fr": r"(?P<ending>ers?|res?|ère|ème|e)",
        "de": r"(?P<ending>\.)(?= [A-ZÄÖÜ])(?=.)",
    }
    return re.compile(rf"{_ALONE}(?P<nth>\d+){endings.get(tag, r'[.]?(?P<ending>[ºª°])')}(?![^\W_])")


def _ordinal(found: re.Match[str], language: LanguageTag) -> str:
    tag = _primary(language)
    if tag == "de":  # a numeral at the end of a sentence looks the same
        return found[0]
    said = ordinal(int(found["nth"]), tag, feminine=found["ending"] in {"ª", "re", "res", "ère"})
    return re.sub(r"(prime|terce)ro$", r"\1r", said) if tag == "es" and _next_word(found) else said


def _range(found: re.Match[str], language: LanguageTag) -> str:
    tag, noun = _primary(language), _next_word(found)
    return f"{cardinal(int(found['from']), tag, noun)} {_TO[tag]} {cardinal(int(found['to']), tag, noun)}"


def _number(found: re.Match[str], language: LanguageTag) -> str:
    tag, written = _primary(language), found["sum"]
    minus = f"{_MINUS[tag]} " if found["minus"] else ""
    if written.isdigit() and ((len(written) > 1 and written[0] == "0") or len(written) >= _PHONE_DIGITS):
        return minus + digits(written, tag)
    if (
        tag == "en"
        and re.fullmatch(r"(?:1[1-9]|20)\d\d", written)
        and _BEFORE_YEARS.search(found.string[: found.start()])
    ):
        return year(int(written), tag)
    return minus + decimal(_value(written, tag), tag, _next_word(found))


def _next_word(found: re.Match[str]) -> str:
    following = _NEXT_WORD.match(found.string, found.end())
    return following[1] if following else ""
