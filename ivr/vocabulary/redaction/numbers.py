"""Digit runs: numbers said or written, found as numerals and as number words, across fillers and separators.

Source  Number words 0 to 99 per language: the num2words library.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from num2words import num2words

from ivr.vocabulary.language import LanguageTag

LANGUAGES: Final = ("en", "es", "pt", "fr", "de", "it")
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
_HUNDREDS: Final = {
    word: value * 100
    for words in (
        "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
        "duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos",
    )
    for value, word in enumerate(words.split(), 2)
}
_CONJUNCTIONS: Final = frozenset({"and", "y", "e", "et", "und"})
_FILLERS: Final = _CONJUNCTIONS | frozenset(
    "uh um er erm ah eh hm hmm hum mm then dash hyphen minus point dot space guion traco tiret strich "
    "trattino este pues bueno entao euh ehm ahm also dann like so ok okay".split()
)
APART: Final = 5
"Numerals from this length on are numbers of their own: what a conjunction leads to is another one."

_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True, slots=True)
class Run:
    """One digit run: the digits, and where they stood in the cleaned text."""

    digits: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """One word, folded, or one row of numerals."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """What an utterance holds: all its tokens, its digit runs, and how many tokens were neither digits nor fillers."""

    tokens: tuple[Token, ...]
    runs: tuple[Run, ...]
    words: int


def cleaned(text: str) -> str:
    """Digits of every script as 0 to 9, and nothing invisible between them."""
    if text.isascii():
        return text
    clean = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in clean)


def words_of(text: str) -> list[str]:
    """The words of cleaned text, folded."""
    return [folded(word) for word in _TOKEN.findall(text)]


def numbers(text: str, language: LanguageTag, spared: list[tuple[int, int]]) -> Numbers:
    """Read cleaned text. What begins within `spared` is no part of a run."""
    table = number_words(language)
    reader = Reader(table, french="quatre" in table)
    tokens = tuple(Token(folded(match.group()), *match.span()) for match in _TOKEN.finditer(text))
    for at, token in enumerate(tokens):
        if any(start <= token.start < end for start, end in spared):
            reader.words += 1
            reader.close()
        else:
            following = tokens[at + 1].word if at + 1 < len(tokens) else ""
            reader.read(token.word, token.start, token.end, following)
    reader.close()
    return Numbers(tokens, tuple(reader.runs), reader.words)


class Reader:
    """Reads tokens one by one and collects the digit runs among them."""

    def __init__(self, table: dict[str, int], *, french: bool) -> None:
        self.runs: list[Run] = []
        self.words = 0
        "Tokens that were neither digits nor fillers."
        self._table, self._french = table, french
        self._digits, self._start, self._end = "", 0, 0
        self._last: int | None = None
        self._repeat = 1
        self._numeral = 0
        "Length of the numerals that the run ends with; 0 when it ends with a word."
        self._conjoined = False

    def read(self, word: str, start: int, end: int, following: str) -> None:
        if word.isdigit():
            if self._conjoined and max(len(word), self._numeral) >= APART:
                self.close()
            self._take(word * self._repeat, start, end)
            self._last, self._numeral, self._conjoined = None, len(word), False
        elif word in self._table and not (word in {"o", "e", "y"} and not self._digits):
            self._number(self._table[word], start, end)
        elif word in _REPEATS:
            self._repeat = _REPEATS[word]
            return
        elif word in _TIMES_TEN and (self._digits or following in _HUNDREDS or following in self._table):
            self._take("0" * _TIMES_TEN[word] if self._digits else str(10 ** _TIMES_TEN[word]), start, end)
            self._last = None
        elif word in _HUNDREDS:
            self._take(str(_HUNDREDS[word]), start, end)
            self._last = None
        elif self._digits and word in _FILLERS:
            self._conjoined = word in _CONJUNCTIONS and self._numeral > 0
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
        self._numeral, self._conjoined = 0, False

    def _take(self, digits: str, start: int, end: int) -> None:
        if not self._digits:
            self._start = start
        self._digits += digits
        self._end = end

    def close(self) -> None:
        if self._digits:
            self.runs.append(Run(self._digits, self._start, self._end))
        self._digits, self._last, self._repeat = "", None, 1
        self._numeral, self._conjoined = 0, False


@lru_cache(maxsize=4096)
def folded(word: str) -> str:
    """Lower case without accents: recognisers are not consistent about them."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))


@lru_cache(maxsize=16)
def number_words(language: LanguageTag) -> dict[str, int]:
    primary = language.partition("-")[0]
    table: dict[str, int] = {}
    for name in (primary,) if primary in LANGUAGES else LANGUAGES:
        for value in range(100):
            word = folded(str(num2words(value, lang=name)))
            if word.isalpha():
                table.setdefault(word, value)
        table |= _EXTRA_WORDS[name]
    return table
