"""The extract: the one or two sentences of the passages that answer a question best, word for word.

Room       Pure text, under a few ms. What is chosen has passed the gate.
Chosen by  The words that question and sentence share, rarer ones weighing more; what the question asks for (a number,
           a day, a name) standing there; how near its passage was. A second sentence of the same passage goes with it
           when it is nearly as good.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import log
from typing import Final

from ivr.answers.compose import Answer
from ivr.answers.gate import facts
from ivr.answers.gate.extracts import joined, whole
from ivr.answers.gate.judge import judge
from ivr.answers.gate.reading import Read, folds_of, read
from ivr.answers.gate.wording import WORDINGS
from ivr.answers.words import SMALL_WORDS, likeness
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

PASSAGE: Final = (1.0, 0.55, 0.4, 0.3, 0.25)
"What a sentence of the first, second, … passage counts for."
AROUND: Final = 0.25
"What the words of the sentence before count for: it often names what this one speaks of."
WANTED: Final = 0.35
"What it adds that a sentence holds what was asked for, as a share of a full match."
ALSO: Final = 0.6
"Share of the best score from which a second sentence goes with it."
LONG_WORDS: Final = 45
"Words from which one sentence is enough to listen to."
SENTENCES: Final = 2


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


@dataclass(frozen=True, slots=True)
class _Scored:
    score: float
    passage: int
    number: int


def extract(
    question: str, language: LanguageTag, passages: Sequence[ApprovedAnswer], *, as_written: bool = False
) -> Answer | None:
    """Return the sentences that answer a question, as an answer; None when the passages say nothing in the language.

    passages    best first.
    as_written  passages of any language count. For evaluation only.
    """
    reads = [one for each in passages if (one := read(each, language, as_written=as_written)) is not None]
    ranked = _ranked(question, language, reads)
    for best in ranked:
        said = _told(reads, best, ranked, language)
        verdicts = [judge(each, language, passages, question, as_written=as_written) for each in said]
        if said and all(verdict.passed for verdict in verdicts):
            text = joined([verdict.text for verdict in verdicts])
            return Answer("composed", text, (reads[best.passage].id,), _tag(passages, reads[best.passage], language))
    return None


def _ranked(question: str, language: LanguageTag, reads: Sequence[Read]) -> list[_Scored]:
    """Every sentence with its score, best first; of the same score the one that comes first."""
    asked = _content(folds_of(question), language)
    wanted = wanted_of(question, language)
    everything = [set(sentence.folds) for each in reads for sentence in each.sentences]
    weights = {word: log(1 + len(everything) / (0.5 + sum(_has(text, word) for text in everything))) for word in asked}
    whole_weight = sum(weights.values()) or 1.0
    scored: list[_Scored] = []
    for place, each in enumerate(reads):
        before = 0.0
        for number, sentence in enumerate(each.sentences):
            words = set(sentence.folds)
            shared = sum(weight for word, weight in weights.items() if _has(words, word)) / whole_weight
            fits = WANTED * _holds(wanted, sentence.text, question, language)
            score = (shared + AROUND * before + fits) * PASSAGE[min(place, len(PASSAGE) - 1)]
            scored.append(_Scored(score, place, number))
            before = shared
    return sorted(scored, key=lambda one: (-one.score, one.passage, one.number))


def _told(reads: Sequence[Read], best: _Scored, ranked: Sequence[_Scored], language: LanguageTag) -> list[str]:
    """The best sentence, and what goes with it, in the passage's order."""
    passage = reads[best.passage]
    points = WORDINGS[language.partition("-")[0]].points if language.partition("-")[0] in WORDINGS else frozenset()
    sentence = passage.sentences[best.number]
    if sentence.words[0].fold in points:
        return [sentence.text]  # the gate lets it through with the sentence before, or not at all
    if len(sentence.words) >= LONG_WORDS:
        return [whole(passage, best.number, language).text]
    for other in ranked:
        if other.passage != best.passage or other.number == best.number or other.score < ALSO * best.score:
            continue
        also = passage.sentences[other.number]
        leans = also.words[0].fold in points
        if len(also.words) < LONG_WORDS and (not leans or other.number == best.number + 1):
            pair = sorted((best.number, other.number))
            return [passage.sentences[number].text for number in pair]
    return [sentence.text]


@lru_cache(maxsize=1_024)
def wanted_of(question: str, language: LanguageTag) -> Wanted:
    """What a question asks for, by how it is put."""
    said = " ".join(folds_of(question))
    for wanted, pattern in _ASKS.get(language.partition("-")[0], ()):
        if re.search(pattern, said):
            return wanted
    return Wanted.ANYTHING


def _holds(wanted: Wanted, text: str, question: str, language: LanguageTag) -> bool:
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


def _content(words: Sequence[str], language: LanguageTag) -> tuple[str, ...]:
    tag = language.partition("-")[0]
    small = SMALL_WORDS.get(language, SMALL_WORDS.get(tag, frozenset()))
    if tag in WORDINGS:
        small = small | WORDINGS[tag].small
    return tuple(dict.fromkeys(word for word in words if word not in small)) or tuple(dict.fromkeys(words))


def _has(words: set[str], word: str) -> bool:
    return word in words or _like(word, frozenset(words))


@lru_cache(maxsize=65_536)
def _like(word: str, words: frozenset[str]) -> bool:
    return len(word) >= 4 and any(len(other) >= 4 and likeness(word, other) >= 0.7 for other in words)


def _tag(passages: Sequence[ApprovedAnswer], told: Read, language: LanguageTag) -> LanguageTag:
    passage = next(each for each in passages if each.id == told.id)
    return next((tag for tag, text in passage.spoken.items() if text == told.text), language)
