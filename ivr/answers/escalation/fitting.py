"""Fitting: from examples to weights, by softmax regression over a turn's meaning or its wording.

Room       Pure numpy. A few seconds for some thousand examples: call it off the event loop.
Why        Nearest examples alone err where a whole story holds one worrying word; weights learn from the counter-
           examples which directions are the worry and which only its surroundings. docs/decisions/021 has the figures.
Source     Multinomial logistic regression with an L2 penalty, fitted by Adam over all examples (arXiv 1412.6980):
           words that are rare move as far as those that are in every turn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from ivr.answers.space import Matrix

STEPS: Final = 60
STRIDE: Final = 0.1
"Down the gradient, and how far each goes: more steps cost time at the start, and change hardly a decision."
KEEPS_SLOPE: Final = 0.9
KEEPS_SPREAD: Final = 0.99
TINY: Final = 1e-8


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights (features, classes) and biases (classes,)."""

    weights: Matrix
    biases: Matrix

    def logits(self, row: Matrix) -> Matrix:
        """How much one row, or each of many, speaks for each class."""
        found: Matrix = row @ self.weights + self.biases
        return found


class Rows(Protocol):
    """Examples as rows of features."""

    @property
    def shape(self) -> tuple[int, int]: ...

    def times(self, weights: Matrix) -> Matrix:
        """rows @ weights"""
        ...

    def turned(self, errors: Matrix) -> Matrix:
        """rows.T @ errors"""
        ...


class Dense:
    """Rows with a number for every feature."""

    def __init__(self, table: Matrix) -> None:
        self._table = table
        self.shape = (table.shape[0], table.shape[1])

    def times(self, weights: Matrix) -> Matrix:
        found: Matrix = self._table @ weights
        return found

    def turned(self, errors: Matrix) -> Matrix:
        found: Matrix = self._table.T @ errors
        return found


class Sparse:
    """Rows in which most features are 0: a turn has a few dozen of some thousand."""

    def __init__(self, listed: Sequence[Mapping[int, float]], width: int) -> None:
        """Every row must have a feature."""
        self.shape = (len(listed), width)
        sizes = [len(row) for row in listed]
        slots = np.fromiter((slot for row in listed for slot in row), dtype=np.int64, count=sum(sizes))
        values = np.fromiter((value for row in listed for value in row.values()), dtype=np.float32, count=sum(sizes))
        owners = np.repeat(np.arange(len(listed)), sizes)
        self._slots, self._values = slots, values[:, None]
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        order = np.argsort(slots, kind="stable")
        self._used, self._firsts = np.unique(slots[order], return_index=True)
        self._owners, self._by_slot = owners[order], values[order][:, None]

    def times(self, weights: Matrix) -> Matrix:
        found: Matrix = np.add.reduceat(weights[self._slots] * self._values, self._starts, axis=0)
        return found

    def turned(self, errors: Matrix) -> Matrix:
        found = np.zeros((self.shape[1], errors.shape[1]), dtype=np.float32)
        found[self._used] = np.add.reduceat(errors[self._owners] * self._by_slot, self._firsts, axis=0)
        return found


def fit_dense(table: Matrix, labels: Sequence[int], classes: int, penalty: float, importance: Sequence[float]) -> Fit:
    """Fit dense rows, whose middle is taken off and whose length is brought to 1 on average."""
    middle = table.mean(axis=0)
    plain = table - middle
    scale = float(1.0 / np.sqrt(np.mean(np.sum(plain**2, axis=1)) + 1e-9))
    found = fit(Dense(np.asarray(plain * scale, dtype=np.float32)), labels, classes, penalty, importance)
    weights = np.asarray(found.weights * scale, dtype=np.float32)
    return Fit(weights, np.asarray(found.biases - middle @ weights, dtype=np.float32))


def fit(rows: Rows, labels: Sequence[int], classes: int, penalty: float, importance: Sequence[float]) -> Fit:
    """Fit `rows` to `labels`.

    penalty     of the squared weights.
    importance  how much each row counts; their mean should be 1.
    """
    owners = np.asarray(labels, dtype=np.int64)
    count, width = rows.shape
    share = (np.asarray(importance, dtype=np.float32) / count)[:, None]
    wanted = np.zeros((count, classes), dtype=np.float32)
    wanted[np.arange(count), owners] = 1.0
    weights = np.zeros((width, classes), dtype=np.float32)
    biases = np.zeros(classes, dtype=np.float32)
    slope, spread = np.zeros_like(weights), np.zeros_like(weights)
    slope_bias, spread_bias = np.zeros_like(biases), np.zeros_like(biases)
    for at in range(1, STEPS + 1):
        error: Matrix = np.asarray((softmax(rows.times(weights) + biases) - wanted) * share, dtype=np.float32)
        down, down_bias = rows.turned(error) + penalty * weights, error.sum(axis=0)
        slope += (1 - KEEPS_SLOPE) * (down - slope)
        spread += (1 - KEEPS_SPREAD) * (down**2 - spread)
        slope_bias += (1 - KEEPS_SLOPE) * (down_bias - slope_bias)
        spread_bias += (1 - KEEPS_SPREAD) * (down_bias**2 - spread_bias)
        rate = STRIDE / (1 - KEEPS_SLOPE**at)
        whole = 1 - KEEPS_SPREAD**at
        weights -= rate * slope / (np.sqrt(spread / whole) + TINY)
        biases -= rate * slope_bias / (np.sqrt(spread_bias / whole) + TINY)
    return Fit(np.asarray(weights, dtype=np.float32), np.asarray(biases, dtype=np.float32))


def softmax(logits: Matrix) -> Matrix:
    """Rows of logits to rows of chances."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Matrix = powers / powers.sum(axis=-1, keepdims=True)
    return found
