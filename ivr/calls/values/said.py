"""Saying values back: in words, as people of a language say them.

Source  Number words: the num2words library; names of months, weekdays and currencies: CLDR, by the babel library.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from babel.dates import format_date
from babel.numbers import get_currency_name, get_territory_currencies
from num2words import num2words

from ivr.calls import digits as phones
from ivr.calls.values.cardinals import cardinal
from ivr.calls.values.numbers import primary
from ivr.vocabulary.language import LanguageTag

_PATTERNS: Final[Mapping[str, tuple[str, str]]] = {
    "en": ("EEEE, MMMM '{day}'", ", {year}"),
    "es": ("EEEE '{day} de' MMMM", " de {year}"),
    "pt": ("EEEE, '{day} de' MMMM", " de {year}"),
    "fr": ("EEEE '{day}' MMMM", " {year}"),
    "de": ("EEEE, 'der {day}' MMMM", " {year}"),
    "it": ("EEEE '{day}' MMMM", " {year}"),
}
"A date, with its day and its year left open."
_ORDINAL_DAYS: Final = frozenset({"en", "de"})
_FIRST: Final = {"fr": "premier", "it": "primo", "es": "uno", "pt": "primeiro"}
_MONEY: Final[Mapping[str, Mapping[str, tuple[str, str, str, str]]]] = {
    "en": {
        "USD": ("dollar", "dollars", "cent", "cents"),
        "EUR": ("euro", "euros", "cent", "cents"),
        "GBP": ("pound", "pounds", "penny", "pence"),
    },
    "es": {
        "USD": ("dólar", "dólares", "centavo", "centavos"),
        "EUR": ("euro", "euros", "céntimo", "céntimos"),
        "MXN": ("peso", "pesos", "centavo", "centavos"),
    },
    "pt": {
        "USD": ("dólar", "dólares", "centavo", "centavos"),
        "EUR": ("euro", "euros", "cêntimo", "cêntimos"),
        "BRL": ("real", "reais", "centavo", "centavos"),
    },
    "fr": {"USD": ("dollar", "dollars", "cent", "cents"), "EUR": ("euro", "euros", "centime", "centimes")},
    "de": {"USD": ("Dollar", "Dollar", "Cent", "Cent"), "EUR": ("Euro", "Euro", "Cent", "Cent")},
    "it": {"USD": ("dollaro", "dollari", "centesimo", "centesimi"), "EUR": ("euro", "euro", "centesimo", "centesimi")},
}
"One, many, one hundredth, many hundredths, of a currency."
_MINUS: Final = {"en": "minus", "es": "menos", "pt": "menos", "fr": "moins", "de": "minus", "it": "meno"}
_AND: Final = {"en": "and", "es": "con", "pt": "e", "fr": "et", "de": "und", "it": "e"}


def said(what: str, value: str, language: LanguageTag, region: str, signs: Mapping[str, str], today: str) -> str:
    """A value as a voice says it.

    what   the kind that was asked for.
    signs  "@" and the like to their names.
    today  ISO date: a date of the same year is said without it; "" says every year.
    """
    match what:
        case "digits":
            return " ".join(value)
        case "phone":
            return phones.spoken(value, region)
        case "date":
            return date_in_words(date.fromisoformat(value), language, today)
        case "amount":
            currencies = get_territory_currencies(region)
            return money_in_words(Decimal(value), currencies[0] if currencies else "USD", language)
        case "email":
            return " ".join("".join(f" {signs[c]} " if c in signs else c for c in value).split())
        case _:
            return value


def date_in_words(day: date, language: LanguageTag, today: str = "") -> str:
    """A date with its weekday; its year too, unless it is the year of `today`, an ISO date."""
    tag = primary(language)
    pattern, year = _PATTERNS[tag]
    form = "ordinal" if tag in _ORDINAL_DAYS else "cardinal"
    number = _FIRST[tag] if day.day == 1 and tag in _FIRST else str(num2words(day.day, lang=tag, to=form))
    if tag == "de":
        number = f"{number}" if number.endswith("e") else f"{number}e"
    named = str(format_date(day, pattern, locale=tag)).replace("{day}", number)
    if today[:4] == f"{day.year:04}":
        return named
    return named + year.replace(
        "{year}", str(num2words(day.year, lang=tag, to="year" if tag in {"en", "de"} else "cardinal"))
    )


def money_in_words(value: Decimal, currency: str, language: LanguageTag) -> str:
    """An amount: "forty-five dollars and fifty cents". `currency` is an ISO 4217 code."""
    tag = primary(language)
    if value < 0:
        return f"{_MINUS[tag]} {money_in_words(-value, currency, language)}"
    whole, cents = int(value), int(value % 1 * 100)
    names = _MONEY[tag].get(currency)
    if names is None:
        many = str(get_currency_name(currency, count=whole, locale=tag))
        return f"{cardinal(whole, tag, many)} {many}" + (f" {_AND[tag]} {cardinal(cents, tag)}" if cents else "")
    parts = [_counted(whole, names[0], names[1], tag)] if whole or not cents else []
    parts += [_counted(cents, names[2], names[3], tag)] if cents else []
    return f" {_AND[tag]} ".join(parts)


def _counted(number: int, one: str, many: str, tag: str) -> str:
    noun = one if number == 1 else many
    return f"{cardinal(number, tag, noun)} {noun}"
