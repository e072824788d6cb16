"""Wording: patterns of what callers say, matched by words that only sound right.

Room       Pure text. Works with every model down.
Patterns   Words, with (a|b|) for a, b or nothing. A pattern matches in order, with at most one word between two of its
           own, and each word by `ivr.answers.words.likeness`.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from ivr.answers.words import likeness, tokens

CLOSE: Final = 0.89
"Least likeness of a word said to a word of a pattern."

SHORTEST_ALIKE: Final = 4
"Letters of the shortest word that another may stand for."

MOST_EXPANSIONS: Final = 4_000
"Of one pattern; more is a mistake in writing it."

MOST_REMEMBERED: Final = 4_096
"Words whose look-up is kept by each set of patterns."

GAP_COST: Final = 0.03

NEXT_ONLY: Final = (1,)
"Steps from one word of a pattern to the next, without a word between."

_GROUP = re.compile(r"\(([^()]*)\)")


def expand(pattern: str) -> Iterator[str]:
    """Yield every wording of a pattern. Raises ValueError when its brackets are wrong or it has too many wordings."""
    parts = _GROUP.split(pattern)
    if any("(" in part or ")" in part for part in parts) or "|" in "".join(parts[::2]):
        raise ValueError(f"the brackets of {pattern!r} do not match; write (a|b), without brackets inside")
    choices = [part.split("|") if at % 2 else [part] for at, part in enumerate(parts)]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > MOST_EXPANSIONS:
        raise ValueError(f"{pattern!r} stands for {count} wordings; split it into several patterns")
    for wording in itertools.product(*choices):
        yield " ".join("".join(wording).split())


@dataclass(frozen=True, slots=True)
class Span:
    """Where a pattern lies in what was said: words `start` up to but not `end`, and how well it fits, 0..1."""

    start: int
    end: int
    fit: float


@dataclass(slots=True)
class _Next:
    """What patterns go on with after the words before: wordings that begin alike are looked for once."""

    ends: bool = False
    after: dict[str, "_Next"] = field(default_factory=dict)


class Patterns:
    """A set of patterns, ready to be looked for."""

    def __init__(
        self, patterns: Sequence[str], fillers: frozenset[str] = frozenset(), *, exact: bool = False, gaps: bool = True
    ) -> None:
        """fillers: words passed over in the patterns, as they must be in what is said.
        exact: the very words: `won't` is not `want`. gaps: whether a word may stand between two of the pattern's.
        """
        self._exact = exact
        self._reach = (1, 2) if gaps else NEXT_ONLY
        wordings = {tuple(without(tokens(text), fillers)) for pattern in patterns for text in expand(pattern)}
        wordings.discard(())
        self._begin = _Next()
        for wording in sorted(wordings):
            at = self._begin
            for word in wording:
                at = at.after.setdefault(word, _Next())
            at.ends = True
        self._firsts: dict[str, list[tuple[str, float]]] = {}

    def spans(self, said: Sequence[str]) -> list[Span]:
        """Find the patterns anywhere in what was said."""
        found: set[Span] = set()
        for at, word in enumerate(said):
            for first, share in self._first_words(word):
                found.update(self._follow(said, at, share, self._begin.after[first], self._reach))
        return sorted(found, key=lambda span: (-span.fit, span.start, -span.end))

    def opening(self, said: Sequence[str]) -> Span | None:
        """Find the best pattern that what was said begins with."""
        return next((span for span in self.spans(said) if span.start == 0), None)

    def whole(self, said: Sequence[str]) -> float:
        """Return how well a pattern fits all that was said, 0..1; 0 when none does."""
        if not said:
            return 0.0
        starts = [(self._begin.after[first], share) for first, share in self._first_words(said[0])]
        spans = (span for node, share in starts for span in self._follow(said, 0, share, node, NEXT_ONLY))
        return max((span.fit for span in spans if span.end == len(said)), default=0.0)

    def _first_words(self, word: str) -> list[tuple[str, float]]:
        """Return the words that patterns begin with and `word` may be, with how well it fits."""
        known = self._firsts.get(word)
        if known is None:
            if len(self._firsts) >= MOST_REMEMBERED:
                self._firsts.clear()
            rated = ((first, self._fit(word, first)) for first in self._begin.after)
            known = self._firsts[word] = [(first, share) for first, share in rated if share > 0]
        return known

    def _fit(self, said: str, wanted: str) -> float:
        """Return how well a word fits, 0..1. Short ones must be the same: `can` is not `can't`."""
        if said == wanted:
            return 1.0
        if self._exact or min(len(said), len(wanted)) < SHORTEST_ALIKE:
            return 0.0
        share = likeness(said, wanted)
        return share if share >= CLOSE else 0.0

    def _follow(
        self, said: Sequence[str], start: int, share: float, node: _Next, reach: Sequence[int]
    ) -> Iterator[Span]:
        """Find where wordings lie whose first word is the one at `start`, which fits it by `share`."""
        ways = [(node, start, share, 0, 1)]
        while ways:
            node, at, total, gaps, words = ways.pop()
            if node.ends:
                yield Span(start, at + 1, max(0.0, total / words - GAP_COST * gaps))
            for wanted, after in node.after.items():
                for step in reach:
                    fit = self._fit(said[at + step], wanted) if at + step < len(said) else 0.0
                    if fit > 0:
                        ways.append((after, at + step, total + fit, gaps + step - 1, words + 1))
                        break


def without(words: Sequence[str], fillers: frozenset[str]) -> list[str]:
    """Return the words less the fillers, and less immediate repetitions; all of them when nothing would be left."""
    kept = [word for word in words if word not in fillers] or list(words)
    return [word for at, word in enumerate(kept) if at == 0 or kept[at - 1] != word]
