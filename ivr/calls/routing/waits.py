"""How long a caller waits, said honestly: from how long the queue's latest calls took, or not at all.

When every agent is taken, calls end at the rate of the agents there divided by what a call takes; a caller with `n`
before them needs `n + 1` of those ends.
"""

import math
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from ivr.calls.routing.choose import could, in_line, key, order, staff
from ivr.calls.routing.state import Board, Plan, Waiting

LEAST_HANDLED: Final = 3
"Calls of a queue before an estimate is made of them."
MOST_HANDLED: Final = 30
"Latest calls that count."


def place(
    board: Board, plan: Plan, waiting: Waiting, wall_ms: int, line: Sequence[Waiting] | None = None
) -> tuple[int, int | None]:
    """The caller's position in their queue, 1 is next; and the expected wait in s, None when nothing tells it.

    line  `in_line`, for whoever asks about many.
    """
    line = in_line(board, plan, wall_ms) if line is None else line
    mine = order(waiting)
    before = [each for each in takewhile(lambda each: order(each) < mine, line) if key(each) != key(waiting)]
    position = 1 + sum(each.queue == waiting.queue for each in before)
    handled = board.handled.get(waiting.queue, ())
    able = staff(board, plan, waiting, wall_ms)
    calls_at_once = sum(seat.agent.capacity for seat in able)
    if len(handled) < LEAST_HANDLED or not calls_at_once:
        return position, None
    rivals = sum(any(could(seat, plan, each) for seat in able) for each in before)
    mean_s = sum(handled) / len(handled) / 1_000
    return position, math.ceil(mean_s * (rivals + 1) / calls_at_once)


def noted(board: Board, queue: str, took_ms: int) -> dict[str, tuple[int, ...]]:
    """The handling times with one more."""
    return {**board.handled, queue: (*board.handled.get(queue, ()), max(took_ms, 0))[-MOST_HANDLED:]}
