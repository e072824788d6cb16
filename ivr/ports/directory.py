"""Agents, what they do now, who waits for them, and who was promised to be called back.

Time       Unix ms, given by the caller.
Erasing    What is kept about a call goes with the call (`CallLog.erase`): its places, reservations and callbacks.
Decisions  Who gets whom, and when, is decided in `ivr.calls.routing`; a directory keeps what that decides upon, and
           makes each decision and what follows from it one step that no other process can come in between.
"""

from collections.abc import Callable
from typing import Final, Protocol

from ivr.calls.routing.state import (
    Agent,
    AgentNow,
    Callback,
    CallbackState,
    Nobody,
    Plan,
    Presence,
    Queued,
    Reserved,
    Waiting,
)
from ivr.vocabulary.ids import AgentId, CallbackId, CallId, TransferId

LONGEST_LOOK_MS: Final = 10_000
"`changed` returns after so long at the latest. Who waits then asks again, which shows that they are still there."

PlanSource = Callable[[], Plan]
"The queues and opening hours in use; asked at every decision, so that edits count at once."


class Directory(Protocol):
    """Agents and queues. Every change is on disk when its call returns, and outlives a restart.

    Raises  BackendUnavailable when the store cannot be used (full, locked, gone); BackendRejected when it is damaged.
            Nothing else: who is not there is None, False or left out.
    Cancel  The change was made whole, or not at all.
    """

    # ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def reserve(self, waiting: Waiting, wall_ms: int) -> Reserved | Nobody:
        """Reserve the best agent for this caller when it is their turn; else keep their place.

        Ask again whenever `changed` returns: who is not asked for within 30 s holds up no one, though their place is
        kept. Asking again while an agent is reserved gives the same one, unless they are in `waiting.passed`.
        """
        ...

    async def engage(self, agent: AgentId, waiting: Waiting, wall_ms: int) -> Agent | None:
        """Reserve this one agent, for a consultation or to pass the caller on. None when they are not free.

        Release them under the same call and transfer. Nobody's place is passed over by it but the agent's own time.
        """
        ...

    async def attend(self, agent: AgentId, waiting: Waiting, wall_ms: int) -> Agent | None:
        """Keep this one agent, a supervisor, for a call that somebody else has: whatever they do now, no caller gets
        them meanwhile. None when there is no such agent, or they have a call, or write this one down.

        Release them under the same call and transfer. Asking again changes nothing.
        """
        ...

    async def release(
        self, agent: AgentId, call: CallId, transfer: TransferId, presence: Presence, wall_ms: int
    ) -> None:
        """End a reservation. Doing it twice changes nothing.

        presence  available: free again; wrap_up: their time to write it down begins, and ends by itself, or by
                  releasing once more as available; away: they did not answer. What an agent chose for themselves
                  (break, offline) stays.
        """
        ...

    async def leave(self, call: CallId, transfer: TransferId, wall_ms: int, *, dropped: bool = False) -> None:
        """Give up the caller's place. Doing it twice changes nothing.

        dropped  they hung up, or were cut off: `returning` knows them for some minutes.
        """
        ...

    async def returning(self, number: str, wall_ms: int) -> Waiting | None:
        """Whose call from this number broke off within the last 5 minutes, while they waited or spoke with an agent;
        or who is to be called back at this number.

        For whoever wants to know whom they have on the line: `call` is the one whose log has the context. `reserve`
        gives them their place in the same queue, and the agent they had, without being told. A withheld number is
        nobody's.
        """
        ...

    async def waiting(self, wall_ms: int, queue: str | None = None) -> list[Queued]:
        """Callers who wait, in the order in which they get agents; those an agent is reserved for come first."""
        ...

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def agents(self, wall_ms: int) -> list[AgentNow]:
        """Everybody, by name."""
        ...

    async def agent(self, id: AgentId, wall_ms: int) -> AgentNow | None: ...

    async def add_agent(self, agent: Agent, presence: Presence, wall_ms: int) -> bool:
        """Add an agent. False, and nothing changes, when the id is taken."""
        ...

    async def change_agent(self, agent: Agent) -> bool:
        """Replace what is kept about an agent; what they do now stays. False when there is none of this id."""
        ...

    async def remove_agent(self, id: AgentId) -> bool:
        """Remove an agent and their reservations. False when there is none of this id."""
        ...

    async def set_presence(self, id: AgentId, presence: Presence, wall_ms: int) -> bool:
        """What an agent chose to do. Available ends their time to write down calls. False when there is no such agent.

        Reservations stay: who goes on a break finishes the call they have.
        """
        ...

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def changed(self, after: int) -> int:
        """Wait until something changed since version `after`, or something fell due; 10 s at the longest.

        Returns the version now: begin with -1, which returns at once, and go on with what was returned. Changes by
        other processes are seen within a second.
        """
        ...

    # ── callbacks ────────────────────────────────────────────────────────────────────────────────────────────────

    async def agree_callback(self, callback: Callback) -> bool:
        """Promise to call somebody back. False, and nothing changes, when the id is taken.

        Its `since_ms` is the place it keeps. Then `leave` the place of the caller.
        """
        ...

    async def callbacks_due(self, wall_ms: int) -> list[Callback]:
        """Claim those whose turn has come: an agent is free for each, and kept free while it is dialled.

        Ask whenever `changed` returns: callbacks that nobody asks for hold up no caller. Each one returned counts as
        an attempt, and is to be settled by `callback_done` within two minutes, else it is due again.
        """
        ...

    async def callback_done(self, id: CallbackId, outcome: str, wall_ms: int) -> Callback | None:
        """What came of an attempt, and what follows: the callback as it is now. None when there is no such callback.

        outcome  reached, busy, no_answer, machine, failed, declined or cancelled. After `reached`, reserve an agent
                 for the call with their number: they have the callback's place.
        """
        ...

    async def callbacks(self, state: CallbackState | None = None) -> list[Callback]:
        """Callbacks, of one state or all, those that have waited longest first."""
        ...
