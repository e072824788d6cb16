"""Signals: single worries, each a small function over what a call remembers.

Room       Pure. Each returns 0..1 for the last turn of the trail; what they add up to is the policy's.
"""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Final

from ivr.calls.escalation.trail import Reply, Trail, Turn

SURE: Final = 0.5
"A score from which something was said."
HALF_HEARD: Final = 0.2
"A score from which it may have been: twice is something."
KNOWN: Final = 0.5
"A score of an answer from which a turn is known to be about it (`ivr.calls.meaning.KNOW`)."
CLEAR: Final = 0.35
"A recogniser's confidence below which it is unsure (`ivr.calls.meaning.CLEAR`)."
UNHELPED: Final = frozenset({Reply.CLARIFIED, Reply.MISHEARD, Reply.REFUSED})
"Replies that brought the caller no further."
TIMES: Final = 2
"Replies running that brought them no further, after which the next turn must be understood."


def heard(trail: Trail, name: str) -> float:
    """How much the last turn sounds like `name`."""
    return trail.last.scores.get(name, 0.0) if trail.last is not None else 0.0


def asked(trail: Trail) -> float:
    """They want a person: by wording or meaning, whichever hears it better."""
    return max(heard(trail, "person"), heard(trail, "asked"))


def said_again(trail: Trail) -> float:
    """The last turn asks what an earlier one asked, though that was answered: not because they did not hear it."""
    last = trail.last
    if last is None or _wants_it_again(last):
        return 0.0
    before = [turn for turn in trail.turns[:-1] if turn.reply is not Reply.AGAIN]
    if not before:
        return 0.0
    same = last.about is not None and last.known >= KNOWN
    by_answer = any(
        turn.about == last.about and turn.known >= KNOWN and turn.reply is Reply.ANSWERED for turn in before
    )
    return max(last.scores.get("again", 0.0), 0.6 if same and by_answer else 0.0)


def repetition(trail: Trail) -> float:
    """They ask the same for the third time, though they were answered. Put otherwise, none of it is sure by itself."""
    last = trail.last
    earlier = [asks for turn in trail.turns[:-1] if (asks := _asks_again(turn)) >= HALF_HEARD]
    now = max(said_again(trail), _asks_again(last) if last is not None else 0.0)
    answered = any(turn.reply is Reply.ANSWERED for turn in trail.turns[:-1])
    if not answered or not earlier or now < HALF_HEARD:
        return 0.0
    return 1 - (1 - now) * math.prod(1 - asks for asks in earlier)


def _asks_again(turn: Turn) -> float:
    """How much a turn itself asks once more, or corrects; not whoever only did not hear it."""
    if _wants_it_again(turn):
        return 0.0
    return max(turn.scores.get("again", 0.0), turn.scores.get("correction", 0.0))


def stuck(trail: Trail) -> float:
    """Asked twice running what they mean, and still not understood."""
    last = trail.last
    if last is None or last.known >= KNOWN:
        return 0.0
    before = trail.turns[-1 - TIMES : -1]
    if len(before) < TIMES or any(turn.reply not in UNHELPED for turn in before):
        return 0.0
    return 1.0


def no_progress(trail: Trail) -> float:
    """Stuck because nobody can make out what they want, though every word was heard."""
    return stuck(trail) if not _unheard(trail) else 0.0


def not_understood(trail: Trail) -> float:
    """Stuck because the words do not come through: the line, the recogniser, or how they speak."""
    return stuck(trail) if _unheard(trail) else 0.0


def _unheard(trail: Trail) -> bool:
    """Whether the late turns were badly heard, or made no sense, rather than vague."""
    late = trail.turns[-1 - TIMES :]
    badly = sum(
        turn.reply is Reply.MISHEARD or turn.confidence < CLEAR or turn.scores.get("garbled", 0.0) >= SURE
        for turn in late
    )
    return 2 * badly >= len(late)


def unsure(trail: Trail) -> float:
    """The recogniser was unsure of their words three turns running."""
    late = trail.turns[-1 - TIMES :]
    return 1.0 if len(late) > TIMES and all(turn.confidence < CLEAR for turn in late) else 0.0


def interrupting(trail: Trail) -> float:
    """They cut in more and more."""
    return trail.cuts


def frustration(trail: Trail) -> float:
    """Their words, and what makes them likelier meant: replies that did not help, corrections, cutting in."""
    words = max(heard(trail, "frustration"), 0.6 * heard(trail, "correction"))
    troubled = sum(turn.reply in UNHELPED or _asks_again(turn) >= SURE for turn in trail.turns[:-1])
    more = 0.12 * min(troubled, 2) + 0.1 * interrupting(trail)
    return min(1.0, words * (1 + more)) if words else 0.0


def threatens(trail: Trail) -> bool:
    """Their words say what they will do to somebody."""
    return any(turn.scores.get("threat", 0.0) >= SURE for turn in trail.turns[-TIMES:])


def foreign(trail: Trail) -> float:
    """They speak a language that is not served, or ask for one."""
    return heard(trail, "language")


def _wants_it_again(turn: Turn) -> bool:
    """They only did not hear it."""
    return turn.scores.get("repeat", 0.0) >= SURE


def _words(reason: str) -> Callable[[Trail], float]:
    return lambda trail: heard(trail, reason)


SIGNALS: Final[Mapping[str, Callable[[Trail], float]]] = {
    **{
        reason: _words(reason)
        for reason in (
            "danger",
            "theft",
            "fraud",
            "abuse",
            "distress",
            "legal",
            "account_access",
            "dispute",
            "complaint",
        )
    },
    "asked": asked,
    "frustration": frustration,
    "repetition": repetition,
    "no_progress": no_progress,
    "not_understood": lambda trail: max(not_understood(trail), unsure(trail)),
    "language": foreign,
}
"By the reason that each speaks for. `person_only` and `segment` are no worries of the caller's, but the business's."


def segment(customers: str, served: Collection[str]) -> float:
    """A customer of a segment that a person serves."""
    return 1.0 if customers and customers in served else 0.0
