"""What a question asks for: a number, a day, a name; and which of its words a sentence shares.

Room  Pure text.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final

from ivr.answers.gate import facts
from ivr.answers.gate.reading import folds_of
from ivr.answers.gate.wording import WORDINGS
from ivr.answers.words import SMALL_WORDS, likeness
from ivr.vocabulary.language import LanguageTag


class Wanted(StrEnum):
    """What a question asks for."""

    NUMBER = "number"
    TIME = "time"
    WHO = "who"
    WHERE = "where"
    ANYTHING = "anything"


_ASKS: Final[Mapping[str, tuple[tuple[Wanted, str], ...]]] = {
    "en": (
        (Wanted.TIME, r"\b(when|what (year|day|date|time|month|century|decade)|how long|how soon|what hours)\b"),
        (Wanted.NUMBER, r"\bhow (many|much|old|big|large|tall|far|often|high|fast)\b"
                        r"|\bwhat (percent|number|fee|cost|price)|\bcosts?\b|\bfees?\b|\bcharges?\b"),
        (Wanted.WHO, r"\b(who|whose|whom|which)\b|\bwhat (name|person|company|group|team|city|country|state)\b"),
        (Wanted.WHERE, r"\bwhere\b"),
    ),
    "es": (
        (Wanted.TIME, r"\b(cuando|en que (ano|dia|fecha|mes|siglo)|que (dia|ano|fecha|hora))\b"
                      r"|\bcuanto (tarda|tiempo|dura)\b"),
        (Wanted.NUMBER, r"\b(cuant[oa]s?|que (porcentaje|numero|comision|precio|coste))\b"),
        (Wanted.WHO, r"\b(quien|quienes|cual|cuales|que (nombre|persona|empresa|grupo|equipo|ciudad|pais|estado))\b"),
        (Wanted.WHERE, r"\b(donde|adonde)\b"),
    ),
    "pt": (
        (Wanted.TIME, r"\b(quando|em que (ano|dia|data|mes)|que (dia|ano|horas?)|quanto tempo)\b"),
        (Wanted.NUMBER, r"\b(quant[oa]s?|qual (a taxa|o preco|o valor))\b"),
        (Wanted.WHO, r"\b(quem|qual|quais)\b"),
        (Wanted.WHERE, r"\b(onde|aonde)\b"),
    ),
    "fr": (
        (Wanted.TIME, r"\b(quand|quelle (annee|date|heure)|quel (jour|mois|siecle)|combien de temps)\b"),
        (Wanted.NUMBER, r"\b(combien|quel (prix|pourcentage|tarif))\b"),
        (Wanted.WHO, r"\b(qui|quels?|quelles?)\b"),
        (Wanted.WHERE, r"\b(ou)\b"),
    ),
    "de": (
        (Wanted.TIME, r"\b(wann|wie lange|in welchem (jahr|monat|jahrhundert)|an welchem tag|welches (jahr|datum))\b"),
        (Wanted.NUMBER, r"\b(wie (viele?|hoch|gross|alt|weit|oft)|wieviele?|was kostet)\b"),
        (Wanted.WHO, r"\b(wer|wen|wem|wessen|welche[rsnm]?)\b"),
        (Wanted.WHERE, r"\b(wo|wohin|woher)\b"),
    ),
    "it": (
        (Wanted.TIME, r"\b(quando|in che (anno|giorno|data)|che (giorno|anno|ora)|quanto tempo|quanto dura)\b"),
        (Wanted.NUMBER, r"\b(quant[oaie]|che (percentuale|numero|prezzo))\b"),
        (Wanted.WHO, r"\b(chi|quale|quali)\b"),
        (Wanted.WHERE, r"\b(dove)\b"),
    ),
}  # fmt: skip


@lru_cache(maxsize=1_024)
def wanted_of(question: str, language: LanguageTag) -> Wanted:
    """What a question asks for, by how it is put."""
    said = " ".join(folds_of(question))
    for wanted, pattern in _ASKS.get(language.partition("-")[0], ()):
        if re.search(pattern, said):
            return wanted
    return Wanted.ANYTHING


def holds(wanted: Wanted, text: str, question: str, language: LanguageTag) -> bool:
    """Whether a sentence holds what was asked for, beyond what the question holds itself."""
    match wanted:
        case Wanted.NUMBER:
            return bool(facts.figures(text, language) - facts.figures(question, language))
        case Wanted.TIME:
            return bool(
                (facts.figures(text, language) | facts.days(text, language))
                - facts.figures(question, language)
                - facts.days(question, language)
            )
        case Wanted.WHO | Wanted.WHERE:
            return bool(facts.names(text, language) - set(folds_of(question)))
        case Wanted.ANYTHING:
            return False


def content(words: Sequence[str], language: LanguageTag) -> tuple[str, ...]:
    """The words that carry what is asked, folded and each once; all of them when none does."""
    tag = language.partition("-")[0]
    small = SMALL_WORDS.get(language, SMALL_WORDS.get(tag, frozenset()))
    if tag in WORDINGS:
        small = small | WORDINGS[tag].small
    return tuple(dict.fromkeys(word for word in words if word not in small)) or tuple(dict.fromkeys(words))


def has(words: set[str], word: str) -> bool:
    """Whether a word, or a form of it, is among these."""
    return word in words or _like(word, frozenset(words))


@lru_cache(maxsize=65_536)
def _like(word: str, words: frozenset[str]) -> bool:
    return len(word) >= 4 and any(len(other) >= 4 and likeness(word, other) >= 0.7 for other in words)
