"""A call: one leg from its first ring to its last callback, as one task.

The task alone changes the call's state. Everybody else (REST, the phone, the exchange going down) posts commands into
its mailbox; the running document is interrupted by them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from ivr.exchange.call_plan import Plan
from ivr.exchange.callbacks import Callback, CallbackQueue
from ivr.exchange.conference import WhyLeft
from ivr.exchange.detection import who_answered
from ivr.exchange.interpreter import Interpreter
from ivr.exchange.leg import CallLeg, Office
from ivr.exchange.line import Ended, Handset, Line
from ivr.exchange.records import EVENT_OF, CallRecord, Status, call_parameters, now, rfc2822
from ivr.exchange.sources import CallEnd, Source
from ivr.exchange.traces import CallTrace
from ivr.exchange.waiting import first_or_none
from ivr.vocabulary.units import FRAME_MS

log = structlog.get_logger("exchange.call")


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""

    end: CallEnd


@dataclass(slots=True)
class RunInstead:
    """Leave the running document for another; `taken` is set once the call has done so, False if it had ended."""

    source: Source
    taken: asyncio.Future[bool]


@dataclass(frozen=True, slots=True)
class PickedUp:
    """The phone answered an outgoing call."""


Command = HangUp | RunInstead | PickedUp


class Mailbox:
    """Commands for one call, in order."""

    def __init__(self) -> None:
        self._commands: deque[Command] = deque()
        self._filled = asyncio.Event()

    def post(self, command: Command) -> None:
        """Leave a command. Redirects beyond 16 waiting are refused; the end of the call never is."""
        if isinstance(command, RunInstead) and len(self._commands) >= 16:
            command.taken.set_result(False)
            return
        self._commands.append(command)
        self._filled.set()

    async def take(self) -> Command:
        """The next command."""
        while not self._commands:
            self._filled.clear()
            await self._filled.wait()
        return self._commands.popleft()

    def close(self) -> None:
        """Nobody will take any more: those who wait learn it."""
        while self._commands:
            command = self._commands.popleft()
            if isinstance(command, RunInstead) and not command.taken.done():
                command.taken.set_result(False)


class Call:
    """One call. `run` is its task."""

    def __init__(
        self, record: CallRecord, handset: Handset, plan: Plan, office: Office, trace: CallTrace | None
    ) -> None:
        self.record = record
        self.line = Line(handset, record.ear, office.pacer)
        self.ended = asyncio.Event()
        self._office = office
        self._plan = plan
        self._trace = trace
        self._mailbox = Mailbox()
        self._group: asyncio.TaskGroup | None = None
        self._stop_ticking = _nothing
        self._sequence = 0
        self._closed = False
        self._leg = CallLeg(
            record,
            self.line,
            office,
            answer=self._answer,
            spawn=self._spawn,
            fallback=plan.fallback,
            trace=trace,
        )
        self._callbacks = CallbackQueue(self._leg.callback, office.faults, office.pacer, record.sid)
        self._log = log.bind(call=record.sid)

    # From outside -----------------------------------------------------------------------------------------------

    def hang_up(self, end: CallEnd) -> None:
        """Ask the call to end."""
        if not self._closed:
            self._mailbox.post(HangUp(end))

    def pick_up(self) -> None:
        """The phone answers an outgoing call."""
        if not self._closed:
            self._mailbox.post(PickedUp())

    async def run_instead(self, source: Source) -> bool:
        """Redirect the call. False if it ended first."""
        if self._closed:
            return False
        taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._mailbox.post(RunInstead(source, taken))
        return await taken

    # The task ---------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Carry the call to its end and deliver its callbacks. Never raises but for cancellation."""
        end = CallEnd("error", detail="12400 the exchange failed")
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                group.create_task(self._callbacks.run())
                try:
                    end = await self._live()
                except Exception:
                    self._log.exception("call failed inside the exchange")
                self._close(end)
                self._callbacks.finish()
        except asyncio.CancelledError:
            end = CallEnd("far-end", detail="exchange is going down")
            raise
        except ExceptionGroup:
            self._log.exception("work beside the call failed")
        finally:
            self._close(end)
            self._group = None
            if self._trace:
                self._trace.close()

    async def _live(self) -> CallEnd:
        source: Source = self._plan.first
        if self.record.direction == "inbound":
            self._set_status("ringing")
            self.line.handset.ringing(self.record.sid)
        else:
            rung = await self._ring()
            if isinstance(rung, CallEnd):
                return rung
            source = rung
            self._answer()
        then, document = self._plan.then, self._first_document(source)
        while True:
            command = await self._next_command(asyncio.ensure_future(document))
            match command:
                case CallEnd("far-end", _, "end of document") if then:
                    source, then = then, None
                case CallEnd():
                    return command
                case RunInstead(following, taken):
                    source = following
                    if not taken.done():
                        taken.set_result(True)
            document = Interpreter(self._leg).run(source)

    async def _first_document(self, source: Source) -> CallEnd:
        """Run the first document, once it is known who answered if that was asked."""
        plan = self._plan
        if plan.detection and plan.detection_url:
            self._spawn(self._report_detection())
        elif plan.detection:
            await self._detect()
        return await Interpreter(self._leg).run(source)

    async def _detect(self) -> None:
        self.record.answered_by = await who_answered(self.line, self._office.pacer, self._plan.detection)

    async def _report_detection(self) -> None:
        began = self._office.pacer.tick
        await self._detect()
        params = {
            "AccountSid": self.record.account_sid,
            "CallSid": self.record.sid,
            "AnsweredBy": self.record.answered_by,
            "MachineDetectionDuration": str((self._office.pacer.tick - began) * FRAME_MS),
        }
        await self._leg.callback(self._plan.detection_url, self._plan.detection_method, params)

    async def _next_command(self, document: asyncio.Task[CallEnd]) -> CallEnd | RunInstead:
        """What interrupts the document, or how it ended. The document is over when this returns."""
        command = asyncio.ensure_future(self._mailbox.take())
        try:
            while True:
                await asyncio.wait({document, command}, return_when=asyncio.FIRST_COMPLETED)
                if not command.done():
                    return document.result()
                match command.result():
                    case HangUp(end):
                        self._leg.why_left = _why_left(end)
                        return end
                    case RunInstead() as redirect:
                        self._leg.why_left = "participant_updated_via_api"
                        return redirect
                command = asyncio.ensure_future(self._mailbox.take())
        finally:
            for task in (document, command):
                task.cancel()
            await asyncio.wait({document, command})

    async def _ring(self) -> Source | CallEnd:
        """Ring the phone of an outgoing call until it answers; the document to run then."""
        self._set_status("initiated")
        source = self._plan.first
        self._set_status("ringing")
        limit_ms = self._plan.ring_s * 1_000
        began = self._office.pacer.tick
        while True:
            left_ms = limit_ms - (self._office.pacer.tick - began) * FRAME_MS
            command = await first_or_none(self._mailbox.take(), self._office.pacer.wait_ms(max(left_ms, 1)))
            match command:
                case None:
                    return CallEnd("far-end", "no-answer", "nobody answered")
                case PickedUp():
                    return source
                case HangUp(end):
                    return end
                case RunInstead(following, taken):
                    source = following
                    if not taken.done():
                        taken.set_result(True)

    # State, changed here only -----------------------------------------------------------------------------------

    def _answer(self) -> None:
        if self.record.status == "in-progress" or self._closed:
            return
        self.record.started = now()
        self._set_status("in-progress")
        self.line.handset.answered(0)
        self._stop_ticking = self._office.pacer.subscribe(self.line.tick)

    def _close(self, end: CallEnd) -> None:
        if self._closed:
            return
        self._closed = True
        self._stop_ticking()
        record, was_up = self.record, self.record.status == "in-progress"
        record.ended = now()
        if was_up:
            record.duration_s = -(-self.line.ticks * FRAME_MS // 1_000)
        self._set_status(_final_status(end, was_up))
        self.line.listener = self.line.key_listener = None
        self._leg.stop_forks()
        dead_air_ms = record.ear.longest_ms
        self.line.handset.ended(Ended(end.reason, record.status, self.line.ticks, end.detail, dead_air_ms))
        self._mailbox.close()
        self.ended.set()

    def _set_status(self, status: Status) -> None:
        record = self.record
        record.status, record.updated = status, now()
        self._log.info("call " + status, direction=record.direction, duration_s=record.duration_s)
        if self._trace:
            self._trace.write({"kind": "status", "status": status})
        event = EVENT_OF.get(status)
        if self._plan.status_url and event in self._plan.status_events:
            params = call_parameters(record) | {
                "CallbackSource": "call-progress-events",
                "SequenceNumber": str(self._sequence),
                "Timestamp": rfc2822(record.updated) or "",
            }
            if not record.live:
                seconds = record.duration_s or 0
                params |= {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
            self._callbacks.post(Callback(self._plan.status_url, self._plan.status_method, params))
        self._sequence += 1

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            if self._group is None:
                raise RuntimeError("the call is over")
            self._group.create_task(self._guarded(work))
        except RuntimeError:  # the call is being torn down: this work comes too late
            work.close()

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            self._log.exception("work beside the call failed")


def _why_left(end: CallEnd) -> WhyLeft:
    return "participant_updated_via_api" if end.detail.endswith("over REST") else "participant_hung_up"


def _final_status(end: CallEnd, was_up: bool) -> Status:
    if was_up:
        return "completed"
    match end.status:
        case "busy" | "failed" | "no-answer" | "canceled":
            return end.status
    return "canceled" if end.reason == "caller" else "failed" if end.reason == "error" else "completed"


def _nothing() -> None:
    """Leave nothing: the line does not tick yet."""
