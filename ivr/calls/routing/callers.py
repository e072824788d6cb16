"""What is done for callers: an agent is reserved for them, released again; their place is kept, given up, found."""

from dataclasses import replace
from typing import Final

from ivr.calls.routing.choose import (
    LIVE_MS,
    as_waiting,
    assign,
    free,
    has_their_own,
    holds_of,
    in_line,
    is_their_own,
    kept_for,
    key,
    seen_at,
    staff,
)
from ivr.calls.routing.state import (
    Agent,
    Board,
    Callback,
    CallbackState,
    Hold,
    Nobody,
    Place,
    Plan,
    Presence,
    Queued,
    Reserved,
    Waiting,
)
from ivr.calls.routing.tidy import KEEP_MS, end_hold
from ivr.calls.routing.waits import place as place_of
from ivr.vocabulary.ids import AgentId, CallId, TransferId

WITHHELD: Final = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"What a carrier puts for the number of somebody who withholds it: ANONYMOUS, RESTRICTED, BLOCKED and so on, as keys."


def reserve(board: Board, plan: Plan, waiting: Waiting, wall_ms: int) -> tuple[Board, Reserved | Nobody]:
    """Reserve the agent whose turn it is for this caller, or keep their place."""
    for hold in board.holds:
        if key(hold) == key(waiting) and hold.until_ms is None and hold.agent not in waiting.passed:
            return board, Reserved(board.seats[hold.agent].agent)
    board, waiting = _stand_in_line(board, waiting, wall_ms)
    if why := _in_vain(board, plan, waiting, wall_ms):
        opens, in_days = plan.opens(waiting.queue, wall_ms) if why == "closed" else ("", 0)
        return _without(board, waiting), Nobody(why, opens=opens, in_days=in_days)
    agent = assign(board, plan, wall_ms).get(key(waiting))
    if agent is None:
        return board, Nobody("busy", *place_of(board, plan, waiting, wall_ms))
    return _hold(board, agent, waiting, wall_ms), Reserved(board.seats[agent].agent)


def engage(board: Board, agent: AgentId, waiting: Waiting, wall_ms: int) -> tuple[Board, Agent | None]:
    """Reserve this one agent, whoever waits."""
    seat = board.seats.get(agent)
    if seat is None or (seat.agent.only and not is_their_own(seat, waiting)):
        return board, None
    if any(hold.agent == agent and key(hold) == key(waiting) and hold.until_ms is None for hold in board.holds):
        return board, seat.agent
    if not free(seat, holds_of(board)[agent]):
        return board, None
    return _hold(board, agent, waiting, wall_ms), seat.agent


def attend(board: Board, agent: AgentId, waiting: Waiting, wall_ms: int) -> tuple[Board, Agent | None]:
    """Keep this one agent for a call that another agent has, whatever they do now, unless they have one themselves."""
    seat = board.seats.get(agent)
    holds = [hold for hold in board.holds if hold.agent == agent]
    here = [hold for hold in holds if key(hold) == key(waiting)]
    if seat is None or any(hold.until_ms is None for hold in holds if hold not in here):
        return board, None
    if here:
        return board, seat.agent if here[0].until_ms is None else None
    return _hold(board, agent, waiting, wall_ms), seat.agent


def release(
    board: Board, plan: Plan, agent: AgentId, call: CallId, transfer: TransferId, presence: Presence, wall_ms: int
) -> Board:
    """End a reservation, or begin the agent's time to write the call down."""
    hold = next((each for each in board.holds if (each.agent, *key(each)) == (agent, call, transfer)), None)
    if hold is None:
        return board
    seat = board.seats[agent]
    if presence is Presence.AWAY and seat.presence is Presence.AVAILABLE:
        board = replace(board, seats={**board.seats, agent: replace(seat, presence=presence, since_ms=wall_ms)})
    if presence is not Presence.WRAP_UP:
        return end_hold(board, hold, wall_ms)
    board = _spoken_with(board, hold, wall_ms)
    until_ms = wall_ms + plan.queue(hold.queue).wrap_up_s * 1_000
    if hold.until_ms is not None:
        return board
    if until_ms == wall_ms:
        return end_hold(board, hold, wall_ms, handled=True)
    return replace(
        board, holds=tuple(replace(each, until_ms=until_ms) if each is hold else each for each in board.holds)
    )


def leave(board: Board, call: CallId, transfer: TransferId, wall_ms: int, *, dropped: bool) -> Board:
    """Give up a place; who was cut off keeps it for a while, unless it turns out that they were served."""
    place = _place(board, call, transfer)
    if place is None or (dropped and place.left_ms is not None):
        return board
    if not dropped or not is_number(place.waiting.number):
        return _without(board, place.waiting)
    return _with(board, replace(place, left_ms=wall_ms))


def returning(board: Board, number: str, wall_ms: int) -> Waiting | None:
    """Who called from this number and was cut off, or is to be called back."""
    if not is_number(number):
        return None
    gone = [each for each in board.places if each.waiting.number == number and _is_gone(board, each, wall_ms)]
    if gone:
        return max(gone, key=lambda place: place.seen_ms if place.left_ms is None else place.left_ms).waiting
    owed = (each for each in board.callbacks.values() if each.number == number and _is_owed(each, wall_ms))
    first = min(owed, key=lambda callback: callback.since_ms, default=None)
    return None if first is None else as_waiting(first)


def queued(board: Board, plan: Plan, wall_ms: int, queue: str | None) -> list[Queued]:
    """Callers who wait, in their order."""
    agents = {key(hold): hold.agent for hold in board.holds if hold.until_ms is None}
    asked = [
        Queued(each.waiting, 0, None, agents[key(each.waiting)])
        for each in board.places
        if key(each.waiting) in agents and each.left_ms is None
    ]
    callers = {key(each.waiting) for each in board.places}
    line = in_line(board, plan, wall_ms)
    waiting = (Queued(each, *place_of(board, plan, each, wall_ms, line)) for each in line if key(each) in callers)
    found = [*asked, *waiting]
    return [each for each in found if queue is None or each.waiting.queue == queue]


def is_number(number: str) -> bool:
    """Whether somebody can be known by this number."""
    return number.startswith("+") and number[1:].isascii() and number[1:].isdigit() and number not in WITHHELD


def _in_vain(board: Board, plan: Plan, waiting: Waiting, wall_ms: int) -> str:
    """Why it is no use to wait; "" when it is."""
    # Who came before the queue closed is still served, as long as agents are there.
    if not plan.is_open(waiting.queue, waiting.here_ms) and not has_their_own(board, waiting):
        return "closed"
    if not staff(board, plan, waiting, wall_ms):
        return "nobody_there"
    if wall_ms - waiting.here_ms >= plan.queue(waiting.queue).longest_wait_s * 1_000:
        # Somebody who is free right now is not refused for having waited.
        return "" if key(waiting) in assign(board, plan, wall_ms) else "too_long"
    return ""


def _stand_in_line(board: Board, waiting: Waiting, wall_ms: int) -> tuple[Board, Waiting]:
    """Note that the caller is there. The first time, they take over the place that was kept for their number."""
    place = _place(board, *key(waiting))
    if place is not None:
        since_ms = min(place.waiting.since_ms, waiting.since_ms)
        knows = waiting.knows or place.waiting.knows
        waiting = replace(waiting, since_ms=since_ms, knows=knows, here_ms=place.waiting.here_ms)
        return _with(board, Place(waiting, seen_at(place.seen_ms, wall_ms))), waiting
    kept = returning(board, waiting.number, wall_ms)
    if kept is not None and kept.queue == waiting.queue:
        since_ms = min(kept.since_ms, waiting.since_ms)
        waiting = replace(waiting, since_ms=since_ms, knows=waiting.knows or kept.knows)
    waiting = replace(waiting, here_ms=wall_ms)
    others = tuple(
        each
        for each in board.places
        if each.waiting.number != waiting.number or not waiting.number or not _is_gone(board, each, wall_ms)
    )
    return replace(board, places=(*others, Place(waiting, wall_ms))), waiting


def _is_owed(callback: Callback, wall_ms: int) -> bool:
    """Whether somebody is to be called back, or was reached just now and has yet to get their agent."""
    if callback.state is CallbackState.REACHED:
        return wall_ms - callback.state_ms <= KEEP_MS
    return callback.state in {CallbackState.PENDING, CallbackState.DIALLING}


def _is_gone(board: Board, place: Place, wall_ms: int) -> bool:
    """Whether nobody is there any more: they hung up, or nobody has asked for them and they speak with no agent."""
    if place.left_ms is not None:
        return True
    return wall_ms - place.seen_ms > LIVE_MS and key(place.waiting) not in kept_for(board)


def _hold(board: Board, agent: AgentId, waiting: Waiting, wall_ms: int) -> Board:
    hold = Hold(agent, waiting.call, waiting.transfer, waiting.queue, wall_ms)
    return replace(board, holds=(*board.holds, hold))


def _spoken_with(board: Board, hold: Hold, wall_ms: int) -> Board:
    """They spoke with each other. Should the caller be cut off and call again, this agent knows them."""
    place = _place(board, hold.call, hold.transfer)
    if place is None:
        return board
    if not is_number(place.waiting.number):
        return _without(board, place.waiting)
    board = _with(board, Place(replace(place.waiting, knows=hold.agent), place.seen_ms, wall_ms))
    served = {
        each.id: replace(each, state=CallbackState.CANCELLED, state_ms=wall_ms, outcome="called")
        for each in board.callbacks.values()
        if each.number == place.waiting.number and each.state is CallbackState.PENDING
    }
    return replace(board, callbacks={**board.callbacks, **served})


def _place(board: Board, call: CallId, transfer: TransferId) -> Place | None:
    return next((each for each in board.places if key(each.waiting) == (call, transfer)), None)


def _with(board: Board, place: Place) -> Board:
    """The board with this place instead of the one of the same transfer."""
    same = key(place.waiting)
    return replace(board, places=tuple(place if key(each.waiting) == same else each for each in board.places))


def _without(board: Board, waiting: Waiting) -> Board:
    return replace(board, places=tuple(each for each in board.places if key(each.waiting) != key(waiting)))
