"""The shell of a transfer: agents are looked for and rung, legs are moved and ended, and what came of it is told.

Decisions  None: `ivr.calls.transfer` wants it done, and every result is a fact for it. Nothing here waits for anything
           but its own request, so a slow carrier holds up no word to the caller.
Time       Each request to the carrier and the directory is bounded by its adapter; `stop` ends what would wait longer.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from ivr.calls.effects import Promise, Settle
from ivr.calls.routing.state import Plan, Presence
from ivr.calls.transfer import supervision
from ivr.calls.transfer.state import (
    BringBack,
    CloseRoom,
    DropLeg,
    FindAgent,
    FreeAgent,
    HoldCaller,
    LeaveQueue,
    LetIn,
    Mode,
    MoveCaller,
    Outcome,
    Ring,
    RingSupervisor,
    SayInRoom,
    Stage,
    TakePart,
    TellAgent,
    TellCaller,
    Transfer,
    TransferEffect,
    UnholdCaller,
)
from ivr.ports.carrier import Brief, Carrier, HangUp, Instruction, JoinRoom, Part
from ivr.ports.clock import Clock
from ivr.ports.directory import Directory, PlanSource
from ivr.session.agents import Agents, Side
from ivr.session.saying import Saying
from ivr.session.voice import Voice
from ivr.vocabulary.errors import BackendError, BackendRejected, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.events import CallOffered, Logged
from ivr.vocabulary.ids import AgentId, CallId, LegId, TransferId
from ivr.vocabulary.supervision import PartTaken, SuperviseFailed
from ivr.vocabulary.transfers import AgentRung, AgentUnreachable, CarrierFailed, NobodyFree, SayFailed, TakenOver

RING_S: Final = 20
"How long an agent's telephone rings; the transfer machine gives up a little later."
MOVED_WITHIN_MS: Final = 2_000
"How long a caller's stream may outlive a move of which it is not known whether it was done."
CALLER: Final = "caller"
"Label of the caller in a room."
PARTS: Final[Mapping[Mode, Part]] = {
    Mode.LISTEN: Part.LISTENS,
    Mode.WHISPER: Part.WHISPERS,
    Mode.JOIN: Part.SPEAKS,
    Mode.TAKE_OVER: Part.SPEAKS,
}
"What a supervisor asks for, and how their leg takes part then."

Briefing = Callable[[Sequence[Logged]], tuple[str, str]]
"From a call's log: what the agent is told before they choose, with the keys; and its language."


@dataclass(frozen=True, slots=True)
class Lines:
    """What callers are brought to agents with.

    web    our public address, without a trailing slash.
    brief  the words for the agent's ear.
    copy   where callers' lines are copied to while they speak with an agent; "" when nobody listens.
    plan   the queues there are now.
    """

    carrier: Carrier
    directory: Directory
    web: str
    brief: Briefing
    copy: str = ""
    plan: PlanSource = Plan


class Handover:
    """One per live call, inside its TaskGroup."""

    def __init__(self, side: Side, lines: Lines | None, clock: Clock, voice: Voice) -> None:
        self._side, self._lines, self._clock = side, lines, clock
        self._legs: dict[LegId, CallId] = {
            logged.event.leg: logged.event.call for logged in side.log if isinstance(logged.event, AgentRung)
        }
        self._dropped: set[LegId] = set()
        self._asking: set[LegId] = set()
        "Legs whose telephone asks what to do now: the answer lets them in."
        self._agents = Agents(side, lines.directory, clock) if lines is not None else None
        self.saying = Saying(side, voice, clock)
        self._room_in_turn, self._caller_in_turn = asyncio.Lock(), asyncio.Lock()
        self._bringing_back: asyncio.Task[None] | None = None
        self._copy_token = secrets.token_urlsafe(24)
        self._tasks: asyncio.TaskGroup | None = None
        self._record = structlog.get_logger("handover").bind(call=side.id)

    def begin(self, tasks: asyncio.TaskGroup) -> None:
        """Live in this group; go on with a search that another process had begun."""
        self._tasks = tasks
        if self._agents is not None:
            self._agents.begin(tasks)
        transfer = self._side.state.transfer
        if transfer is not None and transfer.stage is Stage.QUEUED:
            self.perform(FindAgent(transfer.queue, transfer.passed))

    def stop(self) -> None:
        """Look for nobody any more. What is being done about legs is finished."""
        if self._agents is not None:
            self._agents.stop()

    # ── what the decisions want done ─────────────────────────────────────────────────────────────────────────────

    def perform(self, effect: TransferEffect | Promise | Settle) -> None:
        """Begin to do it. Never waits."""
        transfer, agents = self._side.state.transfer, self._agents
        if agents is None:
            self._without_lines()
            return
        match effect:
            case Promise():
                self._do(agents.promise(effect))
            case Settle():
                self._do(agents.settle(effect))
            case TellAgent() | TellCaller():
                pass  # the desk reads it from the log; the call machine said it to the caller
            case FindAgent(queue=queue, passed=passed) if transfer is not None:
                self._do(agents.find(transfer, queue, passed))
            case LeaveQueue() if transfer is not None:
                agents.stop()
                self._do(agents.leave(transfer.id, dropped=transfer.outcome is Outcome.ABANDONED))
            case FreeAgent(agent=agent, presence=presence) if transfer is not None:
                self._do(agents.free(agent, transfer.id, Presence(presence)))
            case _ if transfer is not None:
                self._begin(effect, transfer)

    def _begin(self, effect: TransferEffect, transfer: Transfer) -> None:
        """What is done with legs and rooms."""
        match effect:
            case Ring(agent=agent, leg=leg) | RingSupervisor(agent=agent, leg=leg):
                self._do(self._ring(agent, leg, transfer))
            case TakePart():
                self._do(self._take_part(effect, transfer))
            case DropLeg(leg=leg):
                self._dropped.add(leg)
                self._do(self._drop(leg))
            case LetIn(leg=leg):
                if leg not in self._asking:
                    self._do(self._let_in(leg, transfer.id))
            case MoveCaller():
                self._do(self._move(transfer.id))
            case HoldCaller() | UnholdCaller():
                self._do(self._hold(transfer.id, on=isinstance(effect, HoldCaller)))
            case BringBack():
                self._bringing_back = self._do(self._bring_back(transfer.id))
            case SayInRoom():
                self._do(self._say(self.saying.latest(), transfer.id))
            case CloseRoom():
                self._do(self._close_room(transfer.id))
            case _:
                pass

    def _do(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        assert self._tasks is not None, "effects are performed inside the call's group only"  # noqa: S101
        return self._tasks.create_task(self._bounded(work))

    async def _bounded(self, work: Coroutine[Any, Any, None]) -> None:
        """A backend's failure ends in its own task: what was to be told of it, the work itself has told."""
        try:
            await work
        except BackendError as error:
            self._record.error("a transfer's request failed", error=type(error).__name__, detail=str(error))

    def _without_lines(self) -> None:
        """A house without agents: whoever is looked for is not there."""
        transfer = self._side.state.transfer
        if transfer is not None and transfer.stage is Stage.QUEUED:
            self._side.post(NobodyFree(transfer.id, "nobody_there"))

    # ── legs ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def known(self, leg: LegId, call: CallId) -> None:
        """The carrier has told its name for a leg, in whatever way. A leg that was given up before is ended now."""
        if leg not in self._legs:
            self._legs[leg] = call
            transfer = self._side.state.transfer
            if transfer is not None:
                self._side.post(AgentRung(transfer.id, leg, call))
            if leg in self._dropped:
                self._do(self._drop(leg))

    async def _ring(self, agent: AgentId, leg: LegId, transfer: Transfer) -> None:
        assert self._agents is not None  # noqa: S101 - there are lines
        address = await self._agents.address(agent, transfer, leg)
        if not address:
            return self._side.post(AgentUnreachable(transfer.id, leg, "busy"))
        if leg in self._dropped:
            return None
        answer, status = self._leg_url(leg, "briefing"), self._leg_url(leg, "status")
        try:
            call = await self._up.carrier.ring(address, self._our_number(), answer, status, ring_s=RING_S)
        except BackendError as error:
            if leg not in self._dropped and supervision.is_theirs(transfer, leg):
                self._side.post(SuperviseFailed(transfer.id, leg, "ring", type(error).__name__, True))
            elif leg not in self._dropped:
                self._failed(transfer.id, "ring", error)
            return None
        return self.known(leg, call)

    async def _drop(self, leg: LegId) -> None:
        if (call := self._legs.get(leg)) is not None:
            await self._up.carrier.hang_up(call)

    async def _let_in(self, leg: LegId, transfer: TransferId) -> None:
        """Accepted at the desk while the briefing is read out: the leg is taken out of it, into the room."""
        try:
            await self._up.carrier.redirect(self._legs[leg], self.room_for(leg, transfer))
        except (BackendError, KeyError) as error:
            if leg not in self._dropped:
                self._failed(transfer, "let_in", error)

    async def _take_part(self, part: TakePart, transfer: Transfer) -> None:
        """Have a supervisor be heard as they ask. One change after another: the last that was asked for holds."""
        async with self._room_in_turn:
            if part.leg in self._dropped:
                return
            try:
                to = self._legs[part.to] if part.to is not None else None
                await self._up.carrier.take_part(self._room(transfer.id), self._legs[part.leg], PARTS[part.mode], to)
            except (BackendError, KeyError) as error:
                sure = not isinstance(error, BackendUnavailable | DeadlineExceeded)
                why = type(error).__name__
                self._record.warning("a supervisor's part was not changed", mode=part.mode, error=why)
                self._side.post(SuperviseFailed(transfer.id, part.leg, part.mode, why, sure))
                return
            watch = transfer.watch
            if part.mode is Mode.TAKE_OVER and watch is not None:
                self._side.post(TakenOver(transfer.id, watch.agent, watch.name, part.leg))
            else:
                self._side.post(PartTaken(transfer.id, part.leg, part.mode))

    # ── the caller ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _move(self, transfer: TransferId) -> None:
        async with self._caller_in_turn:
            if not self._is_moving():
                return  # the agent was lost meanwhile: nobody is in the room
            try:
                await self._up.carrier.redirect(self._side.id, self._room_for_caller(transfer))
            except BackendError as error:
                refused = isinstance(error, BackendRejected) or not await self._went()
                if refused and self._is_moving():
                    self._failed(transfer, "move", error)

    def _is_moving(self) -> bool:
        transfer = self._side.state.transfer
        return transfer is not None and transfer.moving

    def _room_for_caller(self, transfer: TransferId) -> JoinRoom:
        left = f"{self._up.web}/twilio/room/{self._side.id}/{transfer}/left"
        copy = self._up.copy
        return JoinRoom(self._room(transfer), CALLER, left, "", copy, self._copy_token if copy else "")

    def opens_copy(self, token: str) -> bool:
        """Whether this token is the one that the caller's move into the room gave to the carrier."""
        return secrets.compare_digest(token.encode(), self._copy_token.encode())

    async def _went(self) -> bool:
        """Whether a move of which nothing is known was done after all: then the caller's stream has ended."""
        until = self._clock.now_ms() + MOVED_WITHIN_MS
        while self._side.on_line and self._clock.now_ms() < until:
            await self._clock.sleep_until(self._clock.now_ms() + 50)
        return not self._side.on_line

    async def _bring_back(self, transfer: TransferId) -> None:
        """Never before a move into the room that is being made: the carrier would make it after this."""
        async with self._caller_in_turn:
            try:
                await self._up.carrier.redirect(self._side.id, self._side.stream_again())
            except BackendError as error:
                self._failed(transfer, "bring_back", error)

    def caller_is_back(self) -> None:
        """On a stream, in whatever way: to be brought back once more, by a later try, would only break it off."""
        if self._bringing_back is not None:
            self._bringing_back.cancel()
            self._bringing_back = None

    async def _hold(self, transfer: TransferId, *, on: bool) -> None:
        async with self._room_in_turn:
            try:
                await self._up.carrier.hold(self._room(transfer), self._side.id, on=on)
            except BackendError as error:
                self._failed(transfer, "hold" if on else "unhold", error)

    async def _say(self, number: int, transfer: TransferId) -> None:
        """Rendered first: the carrier waits for it no longer than for any page."""
        url = f"{self._up.web}/twilio/room/{self._side.id}/{transfer}/said/{number}"
        try:
            await self.saying.audio(number, transfer)
            async with self._room_in_turn:
                await self._up.carrier.say(self._room(transfer), url)
        except BackendError as error:
            self._record.warning("an answer was not said", error=type(error).__name__, detail=str(error))
            self._side.post(SayFailed(transfer, type(error).__name__))

    async def _close_room(self, transfer: TransferId) -> None:
        async with self._room_in_turn:
            await self._up.carrier.end_room(self._room(transfer))

    # ── what the agents' telephones ask ──────────────────────────────────────────────────────────────────────────

    async def asked(self, leg: LegId, settle: Callable[[], Coroutine[Any, Any, None]]) -> Instruction:
        """What a telephone that asks is to do, once everything that it told has been decided on."""
        self._asking.add(leg)
        try:
            await settle()
            return self._instruction(leg)
        finally:
            self._asking.discard(leg)

    def _instruction(self, leg: LegId) -> Instruction:
        transfer = self._side.state.transfer
        if transfer is None or self._lines is None:
            return HangUp()
        if supervision.is_theirs(transfer, leg):
            return JoinRoom(self._room(transfer.id), leg, self._leg_url(leg, "left"), muted=True)
        second = transfer.second is not None and transfer.second.leg == leg
        first = transfer.party is not None and transfer.party.leg == leg
        if first and transfer.stage is Stage.BRIEFING:
            text, language = self._lines.brief(self._side.log)
            return Brief(text, language, self._leg_url(leg, "key"), self._leg_url(leg, "briefing"))
        if second or (first and transfer.stage in {Stage.JOINING, Stage.BRIDGED, Stage.HELD, Stage.CONSULTING}):
            return self.room_for(leg, transfer.id)
        return HangUp()

    def room_for(self, leg: LegId, transfer: TransferId) -> JoinRoom:
        """The room, for an agent's leg. It is the first there, so it says where the room's events are reported."""
        events = f"{self._up.web}/twilio/room/{self._side.id}/{transfer}"
        return JoinRoom(self._room(transfer), leg, self._leg_url(leg, "left"), events)

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _up(self) -> Lines:
        assert self._lines is not None, "work is begun with lines only"  # noqa: S101
        return self._lines

    def _failed(self, transfer: TransferId, what: str, error: Exception) -> None:
        self._record.warning("the carrier did not do its part", what=what, error=type(error).__name__, why=str(error))
        self._side.post(CarrierFailed(transfer, what, type(error).__name__))

    def _room(self, transfer: TransferId) -> str:
        return f"{self._side.id}.{transfer}"

    def _leg_url(self, leg: LegId, what: str) -> str:
        return f"{self._up.web}/twilio/agent/{self._side.id}/{leg}/{what}"

    def _our_number(self) -> str:
        """The number that the caller dialled: agents see it."""
        return next((each.event.called for each in self._side.log if isinstance(each.event, CallOffered)), "")
