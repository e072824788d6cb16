"""What of the knowledge wants a person's look: places that contradict one another, doubles, and what is out of date.

Room       Pure text. Nothing is decided here; every finding names its places.
Same       Two sentences are about the same thing when nearly all their telling words are the same, once numbers, units
           and negations are set aside. Days of the week and conditions are telling words: "on Sundays" is no Saturday.
Differ     They contradict when both name values of one kind and share none of them, or when only one is negated.
Sparing    A report that cries wolf is not read. Sentences of one passage, and rows of one table, are never compared.
Measure    0 findings among the demo bank's 87 answers in three languages and its documents; docs/decisions/018.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from math import ceil
from typing import Final

from ivr.answers.gate.facts import days, figures
from ivr.answers.gate.reading import folds_of, sentences_of
from ivr.answers.gate.wording import WORDINGS
from ivr.ports.documents import Document, DocumentState
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import number_words

ALIKE: Final = 0.75
"Least share of telling words that two sentences have in common to be about the same thing."
TELLING: Final = 3
"Least number of such words."
ROOT: Final = 6
"Letters by which forms of a word are the same."

_MONEY: Final = frozenset({"pound", "euro", "dollar", "real"})
_NEGATIONS: Final = {
    "en": frozenset("not no never cannot cant dont doesnt didnt isnt arent wont none".split()),
    "es": frozenset("no nunca jamas ningun ninguna ninguno".split()),
    "pt": frozenset("nao nunca jamais nenhum nenhuma".split()),
    "fr": frozenset("ne pas jamais aucun aucune".split()),
    "de": frozenset("nicht nie kein keine keinen keinem keiner".split()),
    "it": frozenset("non mai nessun nessuna nessuno".split()),
}
_CONDITIONS: Final = {
    "en": frozenset("if unless only except without before after until".split()),
    "es": frozenset("si solo salvo excepto sin antes despues hasta".split()),
    "pt": frozenset("se so apenas salvo exceto sem antes depois ate".split()),
    "fr": frozenset("si seulement sauf sans avant apres jusqu".split()),
    "de": frozenset("wenn falls nur ausser ohne vor nach bis".split()),
    "it": frozenset("se solo salvo tranne senza prima dopo fino".split()),
}
_ENGLISH_MONTHS: Final = {"march": "month 3", "may": "month 5"}
"Words that are a month only beside a number."
_NONE: Final[frozenset[str]] = frozenset()
_CELL: Final = re.compile(r"^[^:.!?]{1,60}: ")


class Matter(StrEnum):
    """Why a person should look."""

    AMOUNT = "amount"
    PERCENTAGE = "percentage"
    DATE = "date"
    NUMBER = "number"
    NEGATION = "negation"
    DUPLICATE = "duplicate"
    DUE = "due"
    "The day by which it was to be looked at again has come."
    EXPIRED = "expired"
    FUTURE = "future"
    "It is approved and not yet in effect."


@dataclass(frozen=True, slots=True)
class Place:
    """A passage, an answer or a document. `words` is the sentence in question, "" where it is the whole."""

    id: str
    where: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `what` is half a sentence: "6 pound here, 8 pound there"."""

    matter: Matter
    what: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One text that callers may hear. `of` is the document it belongs to, or its own id."""

    id: str
    of: str
    language: LanguageTag
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class _Claim:
    """One sentence: its telling words, weekdays and conditions among them; its values by kind; whether it negates."""

    told: Told
    words: str
    telling: frozenset[str]
    weekdays: frozenset[str]
    conditions: frozenset[str]
    values: dict[str, frozenset[str]]
    negated: bool
    cells: bool


def report(documents: Sequence[Document], answers: Sequence[ApprovedAnswer], day: date) -> list[Finding]:
    """Everything that a person should look at on this day, the contradictions first."""
    return contradictions(told_by(documents, answers)) + stale(documents, answers, day)


def told_by(documents: Sequence[Document], answers: Sequence[ApprovedAnswer]) -> list[Told]:
    """What callers may hear of these; of documents, all passages but the quarantined."""
    spoken = [
        Told(answer.id, answer.id, language, text, answer.where)
        for answer in answers
        for language, text in answer.spoken.items()
    ]
    return spoken + [
        Told(passage.id, document.id, document.language, passage.text, f"{document.source}, {passage.where}")
        for document in documents
        for passage in document.passages
        if not passage.flags
    ]


def contradictions(told: Sequence[Told]) -> list[Finding]:
    """The doubles among texts of one language, and the sentences that contradict one another."""
    found: list[Finding] = []
    for language in dict.fromkeys(each.language for each in told):
        texts = [each for each in told if each.language == language]
        found += _doubles(texts)
        for one, other in _pairs([claim for text in texts for claim in _claims(text)]):
            differing = _difference(one, other)
            if differing is not None:
                places = tuple(Place(each.told.id, each.told.where, each.words) for each in (one, other))
                found.append(Finding(differing[0], differing[1], places))
    return found


def stale(documents: Sequence[Document], answers: Sequence[ApprovedAnswer], day: date) -> list[Finding]:
    """What is approved and due for review, over, or not yet in effect."""
    found: list[Finding] = []
    for each in documents:
        place = (Place(each.id, f"{each.source}, version {each.version}"),)
        if each.standing(day) is DocumentState.EXPIRED and each.state is DocumentState.APPROVED:
            found.append(Finding(Matter.EXPIRED, f"its last day was {each.effective_until}", place))
        if each.standing(day) is not DocumentState.APPROVED:
            continue
        if each.effective_from is not None and each.effective_from > day:
            found.append(Finding(Matter.FUTURE, f"its first day is {each.effective_from}", place))
        if each.review_by <= day:
            what = f"it was to be looked at again by {each.review_by}, by {each.owner}"
            found.append(Finding(Matter.DUE, what, place))
    for answer in answers:
        if answer.review_by <= day.isoformat():
            what = f"it was to be looked at again by {answer.review_by}, by {answer.owner}"
            found.append(Finding(Matter.DUE, what, (Place(answer.id, answer.where),)))
    return found


def _doubles(texts: Sequence[Told]) -> list[Finding]:
    by_words: dict[tuple[str, ...], list[Told]] = defaultdict(list)
    for each in texts:
        by_words[folds_of(each.text)].append(each)
    return [
        Finding(Matter.DUPLICATE, f"{len(alike)} times the same words", tuple(Place(e.id, e.where) for e in alike))
        for alike in by_words.values()
        if len(alike) > 1
    ]


def _claims(told: Told) -> Iterator[_Claim]:
    sentences = [each.text for each in sentences_of(told.text)]
    joined: list[tuple[str, bool]] = []
    for sentence in sentences:
        cell = _CELL.match(sentence) is not None
        if cell and joined and joined[-1][1]:
            joined[-1] = (f"{joined[-1][0]} {sentence}", True)
        else:
            joined.append((sentence, cell))
    for sentence, cells in joined:
        claim = _claim(told, sentence, cells)
        if len(claim.telling) >= TELLING:
            yield claim


def _claim(told: Told, sentence: str, cells: bool) -> _Claim:
    primary = LanguageTag(told.language.partition("-")[0])
    wording = WORDINGS.get(primary)
    negations, conditions = _NEGATIONS.get(primary, _NONE), _CONDITIONS.get(primary, _NONE)
    folds = folds_of(sentence.replace("'", "").replace("’", ""))
    months = _months(folds, primary)
    beside = (wording.small if wording else _NONE) | negations | _UNIT_WORDS | set(number_words(primary)) | set(months)
    telling = {fold[:ROOT] for fold in folds if len(fold) > 1 and fold[:1].isalpha() and fold not in beside}
    weekdays = frozenset(each for each in days(sentence, primary) if each.startswith("day"))
    return _Claim(
        told,
        sentence,
        frozenset(telling | weekdays | (conditions & set(folds))),
        weekdays,
        conditions & set(folds),
        _values(sentence, primary) | ({"month": frozenset(months.values())} if months else {}),
        bool(negations & set(folds)),
        cells,
    )


def _values(sentence: str, language: LanguageTag) -> dict[str, frozenset[str]]:
    """The values of a sentence by their kind: "money", "percent", a unit, or "" for a number alone."""
    known = figures(sentence, language)
    with_unit = [figure for figure in known if " " in figure]
    counted = {figure.partition(" ")[0] for figure in with_unit}
    values: dict[str, set[str]] = defaultdict(set)
    for figure in with_unit:
        unit = figure.partition(" ")[2]
        values["money" if unit in _MONEY else unit].add(figure)
    values[""] = {figure for figure in known if " " not in figure and figure not in counted}
    return {kind: frozenset(held) for kind, held in values.items() if held}


def _months(folds: Sequence[str], language: LanguageTag) -> dict[str, str]:
    """The names of months among these words, with their numbers."""
    found: dict[str, str] = {}
    for at, fold in enumerate(folds):
        beside = folds[max(0, at - 1)] + folds[min(len(folds) - 1, at + 1)]
        if language == "en" and fold in _ENGLISH_MONTHS and any(char.isdigit() for char in beside):
            found[fold] = _ENGLISH_MONTHS[fold]
        for each in _calendar(fold, language):
            if each.startswith("month"):
                found[fold] = each
    return found


@lru_cache(maxsize=8_192)
def _calendar(fold: str, language: LanguageTag) -> frozenset[str]:
    return days(fold, language)


_UNIT_WORDS: Final = frozenset(
    "pound pounds euro euros dollar dollars libra libras reais percent prozent pfund gbp eur usd".split()
)
"What only says in which unit a value is."


def _pairs(claims: Sequence[_Claim]) -> Iterator[tuple[_Claim, _Claim]]:
    """Those that are about the same thing and of two passages, each pair once.

    Two sets with that much in common share one of the rarest words of each, so only those are looked up.
    """
    counts = Counter(word for claim in claims for word in claim.telling)
    seen: dict[str, list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        ordered = sorted(claim.telling, key=lambda word: (counts[word], word))
        rare = ordered[: len(ordered) - ceil(ALIKE * len(ordered)) + 1]
        for other in sorted({each for word in rare for each in seen[word]}):
            if _same_thing(claims[other], claim):
                yield claims[other], claim
        for word in rare:
            seen[word].append(number)


def _same_thing(one: _Claim, other: _Claim) -> bool:
    if one.told.id == other.told.id or (one.told.of == other.told.of and one.cells and other.cells):
        return False
    if one.conditions != other.conditions or one.weekdays != other.weekdays:
        return False
    both = len(one.telling & other.telling)
    return both >= TELLING and both >= ALIKE * len(one.telling | other.telling)


def _difference(one: _Claim, other: _Claim) -> tuple[Matter, str] | None:
    """In what two sentences about the same thing differ; None when they agree, or only one of them says it."""
    kinds = [kind for kind in one.values if kind in other.values]
    if "month" in kinds and any(not one.values[kind] & other.values[kind] for kind in ("month", "") if kind in kinds):
        return Matter.DATE, "another date here than there"
    for kind in kinds:
        here, there = one.values[kind], other.values[kind]
        if not here & there:
            said = f"{_listed(here)} here, {_listed(there)} there"
            return _matter(kind), said
    if one.negated != other.negated and set(one.values) == set(other.values):
        return Matter.NEGATION, "one of them is negated"
    return None


def _matter(kind: str) -> Matter:
    return {"money": Matter.AMOUNT, "percent": Matter.PERCENTAGE}.get(kind, Matter.NUMBER)


def _listed(values: frozenset[str]) -> str:
    return ", ".join(sorted(values))
