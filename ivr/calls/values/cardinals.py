"""Numbers in words, made to agree with what is counted: "two accounts", "doscientas cuentas", "duas contas".

Room       Pure words. Which gender a noun has is told from its ending, as far as an ending tells.
Source     Number words: the num2words library.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from num2words import num2words

POINT: Final[Mapping[str, str]] = {
    "en": "point", "es": "coma", "pt": "vírgula", "fr": "virgule", "de": "Komma", "it": "virgola"
}  # fmt: skip
"What parts a number's whole from its fraction; its keys are the languages that can be said here."


def cardinal(value: int, tag: str, counted: str = "") -> str:
    """A whole number. `counted` is the word that comes next, which it agrees with; "" when it stands alone."""
    words = str(num2words(value, lang=_LIBRARY.get(tag, tag))).replace(",", "")  # a comma would be a pause
    agree = _AGREE.get(tag)
    return agree(words, counted) if agree is not None and counted else words


def ordinal(value: int, tag: str, *, feminine: bool = False) -> str:
    """First, second, third."""
    words = str(num2words(value, lang=_LIBRARY.get(tag, tag), to="ordinal"))
    if feminine and tag in {"es", "pt", "it"}:
        return " ".join(re.sub("o$", "a", word) for word in words.split())
    return "première" if feminine and words == "premier" else words


def year(value: int, tag: str) -> str:
    """A year; only English says it in another way than the number."""
    return str(num2words(value, lang="en", to="year")) if tag == "en" else cardinal(value, tag)


def decimal(value: Decimal, tag: str, counted: str = "") -> str:
    """A number with its fraction as it is written: "one point five", "uno coma cinco", "three point zero five"."""
    whole, _, fraction = str(value).partition(".")
    if not fraction:
        return cardinal(int(whole), tag, counted)
    return f"{cardinal(int(whole), tag)} {POINT[tag]} {_fraction(fraction, tag)}"


def digits(run: str, tag: str) -> str:
    """One after the other."""
    return " ".join(cardinal(int(digit), tag) for digit in run)


def _fraction(run: str, tag: str) -> str:
    zeros = len(run) - len(run.lstrip("0"))
    if tag in {"en", "de"} or zeros == len(run) or len(run) - zeros > 2:
        return digits(run, tag)
    said = cardinal(int(run), tag)
    return f"{digits('0' * zeros, tag)} {said}" if zeros else said


@dataclass(frozen=True, slots=True)
class _Nouns:
    """Endings of feminine nouns, and nouns that their ending misleads about."""

    feminine: re.Pattern[str]
    masculine: frozenset[str] = frozenset()

    def is_feminine(self, noun: str) -> bool:
        word = noun.lower()
        return word not in self.masculine and self.feminine.search(word) is not None


_NOUNS: Final[Mapping[str, _Nouns]] = {
    "es": _Nouns(
        re.compile(r"(?:as?|ción|ciones|sión|siones|dad(?:es)?|tud(?:es)?|noches?|veces|vez|calles?|claves?)$"),
        frozenset("día días problema problemas programa programas sistema sistemas cajera idioma idiomas mapa para "
                  "a hasta tema temas".split()),
    ),
    "pt": _Nouns(
        re.compile(r"(?:as?|ção|ções|são|sões|dades?|tudes?|noites?|vez(?:es)?|agens?|agem)$"),
        frozenset("dia dias problema problemas programa programas sistema sistemas idioma idiomas mapa para a até "
                  "tema temas".split()),
    ),
    "it": _Nouns(re.compile(r"(?:a|ione|ità|volte)$"), frozenset("problema programma sistema da a tra fra".split())),
    "fr": _Nouns(
        re.compile(
            r"^(?:heures?|semaines?|années?|cartes?|minutes?|secondes?|journées?|agences?|fois|personnes?|demandes?|"
            r"pièces?|livres?|adresses?|.*tions?|.*tés?)$"
        )
    ),
    "de": _Nouns(re.compile(r"(?:ung|heit|keit|schaft|tion|tät|minute|stunde|woche|karte|sekunde|filiale|frage)$")),
}  # fmt: skip
_NO_NOUN: Final = frozenset(
    "de del da do das dos di du des y e et und o ou oder a à au al la el le en em in im por para per pour pro con com "
    "avec mit und bis hasta até".split()
)
"Words that follow a number without being counted by it: a number before them stands alone."


def _counts(noun: str) -> bool:
    return noun.lower() not in _NO_NOUN and noun[:1].isalpha()


def _spanish(words: str, noun: str) -> str:
    if not _counts(noun):
        return words
    if _NOUNS["es"].is_feminine(noun):
        return re.sub(r"uno$", "una", re.sub(r"(ci|ni)entos\b", r"\1entas", words))
    return re.sub(r"uno$", "un", re.sub(r"veintiuno$", "veintiún", words))


def _portuguese(words: str, noun: str) -> str:
    if not _counts(noun) or not _NOUNS["pt"].is_feminine(noun):
        return words
    words = re.sub(r"(duz|trez|quatroc|quinh|seisc|setec|oitoc|novec)entos\b", r"\1entas", words)
    return re.sub(r"\bum$", "uma", re.sub(r"\bdois\b", "duas", words))


def _italian(words: str, noun: str) -> str:
    if words != "uno" or not _counts(noun):
        return words
    if _NOUNS["it"].is_feminine(noun):
        return "una"
    return "uno" if re.match(r"(?:z|s[^aeiou]|gn|ps|x|y)", noun.lower()) else "un"


def _french(words: str, noun: str) -> str:
    return re.sub(r"\bun$", "une", words) if _counts(noun) and _NOUNS["fr"].is_feminine(noun) else words


def _german(words: str, noun: str) -> str:
    if words != "eins" or not _counts(noun):
        return words
    return "eine" if _NOUNS["de"].is_feminine(noun) else "ein"


_AGREE: Final[Mapping[str, Callable[[str, str], str]]] = {
    "es": _spanish, "pt": _portuguese, "it": _italian, "fr": _french, "de": _german
}  # fmt: skip
_LIBRARY: Final = {"pt": "pt_BR"}
"Names that the library has for a language where they differ."
