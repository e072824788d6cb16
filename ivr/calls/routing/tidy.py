"""What time does by itself: time to write calls down ends, places and claims lapse. And what counts as a change."""

from dataclasses import replace
from typing import Final

from ivr.calls.routing.choose import key
from ivr.calls.routing.retry import MOST_ATTEMPTS
from ivr.calls.routing.state import Board, Callback, CallbackState, Hold, Place, Plan
from ivr.calls.routing.waits import noted

KEEP_MS: Final = 5 * 60_000
"How long a caller who was cut off keeps their place."
LONGEST_HOLD_MS: Final = 5 * 3_600_000
"A reservation nobody ended in so long was lost: the longest call is shorter (docs/transfer-machine.md)."
LONGEST_TEMPORARY_MS: Final = 3_600_000
"A temporary agent without a call goes after so long, should nobody remove them."
CLAIM_MS: Final = 2 * 60_000
"A callback that is dialled is kept an agent for so long."
KEEP_SETTLED_MS: Final = 7 * 24 * 3_600_000
"How long callbacks that are over can still be looked at."


def tidy(board: Board, wall_ms: int) -> Board:
    """The board with everything done that fell due until `wall_ms`."""
    for hold in board.holds:
        if hold.until_ms is not None and hold.until_ms <= wall_ms:
            board = end_hold(board, hold, hold.until_ms)
        elif wall_ms - hold.since_ms > LONGEST_HOLD_MS:
            board = end_hold(board, hold, wall_ms)
    kept = {key(hold) for hold in board.holds}
    busy = {hold.agent for hold in board.holds}
    return replace(
        board,
        places=tuple(each for each in board.places if key(each.waiting) in kept or not _lapsed(each, wall_ms)),
        seats={
            id: seat
            for id, seat in board.seats.items()
            if not seat.agent.only or id in busy or wall_ms - seat.added_ms <= LONGEST_TEMPORARY_MS
        },
        callbacks={
            each.id: _unclaimed(each, wall_ms)
            for each in board.callbacks.values()
            if each.state in {CallbackState.PENDING, CallbackState.DIALLING}
            or wall_ms - each.state_ms <= KEEP_SETTLED_MS
        },
    )


def end_hold(board: Board, hold: Hold, wall_ms: int, *, handled: bool | None = None) -> Board:
    """The reservation is over. `handled`, by default when it was written down: how long it took is kept."""
    seats = dict(board.seats)
    if (seat := seats.get(hold.agent)) is not None:
        seats[hold.agent] = replace(seat, idle_ms=max(seat.idle_ms, wall_ms))
    counted = hold.until_ms is not None if handled is None else handled
    return replace(
        board,
        seats=seats,
        holds=tuple(each for each in board.holds if each != hold),
        handled=noted(board, hold.queue, wall_ms - hold.since_ms) if counted else board.handled,
    )


def noticed(before: Board, after: Board) -> Board:
    """`after` with a version that says whether somebody who waits for changes should look."""
    return after if _shown(before) == _shown(after) else replace(after, version=before.version + 1)


def next_due_ms(board: Board, plan: Plan, wall_ms: int) -> int | None:
    """When something changes by itself next; None when nothing does."""
    times = [hold.until_ms for hold in board.holds if hold.until_ms is not None]
    times += [each.due_ms for each in board.callbacks.values() if each.state is CallbackState.PENDING]
    for place in board.places:
        if place.left_ms is None:
            queue = plan.queue(place.waiting.queue)
            times += [place.waiting.here_ms + wait * 1_000 for wait in (queue.match_wait_s, queue.longest_wait_s)]
    return min((at for at in times if at > wall_ms), default=None)


def _lapsed(place: Place, wall_ms: int) -> bool:
    return wall_ms - (place.seen_ms if place.left_ms is None else place.left_ms) > KEEP_MS


def _unclaimed(callback: Callback, wall_ms: int) -> Callback:
    """A callback whose dialler was lost is due again, as long as attempts are left."""
    if callback.state is not CallbackState.DIALLING or wall_ms - callback.state_ms <= CLAIM_MS:
        return callback
    state = CallbackState.PENDING if callback.attempts < MOST_ATTEMPTS else CallbackState.GIVEN_UP
    return replace(callback, state=state, state_ms=wall_ms, due_ms=wall_ms, outcome="lost")


def _shown(board: Board) -> tuple[object, ...]:
    places = tuple(replace(each, seen_ms=0) for each in board.places)
    callbacks = tuple(replace(each, seen_ms=0) for each in board.callbacks.values())
    return board.seats, board.holds, places, callbacks
