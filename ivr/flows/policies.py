"""Policies: how a business wants questions of each topic answered. What holds is looked up when an answer is there.

Where an answer stands on passages of several topics, the strictest of their policies holds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from ivr.vocabulary.answered import AnswerPolicy

WITHIN_S: Final = 20
"How long a caller waits for a person to look at an answer, unless the business says otherwise."
STRICTNESS: Final = (AnswerPolicy.PERSON_ONLY, AnswerPolicy.APPROVE_FIRST, AnswerPolicy.AUTOMATIC)
"The strictest first."


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for one answer: the policy, the topic that it is of, and how long a person may take to look at it."""

    policy: AnswerPolicy = AnswerPolicy.AUTOMATIC
    topic: str = ""
    within_s: int = WITHIN_S


ANY: Final = Rule()
"What holds where nothing else was said."


@dataclass(frozen=True, slots=True)
class Policies:
    """Topic to policy; every other topic is answered automatically."""

    topics: Mapping[str, AnswerPolicy] = field(default_factory=dict)
    within_s: int = WITHIN_S

    def rule(self, topics: Collection[str]) -> Rule:
        """What holds for an answer that stands on these topics."""
        held = sorted((STRICTNESS.index(self.topics.get(each, AnswerPolicy.AUTOMATIC)), each) for each in set(topics))
        return Rule(STRICTNESS[held[0][0]], held[0][1], self.within_s) if held else Rule(within_s=self.within_s)
