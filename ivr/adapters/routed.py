"""`Directory` by the rules of `ivr.calls.routing`, over whatever keeps a board: memory, or SQL."""

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from ivr.calls.routing import agents, callers
from ivr.calls.routing.choose import holds_of, now
from ivr.calls.routing.state import (
    Agent,
    AgentNow,
    Board,
    Callback,
    CallbackState,
    Nobody,
    Presence,
    Queued,
    Reserved,
    Waiting,
)
from ivr.calls.routing.tidy import next_due_ms, noticed, tidy
from ivr.ports.clock import Clock
from ivr.ports.directory import LONGEST_LOOK_MS, PlanSource
from ivr.vocabulary.ids import AgentId, CallbackId, CallId, TransferId

LOOK_MS: Final = 200
"Between looks at the version, while somebody waits for changes."

Result = TypeVar("Result")
Act = Callable[[Board], tuple[Board, Result]]


class BoardKeeper(Protocol):
    """Keeps a board. Raises what `Directory` raises."""

    async def act(self, act: Act[Result]) -> Result:
        """Replace the board by what `act` makes of it, as one step that nobody comes in between. `act` may be run
        on another thread."""
        ...

    async def look(self) -> Board: ...

    async def version(self) -> int:
        """The board's version, cheaper than the board."""
        ...


class RoutedDirectory:
    """`Directory`. `clock` is for `changed` alone: every other moment is given."""

    def __init__(self, keeper: BoardKeeper, plan: PlanSource, clock: Clock) -> None:
        self._keeper, self._plan, self._clock = keeper, plan, clock

    # ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def reserve(self, waiting: Waiting, wall_ms: int) -> Reserved | Nobody:
        plan = self._plan()
        return await self._act(lambda board: callers.reserve(board, plan, waiting, wall_ms), wall_ms)

    async def engage(self, agent: AgentId, waiting: Waiting, wall_ms: int) -> Agent | None:
        return await self._act(lambda board: callers.engage(board, agent, waiting, wall_ms), wall_ms)

    async def attend(self, agent: AgentId, waiting: Waiting, wall_ms: int) -> Agent | None:
        return await self._act(lambda board: callers.attend(board, agent, waiting, wall_ms), wall_ms)

    async def release(
        self, agent: AgentId, call: CallId, transfer: TransferId, presence: Presence, wall_ms: int
    ) -> None:
        plan = self._plan()
        await self._act(
            lambda board: (callers.release(board, plan, agent, call, transfer, presence, wall_ms), None), wall_ms
        )

    async def leave(self, call: CallId, transfer: TransferId, wall_ms: int, *, dropped: bool = False) -> None:
        await self._act(lambda board: (callers.leave(board, call, transfer, wall_ms, dropped=dropped), None), wall_ms)

    async def returning(self, number: str, wall_ms: int) -> Waiting | None:
        return callers.returning(tidy(await self._keeper.look(), wall_ms), number, wall_ms)

    async def waiting(self, wall_ms: int, queue: str | None = None) -> list[Queued]:
        return callers.queued(tidy(await self._keeper.look(), wall_ms), self._plan(), wall_ms, queue)

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def agents(self, wall_ms: int) -> list[AgentNow]:
        return agents.listed(tidy(await self._keeper.look(), wall_ms))

    async def agent(self, id: AgentId, wall_ms: int) -> AgentNow | None:
        board = tidy(await self._keeper.look(), wall_ms)
        seat = board.seats.get(id)
        return None if seat is None else now(seat, holds_of(board)[id])

    async def add_agent(self, agent: Agent, presence: Presence, wall_ms: int) -> bool:
        return await self._act(lambda board: agents.add(board, agent, presence, wall_ms), wall_ms)

    async def change_agent(self, agent: Agent) -> bool:
        return await self._act(lambda board: agents.change(board, agent))

    async def remove_agent(self, id: AgentId) -> bool:
        return await self._act(lambda board: agents.remove(board, id))

    async def set_presence(self, id: AgentId, presence: Presence, wall_ms: int) -> bool:
        return await self._act(lambda board: agents.set_presence(board, id, presence, wall_ms), wall_ms)

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def changed(self, after: int) -> int:
        began_ms, wall_ms = self._clock.now_ms(), self._clock.wall_ms()
        board = await self._keeper.look()
        version = board.version
        due_ms = next_due_ms(board, self._plan(), wall_ms)
        wait_ms = LONGEST_LOOK_MS if due_ms is None else min(due_ms - wall_ms, LONGEST_LOOK_MS)
        until_ms = began_ms + wait_ms
        while version <= after and (now_ms := self._clock.now_ms()) < until_ms:
            await self._clock.sleep_until(min(now_ms + LOOK_MS, until_ms))
            version = await self._keeper.version()
        return version

    # ── callbacks ────────────────────────────────────────────────────────────────────────────────────────────────

    async def agree_callback(self, callback: Callback) -> bool:
        plan = self._plan()
        return await self._act(lambda board: agents.agree(board, plan, callback))

    async def callbacks_due(self, wall_ms: int) -> list[Callback]:
        plan = self._plan()
        return await self._act(lambda board: agents.due(board, plan, wall_ms), wall_ms)

    async def callback_done(self, id: CallbackId, outcome: str, wall_ms: int) -> Callback | None:
        plan = self._plan()
        return await self._act(lambda board: agents.done(board, plan, id, outcome, wall_ms), wall_ms)

    async def callbacks(self, state: CallbackState | None = None) -> list[Callback]:
        return agents.promised(await self._keeper.look(), state)

    async def _act(self, act: Act[Result], wall_ms: int | None = None) -> Result:
        """Do what fell due, then this, and say whether somebody should look."""

        def step(before: Board) -> tuple[Board, Result]:
            after, result = act(before if wall_ms is None else tidy(before, wall_ms))
            return noticed(before, after), result

        return await self._keeper.act(step)
