"""Masking: what a caller says, without the digits that could be a card, a PIN or a password.

Digit runs are found as numerals and as number words, across fillers and separators ("four five, uh, three nine"), and
replaced by one `•` a digit. A run stays when it is plainly a date, a time or an amount, or so short, and so much inside
a sentence, that it says nothing ("in 3 days"). Everything else is held back: the caller of `mask` keeps the digits in
memory and releases them only if the flow had asked for them.

Source  Number words 0 to 99 per language: the num2words library.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from num2words import num2words

from ivr.vocabulary.language import LanguageTag

MASK: Final = "•"
"Stands for one digit or key that is not shown."

SHORT_RUN: Final = 2
"Digits in a run that may stay inside a sentence. Three are a card's security code already."

FEW_DIGITS: Final = 4
"Digits that may stay in a whole utterance, in short runs."

_LANGUAGES: Final = ("en", "es", "pt", "fr", "de", "it")
_EXTRA_WORDS: Final[dict[str, dict[str, int]]] = {
    "en": {"oh": 0, "o": 0, "nought": 0, "naught": 0, "nil": 0, "won": 1, "niner": 9},
    "es": {"un": 1, "una": 1},
    "pt": {"uma": 1, "duas": 2, "meia": 6, "quatorze": 14},
    "fr": {"une": 1},
    "de": {"ein": 1, "eine": 1, "zwo": 2},
    "it": {"un": 1, "una": 1},
}
_REPEATS: Final = {"double": 2, "doble": 2, "duplo": 2, "dobro": 2, "doppelt": 2, "doppio": 2, "triple": 3, "triplo": 3}
_TIMES_TEN: Final = {
    "hundred": 2, "thousand": 3, "cien": 2, "ciento": 2, "cientos": 2, "mil": 3, "cem": 2, "cento": 2, "cents": 2,
    "cent": 2, "mille": 3, "mila": 3, "hundert": 2, "tausend": 3,
}  # fmt: skip
_FILLERS: Final = frozenset(
    "uh um er erm ah eh hm hmm mm and then dash hyphen minus point dot space y e et und guion traco tiret strich "
    "trattino este pues bueno entao euh ehm ahm also dann like so ok okay".split()
)
_CURRENCY: Final = (
    r"(?:dollars?|bucks?|cents?|pounds?|pence|euros?|pesos?|reais|real|francs?|franken|dolares|d[oó]lares|libras?|"
    r"centavos?|lire|usd|eur|gbp|brl|mxn)"
)
_UNITS: Final = (
    r"(?:days?|weeks?|months?|years?|hours?|minutes?|d[ií]as?|semanas?|meses|a[nñ]os?|horas?|minutos?|jours?|semaines?|"
    r"mois|ans?|heures?|tage?n?|wochen?|monate?n?|jahre?n?|stunden?|giorni|settimane|mesi|anni|ore|"
    r"percent|por ciento|prozent|pour cent|per cento|%)"
)
_MONTH: Final = (
    r"(?:jan\w*|feb\w*|mar(?:ch|zo|ço|s)?|apr\w*|abr\w*|avr\w*|may|mayo|maio|mai|maggio|jun\w*|jul\w*|juillet|juin|aug\w*|ago\w*|"
    r"ao[uû]t|sep\w*|set\w*|oct\w*|okt\w*|out\w*|ott\w*|nov\w*|dec\w*|dez\w*|dic\w*|d[eé]c\w*|gennaio|giugno|luglio|enero)"
)
_HARMLESS: Final = re.compile(
    r"(?<![\d•])(?:"
    r"(?P<time>(?:[01]?\d|2[0-3])[:h.][0-5]\d(?!\d)(?:\s?[ap]\.?m\.?)?|(?:1[0-2]|0?[1-9])\s?(?:[ap]\.?m\b\.?|o'?clock\b))"
    rf"|(?P<date>(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.)?\s(?:of\s|de\s)?{_MONTH}\b(?:,?\s(?:de\s|del\s)?(?:19|20)\d\d(?!\d))?"
    rf"|{_MONTH}\b\s(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?:,?\s(?:19|20)\d\d)?(?!\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[/.](?:0?[1-9]|1[0-2])[/.](?:19|20)\d\d(?!\d)|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d))"
    rf"|(?P<amount>[$€£]\s?\d{{1,3}}(?:[,.]?\d{{3}})?(?:[.,]\d\d)?(?!\d)|\d{{1,3}}(?:[,.]?\d{{3}})?(?:[.,]\d\d)?\s?(?:[$€£]|{_CURRENCY}\b)"
    rf"|\d{{1,3}}(?:[.,]\d)?\s?(?:{_UNITS}(?!\w)))"
    r")(?![\d])",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SECRET_CUE: Final = re.compile(
    r"\b(card|cart|pin|cvv|cvc|security code|password|passcode|account number|social security|tarjeta|clave|"
    r"contrase[nñ]a|cart[aã]o|senha|carte|mot de passe|karte|passwort|kennwort|carta|parola)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Run:
    """One digit run held back: the digits, and where they stood in the cleaned text."""

    digits: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """Text that may be stored, and the digit runs that may not."""

    text: str
    runs: tuple[Run, ...]


def mask(text: str, language: LanguageTag, *, wary: bool = False) -> Masked:
    """Hold the digit runs of `text` back.

    language  whose number words to look for, beside numerals; an unknown one looks for those of every language.
    wary      the caller is in the middle of reading something out, or has just spoken of a card or a code: then even
              one digit is held back.
    """
    clean = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    clean = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in clean)
    spared = [] if wary else [match.span() for match in _HARMLESS.finditer(clean)]
    runs, words = _runs(clean, number_words(language), spared)
    held = [run for run in runs if wary or not _may_stay(run, runs, words, clean)]
    return Masked(_blot(clean, held), tuple(held))


def speaks_of_a_secret(text: str) -> bool:
    """Whether these words mention a card, a code or a password, so that digits after them are suspect."""
    return _SECRET_CUE.search(text) is not None


def _may_stay(run: Run, runs: list[Run], words: int, text: str) -> bool:
    few = sum(len(each.digits) for each in runs) <= FEW_DIGITS
    return len(run.digits) <= SHORT_RUN and few and words >= 2 and not speaks_of_a_secret(text)


def _blot(text: str, runs: list[Run]) -> str:
    pieces, at = [], 0
    for run in runs:
        pieces += [text[at : run.start], MASK * len(run.digits)]
        at = run.end
    return "".join([*pieces, text[at:]])


class _Reader:
    """Reads tokens one by one and collects the digit runs among them."""

    def __init__(self, table: dict[str, int], *, french: bool) -> None:
        self.runs: list[Run] = []
        self.words = 0
        "Tokens that were neither digits nor fillers."
        self._table, self._french = table, french
        self._digits, self._start, self._end = "", 0, 0
        self._last: int | None = None
        self._repeat = 1

    def read(self, word: str, start: int, end: int) -> None:
        if word.isdigit():
            self._take(word * self._repeat, start, end)
            self._last = None
        elif word in self._table and not (word in {"o", "e", "y"} and not self._digits):
            self._number(self._table[word], start, end)
        elif word in _REPEATS:
            self._repeat = _REPEATS[word]
            return
        elif self._digits and word in _TIMES_TEN:
            self._take("0" * _TIMES_TEN[word], start, end)
        elif self._digits and word in _FILLERS:
            return
        else:
            self.words += 1
            self.close()
        self._repeat = 1

    def _number(self, value: int, start: int, end: int) -> None:
        last = self._last
        tens_then_unit = last is not None and 20 <= last <= 90 and last % 10 == 0 and 1 <= value <= 9
        soixante_dix = self._french and last in {60, 80} and 10 <= value <= 19
        if last is not None and (tens_then_unit or soixante_dix):
            self._digits = self._digits[:-2] + str(last + value)
            self._end, self._last = end, None
        elif self._french and last == 4 and value == 20:
            self._digits = self._digits[:-1] + "80"
            self._end, self._last = end, 80
        else:
            self._take(str(value) * self._repeat, start, end)
            self._last = value

    def _take(self, digits: str, start: int, end: int) -> None:
        if not self._digits:
            self._start = start
        self._digits += digits
        self._end = end

    def close(self) -> None:
        if self._digits:
            self.runs.append(Run(self._digits, self._start, self._end))
        self._digits, self._last, self._repeat = "", None, 1


def _runs(text: str, table: dict[str, int], spared: list[tuple[int, int]]) -> tuple[list[Run], int]:
    reader = _Reader(table, french="quatre" in table)
    for match in _TOKEN.finditer(text):
        if any(start <= match.start() < end for start, end in spared):
            reader.words += 1
            reader.close()
            continue
        reader.read(_folded(match.group()), match.start(), match.end())
    reader.close()
    return reader.runs, reader.words


@lru_cache(maxsize=4096)
def _folded(word: str) -> str:
    """Lower case without accents: recognisers are not consistent about them."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))


@lru_cache(maxsize=16)
def number_words(language: LanguageTag) -> dict[str, int]:
    primary = language.partition("-")[0]
    table: dict[str, int] = {}
    for name in (primary,) if primary in _LANGUAGES else _LANGUAGES:
        for value in range(100):
            word = _folded(str(num2words(value, lang=name)))
            if word.isalpha():
                table.setdefault(word, value)
        table |= _EXTRA_WORDS[name]
    return table
