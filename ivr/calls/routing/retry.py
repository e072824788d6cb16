"""Callbacks: when the next attempt is made, and when none is."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from ivr.calls.routing.state import Callback, CallbackState, Plan, moment
from ivr.flows.hours import is_open, next_change

MOST_ATTEMPTS: Final = 4
RETRY_MIN: Final = {"busy": 5, "no_answer": 20, "machine": 60, "failed": 30}
"""Minutes until the next attempt, times the attempts made. A machine means that nobody is there for a while; a line
that is busy is soon free."""
SETTLES: Final = {
    "reached": CallbackState.REACHED,
    "declined": CallbackState.CANCELLED,
    "cancelled": CallbackState.CANCELLED,
}
"Outcomes after which nobody is dialled again."


def settled(callback: Callback, outcome: str, plan: Plan, wall_ms: int) -> Callback:
    """The callback after an attempt: over, or due again within the hours in which people may be called.

    It keeps its place all the while.
    """
    after = replace(callback, outcome=outcome, state_ms=wall_ms)
    if outcome in SETTLES:
        return replace(after, state=SETTLES[outcome])
    if callback.attempts >= MOST_ATTEMPTS:
        return replace(after, state=CallbackState.GIVEN_UP)
    wait = RETRY_MIN.get(outcome, RETRY_MIN["failed"]) * max(callback.attempts, 1)
    due_ms = may_dial_ms(plan, callback.queue, wall_ms + wait * 60_000)
    return replace(after, state=CallbackState.PENDING, due_ms=due_ms)


def may_dial_ms(plan: Plan, queue: str, wall_ms: int) -> int:
    """The first moment from `wall_ms` on at which people of this queue may be called."""
    schedule = plan.hours.get(plan.calling_hours(queue))
    at = moment(wall_ms)
    if schedule is None or is_open(schedule, at):
        return wall_ms
    opens = next_change(schedule, at)
    return wall_ms if opens is None else wall_ms + int((opens - at) / timedelta(milliseconds=1))
