"""Wordings vote for the answer that a question belongs to, and what nobody answers votes against all."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.answers.votes import Votes

Rows = NDArray[np.float32]
ANSWERS, EACH, WIDE = 12, 8, 48


def unit(rows: Rows) -> Rows:
    scaled: Rows = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return scaled


class Town:
    """Made-up meanings: a topic for each answer and for what lies elsewhere, each said in several ways."""

    def __init__(self) -> None:
        self._rng = np.random.default_rng(11)
        self._common = unit(self._random(1))[0]
        self._topics = unit(self._random(2 * ANSWERS))

    def said(self, topic: int, times: int = 1) -> Rows:
        """Vectors as close together as those of the real model: mostly what is common to all that is said."""
        return unit(self._common + 0.4 * self._topics[topic] + 0.25 * unit(self._random(times)))

    def _random(self, rows: int) -> Rows:
        return self._rng.standard_normal((rows, WIDE), dtype=np.float32)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def wordings(town: Town) -> tuple[Rows, list[int]]:
    return np.vstack([town.said(n, EACH) for n in range(ANSWERS)]), [n for n in range(ANSWERS) for _ in range(EACH)]


@pytest.fixture
def elsewhere(town: Town) -> Rows:
    return np.vstack([town.said(n, EACH) for n in range(ANSWERS, 2 * ANSWERS)])


def test_a_question_is_voted_to_the_answer_that_it_belongs_to(
    town: Town, wordings: tuple[Rows, list[int]], elsewhere: Rows
) -> None:
    votes = Votes(wordings, ANSWERS, elsewhere)
    for answer in range(ANSWERS):
        for question in town.said(answer, 10):
            found, against = votes.of(question)
            assert int(np.argmax(found)) == answer and found[answer] > against


def test_what_no_answer_is_about_is_voted_out(town: Town, wordings: tuple[Rows, list[int]], elsewhere: Rows) -> None:
    votes = Votes(wordings, ANSWERS, elsewhere)
    for topic in range(ANSWERS, 2 * ANSWERS):
        found, against = votes.of(town.said(topic)[0])
        assert against > found.max()


def test_with_too_many_wordings_some_vote_for_all(
    town: Town, wordings: tuple[Rows, list[int]], elsewhere: Rows
) -> None:
    votes = Votes(wordings, ANSWERS, elsewhere, most=len(elsewhere))
    right = [int(np.argmax(votes.of(town.said(n)[0])[0])) == n for n in range(ANSWERS)]
    assert np.mean(right) >= 0.8


def test_a_single_wording_is_enough_to_vote(town: Town) -> None:
    votes = Votes((town.said(0), [0]), 1, np.empty((0, WIDE), dtype=np.float32))
    found, against = votes.of(town.said(0)[0])
    assert np.isfinite(found).all() and against == 0.0
