"""E-mail addresses: "john dot smith at example dot com", "ana guion bajo ruiz arroba ejemplo punto es", or spelled."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ivr.calls.values.numbers import cardinal, fold, primary
from ivr.vocabulary.language import LanguageTag

_SIGNS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "at": "@",
        "dot": ".",
        "period": ".",
        "dash": "-",
        "hyphen": "-",
        "minus": "-",
        "underscore": "_",
        "plus": "+",
    },
    "es": {"arroba": "@", "punto": ".", "guion bajo": "_", "guion": "-", "mas": "+"},
    "pt": {"arroba": "@", "ponto": ".", "sublinhado": "_", "underline": "_", "hifen": "-", "traco": "-", "mais": "+"},
    "fr": {"arobase": "@", "a commercial": "@", "point": ".", "tiret bas": "_", "tiret": "-", "plus": "+"},
    "de": {
        "at": "@",
        "klammeraffe": "@",
        "punkt": ".",
        "unterstrich": "_",
        "bindestrich": "-",
        "minus": "-",
        "plus": "+",
    },
    "it": {"chiocciola": "@", "at": "@", "punto": ".", "trattino basso": "_", "trattino": "-", "piu": "+"},
}
_LEADS_IN: Final = frozenset(
    "is it's its es e est ist email mail e-mail correo electronico direccion adresse address indirizzo endereco mia "
    "posta the my mi meu minha mon mein meine it to um uh".split()
)
_ENDS: Final = frozenset(
    "please por favor s'il vous plait bitte grazie thanks thank gracias obrigado obrigada merci".split()
)
_ADDRESS: Final = re.compile(
    r"[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
_BEGUN: Final = re.compile(r"[a-z0-9._+-]+@?[a-z0-9.-]*")


def address(text: str, language: LanguageTag) -> str | None:
    """The address in these words, in small letters; None when there is none."""
    joined = _joined(text, language)
    return joined if _ADDRESS.fullmatch(joined) and ".." not in joined else None


def begun(text: str, language: LanguageTag) -> bool:
    """Whether these words may be the beginning of one: "john dot smith at"."""
    joined = _joined(text, language)
    return bool(_BEGUN.fullmatch(joined)) and any(sign in joined for sign in "@._-+")


def _joined(text: str, language: LanguageTag) -> str:
    words = _words(text, language)
    at = next((i for i, word in enumerate(words) if "@" in word), None)
    begin = 0
    for i in range(len(words) if at is None else at, 0, -1):
        if words[i - 1] in _LEADS_IN:
            begin = i
            break
    end = next((i for i in range(at or begin, len(words)) if words[i] in _ENDS), len(words))
    return "".join(words[begin:end])


def _words(text: str, language: LanguageTag) -> list[str]:
    """Pieces of the address: signs by name become signs, number words digits, spelled letters stay letters."""
    said = fold(text).replace("’", "'")
    for name, sign in _SIGNS[primary(language)].items():
        said = re.sub(rf"(?<![\w'-]){re.escape(name)}(?![\w'-])", f" {sign} ", said)
    pieces = [piece.strip(',;:!?"“”¿¡') for piece in said.split()]
    pieces = [piece.rstrip(".") if len(piece) > 1 else piece for piece in pieces]
    words = [letter for piece in pieces for letter in _unspelled(piece)]
    return _numerals([word for word in words if word], language)


def _unspelled(piece: str) -> list[str]:
    """ "j-o-h-n" is four letters."""
    return piece.split("-") if re.fullmatch(r"\w(?:-\w){2,}", piece) else [piece]


def _numerals(words: Sequence[str], language: LanguageTag) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(words):
        number = None if words[at] in _LEADS_IN or len(words[at]) == 1 else cardinal(words, at, language)
        found.append(words[at] if number is None else str(number[0]) if not words[at].isdigit() else words[at])
        at = at + 1 if number is None else number[1]
    return found
