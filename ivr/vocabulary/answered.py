"""Events of how an answer came to be: what the gate made of it, and what a person thought of it, before or after.

Room  Part of the event catalogue in `events`; AnswerRequested and AnswerReady stand there.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivr.vocabulary.event import Event
from ivr.vocabulary.ids import AnswerId, PromptId, RequestId, UserId
from ivr.vocabulary.language import LanguageTag


class AnswerPolicy(StrEnum):
    """How a business wants questions of a topic answered."""

    AUTOMATIC = "automatic"
    "The assistant answers."
    APPROVE_FIRST = "approve-first"
    "A person looks at the answer before the caller hears it."
    PERSON_ONLY = "person-only"
    "Only a person answers."


@dataclass(frozen=True, slots=True)
class SentenceJudged(Event):
    """What the gate made of a sentence that was to be spoken: for reading, nothing is decided by it.

    text     the sentence as it came, masked.
    passed   whether it may be spoken; `reason` is why not, or what it passed as.
    sources  the passages it stands on.
    """

    request: RequestId
    text: str
    passed: bool
    reason: str
    sources: tuple[AnswerId, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerBlocked(Event):
    """No answer may be spoken for this request, and why.

    reason  person_only and nobody_to_approve are of the topic's policy: a person has to be reached.
    """

    request: RequestId
    reason: str


@dataclass(frozen=True, slots=True)
class TurnMarkedWrong(Event):
    """A person says that the assistant should not have said this, and why. `by` is who says so."""

    prompt: PromptId
    by: UserId
    why: str


# ── answers that a person looks at first ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class DraftProposed(Event):
    """The caller waits, and this is for a person at a desk to approve: the answer, as it would be said.

    within_s  how long the caller is to wait for that.
    """

    request: RequestId
    text: str
    sources: tuple[AnswerId, ...]
    language: LanguageTag
    topic: str
    within_s: int


@dataclass(frozen=True, slots=True)
class DraftApproved(Event):
    """A person lets these words be spoken: the draft's, or their own, masked."""

    request: RequestId
    text: str
    by: UserId


@dataclass(frozen=True, slots=True)
class DraftRefused(Event):
    """A person would rather speak with the caller, and why, masked."""

    request: RequestId
    by: UserId
    why: str


@dataclass(frozen=True, slots=True)
class DraftSettled(Event):
    """What became of a draft; nothing that comes after it changes that.

    outcome  approved, edited, refused, late: nobody decided in time; or dropped: the caller wanted something else, or
             is not on the line any more.
    by       who decided; "" when nobody did.
    """

    request: RequestId
    outcome: str
    by: str


ANSWER_FACTS: Final[tuple[type[Event], ...]] = (
    AnswerBlocked, SentenceJudged, DraftApproved, DraftRefused, TurnMarkedWrong,
)  # fmt: skip
"What the call machine steps on, in every state."

ANSWER_DECISIONS: Final[tuple[type[Event], ...]] = (DraftProposed, DraftSettled)
"What it decided."
