"""The policy: one literal table that says of each reason what it takes, how it fades, and what is done about it.

Room       Pure data. docs/escalation.md shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivr.calls.routing.state import PRIORITY, USUAL


class Urgency(StrEnum):
    """How a decision is carried out."""

    AT_ONCE = "at_once"
    "The caller is connected now, whatever else they asked."
    AFTER_ANSWER = "after_answer"
    "What they asked is answered first, when the answer is known; then they are connected."
    WARN = "warn"
    "They are asked once, calmly, to go on politely."
    OFFER = "offer"
    "They are asked whether they would like to speak to somebody."


@dataclass(frozen=True, slots=True)
class Rule:
    """What one reason takes.

    threshold  level from which a person is fetched.
    offer      level from which one is offered; None: never.
    decay      what is left of the level after a turn that says nothing of it.
    urgency    how a decision is carried out.
    warns      they are asked once to go on politely, unless they threaten somebody.
    """

    threshold: float
    decay: float
    urgency: Urgency
    offer: float | None = None
    warns: bool = False


POLICY: Final[Mapping[str, Rule]] = {
    "danger":         Rule(0.55, 0.9, Urgency.AT_ONCE),
    "theft":          Rule(0.40, 0.8, Urgency.AT_ONCE),
    "fraud":          Rule(0.40, 0.8, Urgency.AT_ONCE),
    "asked":          Rule(0.40, 0.0, Urgency.AT_ONCE),
    "distress":       Rule(0.55, 0.8, Urgency.AT_ONCE, offer=0.40),
    "abuse":          Rule(0.55, 0.9, Urgency.AT_ONCE, warns=True),
    "legal":          Rule(0.55, 0.8, Urgency.AT_ONCE),
    "account_access": Rule(0.55, 0.6, Urgency.AFTER_ANSWER),
    "dispute":        Rule(0.55, 0.6, Urgency.AFTER_ANSWER),
    "complaint":      Rule(0.55, 0.7, Urgency.AT_ONCE),
    "frustration":    Rule(0.55, 0.7, Urgency.AT_ONCE, offer=0.40),
    "repetition":     Rule(0.50, 0.5, Urgency.AT_ONCE),
    "language":       Rule(0.55, 0.6, Urgency.AT_ONCE),
    "not_understood": Rule(0.50, 0.0, Urgency.AT_ONCE),
    "no_progress":    Rule(0.50, 0.0, Urgency.AT_ONCE),
    "segment":        Rule(0.50, 0.0, Urgency.AT_ONCE),
    "person_only":    Rule(0.50, 0.0, Urgency.AT_ONCE),
}  # fmt: skip
"The gravest first: of two that are as likely, the first is the reason."

FIRST: Final = "danger"
"What goes before every other reason that is clear."

FLOOR: Final = 0.25
"A score below which a turn says nothing of a reason, and its level fades."

CARRIED: Final = 0.5
"How much of what is left from before counts beside a new score: two turns that are each half clear decide."

HYSTERESIS: Final = 0.2
"How much more it takes after an offer was declined,"
DECLINED_TURNS: Final = 4
"for so many turns."

GRAVER: Final = 0.002
"By how much one row of the table outweighs the next, between two reasons that are over their thresholds."


def priority(reason: str) -> int:
    """How urgent the queue takes it, as `ivr.calls.routing` orders callers."""
    return PRIORITY.get(reason, USUAL)
