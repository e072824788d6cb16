"""Events of how an answer came to be: what the gate made of it, and what a person thought of it.

Room  Part of the event catalogue in `events`; AnswerRequested and AnswerReady stand there.
"""

from dataclasses import dataclass
from typing import Final

from ivr.vocabulary.event import Event
from ivr.vocabulary.ids import AnswerId, PromptId, RequestId, UserId


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
    """No answer may be spoken for this request, and why."""

    request: RequestId
    reason: str


@dataclass(frozen=True, slots=True)
class TurnMarkedWrong(Event):
    """A person says that the assistant should not have said this, and why. `by` is who says so."""

    prompt: PromptId
    by: UserId
    why: str


ANSWER_FACTS: Final[tuple[type[Event], ...]] = (AnswerBlocked, SentenceJudged, TurnMarkedWrong)
"What the call machine steps on, in every state."
