"""Sense: how much a turn sounds like each reason, by what was learnt from the examples that people wrote.

Room       Pure: a few thousand multiplications, a millisecond.
Score      The chance that any reason is meant, 0..1, for the likeliest one; others have their share of it.
Failing    Without the embedder, or with another one than was learnt with, the wording decides alone.
"""

from dataclasses import dataclass
from typing import Final

from ivr.answers.escalation.book import HINTS
from ivr.answers.escalation.fitting import softmax
from ivr.answers.escalation.learnt import Learnt
from ivr.answers.escalation.wording import foreign_script, slots, weighed
from ivr.answers.space import Matrix

LEAST: Final = 0.1
"A score below it is not worth writing down."

FOREIGN: Final = 0.6
"Share of letters in another script from which the language is none of ours."

NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Sense:
    """What was learnt, and by whose vectors turns come."""

    learnt: Learnt
    embedder: str

    def score(self, text: str, vector: Matrix | None = None) -> dict[str, float]:
        """Score a turn; what is hardly there is left out. `threat` is how likely abuse is one.

        vector  of the turn as a query, of length 1; None when the embedder is down.
        """
        foreign = foreign_script(text, self.learnt.languages)
        if foreign >= FOREIGN:
            return {"language": round(foreign, 3)}
        scores = self._scores(self.learnt, text, vector)
        return {name: round(score, 3) for name, score in scores.items() if score >= LEAST}

    def _scores(self, learnt: Learnt, text: str, vector: Matrix | None) -> dict[str, float]:
        """That any reason is meant, for the likeliest; and in proportion for the others, so that two may be near."""
        places, weights = weighed(slots(text), learnt.rare)
        if vector is not None and self.embedder == learnt.embedder:
            logits: Matrix = weights @ learnt.both.wording[places] + learnt.both.biases + vector @ learnt.both.meaning
        else:
            logits = weights @ learnt.alone.wording[places] + learnt.alone.biases
        chances: Matrix = softmax(logits)
        found = dict(zip(learnt.names[:-1], chances.tolist(), strict=False))
        reasons = {name: chance for name, chance in found.items() if name not in HINTS}
        if threat := found.pop("threat", 0.0):
            reasons["abuse"] = reasons.get("abuse", 0.0) + threat
            found["threat"] = threat / reasons["abuse"] if reasons["abuse"] >= LEAST else 0.0
        most, any_of_them = max(reasons.values(), default=1.0), sum(reasons.values())
        return found | {name: any_of_them * chance / most for name, chance in reasons.items()}
