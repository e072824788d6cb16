"""Learning: from what people wrote to what a server scores turns by.

Room       Embedding, then arithmetic in a thread. `ivr escalation learn` does it; minutes for the demo's.
Others     Questions that approved answers stand on are turns that no person is needed for, except where the examples
           claim them: "someone stole my card" has an approved answer and is a reason all the same.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ivr.answers.elsewhere import OTHER_TOPICS, SMALL_TALK
from ivr.answers.escalation.book import KINDS, Books
from ivr.answers.escalation.fitting import STEPS, Fit, fit, quiet, softmax
from ivr.answers.escalation.learnt import Learnt, Weights, digest
from ivr.answers.escalation.sense import NONE
from ivr.answers.escalation.wording import WIDTH, rarity, slots, weighed
from ivr.answers.everyday import EVERYDAY
from ivr.answers.index import BATCH
from ivr.answers.signals import SignalBook
from ivr.answers.space import Matrix
from ivr.ports.meaning import Embedder
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

PENALTY: Final = 1e-5
"Of squared weights. Chosen on dialogues written apart from the examples, as STEPS of the fitting was."

ALIKE_ENOUGH: Final = 0.3
"Share of an answer's questions that sound like a reason, from which they are no turns without one."

Signals = Mapping[LanguageTag, SignalBook]
MEANT_ALREADY: Final = frozenset({"person", "theft", "fraud"})
"Signals that are reasons themselves."


@dataclass(frozen=True, slots=True)
class Taught:
    """Turns with the class of each, by its place in `names`."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[int, ...]


def taught_by(books: Books, signals: Signals | None = None) -> Taught:
    """Every example with its class; those that only sound like a reason, small talk and steering are none."""
    meant: dict[str, str] = {}
    for book in books.values():
        for name, listed in book.reasons.items():
            for text in listed.examples:
                meant.setdefault(text, name)
    others = [
        text
        for book in books.values()
        for text in (*book.others, *(each for listed in book.reasons.values() for each in listed.counter))
    ]
    known = {**dict.fromkeys([*others, *_elsewhere(signals or {})], NONE), **meant}
    names = (*(name for name in KINDS if name in set(meant.values())), NONE)
    place = {name: at for at, name in enumerate(names)}
    return Taught(names, tuple(known), tuple(place[name] for name in known.values()))


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


async def learn(
    books: Books,
    answers: Sequence[ApprovedAnswer],
    signals: Signals,
    embedder: Embedder,
    step: Callable[[float], None] = lambda _done: None,
) -> Learnt:
    """Learn everything. Raises what the embedder raises, and ValueError where no reason has an example.

    step  is told the share that is done, 0..1.
    """
    taught = taught_by(books, signals)
    if len(taught.names) == 1:
        raise ValueError("no reason has an example")
    rare = rarity([slots(text) for text in taught.texts])
    first = await asyncio.to_thread(_fitted, _worded(taught.texts, rare), taught, quiet)
    taught = await asyncio.to_thread(_with_questions, taught, answers, first, rare)
    rare = rarity([slots(text) for text in taught.texts])
    vectors: list[Matrix] = []
    for at in range(0, len(taught.texts), BATCH):
        vectors.extend(await embedder.embed_queries(taught.texts[at : at + BATCH]))
        step(0.5 * len(vectors) / len(taught.texts))
    meaning = np.array(vectors, dtype=np.float32)
    both, alone = await asyncio.to_thread(_weights, taught, meaning, rare, step)
    return Learnt(taught.names, embedder.name, digest(books), tuple(sorted(books)), rare, both, alone)


def _with_questions(taught: Taught, answers: Sequence[ApprovedAnswer], first: Fit, rare: Matrix) -> Taught:
    """With the questions of answers that need nobody: those whose questions sound like a reason are left out."""
    found: list[str] = []
    for answer in answers:
        texts = [text for listed in answer.questions.values() for text in listed]
        chances = softmax(_worded(texts, rare) @ first.weights + first.biases) if texts else np.zeros((0, 1))
        if np.sum(np.argmax(chances, axis=1) < len(taught.names) - 1) < ALIKE_ENOUGH * len(texts):
            found += texts
    new = [text for text in dict.fromkeys(found) if text not in set(taught.texts)]
    none = len(taught.names) - 1
    return Taught(taught.names, (*taught.texts, *new), (*taught.labels, *[none] * len(new)))


def _worded(texts: Sequence[str], rare: Matrix) -> Matrix:
    """The wording of turns, (turns, WIDTH)."""
    rows = np.zeros((len(texts), WIDTH), dtype=np.float32)
    for at, text in enumerate(texts):
        places, weights = weighed(slots(text), rare)
        rows[at, places] = weights
    return rows


def _fitted(rows: Matrix, taught: Taught, step: Callable[[int], None]) -> Fit:
    return fit(rows, taught.labels, len(taught.names), PENALTY, step)


def _weights(taught: Taught, meaning: Matrix, rare: Matrix, step: Callable[[float], None]) -> tuple[Weights, Weights]:
    """By meaning and wording together, and by wording alone."""
    middle = meaning.mean(axis=0)
    scale = np.float32(1.0 / np.sqrt(np.mean(np.sum((meaning - middle) ** 2, axis=1)) + 1e-9))
    worded = _worded(taught.texts, rare)
    dimensions = meaning.shape[1]
    alone = _fitted(worded, taught, lambda at: step(0.5 + 0.2 * at / STEPS))
    both = _fitted(np.hstack([(meaning - middle) * scale, worded]), taught, lambda at: step(0.7 + 0.3 * at / STEPS))
    by_meaning = both.weights[:dimensions] * scale
    biases = both.biases - middle @ by_meaning
    nothing = np.zeros((0, len(taught.names)), dtype=np.float32)
    return (
        Weights(biases, both.weights[dimensions:], by_meaning),
        Weights(alone.biases, alone.weights, nothing),
    )
