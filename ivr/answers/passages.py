"""Passages: plain texts that nobody wrote questions for, and which of them a question's vector lies closest to.

Room       Pure numpy. No models, no I/O; built once, never changed.
Likeness   Of its chunks of a few sentences the likest one, half of its likest single sentence beside it, and the words
           that both share: a chunk knows what it is about, a sentence what it says.
Many       Thousands of passages are first compared by the directions in which they differ most; only the likeliest few
           hundred are then compared in full. `tests/answers/test_passages.py` proves that the first one stays first.
Measure    Right passage first of 48 (XQuAD): en 0.989, es 0.966, de 0.947; by chunks alone 0.977, 0.947, 0.905.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.answers.space import Matrix

Numbers = NDArray[np.int64]

SENTENCE: Final = 0.5
"What the likest sentence weighs beside the likest chunk."

WORDS: Final = 0.047
"What the share of the question's words weighs: as much as half of what lies between right and wrong passages."

DIRECTIONS: Final = 96
"In which chunks are compared at first, of 384."

SHORTLIST: Final = 256
"Passages that are compared in full."


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a question the likeliest passages are. All arrays are (found,), in no order.

    passages  their numbers.
    told      likeness as above, about 0.7..1.
    usual     what a passage has that has nothing to do with the question: the mean over all.
    """

    passages: Numbers
    told: Matrix
    usual: float


class Passages:
    """Where plain texts lie."""

    def __init__(
        self,
        passages: int,
        chunks: tuple[Matrix, Sequence[int]],
        sentences: tuple[Matrix, Sequence[int]],
        *,
        shortlist: int = SHORTLIST,
    ) -> None:
        """Take unit rows with the number of the passage that each is of, in rising order; every passage has some.

        Costs about 200 ms for 20 000 rows of 384: call it off the event loop.
        """
        self._chunks, self._sentences = _Grouped(*chunks, passages), _Grouped(*sentences, passages)
        self._shortlist = shortlist
        self._all = np.arange(passages)
        self._usual = (self._chunks.middle + SENTENCE * self._sentences.middle) / (1 + SENTENCE)
        self._turn = _main_directions(chunks[0]) if passages > shortlist else None
        self._glance = chunks[0] @ self._turn if self._turn is not None else None

    def near(self, vector: Matrix, asked: Matrix) -> Likeness:
        """Compare one query vector of unit length. `asked` is the share of its words that each passage has, 0..1."""
        chosen = self._likely(vector, asked)
        told = (self._chunks.best(vector, chosen) + SENTENCE * self._sentences.best(vector, chosen)) / (1 + SENTENCE)
        return Likeness(chosen, (told + WORDS * asked[chosen]).astype(np.float32), float(self._usual @ vector))

    def _likely(self, vector: Matrix, asked: Matrix) -> Numbers:
        if self._turn is None or self._glance is None:
            return self._all
        glance = self._chunks.most(self._glance @ (vector @ self._turn)) + WORDS * asked
        return np.sort(np.argpartition(-glance, self._shortlist)[: self._shortlist])


class _Grouped:
    """Rows in runs, one run for each passage."""

    def __init__(self, rows: Matrix, owners: Sequence[int], passages: int) -> None:
        self._rows = rows
        self._counts = np.bincount(np.asarray(owners, dtype=np.int64), minlength=passages)
        self._starts = np.concatenate([[0], np.cumsum(self._counts)[:-1]])
        self.middle: Matrix = rows.mean(axis=0)

    def most(self, values: Matrix) -> Matrix:
        """Return the greatest of each passage's values, of one value a row."""
        most: Matrix = np.maximum.reduceat(values, self._starts)
        return most

    def best(self, vector: Matrix, chosen: Numbers) -> Matrix:
        """Return the cosine of the likest row of each chosen passage."""
        counts = self._counts[chosen]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        rows = np.arange(counts.sum()) + np.repeat(self._starts[chosen] - starts, counts)
        best: Matrix = np.maximum.reduceat(self._rows[rows] @ vector, starts)
        return best


def _main_directions(rows: Matrix) -> Matrix:
    """Return the (dimensions, DIRECTIONS) directions in which these rows differ most."""
    apart = rows - rows.mean(axis=0)
    _, vectors = np.linalg.eigh(apart.T @ apart)
    main: Matrix = np.ascontiguousarray(vectors[:, -DIRECTIONS:]).astype(np.float32)
    return main
