"""Hints: signals by meaning, for wishes that nobody wrote down, in languages nobody wrote them in.

Room       Pure numpy, once built. It only adds to wording (`ivr.answers.signals`), and only what is clear: a sentence
           must lie nearer to a signal's examples than to anything else we know, by a margin.
Measure    Margin 0.018: of 73 wishes for a person in five languages 40 are found, and nothing else is among 500 turns
           except wishes denied ("no need to …"), which wording catches.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ivr.answers.index import BATCH, Index
from ivr.answers.signals import SignalBook
from ivr.answers.space import Matrix
from ivr.ports.meaning import Embedder
from ivr.vocabulary.language import LanguageTag

BY_MEANING: Final = ("person", "goodbye", "repeat", "callback", "start_over")
"Signals with a meaning of their own; a yes or no has none without its words."

MARGIN: Final = 0.018
"How much nearer than anything else makes an even chance. In cosines of multilingual-e5-small."

STEEPNESS: Final = 150.0
"Of the logistic curve over the margin: 0.035 is a chance of 0.93."

FARTHEST: Final = 0.88
"Least cosine to an example. Two sentences that share nothing still reach 0.80."

CEILING: Final = 0.95


@dataclass(frozen=True, slots=True)
class Hints:
    """Example vectors of each signal, and of everything that it is not."""

    examples: Mapping[str, Matrix]
    others: Mapping[str, Matrix]

    def score(self, vector: Matrix) -> dict[str, float]:
        """Return the signals that a unit query vector clearly means, 0..1; others are left out."""
        scores: dict[str, float] = {}
        for name, examples in self.examples.items():
            near = float(np.max(examples @ vector))
            margin = near - float(np.max(self.others[name] @ vector, initial=-1.0))
            if near >= FARTHEST and margin > 0:
                chance = 1 / (1 + np.exp(-STEEPNESS * (margin - MARGIN)))
                scores[name] = round(min(float(chance), CEILING), 3)
        return scores


async def build_hints(books: Mapping[LanguageTag, SignalBook], index: Index, embedder: Embedder) -> Hints:
    """Embed the examples of all languages. Raises what the embedder raises."""
    examples: dict[str, list[str]] = {}
    counter: dict[str, list[str]] = {}
    for book in books.values():
        for name, signal in book.signals.items():
            examples.setdefault(name, []).extend(signal.examples)
            counter.setdefault(name, []).extend(signal.counter)
    vectors: dict[str, Matrix] = {}
    texts = list(dict.fromkeys(text for group in (examples, counter) for listed in group.values() for text in listed))
    for at in range(0, len(texts), BATCH):
        batch = texts[at : at + BATCH]
        vectors.update(zip(batch, await embedder.embed_queries(batch), strict=True))
    known = [vector for (kind, _), vector in index.vectors.items() if kind == "query"]

    def rows(listed: list[str]) -> list[Matrix]:
        return [vectors[text] for text in listed]

    others: dict[str, Matrix] = {
        name: np.array(
            [*known, *rows(counter[name]), *(row for n in examples if n != name for row in rows(examples[n]))]
        )
        for name in BY_MEANING
        if name in examples
    }
    near: dict[str, Matrix] = {name: np.array(rows(examples[name])) for name in others}
    return Hints(near, others)
