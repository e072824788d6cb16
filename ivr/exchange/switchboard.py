"""The switchboard: the exchange itself. It knows the numbers, the phones, and every call, and owns their tasks.

Calls come from phones (`dial`) or from REST (`originate`). `run` is the one task everything else lives under.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import structlog

from ivr.exchange.call import Call
from ivr.exchange.call_plan import Plan
from ivr.exchange.callbacks import Callback, Send, deliver
from ivr.exchange.conference import Room
from ivr.exchange.config import ExchangeConfig, Number
from ivr.exchange.faults import Faults
from ivr.exchange.leg import Office
from ivr.exchange.line import Ended, Handset
from ivr.exchange.pacer import Pacer
from ivr.exchange.prompts import Announcer
from ivr.exchange.recordings import Recordings
from ivr.exchange.records import API_VERSION, CallRecord, now, rfc2822
from ivr.exchange.rooms import Rooms
from ivr.exchange.rules import Violations
from ivr.exchange.sids import new_sid
from ivr.exchange.sources import At, CallEnd
from ivr.exchange.traces import CallTrace
from ivr.exchange.voice import Voice
from ivr.exchange.webhooks import Webhooks, client_session
from ivr.vocabulary.units import MuLaw

log = structlog.get_logger("exchange")

HANG_UP_S = 5.0
"At the end, calls get this long to hang up and deliver their callbacks."


class Station(Handset, Protocol):
    """A phone that can be rung."""

    busy: bool

    def incoming(self, call: Call) -> None:
        """Ring: the call may be picked up (`pick_up`) or declined (`hang_up`)."""


class Exchange:
    """A telephone company of one account. `run` it, wait for `ready`, then dial."""

    def __init__(self, config: ExchangeConfig) -> None:
        self.config = config
        self.faults = Faults()
        self.violations = Violations(config.strict, config.muted_rules)
        self.pacer = Pacer(config.speed)
        self.numbers = {number.number: number for number in config.numbers}
        self.calls: OrderedDict[str, CallRecord] = OrderedDict()
        "Every call, oldest first; ended ones beyond `kept_calls` are forgotten."
        self.live: dict[str, Call] = {}
        self.stations: dict[str, Station] = {}
        self.began = now()
        self.own_url = ""
        "Scheme, host and port under which REST is served; set once listening."
        self.ready = asyncio.Event()
        self._closing = asyncio.Event()
        self._quiet = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None
        self._office: Office | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def office(self) -> Office:
        """What calls share. Raises RuntimeError before `run`."""
        if self._office is None:
            raise RuntimeError("the exchange is not running")
        return self._office

    async def run(self) -> None:
        """Serve calls until `close`; then hang up what is left. Returns when every task and socket is gone."""
        config = self.config
        voice, recordings = Voice(), Recordings(config.recordings_dir)
        try:
            async with client_session() as http:
                webhooks = Webhooks(http, config.auth_token, self.faults)
                send = partial(_sender, webhooks, self.violations)
                self._office = Office(
                    config,
                    http,
                    webhooks,
                    self.pacer,
                    self.faults,
                    self.violations,
                    recordings,
                    Announcer(webhooks, voice, self.violations, self.pacer),
                    Rooms(config.account_sid, self.pacer, self.faults, send, self.spawn, self._keep_conference),
                    self.ring,
                    lambda: self.own_url,
                    deque(maxlen=8),
                )
                await self._serve()
        finally:
            self._office = None
            await voice.close()
            recordings.close()

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as clock:
            ticking = clock.create_task(self.pacer.run())
            async with asyncio.TaskGroup() as group:
                self._group = group
                self.ready.set()
                await self._closing.wait()
                self._group = None
                await self._hang_up_all()
            self._quiet.set()
            ticking.cancel()

    async def _hang_up_all(self) -> None:
        carried = tuple(self._tasks)
        log.info("closing", calls=len(carried))
        for call in tuple(self.live.values()):
            call.hang_up(CallEnd("far-end", detail="exchange is going down"))
        if carried:
            _, late = await asyncio.wait(carried, timeout=HANG_UP_S)
            for task in late:
                task.cancel()

    async def settled(self) -> None:
        """Wait until every call of now is over to its last callback and closed socket."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def quiet(self) -> None:
        """Wait until every call is over, after `close`."""
        await self._quiet.wait()

    def close(self) -> None:
        """Ask `run` to end."""
        self._closing.set()

    # Calls ------------------------------------------------------------------------------------------------------

    def dial(self, handset: Handset, to_number: str, from_number: str, caller_name: str = "") -> Call | None:
        """A phone calls one of our numbers. None, and the phone is told, if there is no such number."""
        number = self.numbers.get(to_number)
        if number is None or self._closing.is_set():
            detail = "no such number" if number is None else "exchange is going down"
            handset.ended(Ended("error", "failed", 0, detail))
            return None
        record = CallRecord(
            sid=new_sid("CA"),
            account_sid=self.config.account_sid,
            from_number=from_number,
            to_number=to_number,
            direction="inbound",
            status="queued",
            caller_name=caller_name,
            number_sid=number.sid,
        )
        return self._begin(record, handset, plan_for(number))

    def ring(self, to_number: str, from_number: str, plan: Plan, parent: str = "") -> Call:
        """Call a phone, for REST or, with a `parent` call, for its `<Dial>`. It rings if it is registered and free."""
        record = CallRecord(
            sid=new_sid("CA"),
            account_sid=self.config.account_sid,
            from_number=from_number,
            to_number=to_number,
            direction="outbound-dial" if parent else "outbound-api",
            status="queued",
            parent_call_sid=parent,
        )
        station = self.stations.get(to_number)
        if station is None or station.busy:
            status = "busy" if station else "failed"
            detail = "the phone is busy" if station else "no phone is registered under this number"
            call = self._begin(record, _Nobody(), plan)
            call.hang_up(CallEnd("far-end", status, detail))
            return call
        call = self._begin(record, station, plan)
        station.incoming(call)
        return call

    def _begin(self, record: CallRecord, handset: Handset, plan: Plan) -> Call:
        if self._group is None:
            raise RuntimeError("the exchange is not running")
        call = Call(record, handset, plan, self.office, self._trace(record.sid))
        self.calls[record.sid] = record
        self.live[record.sid] = call
        self._forget_old()
        self.spawn(self._carry(call))
        return call

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the calls; `settled` and the exchange's end wait for it."""
        if self._group is None:
            work.close()
            return
        task = self._group.create_task(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, call: Call) -> None:
        try:
            await call.run()
        finally:
            del self.live[call.record.sid]
            self._forget_old()

    def _trace(self, call_sid: str) -> CallTrace | None:
        if not self.config.trace_dir:
            return None
        folder = Path(self.config.trace_dir)
        return CallTrace(folder, call_sid, audio=self.config.trace_audio, speed=self.config.speed)

    def _forget_old(self) -> None:
        spare = len(self.calls) - len(self.live) - self.config.kept_calls
        if spare <= 0:
            return
        for sid in [sid for sid in self.calls if sid not in self.live][:spare]:
            del self.calls[sid]

    async def _keep_conference(self, room: Room) -> None:
        """Store what a conference heard, then tell the recordingStatusCallback."""
        sid, first = new_sid("RE"), room.first
        audio, room.recorded = MuLaw(bytes(room.recorded)), bytearray()
        recording = await self.office.recordings.add(sid, "", audio, conference_sid=room.sid)
        if first is None or not first.recording_callback:
            return
        account = self.config.account_sid
        params = {
            "AccountSid": account,
            "ConferenceSid": room.sid,
            "RecordingSid": sid,
            "RecordingUrl": f"{self.own_url}/{API_VERSION}/Accounts/{account}/Recordings/{sid}",
            "RecordingStatus": "completed",
            "RecordingDuration": str(recording.duration_s),
            "RecordingChannels": "1",
            "RecordingStartTime": rfc2822(room.recording_began) or "",
            "RecordingSource": "Conference",
        }
        callback = Callback(first.recording_callback, first.recording_callback_method, params)
        await deliver(self.office.webhooks, self.violations, room.sid, callback)

    # Numbers and phones -----------------------------------------------------------------------------------------

    def change_number(self, number: str, **changes: object) -> Number:
        """Change where a number's calls are announced. Raises KeyError for a number that is not ours."""
        self.numbers[number] = replace(self.numbers[number], **changes)  # type: ignore[arg-type]
        return self.numbers[number]

    def register(self, number: str, station: Station) -> None:
        """A phone can be rung under `number`; a later phone takes the number over."""
        self.stations[number] = station

    def unregister(self, station: Station) -> None:
        """The phone is gone from all numbers."""
        for number in [number for number, known in self.stations.items() if known is station]:
            del self.stations[number]


def _sender(webhooks: Webhooks, violations: Violations, sid: str) -> Send:
    async def send(url: str, method: str, params: Mapping[str, str]) -> None:
        await deliver(webhooks, violations, sid, Callback(url, method, params))

    return send


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("work beside the calls failed")


def plan_for(number: Number) -> Plan:
    """What a call to one of our numbers does."""
    fallback = At(number.voice_fallback_url, number.voice_fallback_method) if number.voice_fallback_url else None
    return Plan(
        first=At(number.voice_url, number.voice_method),
        fallback=fallback,
        status_url=number.status_callback,
        status_method=number.status_callback_method,
        status_events=number.status_callback_events,
    )


class _Nobody:
    """The handset of a call that rings nowhere."""

    wants_frames = False
    answers_as = "human"

    def ringing(self, call_sid: str) -> None: ...
    def answered(self, tick: int) -> None: ...
    def hear(self, tick: int, frame: bytes) -> None: ...
    def played(self, name: str, tick: int) -> None: ...
    def cleared(self, tick: int) -> None: ...
    def sounding(self, on: bool, tick: int) -> None: ...
    def spoken(self, name: str, tick: int) -> None: ...
    def ended(self, end: Ended) -> None: ...
