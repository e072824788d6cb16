"""Number words: what "two thousand twenty six" or "fünfundzwanzig" comes to, token by token.

Source  Number words 0 to 999 and ordinals 1 to 31 per language: the num2words library.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from num2words import num2words

from ivr.vocabulary.language import LanguageTag

LANGUAGES: Final = ("en", "es", "pt", "fr", "de", "it")
THOUSAND: Final = {"en": "thousand", "es": "mil", "pt": "mil", "fr": "mille", "de": "tausend", "it": "mila"}
_AND: Final = {"en": "and", "es": "y", "pt": "e", "fr": "et", "de": "und", "it": "e"}
_EXTRA: Final[Mapping[str, Mapping[str, int]]] = {
    "en": {"oh": 0},
    "es": {
        "un": 1,
        "una": 1,
    },
    "pt": {"um": 1, "uma": 1, "duas": 2, "meia": 6, "quatorze": 14, "dezasseis": 16, "dezassete": 17, "dezanove": 19},
    "fr": {"une": 1, "septante": 70, "nonante": 90},
    "de": {"ein": 1, "eine": 1, "einen": 1, "zwo": 2},
    "it": {"un": 1, "una": 1, "mille": 1_000},
}
_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|[@$€£%/]")


def primary(language: LanguageTag) -> str:
    """The language whose wording is used: its primary subtag, or English when we have none for it."""
    tag = language.partition("-")[0]
    return tag if tag in LANGUAGES else "en"


def fold(text: str) -> str:
    """Lower case without accents: recognisers are not consistent about them."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def tokens(text: str) -> list[str]:
    """Words, numerals and signs, folded: "Twenty-five, ¡mañana!" is twenty, five, manana."""
    return _TOKEN.findall(fold(text))


def cardinal(words: Sequence[str], at: int, language: LanguageTag) -> tuple[int, int] | None:
    """The number that begins at `at`, and where it ends; numerals or words, below a million."""
    tag = primary(language)
    if at >= len(words):
        return None
    if words[at].isdigit():
        return int(words[at]), at + 1
    if tag == "en" and words[at] == "a" and words[at + 1 : at + 2] in (["hundred"], ["thousand"]):
        words = [*words[:at], "one", *words[at + 1 :]]
    if (whole := _compound(words[at], tag)) is not None:
        return whole, at + 1
    found = _below_thousand(words, at, tag)
    value, end = found if found is not None else (1, at)
    if end < len(words) and words[end] in {THOUSAND[tag], "mille"}:
        rest = _below_thousand(words, _past_and(words, end + 1, tag), tag)
        return (value * 1_000 + rest[0], rest[1]) if rest is not None else (value * 1_000, end + 1)
    return found


def ordinal(words: Sequence[str], at: int, language: LanguageTag) -> tuple[int, int] | None:
    """The ordinal from 1 to 31 that begins at `at`: "third", "3rd", "twenty first", "primero"."""
    if at < len(words) and words[at].isdigit() and at + 1 < len(words) and words[at + 1] in {"st", "nd", "rd", "th"}:
        return int(words[at]), at + 2
    return _longest(words, at, _ordinals(primary(language)))


def _below_thousand(words: Sequence[str], at: int, tag: str) -> tuple[int, int] | None:
    return _longest(words, at, _cardinals(tag))


def _compound(word: str, tag: str) -> int | None:
    """ "zweitausendfünfhundert", "duemilacinquecento": thousands in one word."""
    head, thousand, tail = word.partition({"de": "tausend", "it": "mila"}.get(tag, " "))
    table = _cardinals(tag)
    if not thousand or (tail and (tail,) not in table) or (head and (head,) not in table):
        return None
    return (table[(head,)] if head else 1) * 1_000 + (table[(tail,)] if tail else 0)


def _past_and(words: Sequence[str], at: int, tag: str) -> int:
    return at + 1 if at < len(words) and words[at] == _AND[tag] else at


def _longest(words: Sequence[str], at: int, table: Mapping[tuple[str, ...], int]) -> tuple[int, int] | None:
    for end in range(min(len(words), at + 6), at, -1):
        value = table.get(tuple(words[at:end]))
        if value is not None:
            return value, end
    return None


def prepare(tag: str) -> None:
    """Build a language's tables before a call needs them: they take a tenth of a second."""
    if tag in _EXTRA:
        _cardinals(tag)
        _ordinals(tag)


@lru_cache(maxsize=8)
def _cardinals(tag: str) -> Mapping[tuple[str, ...], int]:
    table: dict[tuple[str, ...], int] = {}
    for value in range(1_000):
        spelled = tokens(str(num2words(value, lang=tag)).replace("-", " "))
        table[tuple(spelled)] = value
        if tag == "en":  # "one hundred five", without the "and"
            table[tuple(word for word in spelled if word != "and")] = value
    return table | {tuple(word.split()): value for word, value in _EXTRA[tag].items()}


@lru_cache(maxsize=8)
def _ordinals(tag: str) -> Mapping[tuple[str, ...], int]:
    table: dict[tuple[str, ...], int] = {}
    for value in range(1, 32):
        spelled = tokens(str(num2words(value, lang=tag, to="ordinal")).replace("-", " "))
        forms = [spelled]
        if tag in {"es", "pt", "it"} and spelled[-1].endswith("o"):
            forms.append([*spelled[:-1], spelled[-1][:-1] + "a"])
        if tag == "de":
            forms += [[*spelled[:-1], spelled[-1] + ending] for ending in ("n", "r")]
        if tag == "fr" and value == 1:
            forms.append(["premiere"])
        table |= {tuple(form): value for form in forms}
    return table
