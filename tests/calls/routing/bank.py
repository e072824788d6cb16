"""A bank's agents and callers, with little to write: for tests of routing."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ivr.calls.routing import agents, callers
from ivr.calls.routing.state import Agent, Board, Nobody, Plan, Presence, Queue, Reserved, Waiting
from ivr.calls.routing.tidy import noticed, tidy
from ivr.flows.hours import Schedule, Span
from ivr.vocabulary.ids import AgentId, CallId, TransferId
from ivr.vocabulary.language import LanguageTag

NOON = int(datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp() * 1_000)
"A Wednesday, noon in UTC: the phone schedule below is open."
EVENING = NOON + 8 * 3_600_000
"It is closed."
DAY = Schedule("UTC", ((Span(8 * 60, 18 * 60),),) * 5 + ((), ()))
PLAN = Plan(
    {
        "cards": Queue("cards", schedule="phone", skills=("cards",), wrap_up_s=60),
        "general": Queue("general", schedule="phone", skills_for={"dispute": ("loans",)}),
    },
    {"phone": DAY},
)
EN, ES, PT = LanguageTag("en"), LanguageTag("es"), LanguageTag("pt")


def agent(id: str, **changes: Any) -> Agent:
    """An agent of the queue `general` who speaks English."""
    return replace(Agent(AgentId(id), id.title(), f"client:{id}", ("general",), (EN,)), **changes)


def caller(second: int, /, **changes: Any) -> Waiting:
    """Somebody who waits in `general` since `second` seconds after noon, for no urgent reason."""
    waiting = Waiting(
        CallId(f"CA{second:02}"), TransferId("t1"), "general", f"+1555000{second:04}", EN, "asked",
        NOON + second * 1_000,
    )  # fmt: skip
    return replace(waiting, **changes)


class Bank:
    """A board, and what is done to it. Time stands where `at_ms` says."""

    def __init__(self, *staff: Agent, plan: Plan = PLAN) -> None:
        self.board, self.plan, self.at_ms = Board(), plan, NOON + 60_000
        for each in staff:
            self.add(each)

    def add(self, agent: Agent, presence: Presence = Presence.AVAILABLE) -> None:
        self._keep(agents.add(self.board, agent, presence, self.at_ms)[0])

    def later(self, seconds: float) -> None:
        self.at_ms += int(seconds * 1_000)
        self._keep(tidy(self.board, self.at_ms))

    def ask(self, *waiting: Waiting) -> list[str]:
        """Each asks for an agent, in this order. Returns the agents' ids, or why there is none."""
        return [who(self.reserve(each)) for each in waiting]

    def reserve(self, waiting: Waiting) -> Reserved | Nobody:
        board, result = callers.reserve(self.board, self.plan, waiting, self.at_ms)
        self._keep(board)
        return result

    def serve(self, waiting: Waiting, agent: str, seconds: float) -> None:
        """They speak, and the agent writes it down in no time."""
        self.later(seconds)
        self.release(waiting, agent, Presence.WRAP_UP)
        self.release(waiting, agent, Presence.AVAILABLE)

    def release(self, waiting: Waiting, agent: str, presence: Presence) -> None:
        self._keep(
            callers.release(
                self.board, self.plan, AgentId(agent), waiting.call, waiting.transfer, presence, self.at_ms
            )
        )  # fmt: skip

    def leave(self, waiting: Waiting, *, dropped: bool = False) -> None:
        self._keep(callers.leave(self.board, waiting.call, waiting.transfer, self.at_ms, dropped=dropped))

    def presence(self, agent: str, presence: Presence) -> None:
        self._keep(agents.set_presence(self.board, AgentId(agent), presence, self.at_ms)[0])

    def shown(self, agent: str) -> Presence:
        return next(each.presence for each in agents.listed(self.board) if each.agent.id == agent)

    def line(self) -> list[tuple[str, int]]:
        """Calls in line and their positions."""
        return [(each.waiting.call, each.position) for each in callers.queued(self.board, self.plan, self.at_ms, None)]

    def _keep(self, board: Board) -> None:
        self.board = noticed(self.board, board)


def who(result: Reserved | Nobody) -> str:
    """The agent's id, or why there is none."""
    return result.agent.id if isinstance(result, Reserved) else result.why
