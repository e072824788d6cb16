"""Again: whether a turn asks what an earlier one asked, put otherwise or word for word.

Room       Pure text and numpy.
How        Two questions are one when their meaning is near and they share what they are about. Nearness alone calls
           every second question about a card the same; words alone miss "when does it get there".
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ivr.answers.asked import content
from ivr.answers.space import Matrix
from ivr.answers.words import likeness, tokens
from ivr.vocabulary.language import LanguageTag

SHORTEST: Final = 2
"Words that say something, below which a turn asks nothing by itself."

NEAR: Final = 0.90
"Cosine of two turns at which they may as well be one question as two, when half of their words are shared."
STEEP_COSINE: Final = 40.0
STEEP_SHARED: Final = 4.0
SHARED: Final = 0.5

MOST_BY_WORDS: Final = 0.9
"Of a score without the embedder."


def asked_again(
    text: str, language: LanguageTag, before: Sequence[str], vector: Matrix | None, vectors: Sequence[Matrix]
) -> float:
    """How likely `text` asks what one of the turns `before` asked, 0..1. `vectors` are those of `before`."""
    words = content(tokens(text), language)
    if len(words) < SHORTEST:
        return 0.0
    best = 0.0
    for at, earlier in enumerate(before):
        others = content(tokens(earlier), language)
        if len(others) < SHORTEST:
            continue
        shared = _shared(words, others)
        if vector is not None and at < len(vectors):
            cosine = float(vector @ vectors[at])
            odds = STEEP_COSINE * (cosine - NEAR) + STEEP_SHARED * (shared - SHARED)
            best = max(best, float(1 / (1 + np.exp(-odds))))
        else:
            best = max(best, MOST_BY_WORDS * shared if shared >= SHARED else 0.0)
    return round(best, 3)


def _shared(words: Sequence[str], others: Sequence[str]) -> float:
    """The share of the shorter turn's words that the other one has, in some form."""
    short, long = sorted((words, others), key=len)
    return sum(any(word == other or likeness(word, other) >= 0.7 for other in long) for word in short) / len(short)
