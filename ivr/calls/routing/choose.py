"""Who gets whom: the order among callers, who may serve them, and which agent is asked first.

All who wait are looked at together, the first in line first, so that nobody gets an agent whom somebody before them
could have had; and somebody for whom no agent is free does not hold up those behind them.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from ivr.calls.routing.state import (
    URGENT,
    AgentNow,
    Board,
    Callback,
    CallbackState,
    Hold,
    Plan,
    Presence,
    Seat,
    Waiting,
)
from ivr.vocabulary.ids import AgentId, CallId, TransferId
from ivr.vocabulary.language import LanguageTag

LIVE_MS: Final = 30_000
"A place that nobody asked for in so long is kept, and holds up no one: whoever asked may be dead."
SEEN_MS: Final = 5_000
"Who was asked for so lately is not noted again: a store has enough to write."
THERE: Final = frozenset({Presence.AVAILABLE, Presence.BUSY, Presence.WRAP_UP})
"Agents worth waiting for."

Key = tuple[CallId, TransferId]


def key(of: Waiting | Hold) -> Key:
    """One transfer of one call."""
    return of.call, of.transfer


# ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def order(waiting: Waiting) -> tuple[int, int, CallId, TransferId]:
    """Who comes first: danger before theft before the rest, then who has waited longest."""
    return waiting.priority, waiting.since_ms, waiting.call, waiting.transfer


def kept_for(board: Board) -> set[Key]:
    """Those an agent is reserved for, or speaks with."""
    return {key(hold) for hold in board.holds if hold.until_ms is None}


def seen_at(seen_ms: int, wall_ms: int) -> int:
    """When somebody who is asked for now was last asked for, as it is kept."""
    return seen_ms if wall_ms - seen_ms < SEEN_MS else wall_ms


def in_line(board: Board, plan: Plan, wall_ms: int) -> list[Waiting]:
    """Everybody who competes for agents now, first to last: callers, and callbacks whose time has come."""
    kept = kept_for(board)
    callers = [
        place.waiting
        for place in board.places
        if place.left_ms is None and wall_ms - place.seen_ms <= LIVE_MS and key(place.waiting) not in kept
    ]
    callbacks = [as_waiting(each) for each in board.callbacks.values() if _counts(each, plan, wall_ms)]
    return sorted([*callers, *callbacks], key=order)


def as_waiting(callback: Callback) -> Waiting:
    """The place that a callback keeps."""
    return Waiting(
        callback.call,
        TransferId(f"callback {callback.id}"),
        callback.queue,
        callback.number,
        callback.language,
        callback.reason,
        callback.since_ms,
        here_ms=callback.due_ms,
    )


def _counts(callback: Callback, plan: Plan, wall_ms: int) -> bool:
    match callback.state:
        case CallbackState.DIALLING:
            return True
        case CallbackState.PENDING:
            asked_for = wall_ms - callback.seen_ms <= LIVE_MS
            return asked_for and callback.due_ms <= wall_ms and plan.may_call_back(callback.queue, wall_ms)
        case _:
            return False


# ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────


def holds_of(board: Board) -> dict[AgentId, tuple[Hold, ...]]:
    """Every agent's reservations."""
    found: dict[AgentId, tuple[Hold, ...]] = dict.fromkeys(board.seats, ())
    for hold in board.holds:
        found[hold.agent] = (*found.get(hold.agent, ()), hold)
    return found


def now(seat: Seat, holds: tuple[Hold, ...]) -> AgentNow:
    """What an agent does, as others see it."""
    presence, since_ms = seat.presence, seat.since_ms
    if presence is Presence.AVAILABLE:
        if any(hold.until_ms is not None for hold in holds):
            presence = Presence.WRAP_UP
        elif len(holds) >= seat.agent.capacity:
            presence = Presence.BUSY
        if holds:
            since_ms = max(hold.since_ms for hold in holds)
    return AgentNow(seat.agent, presence, since_ms, holds)


def free(seat: Seat, holds: tuple[Hold, ...]) -> int:
    """How many calls more an agent can have now."""
    return max(seat.agent.capacity - len(holds), 0) if seat.presence is Presence.AVAILABLE else 0


def speaks(seat: Seat, language: LanguageTag) -> bool:
    """Whether an agent speaks this language, of whichever country."""
    primary = language.partition("-")[0]
    return not seat.agent.languages or any(each.partition("-")[0] == primary for each in seat.agent.languages)


def knows_how(seat: Seat, plan: Plan, waiting: Waiting) -> bool:
    """Whether an agent has the skills that the reason of this transfer asks for."""
    return set(plan.queue(waiting.queue).skills_for.get(waiting.reason, ())) <= set(seat.agent.skills)


def is_their_own(seat: Seat, waiting: Waiting) -> bool:
    """Whether this is a temporary agent who is there for this caller."""
    return bool(seat.agent.only) and seat.agent.only in {waiting.number, waiting.call}


def could(seat: Seat, plan: Plan, waiting: Waiting) -> bool:
    """Whether this agent may serve this caller at all, in whichever language."""
    agent = seat.agent
    if agent.id in waiting.passed:
        return False
    if agent.only:
        return is_their_own(seat, waiting)
    in_queue = not agent.queues or waiting.queue in agent.queues
    return in_queue and set(plan.queue(waiting.queue).skills) <= set(agent.skills)


def has_their_own(board: Board, waiting: Waiting) -> bool:
    """Whether a temporary agent was added for this caller: then their queue is open."""
    return any(is_their_own(seat, waiting) for seat in board.seats.values())


def staff(board: Board, plan: Plan, waiting: Waiting, wall_ms: int) -> list[Seat]:
    """The agents worth waiting for: those who fit best, while there are any and they are waited for."""
    holds = holds_of(board)
    there = [
        seat
        for seat in board.seats.values()
        if could(seat, plan, waiting) and now(seat, holds[seat.agent.id]).presence in THERE
    ]
    waited_ms = wall_ms - waiting.here_ms
    if waiting.priority == URGENT or waited_ms >= plan.queue(waiting.queue).match_wait_s * 1_000:
        return there
    fluent = [seat for seat in there if speaks(seat, waiting.language)] or there
    return [seat for seat in fluent if knows_how(seat, plan, waiting)] or fluent


# ── both ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def assign(board: Board, plan: Plan, wall_ms: int) -> dict[Key, AgentId]:
    """Who of those in line gets an agent now, and whom. Nobody is given more calls than they can have."""
    holds = holds_of(board)
    left = {id: free(seat, holds[id]) for id, seat in board.seats.items()}
    given: dict[Key, AgentId] = {}
    for waiting in in_line(board, plan, wall_ms):
        if not any(left.values()):
            break
        for agent in _best_first(board, plan, waiting, left, wall_ms):
            given[key(waiting)] = agent
            left[agent] -= 1
            break
    return given


def _best_first(
    board: Board, plan: Plan, waiting: Waiting, left: Mapping[AgentId, int], wall_ms: int
) -> Iterator[AgentId]:
    """Free agents: the caller's own, who knows them, of their language, who knows how; then who is idle longest."""
    able = [seat for seat in staff(board, plan, waiting, wall_ms) if left[seat.agent.id]]

    def rank(seat: Seat) -> tuple[bool, bool, bool, bool, int, AgentId]:
        id, fluent, skilled = seat.agent.id, speaks(seat, waiting.language), knows_how(seat, plan, waiting)
        return not is_their_own(seat, waiting), id != waiting.knows, not fluent, not skilled, seat.idle_ms, id

    return (seat.agent.id for seat in sorted(able, key=rank))
