"""What is done about agents and callbacks."""

from dataclasses import replace

from ivr.calls.routing import retry
from ivr.calls.routing.choose import as_waiting, assign, holds_of, key, now, seen_at
from ivr.calls.routing.state import (
    Agent,
    AgentNow,
    Board,
    Callback,
    CallbackState,
    Plan,
    Presence,
    Seat,
)
from ivr.calls.routing.tidy import end_hold
from ivr.vocabulary.ids import AgentId, CallbackId

# ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────


def listed(board: Board) -> list[AgentNow]:
    """Everybody, by name."""
    holds = holds_of(board)
    everybody = (now(seat, holds[id]) for id, seat in board.seats.items())
    return sorted(everybody, key=lambda each: (each.agent.name, each.agent.id))


def add(board: Board, agent: Agent, presence: Presence, wall_ms: int) -> tuple[Board, bool]:
    if agent.id in board.seats:
        return board, False
    seat = Seat(agent, presence, wall_ms, wall_ms, wall_ms)
    return replace(board, seats={**board.seats, agent.id: seat}), True


def change(board: Board, agent: Agent) -> tuple[Board, bool]:
    seat = board.seats.get(agent.id)
    if seat is None:
        return board, False
    return replace(board, seats={**board.seats, agent.id: replace(seat, agent=agent)}), True


def remove(board: Board, id: AgentId) -> tuple[Board, bool]:
    if id not in board.seats:
        return board, False
    seats = {each: seat for each, seat in board.seats.items() if each != id}
    return replace(board, seats=seats, holds=tuple(hold for hold in board.holds if hold.agent != id)), True


def set_presence(board: Board, id: AgentId, presence: Presence, wall_ms: int) -> tuple[Board, bool]:
    seat = board.seats.get(id)
    if seat is None:
        return board, False
    if presence is Presence.AVAILABLE:
        for hold in board.holds:
            if hold.agent == id and hold.until_ms is not None:
                board = end_hold(board, hold, wall_ms)
        seat = board.seats[id]
    if presence is seat.presence:
        return board, True
    idle_ms = wall_ms if presence is Presence.AVAILABLE else seat.idle_ms
    seat = replace(seat, presence=presence, since_ms=wall_ms, idle_ms=idle_ms)
    return replace(board, seats={**board.seats, id: seat}), True


# ── callbacks ────────────────────────────────────────────────────────────────────────────────────────────────────


def agree(board: Board, plan: Plan, callback: Callback) -> tuple[Board, bool]:
    """Keep the promise for when people may be called."""
    if callback.id in board.callbacks:
        return board, False
    due_ms = retry.may_dial_ms(plan, callback.queue, max(callback.due_ms, callback.since_ms))
    return replace(board, callbacks={**board.callbacks, callback.id: replace(callback, due_ms=due_ms)}), True


def due(board: Board, plan: Plan, wall_ms: int) -> tuple[Board, list[Callback]]:
    """Claim the callbacks for which an agent is free."""
    seen = {
        each.id: replace(each, seen_ms=seen_at(each.seen_ms, wall_ms)) if each.state is CallbackState.PENDING else each
        for each in board.callbacks.values()
    }
    board = replace(board, callbacks=seen)
    given = assign(board, plan, wall_ms)
    claimed = [
        replace(each, state=CallbackState.DIALLING, state_ms=wall_ms, attempts=each.attempts + 1)
        for each in seen.values()
        if each.state is CallbackState.PENDING and key(as_waiting(each)) in given
    ]
    return replace(board, callbacks={**seen, **{each.id: each for each in claimed}}), claimed


def done(board: Board, plan: Plan, id: CallbackId, outcome: str, wall_ms: int) -> tuple[Board, Callback | None]:
    callback = board.callbacks.get(id)
    if callback is None or callback.state not in {CallbackState.PENDING, CallbackState.DIALLING}:
        return board, callback
    after = retry.settled(callback, outcome, plan, wall_ms)
    return replace(board, callbacks={**board.callbacks, id: after}), after


def promised(board: Board, state: CallbackState | None) -> list[Callback]:
    """Callbacks, those that have waited longest first."""
    found = (each for each in board.callbacks.values() if state is None or each.state is state)
    return sorted(found, key=lambda each: (each.since_ms, each.id))
