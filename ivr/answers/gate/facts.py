"""Facts: the numbers, dates, amounts, names and links that a sentence holds, each as it is compared.

Numbers   Figures and number words are one: "two pounds", "£2.00". What belongs to a number (percent, a currency, a.m.)
          is a fact of its own, so that "2 %" does not stand on "2 pounds".
Names     Words with a capital that do not begin a sentence; in German, where every noun has one, only those that the
          passage does not know either.
"""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from babel import Locale

from ivr.answers.gate.reading import fold
from ivr.calls.values import numbers
from ivr.vocabulary.language import LanguageTag

_NTH: Final = (["st"], ["nd"], ["rd"], ["th"])
_LINK: Final = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+\.\w+|\b[\w-]+\.(?:com|org|net|io|co|eu|de|es|fr|it|br|uk)\b", re.I
)
_NAME: Final = re.compile(r"[^\W\d_][\w’'-]*")
_OPENS: Final = re.compile(r"(?:^|[.!?…:;–—]\s+|^\W+|\n)[\"'“‘«(¿¡\[]*$")
_UNITS: Final[dict[str, str]] = {
    "%": "percent", "percent": "percent", "percentage": "percent", "prozent": "percent", "ciento": "percent",
    "cento": "percent", "cent": "percent", "€": "euro", "euro": "euro", "euros": "euro", "eur": "euro",
    "$": "dollar", "dollar": "dollar", "dollars": "dollar", "usd": "dollar", "dolar": "dollar", "dolares": "dollar",
    "£": "pound", "pound": "pound", "pounds": "pound", "gbp": "pound", "libra": "pound", "libras": "pound",
    "pfund": "pound", "reais": "real", "brl": "real", "am": "am", "pm": "pm", "noon": "noon", "midnight": "midnight",
    "day": "day", "days": "day", "dia": "day", "dias": "day", "jour": "day", "jours": "day", "tag": "day",
    "tage": "day", "tagen": "day", "giorno": "day", "giorni": "day", "hour": "hour", "hours": "hour", "hora": "hour",
    "horas": "hour", "heure": "hour", "heures": "hour", "stunde": "hour", "stunden": "hour", "ora": "hour",
    "ore": "hour", "minute": "minute", "minutes": "minute", "minuto": "minute", "minutos": "minute",
    "minuten": "minute", "minuti": "minute", "week": "week", "weeks": "week", "semana": "week", "semanas": "week",
    "semaine": "week", "semaines": "week", "woche": "week", "wochen": "week", "settimana": "week",
    "settimane": "week", "month": "month", "months": "month", "mes": "month", "meses": "month", "mois": "month",
    "monat": "month", "monate": "month", "monaten": "month", "mese": "month", "mesi": "month", "year": "year",
    "years": "year", "ano": "year", "anos": "year", "an": "year", "ans": "year", "annee": "year", "annees": "year",
    "jahr": "year", "jahre": "year", "jahren": "year", "anno": "year", "anni": "year", "thousand": "thousand",
    "million": "million", "millions": "million", "billion": "billion", "billions": "billion", "mil": "thousand",
    "tausend": "thousand", "mille": "thousand", "millones": "million", "milhoes": "million", "millionen": "million",
    "milioni": "million", "km": "km", "kilometres": "km", "kilometers": "km", "miles": "mile", "mile": "mile",
}  # fmt: skip
"What belongs to a number. `an` is left to be a word in English, where it is no year."


def links(text: str) -> frozenset[str]:
    return frozenset(found.rstrip(".,;)").casefold() for found in _LINK.findall(text))


def figures(text: str, language: LanguageTag) -> frozenset[str]:
    """The numbers of a text by their value, each once more with the unit that stands beside it: "2.5 pound"."""
    words = numbers.tokens(text)
    found: set[str] = set()
    at = 0
    while at < len(words):
        value, end = _number(words, at, language)
        if value:
            found.add(value)
            beside = (words[at - 1 : at] if at else []) + words[end : end + 1]
            found.update(f"{value} {_UNITS[word]}" for word in beside if _is_unit(word, language))
        at = end
    return frozenset(found)


def _number(words: Sequence[str], at: int, language: LanguageTag) -> tuple[str, int]:
    """The number that begins here, and where it ends; "" when none does. "One" and "a" are words in most languages."""
    if words[at][:1].isdigit():
        after = words[at + 1 : at + 2]
        return (f"{int(words[at])}.", at + 2) if words[at].isdigit() and after in _NTH else (_value(words[at]), at + 1)
    for kind, mark in ((numbers.cardinal, ""), (numbers.ordinal, ".")):
        read = kind(words, at, language)
        if read is not None and read[1] > at and (read[0] > 1 or read[1] > at + 1):
            return f"{read[0]}{mark}", read[1]
    return "", at + 1


def _is_unit(word: str, language: LanguageTag) -> bool:
    return word in _UNITS and not (word == "an" and language.partition("-")[0] != "fr")


def days(text: str, language: LanguageTag) -> frozenset[str]:
    """Weekdays and months, by their number in the year or the week."""
    words = {form for word in numbers.tokens(text) for form in (word, word.removesuffix("s"))}
    return frozenset(name for form, name in _calendar(language.partition("-")[0]) if form in words)


def names(text: str, language: LanguageTag) -> frozenset[str]:
    """Words with a capital that do not begin a sentence, folded. "I" is none."""
    found = set()
    for word in _NAME.finditer(text):
        if word[0][:1].isupper() and word[0] != "I" and _OPENS.search(text[: word.start()]) is None:
            found.add(fold(word[0]).removesuffix("'s").removesuffix("’s"))
    return frozenset(found)


def _value(written: str) -> str:
    """One figure, comparable: 1,250.00 and 1250 are one."""
    bare = written
    marks = re.findall(r"[.,]", bare)
    if marks:
        head, _, tail = bare.rpartition(marks[-1])
        thousands = len(tail) == 3 and (len(set(marks)) == 1)
        bare = re.sub(r"[.,]", "", bare) if thousands else f"{re.sub(r'[.,]', '', head)}.{tail}"
    try:
        return format(Decimal(bare).normalize(), "f")
    except InvalidOperation:
        return bare


def _calendar(tag: str) -> Sequence[tuple[str, str]]:
    if tag not in _CALENDARS:
        locale = Locale.parse(tag) if tag in {"en", "es", "pt", "fr", "de", "it"} else Locale("en")
        forms: list[tuple[str, str]] = []
        for kind, table in (("day", locale.days), ("month", locale.months)):
            for number, name in table["format"]["wide"].items():
                forms.append((fold(str(name)).partition("-")[0], f"{kind} {number}"))
        _CALENDARS[tag] = [(form, name) for form, name in forms if form not in {"may", "march"} or tag != "en"]
    return _CALENDARS[tag]


_CALENDARS: dict[str, Sequence[tuple[str, str]]] = {}
"Forms of weekdays and months, by language. May and March are English verbs: as names they count all the same."
