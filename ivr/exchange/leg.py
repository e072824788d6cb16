"""A call's leg: what TwiML may do with it. Webhooks with the call's parameters, sounds, speech, streams, recordings."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog

from ivr.exchange import stream_wire as wire
from ivr.exchange import strict
from ivr.exchange.call_plan import Plan
from ivr.exchange.callbacks import Callback, deliver
from ivr.exchange.conference import WhyLeft
from ivr.exchange.config import ExchangeConfig
from ivr.exchange.dial_out import dial_out
from ivr.exchange.faults import Faults
from ivr.exchange.fork import TRACKS, Fork
from ivr.exchange.line import Line
from ivr.exchange.pacer import Pacer
from ivr.exchange.participation import take_part
from ivr.exchange.prompts import Announcer
from ivr.exchange.recordings import Recordings
from ivr.exchange.records import API_VERSION, CallRecord, call_parameters, now, rfc2822
from ivr.exchange.rooms import Rooms
from ivr.exchange.rules import Violations
from ivr.exchange.sids import new_sid
from ivr.exchange.sources import At, absolute, usable
from ivr.exchange.stream import MediaStream, StreamEnd, StreamTools
from ivr.exchange.traces import CallTrace, Request
from ivr.exchange.twiml import (
    ConnectStream,
    Dial,
    Pause,
    Play,
    Record,
    Say,
    StartStream,
    TwimlError,
    Verb,
    parse,
)
from ivr.exchange.watch import StreamWatch
from ivr.exchange.webhooks import Answer, WebhookFailed, Webhooks, new_token
from ivr.vocabulary.units import MuLaw

log = structlog.get_logger("exchange.call")

if TYPE_CHECKING:
    from ivr.exchange.call import Call

MOST_TRACKS = 4
"Tracks that a call may be forked into."

Spawn = Callable[[Coroutine[Any, Any, None]], None]


@dataclass(frozen=True, slots=True)
class Office:
    """What all calls of an exchange share."""

    config: ExchangeConfig
    http: aiohttp.ClientSession
    webhooks: Webhooks
    pacer: Pacer
    faults: Faults
    violations: Violations
    recordings: Recordings
    announcer: Announcer
    rooms: Rooms
    ring: Callable[[str, str, Plan, str], Call]
    "(to, from, plan, sid of the parent call): calls a telephone for a `<Dial>`."
    own_url: Callable[[], str]
    "Scheme, host and port of the exchange's REST API."
    last_streams: deque[tuple[ConnectStream, wire.StreamIds]]
    "The newest streams, for `probes`."


class CallLeg:
    """The interpreter's view of one call. `answer` and `spawn` are the call's."""

    def __init__(
        self,
        record: CallRecord,
        line: Line,
        office: Office,
        *,
        answer: Callable[[], None],
        spawn: Spawn,
        fallback: At | None,
        trace: CallTrace | None,
    ) -> None:
        self.record = record
        self.line = line
        self.pacer = office.pacer
        self.fallback = fallback
        self.why_left: WhyLeft = "participant_hung_up"
        "What takes the call out of a conference, said by the call before it does."
        self.answer = answer
        self.spawn = spawn
        self.office = office
        self._trace = trace
        self._forks: list[Fork] = []

    # Documents and callbacks ------------------------------------------------------------------------------------

    async def document(self, source: At) -> tuple[tuple[Verb, ...], str]:
        """Fetch and read TwiML, under the eyes of the strict rules."""
        params = call_parameters(self.record) | dict(source.params)
        violations, sid = self.office.violations, self.record.sid
        began = time.monotonic()
        try:
            answer = await self._fetch(source, params)
        except WebhookFailed as failed:
            self._note("webhook", source, params, failed.status, b"", began)
            strict.check_failure(violations, sid, failed)
            raise
        self._note("webhook", source, params, answer.status, answer.body, began)
        strict.check_answer(violations, sid, answer, time.monotonic() - began)
        try:
            verbs = parse(usable(answer).body)
        except TwimlError as bad:
            strict.check_twiml_error(violations, sid, bad)
            raise
        strict.check_verbs(violations, sid, verbs)
        return verbs, answer.url

    async def _fetch(self, source: At, params: Mapping[str, str]) -> Answer:
        webhooks, token = self.office.webhooks, new_token()
        again = self.office.faults.take("webhook.duplicate", source.url, self.record.sid)
        if again is None:
            return await webhooks.fetch(source.url, params, source.method, token=token)
        sent = [webhooks.fetch(source.url, params, source.method, token=token) for _ in range(1 + again.times)]
        results = await asyncio.gather(*sent, return_exceptions=True)
        answers = [result for result in results if isinstance(result, Answer)]
        for failure in results:
            if isinstance(failure, BaseException):
                raise failure
        if any(answer.body != answers[0].body for answer in answers):
            self.office.violations.report("webhook.not-idempotent", self.record.sid, source.url)
        return answers[0]

    async def callback(self, url: str, method: str, params: Mapping[str, str]) -> None:
        """Send one callback. A failure is noted and changes nothing."""
        began = time.monotonic()
        status = await deliver(
            self.office.webhooks, self.office.violations, self.record.sid, Callback(url, method, params)
        )
        self._note("callback", At(url, method), params, status, b"", began)

    def _note(
        self, kind: str, source: At, params: Mapping[str, str], status: int | None, body: bytes, began: float
    ) -> None:
        if self._trace:
            self._trace.webhook(kind, Request(source.url, source.method, params), status, body, began)

    # Sound and company ------------------------------------------------------------------------------------------

    async def prompt(self, verb: Say | Play | Pause, here: str) -> None:
        """Let the caller hear one prompt, to its end."""
        await self.office.announcer.play(verb, here, self.line)

    async def dial(self, verb: Dial, here: str) -> Mapping[str, str]:
        """Connect the call until that ends; what its action is told."""
        if verb.conference:
            return await take_part(self, verb, verb.conference, here)
        return await dial_out(self, verb, here)

    # Streams ----------------------------------------------------------------------------------------------------

    async def stream(self, verb: ConnectStream, here: str) -> StreamEnd:
        """Run a media stream until it ends, reporting its progress to its statusCallback."""
        office = self.office
        ids = wire.StreamIds(self.record.account_sid, self.record.sid, new_sid("MZ"))
        office.last_streams.append((verb, ids))
        stream = MediaStream(ids, verb, self.line, self._stream_tools(), self._watch(), self._trace)
        self._report_stream(verb, here, ids.stream_sid, "stream-started")
        end: StreamEnd | None = None
        try:
            end = await stream.run()
        finally:
            error = end.detail if end and end.error else ""
            self._report_stream(verb, here, ids.stream_sid, "stream-error" if error else "stream-stopped", error)
        if end.error == 31920:
            office.violations.report("stream.refused", self.record.sid, end.detail)
        return end

    def _stream_tools(self) -> StreamTools:
        office, config = self.office, self.office.config
        return StreamTools(
            office.http, config.auth_token, office.faults, office.pacer, config.release_timeout_s, self.spawn
        )

    def _watch(self) -> StreamWatch | None:
        violations = self.office.violations
        return (
            StreamWatch(violations, self.record.sid, strict.limits(self.office.config)) if violations.strict else None
        )

    def fork(self, verb: StartStream, here: str) -> None:
        """Begin a fork beside the document. Raises TwimlError when there are too many."""
        running = sum(len(TRACKS[each.track]) for each in self._forks)
        if running + len(TRACKS[verb.track]) > MOST_TRACKS:
            raise TwimlError(31930, f"a call is forked into {MOST_TRACKS} tracks at most")
        ids = wire.StreamIds(self.record.account_sid, self.record.sid, new_sid("MZ"))
        fork = Fork(ids, verb, self.line, self._stream_tools(), self._watch())
        self._forks.append(fork)
        self.spawn(self._run_fork(fork, verb, here))

    def stop_fork(self, name: str) -> None:
        """End the fork of this name, if there is one."""
        for fork in self._forks:
            if fork.name == name:
                fork.stop()

    def stop_forks(self) -> None:
        """The call is over."""
        for fork in self._forks:
            fork.stop()

    async def _run_fork(self, fork: Fork, verb: StartStream, here: str) -> None:
        self._report_stream(verb, here, fork.ids.stream_sid, "stream-started")
        error = ""
        try:
            error = await fork.run()
        finally:
            self._forks.remove(fork)
            self._report_stream(verb, here, fork.ids.stream_sid, "stream-error" if error else "stream-stopped", error)

    def _report_stream(
        self, verb: ConnectStream | StartStream, here: str, sid: str, event: str, error: str = ""
    ) -> None:
        if not verb.status_callback:
            return
        params = {
            "AccountSid": self.record.account_sid,
            "CallSid": self.record.sid,
            "StreamSid": sid,
            "StreamName": verb.name or sid,
            "StreamEvent": event,
            "Timestamp": rfc2822(now()) or "",
        } | ({"StreamError": error} if error else {})
        self.spawn(self.callback(absolute(here, verb.status_callback), verb.status_callback_method, params))

    # Recordings -------------------------------------------------------------------------------------------------

    def recording_url(self, sid: str) -> str:
        """Where REST serves it."""
        return f"{self.office.own_url()}/{API_VERSION}/Accounts/{self.record.account_sid}/Recordings/{sid}"

    async def keep_recording(self, sid: str, verb: Record, here: str, audio: bytes) -> None:
        """Store a recording, then tell the recordingStatusCallback."""
        recording = await self.office.recordings.add(sid, self.record.sid, MuLaw(audio))
        if not verb.status_callback or "completed" not in verb.status_callback_events:
            return
        params = {
            "AccountSid": self.record.account_sid,
            "CallSid": self.record.sid,
            "RecordingSid": sid,
            "RecordingUrl": self.recording_url(sid),
            "RecordingStatus": "completed",
            "RecordingDuration": str(recording.duration_s),
            "RecordingChannels": "1",
            "RecordingStartTime": rfc2822(recording.created) or "",
            "RecordingSource": "RecordVerb",
            "RecordingTrack": "inbound",
        }
        await self.callback(absolute(here, verb.status_callback), verb.status_callback_method, params)
