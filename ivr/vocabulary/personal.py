"""Events of personal facts: whether a caller is who their number says, and what the customer records hold of them.

Room   Part of the event catalogue in `events`.
Never  What a caller proves it with stands in no event: the log has its mask, and how many characters it had.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivr.vocabulary.event import Event
from ivr.vocabulary.ids import RequestId


class Proof(StrEnum):
    """What came of checking what a caller gave."""

    VERIFIED = "verified"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    "Nobody is known under the number, or it is withheld."
    LOCKED = "locked"
    "It was wrong too often in calls from this number of late: nothing is checked any more for a while."
    LOST = "lost"
    "What was given is no longer in memory: another process had it."
    FAILED = "failed"
    "The records could not be asked."


@dataclass(frozen=True, slots=True)
class ProofAsked(Event):
    """What the caller gave was to be checked with the customer records. `given` names it, as the flow does."""

    request: RequestId
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProofJudged(Event):
    """What came of it."""

    request: RequestId
    outcome: Proof


@dataclass(frozen=True, slots=True)
class FactsAsked(Event):
    """Facts of a verified caller were to be looked up: name to kind, as the flow has them."""

    request: RequestId
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class FactsFound(Event):
    """What the records hold of them, as values are kept. What is missing there is not held, or was not of its kind."""

    request: RequestId
    facts: dict[str, str]


PERSONAL_FACTS: Final = (ProofJudged, FactsFound)
PERSONAL_DECISIONS: Final = (ProofAsked, FactsAsked)
