"""The switchboard: which calls are live on this node, and what the carrier is told about each.

Everything the carrier sends may come late, twice, or in another order: every method here does its work once, and the
call's log says whether it was done.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

import structlog

from ivr.calls import folds
from ivr.calls.machine import step
from ivr.calls.ready import make_ready
from ivr.calls.routing.state import Presence
from ivr.calls.state import Call, Phase, Step
from ivr.calls.transfer.state import FreeAgent, LeaveQueue
from ivr.flows.schema import Script
from ivr.ports.carrier import (
    CallOffer,
    CallStatus,
    ConnectStream,
    HangUp,
    Instruction,
    RecordingReport,
    RecordMessage,
    SayThenHangUp,
    StreamStarted,
)
from ivr.ports.store import Entry, FlowStore
from ivr.session.admission import Admissions
from ivr.session.live import LiveCall
from ivr.session.queues import queues_seen
from ivr.session.tools import CallLine, Tools
from ivr.vocabulary.errors import BackendError, SequenceConflict
from ivr.vocabulary.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    Event,
    FlowPinned,
    Logged,
    StreamLost,
    TakenUp,
)
from ivr.vocabulary.ids import CallId, StreamId, TransferId
from ivr.vocabulary.kept import PlaceKept
from ivr.vocabulary.messages import VoicemailAsked, VoicemailTaken
from ivr.vocabulary.transfers import CallerOut, TransferRequested

DETACH_MS: Final = 1_500
"How long the carrier's word that a stream ended may come before the stream's own end."
MOST_STREAMS: Final = 8
"Times a call is picked up again; a call that breaks us each time must not do so for ever."
LONGEST_MESSAGE_S: Final = 120
"What a caller may leave as a message."
STALE_MS: Final = 2 * 60 * 60 * 1_000
"Age of a call that was never ended in the log, from which it is not taken up again at a start."


@dataclass(frozen=True, slots=True)
class Paths:
    """Public addresses, without a trailing slash: `web` (https) and `media` (wss)."""

    web: str
    media: str


@dataclass(frozen=True, slots=True)
class House:
    """What a call is begun with: the published script, where scripts are kept, and words for when all else fails."""

    script: Script
    flows: FlowStore
    paths: Paths
    apology: SayThenHangUp


class Switchboard:
    """One per node. `run` owns every live call."""

    def __init__(self, tools: Tools, house: House, admissions: Admissions) -> None:
        self._tools, self._house, self._admissions = tools, house, admissions
        self._clock = tools.senses.clock
        self._live: dict[CallId, LiveCall] = {}
        self._gates: dict[CallId, _Gate] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._draining = False
        self._record = structlog.get_logger("switchboard")

    @property
    def live(self) -> int:
        """Calls on this node now."""
        return len(self._live)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Own the live calls while the block runs; leaving it lets go of those that are left."""
        make_ready(self._house.script.flow.languages)
        async with asyncio.TaskGroup() as self._tasks:
            await self._house.flows.put(self._house.script.digest(), self._house.script.canonical())
            await self._recover()
            try:
                yield
            finally:
                self._let_go()

    # ── what the carrier asks ────────────────────────────────────────────────────────────────────────────────────

    async def offered(self, offer: CallOffer) -> Instruction:
        """A call comes in. Asked again for the same call, the answer is the same and nothing else happens."""

        async def act() -> Instruction:
            log = await self._log_of(offer.call)
            if not log and self._draining:
                return self._house.apology
            if _is_recorded(log):  # the carrier asks here because it could not have the message recorded, or say so
                log = await self._message_over(offer.call, VoicemailTaken("", 0, failed=True))
            return self._stream(log or await self._open(offer, await self._kept_for(offer.caller)))

        return await self._guarded(offer.call, act)

    async def called_back(self, offer: CallOffer, kept: PlaceKept) -> Instruction:
        """Somebody whom we called has answered. From here on it is a call like any other, and they are its caller.

        Asked again for the same call, the answer is the same and nothing else happens.
        """

        async def act() -> Instruction:
            log = await self._log_of(offer.call)
            if not log and self._draining:
                return HangUp()
            turned = replace(offer, caller=offer.called, called=offer.caller)
            return self._stream(log or await self._open(turned, [kept]))

        return await self._guarded(offer.call, act)

    async def stream_ended(self, call: CallId) -> Instruction:
        """The carrier says that the call's stream is over and asks what comes next."""

        async def act() -> Instruction:
            live = self._live.get(call)
            if live is not None and live.on_line:
                # Either the stream's own end is a moment late, or this is a replay: then nothing changes.
                deadline = self._clock.now_ms() + DETACH_MS
                while live.on_line and self._clock.now_ms() < deadline:
                    await self._clock.sleep_until(self._clock.now_ms() + 20)
            log = await self._log_of(call)
            if not log:
                return HangUp()
            if live is None and not _ended(log):
                live = await self._take_over(log)
            if live is not None:
                if not live.on_line and live.phase not in {Phase.ADRIFT, Phase.RECORDING}:
                    live.post(StreamLost("the stream did not come up"))
                await live.settled()
                log = live.log
            return self._stream(log)

        return await self._guarded(call, act)

    async def status(self, status: CallStatus) -> None:
        """A status callback. Only the end of a call means anything to us, and only once."""
        if not status.over:
            return
        ended = CallEnded("caller" if status.state == "completed" else "carrier")

        async def act() -> Instruction:
            live = self._live.get(status.call)
            if live is not None:
                live.post(ended)
                return HangUp()
            log = await self._log_of(status.call)
            if _has_transfer(log) and (live := await self._carried_on(status.call)) is not None:
                live.post(ended)  # an agent's leg may still be there
            elif log and not _ended(log):
                entry = Entry(log[-1].at_ms, self._clock.wall_ms(), ended)
                await self._tools.log.append(status.call, log[-1].seq, [entry])
            return HangUp()

        await self._guarded(status.call, act)

    def of_copy(self, started: StreamStarted) -> LiveCall | None:
        """A copy of a caller's line asks for its call: the live call, or None when its token opens nothing."""
        live, token = self._live.get(started.call), started.parameters.get("token", "")
        return live if live is not None and live.may_be_copied and live.handover.opens_copy(token) else None

    async def admit(self, started: StreamStarted, line: CallLine) -> LiveCall | None:
        """A media stream asks to carry a call: the live call, or None when its token opens nothing."""
        async with self._gate(started.call):
            live = self._live.get(started.call)
            if live is None:
                return None
            await live.settled()
            token = started.parameters.get("token", "")
            nonce = self._admissions.nonce(started.call, token, live.log, self._clock.wall_ms())
            if nonce is None or live.on_line:
                return None
            answered_before = any(isinstance(logged.event, CallAnswered) for logged in live.log)
            event = (TakenUp if answered_before else CallAnswered)(StreamId(started.stream), nonce)
            live.attach(line, event)
            await live.settled()
            return live

    async def tell(self, call: CallId, fact: Event) -> bool:
        """Let in what a person did at a desk, in a live call or one that is over. False when there is no such call.

        It is in the log when this returns. Raises BackendError, SequenceConflict.
        """
        async with self._gate(call):
            live = self._live.get(call)
            if live is not None and await live.took(fact):
                return True
            log = await self._tools.log.read(call)
            if log:
                await self._add(log, fact)
            return bool(log)

    async def of_leg(self, call: CallId, act: Callable[[LiveCall], Awaitable[Instruction]]) -> Instruction:
        """What a leg that we called for this call is to do: `act` says, while the call lasts; after it, hang up."""

        async def acted() -> Instruction:
            live = await self._carried_on(call)
            return HangUp() if live is None else await act(live)

        return await self._guarded(call, acted)

    async def out_of_room(self, call: CallId, transfer: TransferId) -> Instruction:
        """The caller is out of the room, and the carrier asks what comes next: the assistant, unless they hung up."""

        async def act() -> Instruction:
            live = await self._carried_on(call)
            if live is not None:
                live.post(CallerOut(transfer))
                await live.settled()
            return self._stream(await self._log_of(call))

        return await self._guarded(call, act)

    async def recorded(self, report: RecordingReport) -> Instruction:
        """The carrier has recorded a message, or nothing, and asks what comes next: the assistant again."""

        async def act() -> Instruction:
            if _is_recorded(await self._log_of(report.call)):
                await self._message_over(report.call, VoicemailTaken(report.recording, report.seconds))
            return self._stream(await self._log_of(report.call))

        return await self._guarded(report.call, act)

    def stream_lost(self, live: LiveCall, line: CallLine, why: str) -> None:
        """The media stream of a live call is over."""
        live.detach(line, StreamLost(why))

    async def drained(self, within_ms: float) -> bool:
        """Take no new calls, and wait for those in progress; False when some were left after `within_ms` and let go."""
        self._draining = True
        deadline = self._clock.now_ms() + within_ms
        while self._live and self._clock.now_ms() < deadline:
            await self._clock.sleep_until(self._clock.now_ms() + 100)
        all_ended = not self._live
        self._let_go()
        return all_ended

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _let_go(self) -> None:
        for call in list(self._live.values()):
            call.let_go()

    async def _message_over(self, call: CallId, fact: VoicemailTaken) -> list[Logged]:
        """What came of a message that the carrier was to record; the log with it."""
        live = self._live.get(call)
        if live is not None:
            live.post(fact)
            await live.settled()
        else:
            await self._add(await self._log_of(call), fact)
        return await self._log_of(call)

    async def _kept_for(self, number: str) -> list[Event]:
        """The place that is kept for whoever calls from this number. When it cannot be looked up they lose nothing
        but the question: the queue knows them all the same."""
        lines = self._tools.lines
        if lines is None:
            return []
        try:
            found = await lines.directory.returning(number, int(self._clock.wall_ms()))
        except BackendError as error:
            self._record.warning("a kept place could not be looked up", error=type(error).__name__)
            return []
        return [PlaceKept(found.call, found.queue, found.reason, found.language)] if found is not None else []

    async def _open(self, offer: CallOffer, known: list[Event]) -> list[Logged]:
        """Begin a call, with what is known of it before anybody speaks."""
        script = self._house.script
        language = script.flow.languages[0]
        pinned = FlowPinned(script.flow.flow, script.digest(), language)
        opening: list[Event] = [CallOffered(offer.caller, offer.called), pinned, *known]
        hours, lines = self._tools.hours(), self._tools.lines
        queues = queues_seen(script, lines.plan()) if lines is not None else None
        opening += [seen for seen in (hours, queues) if seen is not None]
        return await self._begin(offer.call, script, opening)

    async def _begin(self, call: CallId, script: Script, opening: list[Event]) -> list[Logged]:
        wall_ms, state = self._clock.wall_ms(), Call()
        events: list[Event] = []
        for event in opening:
            result = step(state, event, script)
            state = result.call
            events += [event, *result.notes]
        log = await self._tools.log.append(call, 0, [Entry(0, wall_ms, event) for event in events])
        for logged in log:
            self._tools.observe(logged)
        self._start(LiveCall(script, log, self._tools, self._stream))
        return log

    async def _carried_on(self, call: CallId) -> LiveCall | None:
        """The live call, taken up from its log when it is not over and lives nowhere any more."""
        live = self._live.get(call)
        if live is None:
            log = await self._log_of(call)
            live = await self._take_over(log) if log and not _ended(log) else None
        return live

    async def _take_over(self, log: list[Logged]) -> LiveCall | None:
        """Carry on with a call that another process, now gone, had: from its log."""
        script = await self._script_of(log)
        if script is None:
            self._record.error("a call cannot be taken up: its flow is not kept", call=log[0].call)
            return None
        if folds.state(log, script).stream is not None:
            lost = Entry(log[-1].at_ms, self._clock.wall_ms(), StreamLost("the process that had the call is gone"))
            log = log + await self._tools.log.append(log[0].call, log[-1].seq, [lost])
        live = LiveCall(script, log, self._tools, self._stream)
        self._start(live)
        return live

    async def _add(self, log: list[Logged], fact: Event) -> None:
        """Write a fact to a call that is not live here, with what it decides."""
        script = await self._script_of(log)
        result = step(folds.state(log, script), fact, script) if script is not None else Step(Call())
        wall_ms = self._clock.wall_ms()
        entries = [Entry(log[-1].at_ms, wall_ms, each) for each in (fact, *result.notes)]
        for logged in await self._tools.log.append(log[0].call, log[-1].seq, entries):
            self._tools.observe(logged)
        lines, transfer = self._tools.lines, result.call.transfer
        if lines is None or transfer is None:
            return
        for effect in result.effects:
            match effect:
                case FreeAgent(agent=agent, presence=presence):
                    await lines.directory.release(agent, log[0].call, transfer.id, Presence(presence), wall_ms)
                case LeaveQueue():
                    await lines.directory.leave(log[0].call, transfer.id, wall_ms, dropped=False)
                case _:
                    pass

    async def _script_of(self, log: list[Logged]) -> Script | None:
        """The script that this call is pinned to; None when it is not kept."""
        pinned = next((each.event for each in log if isinstance(each.event, FlowPinned)), None)
        text = await self._house.flows.get(pinned.digest) if pinned is not None else None
        return Script.model_validate_json(text) if text is not None else None

    async def _recover(self) -> None:
        """Take up the calls that were live when the process before this one went."""
        for row in await self._tools.log.calls(limit=1_000):
            fresh = self._clock.wall_ms() - row.started_wall_ms < STALE_MS
            if fresh and not row.erased and row.last_kind != CallEnded.__name__:
                log = await self._log_of(row.call)
                if log and not _ended(log):
                    await self._take_over(log)

    def _start(self, live: LiveCall) -> None:
        assert self._tasks is not None, "calls are taken inside `run` only"  # noqa: S101
        self._live[live.id] = live
        self._tasks.create_task(self._live_out(live), name=f"call {live.id}")

    async def _live_out(self, live: LiveCall) -> None:
        try:
            await live.run()
        except Exception:
            # Our mistake in one call must not end the others; the carrier's next question is answered from the log.
            self._record.exception("a call failed", call=live.id)
        finally:
            if self._live.get(live.id) is live:
                del self._live[live.id]

    def _stream(self, log: list[Logged]) -> Instruction:
        token = self._admissions.token(log)
        if sum(isinstance(logged.event, TakenUp) for logged in log) > MOST_STREAMS:
            self._record.error("a call lost its stream too often: the carrier speaks for us", call=log[0].call)
            return self._house.apology
        if token is None:
            return HangUp()
        paths = self._house.paths
        if _is_recorded(log):
            return RecordMessage(f"{paths.web}/twilio/recorded", f"{paths.web}/twilio/recording", LONGEST_MESSAGE_S)
        return ConnectStream(f"{paths.media}/twilio/media", {"token": token}, f"{paths.web}/twilio/continue")

    async def _log_of(self, call: CallId) -> list[Logged]:
        live = self._live.get(call)
        return live.log if live is not None else await self._tools.log.read(call)

    async def _guarded(self, call: CallId, act: Callable[[], Awaitable[Instruction]]) -> Instruction:
        """Do one thing at a time for a call; when the store fails us, the carrier speaks for us."""
        async with self._gate(call):
            try:
                return await act()
            except (BackendError, SequenceConflict) as error:
                self._record.error("answered without the log", call=call, error=type(error).__name__, detail=str(error))
                return self._house.apology

    @asynccontextmanager
    async def _gate(self, call: CallId) -> AsyncIterator[None]:
        gate = self._gates.setdefault(call, _Gate())
        gate.users += 1
        try:
            async with gate.lock:
                yield
        finally:
            gate.users -= 1
            if not gate.users:
                del self._gates[call]


class _Gate:
    """Lets one request at a time act on a call."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


def _is_recorded(log: list[Logged]) -> bool:
    """Whether the carrier is to record a message now, and has not told us yet that it did."""
    last = next((each.event for each in reversed(log) if isinstance(each.event, VoicemailAsked | VoicemailTaken)), None)
    return isinstance(last, VoicemailAsked)


def _ended(log: list[Logged]) -> bool:
    return any(isinstance(logged.event, CallEnded) for logged in log)


def _has_transfer(log: list[Logged]) -> bool:
    return not _ended(log) and any(isinstance(logged.event, TransferRequested) for logged in log)
