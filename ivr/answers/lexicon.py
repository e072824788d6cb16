"""The lexicon: approved wordings of one language, searched by words that only sound right.

Room       Pure numpy. No models, no I/O; built once, never changed.
Measure    Words count by how few answers use them (BM25's idf over answers, not rows), and match by `words.likeness`.
Source     idf: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.answers.words import ALIKE, letter_pairs, likeness, sound, tokens

Vector = NDArray[np.float32]
Rows = NDArray[np.int32]

Matches = list[tuple[int, float]]
"Numbers of known words, each with its likeness, 0..1, to a word that was heard."

SMALL: Final = 0.15
"What a small word (`how`, `the`) weighs beside the same word counted in full."

JOINED: Final = 0.9
"Least likeness at which two neighbouring words are taken as one that was torn apart: `PI in`, `still in`."

MENDABLE: Final = 0.91
"Least likeness at which an unknown word may be replaced by a known one."

MOST_REMEMBERED: Final = 8_192
"Words whose look-up is kept, for callers use the same few thousand."

LONGEST_JOIN: Final = 12
"Letters of the longest word that is put together again."


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far one query and each row share words. Both arrays are (rows,), 0..1.

    asked    share of the query's weight that the row has.
    covered  share of the row's weight that the query has.
    unknown  share of the query's weight in words that no row has, 0..1.
    """

    asked: Vector
    covered: Vector
    unknown: float


class Lexicon:
    """Rows of words, of one language."""

    def __init__(self, rows: Sequence[str], owners: Sequence[int], small: frozenset[str]) -> None:
        """rows: wordings. owners: for each row, the number of the answer that it belongs to."""
        self._small = small
        self._rows = len(rows)
        self._words: dict[str, int] = {}
        self._sounds: dict[str, list[int]] = {}
        self._spelt: list[str] = []
        self._seen: dict[str, Matches] = {}
        pairs: dict[str, list[int]] = {}
        used_in: list[list[int]] = []
        users: list[set[int]] = []
        for row, (text, owner) in enumerate(zip(rows, owners, strict=True)):
            for word in dict.fromkeys(tokens(text)):
                number = self._words.get(word)
                if number is None:
                    number = self._add(word, pairs)
                    used_in.append([])
                    users.append(set())
                used_in[number].append(row)
                users[number].add(owner)
        self._pairs = {pair: np.array(numbers, dtype=np.int32) for pair, numbers in pairs.items()}
        self._pair_counts = np.array([len(letter_pairs(word)) for word in self._spelt], dtype=np.int32)
        self._used_in = [np.array(found, dtype=np.int32) for found in used_in]
        count = len(set(owners))
        self._unseen = _idf(count, 0)
        self._idf = np.array(
            [_idf(count, len(users[n])) * (SMALL if word in small else 1.0) for n, word in enumerate(self._spelt)],
            dtype=np.float32,
        )
        self._row_weight = np.full(self._rows, 1e-6, dtype=np.float32)
        for number, found in enumerate(self._used_in):
            self._row_weight[found] += self._idf[number]

    def __len__(self) -> int:
        return self._rows

    def overlap(self, text: str) -> Overlap:
        """Compare `text` with every row; only those that share a word with it are touched."""
        asked = np.zeros(self._rows, dtype=np.float32)
        covered = np.zeros(self._rows, dtype=np.float32)
        best: dict[int, float] = {}
        total = unknown = 0.0
        for weight, matches in self._near(tokens(text)):
            total += weight
            if not matches:
                unknown += weight
                continue
            alike = np.zeros(self._rows, dtype=np.float32)
            for number, share in reversed(matches):  # the likest last, so that it stays
                alike[self._used_in[number]] = share
                best[number] = max(best.get(number, 0.0), share)
            asked += np.float32(weight) * alike
        for number, share in best.items():
            covered[self._used_in[number]] += np.float32(share) * self._idf[number]
        if not total:
            return Overlap(asked, covered, 1.0)
        return Overlap(asked / np.float32(total), covered / self._row_weight, unknown / total)

    def mend(self, text: str) -> tuple[str, float]:
        """Return `text` in words that are known, where it has words that only sound like them.

        The second value is the share of the text's weight that was changed, 0..1; 0 returns the text unchanged.
        """
        mended: list[str] = []
        changed = total = 0.0
        for word, matches in self._read(tokens(text)):
            known = word in self._words or word in self._small
            weight = self._weight(word, matches)
            total += weight
            if not known and matches and matches[0][1] >= MENDABLE:
                meant = self._spelt[matches[0][0]]
                changed += weight if meant not in self._small else 0.0
                word = meant if meant not in self._small else word
            mended.append(word)
        return (" ".join(mended), changed / total) if changed else (text, 0.0)

    def _near(self, words: Sequence[str]) -> list[tuple[float, Matches]]:
        """Return each word's weight and the known words it may be."""
        return [(self._weight(word, matches), matches) for word, matches in self._read(words)]

    def _read(self, words: Sequence[str]) -> list[tuple[str, Matches]]:
        """Return the words with what each may be, torn words put together again, the surest first."""
        pairs = [(self._torn(one, other), at) for at, (one, other) in enumerate(pairwise(words))]
        starts: set[int] = set()
        for torn, at in sorted(pairs, key=lambda pair: -pair[0][0][1] if pair[0] else 0.0):
            if torn and not {at - 1, at + 1} & starts:
                starts.add(at)
        read: list[tuple[str, Matches]] = []
        for at, word in enumerate(words):
            if at in starts:
                read.append((word + words[at + 1], pairs[at][0]))
            elif at - 1 not in starts:
                read.append((word, self._matches(word)))
        return read

    def _torn(self, one: str, other: str) -> Matches:
        """Return what two neighbouring words may be as one word, when neither is known for itself."""
        if len(one) + len(other) > LONGEST_JOIN or (one in self._words and other in self._words):
            return []
        torn = self._matches(one + other)
        return torn if torn and torn[0][1] >= JOINED else []

    def _weight(self, word: str, matches: Matches) -> float:
        if matches:
            return float(self._idf[matches[0][0]])
        return self._unseen * (SMALL if word in self._small or len(word) < 2 else 1.0)

    def _matches(self, word: str) -> Matches:
        """Return the known words that `word` may be, with likeness, likest first."""
        found = self._seen.get(word)
        if found is None:
            if len(self._seen) >= MOST_REMEMBERED:
                self._seen.clear()
            found = self._seen[word] = self._look_up(word)
        return found

    def _look_up(self, word: str) -> Matches:
        if (known := self._words.get(word)) is not None and word in self._small:
            return [(known, 1.0)]
        own = letter_pairs(word)
        listed = [self._pairs[pair] for pair in own if pair in self._pairs]
        candidates = set(self._sounds.get(sound(word) or word, ()))
        if listed:
            shared = np.bincount(np.concatenate(listed), minlength=len(self._spelt))
            alike = 2 * shared >= (ALIKE - 1e-6) * (len(own) + self._pair_counts)
            candidates.update(np.nonzero(alike)[0].tolist())
        rated = [(number, likeness(word, self._spelt[number])) for number in candidates]
        found = [(number, share) for number, share in rated if share > 0]
        return sorted(found, key=lambda match: (-match[1], self._idf[match[0]], match[0]))

    def _add(self, word: str, pairs: dict[str, list[int]]) -> int:
        number = self._words[word] = len(self._words)
        self._spelt.append(word)
        self._sounds.setdefault(sound(word) or word, []).append(number)
        for pair in letter_pairs(word):
            pairs.setdefault(pair, []).append(number)
        return number


def _idf(answers: int, users: int) -> float:
    return math.log(1 + (answers - users + 0.5) / (users + 0.5))
