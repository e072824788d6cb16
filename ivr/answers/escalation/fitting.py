"""Fitting: from examples to weights, by softmax regression over what turns mean and how they are worded.

Room       Pure numpy. A minute or more for ten thousand examples: `ivr escalation learn` does it, never a server.
Why        Nearest examples alone err where a whole story holds one worrying word; weights learn from the counter-
           examples which directions are the worry and which only its surroundings. docs/decisions/021 has the figures.
Source     Multinomial logistic regression with an L2 penalty, fitted by Adam over all examples (arXiv 1412.6980):
           features that are rare move as far as those that are in every turn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ivr.answers.space import Matrix

STEPS: Final = 150
STRIDE: Final = 0.05
"Down the gradient, and how far each goes at first; they shorten to nothing."
KEEPS_SLOPE: Final = 0.9
KEEPS_SPREAD: Final = 0.99
TINY: Final = 1e-8


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights (features, classes) and biases (classes,)."""

    weights: Matrix
    biases: Matrix


def quiet(_done: int) -> None:
    """Nobody watches."""


def fit(rows: Matrix, labels: Sequence[int], classes: int, penalty: float, step: Callable[[int], None] = quiet) -> Fit:
    """Fit `rows` (examples, features), float32, to their `labels`.

    penalty  of the squared weights, beside the mean loss of an example.
    step     is told after each of STEPS steps.
    """
    count, width = rows.shape
    wanted = np.zeros((count, classes), dtype=np.float32)
    wanted[np.arange(count), np.asarray(labels)] = 1.0
    weights, biases = np.zeros((width, classes), dtype=np.float32), np.zeros(classes, dtype=np.float32)
    slope, spread = np.zeros_like(weights), np.zeros_like(weights)
    slope_bias, spread_bias = np.zeros_like(biases), np.zeros_like(biases)
    for at in range(1, STEPS + 1):
        error = (softmax(rows @ weights + biases) - wanted) / np.float32(count)
        down, down_bias = rows.T @ error + np.float32(penalty) * weights, error.sum(axis=0)
        slope += (1 - KEEPS_SLOPE) * (down - slope)
        spread += (1 - KEEPS_SPREAD) * (down**2 - spread)
        slope_bias += (1 - KEEPS_SLOPE) * (down_bias - slope_bias)
        spread_bias += (1 - KEEPS_SPREAD) * (down_bias**2 - spread_bias)
        rate = STRIDE * (1 - (at - 1) / STEPS) / (1 - KEEPS_SLOPE**at)
        whole = 1 - KEEPS_SPREAD**at
        weights -= np.float32(rate) * slope / (np.sqrt(spread / np.float32(whole)) + np.float32(TINY))
        biases -= np.float32(rate) * slope_bias / (np.sqrt(spread_bias / np.float32(whole)) + np.float32(TINY))
        step(at)
    return Fit(weights, biases)


def softmax(logits: Matrix) -> Matrix:
    """Rows of logits to rows of chances."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Matrix = powers / powers.sum(axis=-1, keepdims=True)
    return found
