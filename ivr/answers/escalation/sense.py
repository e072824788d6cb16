"""Sense: how much a turn sounds like each reason, from what people wrote and what the business answers.

Room       Pure once built. Building embeds the examples (the embedder remembers them on disk) and fits in a thread.
Meaning    A score is the chance that any reason is meant, 0..1, for the likeliest one; others have their share of it.
Failing    Without the embedder the wording decides alone: the clear ones are found, few others.
Others     Questions that approved answers stand on are turns that no person is needed for, except where the examples
           claim them: "someone stole my card" has an approved answer and is a reason all the same.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from ivr.answers.elsewhere import OTHER_TOPICS, SMALL_TALK
from ivr.answers.escalation.book import HINTS, KINDS, Books
from ivr.answers.escalation.fitting import Fit, Sparse, fit, fit_dense, softmax
from ivr.answers.escalation.wording import WIDTH, features, foreign_script, is_threat, is_unreal
from ivr.answers.everyday import EVERYDAY
from ivr.answers.index import BATCH
from ivr.answers.signals import SignalBook
from ivr.answers.space import Matrix
from ivr.ports.meaning import Embedder
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

MEANING_PENALTY: Final = 1e-4
WORDING_PENALTY: Final = 3e-5
"Chosen by cross-validation over the demo's examples."

MEANING_COUNTS: Final = 0.75
"Share of the meaning's say beside the wording's."

NEIGHBOURS: Final = 20
NEIGHBOURS_REACH: Final = 0.015
"Nearest examples that have a say, and how fast it fades with their cosine."
NEIGHBOURS_COUNT: Final = 0.5
"Share of what the neighbours say beside what was fitted: far from all examples, most of them need nobody."

EVENED: Final = 0.35
"How far classes with few examples count more for each: 0 not at all, 1 until all classes weigh the same."

ALIKE_ENOUGH: Final = 0.3
"Share of an answer's questions that sound like a reason, from which they are no turns without one."

MOST_QUESTIONS: Final = 1_500
"Questions of approved answers that are learnt as needing nobody."

LEAST: Final = 0.1
"A score below it is not worth writing down."

UNREAL_COUNTS: Final = 0.3
"What is left of a score when the words speak of what might happen."

MAY_BE_UNREAL: Final = frozenset({"theft", "fraud", "account_access", "dispute", "distress", "danger"})
"Reasons of something that has happened. A lawyer who is only threatened with is a reason all the same."

FOREIGN: Final = 0.6
"Share of letters in another script from which the language is none of ours."

NONE: Final = "none"

Signals = Mapping[LanguageTag, SignalBook]
NO_SIGNALS: Final[Signals] = {}
MEANT_ALREADY: Final = frozenset({"person", "theft", "fraud"})
"Signals that are reasons themselves."


@dataclass(frozen=True, slots=True)
class _Learnt:
    """Texts with the class of each: row numbers into `names`."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[int, ...]
    importance: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sense:
    """What was learnt. `names` are the classes, the last one none of them."""

    names: tuple[str, ...] = ()
    wording: Fit | None = None
    meaning: Fit | None = None
    vectors: Matrix | None = None
    labels: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()

    def score(self, text: str, language: LanguageTag, vector: Matrix | None = None) -> dict[str, float]:
        """Score a turn; what is hardly there is left out."""
        scores: dict[str, float] = {}
        if self.wording is not None:
            logits = _wording_logits(self.wording, text)
            if vector is not None and self.meaning is not None:
                logits = (1 - MEANING_COUNTS) * logits + MEANING_COUNTS * self.meaning.logits(vector)
            chances = softmax(logits)
            if vector is not None and self.vectors is not None:
                chances = (1 - NEIGHBOURS_COUNT) * chances + NEIGHBOURS_COUNT * self._neighbours(vector)
            scores = self._scores(chances)
            if is_unreal(text, language):
                for name in MAY_BE_UNREAL & set(scores):
                    scores[name] *= UNREAL_COUNTS
        if scores.get("abuse", 0.0) >= LEAST and is_threat(text, language):
            scores["threat"] = 1.0
        foreign = foreign_script(text, self.languages)
        if self.languages and foreign >= FOREIGN:
            scores = {"language": max(foreign, scores.get("language", 0.0))}
        return {name: round(score, 3) for name, score in scores.items() if score >= LEAST}

    def _neighbours(self, vector: Matrix) -> Matrix:
        """What the nearest examples are, in shares."""
        assert self.vectors is not None  # noqa: S101 - the caller has looked
        cosines = self.vectors @ vector
        nearest = np.argpartition(-cosines, min(NEIGHBOURS, len(cosines)) - 1)[:NEIGHBOURS]
        weights = np.exp((cosines[nearest] - np.max(cosines)) / NEIGHBOURS_REACH)
        classes = np.asarray(self.labels)[nearest]
        found: Matrix = np.bincount(classes, weights, minlength=len(self.names)) / weights.sum()
        return found

    def _scores(self, chances: Matrix) -> dict[str, float]:
        """That any reason is meant, for the likeliest; and in proportion for the others, so that two may be near."""
        found = dict(zip(self.names[:-1], chances.tolist(), strict=False))
        reasons = {name: chance for name, chance in found.items() if name not in HINTS}
        most, any_of_them = max(reasons.values(), default=1.0), sum(reasons.values())
        return found | {name: any_of_them * chance / most for name, chance in reasons.items()}


def sense_by_wording(
    books: Books,
    answers: Sequence[ApprovedAnswer] = (),
    languages: Iterable[str] = (),
    signals: Signals = NO_SIGNALS,
) -> Sense:
    """What wording alone shows. A second or two for the demo's examples: call it off the event loop."""
    learnt = _gather(books, answers, signals)
    if not learnt.texts:
        return Sense()
    return Sense(learnt.names, _fit_wording(learnt), languages=tuple(languages))


async def build_sense(
    books: Books,
    answers: Sequence[ApprovedAnswer],
    embedder: Embedder,
    languages: Iterable[str] = (),
    signals: Signals = NO_SIGNALS,
) -> Sense:
    """Learn everything. Raises what the embedder raises; then `sense_by_wording` is what there is."""
    learnt = await asyncio.to_thread(_gather, books, answers, signals)
    if not learnt.texts:
        return Sense()
    vectors: list[Matrix] = []
    for at in range(0, len(learnt.texts), BATCH):
        vectors.extend(await embedder.embed_queries(learnt.texts[at : at + BATCH]))
    return await asyncio.to_thread(_assemble, learnt, np.array(vectors, dtype=np.float32), tuple(languages))


# ── what is learnt from ──────────────────────────────────────────────────────────────────────────────────────────


def _gather(books: Books, answers: Sequence[ApprovedAnswer], signals: Signals) -> _Learnt:
    """Every example with its class, and the questions that approved answers stand on."""
    meant: dict[str, str] = {}
    for book in books.values():
        for name, listed in book.reasons.items():
            for text in listed.examples:
                meant.setdefault(text, name)
    names = (*(name for name in KINDS if name in set(meant.values())), NONE)
    if len(names) == 1:
        return _Learnt(names, (), (), ())
    not_meant = [
        text
        for book in books.values()
        for text in (*book.others, *(each for listed in book.reasons.values() for each in listed.counter))
        if text not in meant
    ]
    not_meant += [text for text in _elsewhere(signals) if text not in meant]
    written = _weighed(names, {**dict.fromkeys(not_meant, NONE), **meant})
    questions = _questions(answers, written)
    return _weighed(names, {**dict.fromkeys(questions, NONE), **dict.fromkeys(not_meant, NONE), **meant})


def _elsewhere(signals: Signals) -> list[str]:
    """What callers say to steer a call, small talk, and what is asked of other businesses: nobody is needed for it."""
    steering = [
        text
        for book in signals.values()
        for name, signal in book.signals.items()
        if name not in MEANT_ALREADY
        for text in (*signal.examples, *signal.counter)
    ]
    return [*SMALL_TALK, *(phrase for phrase, _ in (*OTHER_TOPICS, *EVERYDAY)), *steering]


def _weighed(names: tuple[str, ...], known: Mapping[str, str]) -> _Learnt:
    """Classes with few examples count more for each, and the large one less."""
    place = {name: at for at, name in enumerate(names)}
    labels = tuple(place[name] for name in known.values())
    counts = np.bincount(labels, minlength=len(names)).astype(np.float64)
    each = np.maximum(counts, 1) ** -EVENED
    importance = each[list(labels)]
    return _Learnt(names, tuple(known), labels, tuple((importance / importance.mean()).tolist()))


def _questions(answers: Sequence[ApprovedAnswer], written: _Learnt) -> list[str]:
    """The questions of answers that need nobody: those whose questions sound like a reason are left out."""
    wording = _fit_wording(written)
    found: list[str] = []
    for answer in answers:
        texts = [text for listed in answer.questions.values() for text in listed]
        alike = sum(int(np.argmax(_wording_logits(wording, text))) < len(written.names) - 1 for text in texts)
        if alike < ALIKE_ENOUGH * len(texts):
            found += texts
    every = max(1, -(-len(found) // MOST_QUESTIONS))
    return found[::every]


# ── fitting ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _assemble(learnt: _Learnt, vectors: Matrix, languages: tuple[str, ...]) -> Sense:
    meaning = fit_dense(vectors, learnt.labels, len(learnt.names), MEANING_PENALTY, learnt.importance)
    return Sense(learnt.names, _fit_wording(learnt), meaning, vectors, learnt.labels, languages)


@lru_cache(maxsize=4)
def _fit_wording(learnt: _Learnt) -> Fit:
    """Texts without a word are not learnt from."""
    found = [features(text) or {WIDTH: 1.0} for text in learnt.texts]
    return fit(Sparse(found, WIDTH + 1), learnt.labels, len(learnt.names), WORDING_PENALTY, learnt.importance)


def _wording_logits(wording: Fit, text: str) -> Matrix:
    found = features(text)
    if not found:
        return wording.biases
    slots = np.fromiter(found, dtype=np.int64, count=len(found))
    weights = np.fromiter(found.values(), dtype=np.float32, count=len(found))
    logits: Matrix = weights @ wording.weights[slots] + wording.biases
    return logits
