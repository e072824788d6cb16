"""Words as features: what a turn's wording shows, with every model down and through a recogniser's mistakes.

Room       Pure text. A turn becomes some hundred numbered features with weights; what they mean is learnt (`fitting`).
Features   Words, runs of two and three, words with one between; and runs of two to four letters inside a word, so that
           "robaran", "robaron" and a misheard "holbaram" share most of what they are. Numbers are one word: an amount
           says nothing about a worry. What many turns have counts less (inverse document frequency).
"""

import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.answers.space import Matrix
from ivr.answers.words import tokens
from ivr.vocabulary.masking import MASK

SLOTS: Final = 8_192
"Places that features of one kind are spread over. Two that share one are told apart by the others of their turn."

WIDTH: Final = 2 * SLOTS
"Words first, then letters."

LETTERS: Final = (2, 3, 4)
"Lengths of the runs of letters."

MASKED: Final = re.compile(rf"[\d{re.escape(MASK)}]+")


def slots(text: str) -> Counter[int]:
    """How often each feature is in a turn, by its place."""
    words = ["#" if MASKED.fullmatch(word) else word for word in tokens(text)]
    found: Counter[int] = Counter()
    found.update(zlib.crc32(name.encode()) % SLOTS for name in _phrases(words))
    for word in words:
        found.update(_letters(word))
    return found


def _phrases(words: list[str]) -> Iterable[str]:
    """Words, pairs and threes, the ends of the turn marked, and pairs with one between."""
    yield from words
    if not words:
        return
    for first, second in zip(["^", *words], [*words, "$"], strict=True):
        yield f"{first} {second}"
    for first, second, third in zip(words, words[1:], words[2:], strict=False):
        yield f"{first} {second} {third}"
        yield f"{first} … {third}"


@lru_cache(maxsize=16_384)
def _letters(word: str) -> tuple[int, ...]:
    """The places of a word's runs of letters, its ends marked: callers say the same few thousand words."""
    marked = f" {word} "
    runs = [marked[at : at + length] for length in LETTERS for at in range(max(1, len(marked) - length + 1))]
    return tuple(SLOTS + zlib.crc32(run.encode()) % SLOTS for run in runs)


def rarity(turns: Iterable[Mapping[int, int]]) -> Matrix:
    """How much each feature counts, (WIDTH,) float32: more, the fewer turns have it."""
    having = np.zeros(WIDTH, dtype=np.float32)
    total = 0
    for turn in turns:
        having[list(turn)] += 1
        total += 1
    found: Matrix = (np.log((1 + total) / (1 + having)) + 1).astype(np.float32)
    return found


def weighed(turn: Mapping[int, int], rare: Matrix) -> tuple[NDArray[np.int64], Matrix]:
    """The places of a turn's features and their weights; those of words, and those of letters, have length 1."""
    places = np.fromiter(turn, dtype=np.int64, count=len(turn))
    times = np.fromiter(turn.values(), dtype=np.float32, count=len(turn))
    weights: Matrix = ((1 + np.log(times)) * rare[places]).astype(np.float32)
    for kind in (places < SLOTS, places >= SLOTS):
        length = math.sqrt(float(np.sum(weights[kind] ** 2)))
        if length:
            weights[kind] /= length
    return places, weights


# ── other scripts ────────────────────────────────────────────────────────────────────────────────────────────────

_LATIN: Final = frozenset("en es pt fr de it nl ca pl ro sv da no fi tr vi id".split())
"Languages of ours that are written in Latin letters."


def foreign_script(text: str, languages: Iterable[str]) -> float:
    """The share of letters that none of these languages is written with."""
    letters = [char for char in text if char.isalpha()]
    if not letters or not all(tag.partition("-")[0] in _LATIN for tag in languages):
        return 0.0
    return sum("LATIN" not in unicodedata.name(char, "") for char in letters) / len(letters)
