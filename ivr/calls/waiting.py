"""Waiting: what is said while the caller waits for a reply that is late."""

from typing import Final

from ivr.calls.say import interject
from ivr.calls.state import Asked, Call, Fillers, Phase, Step
from ivr.flows.schema import Script
from ivr.vocabulary.events import ReplyLate

LATE_MS: Final = (900, 4_000)
"After an utterance was closed: when its reply is late, and when it is very late."
FILLER_GAP_MS: Final = 3_000
"Between the beginnings of two fillers, at the least."
FILLED: Final = frozenset({Asked.ANYTHING, Asked.ANYTHING_ELSE})
"""Questions after which a late reply is filled. What follows a yes, a no or a number confirms it, and nothing that
could be taken for that comes before."""


def late(call: Call, event: ReplyLate, script: Script) -> Step:
    """The reply is late: a short word bridges the wait, never the same one twice running."""
    at_ms = call.closed_ms + event.for_ms
    fillers = call.fillers
    too_soon = fillers.at_ms is not None and at_ms - fillers.at_ms < FILLER_GAP_MS
    fillable = call.asked in FILLED or call.phase is Phase.CHECKING
    if call.utterance not in {None, event.utterance} or not fillable or call.held or too_soon:
        return Step(call)
    waiting = script.flow.waiting
    key = waiting.still_looking
    if event.for_ms < LATE_MS[1] or fillers.last == key:
        key = waiting.fillers[fillers.said % len(waiting.fillers)]
    step = Step(call).to(fillers=Fillers(fillers.said + 1, key, at_ms))
    return interject(step, script, key, "filler")
