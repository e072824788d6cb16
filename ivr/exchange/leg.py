"""A call's leg: what TwiML may do with it. Webhooks with the call's parameters, sounds, speech, streams, recordings."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog

from ivr.exchange import sounds, strict
from ivr.exchange import stream_wire as wire
from ivr.exchange.config import ExchangeConfig
from ivr.exchange.faults import Faults
from ivr.exchange.interpreter import At, absolute, usable
from ivr.exchange.line import Line
from ivr.exchange.pacer import Pacer
from ivr.exchange.recordings import Recordings
from ivr.exchange.records import API_VERSION, CallRecord, call_parameters, now, rfc2822
from ivr.exchange.rules import Violations
from ivr.exchange.sids import new_sid
from ivr.exchange.stream import MediaStream, StreamEnd, StreamTools
from ivr.exchange.traces import CallTrace, Request
from ivr.exchange.twiml import ConnectStream, Record, TwimlError, Verb, parse
from ivr.exchange.voice import Voice
from ivr.exchange.watch import StreamWatch
from ivr.exchange.webhooks import Answer, WebhookFailed, Webhooks, new_token
from ivr.vocabulary.units import MuLaw

log = structlog.get_logger("exchange.call")

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
    voice: Voice
    recordings: Recordings
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
        self.answer = answer
        self.spawn = spawn
        self._office = office
        self._trace = trace

    # Documents and callbacks ------------------------------------------------------------------------------------

    async def document(self, source: At) -> tuple[tuple[Verb, ...], str]:
        """Fetch and read TwiML, under the eyes of the strict rules."""
        params = call_parameters(self.record) | dict(source.params)
        violations, sid = self._office.violations, self.record.sid
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
        webhooks, token = self._office.webhooks, new_token()
        again = self._office.faults.take("webhook.duplicate", source.url, self.record.sid)
        if again is None:
            return await webhooks.fetch(source.url, params, source.method, token=token)
        sent = [webhooks.fetch(source.url, params, source.method, token=token) for _ in range(1 + again.times)]
        results = await asyncio.gather(*sent, return_exceptions=True)
        answers = [result for result in results if isinstance(result, Answer)]
        for failure in results:
            if isinstance(failure, BaseException):
                raise failure
        if any(answer.body != answers[0].body for answer in answers):
            self._office.violations.report("webhook.not-idempotent", self.record.sid, source.url)
        return answers[0]

    async def callback(self, url: str, method: str, params: Mapping[str, str]) -> None:
        """Send one callback. A failure is noted and changes nothing."""
        source, status, began = At(url, method), None, time.monotonic()
        try:
            status = (await self._office.webhooks.fetch(url, params, method)).status
        except WebhookFailed as failed:
            status = failed.status
            log.warning("callback failed", call=self.record.sid, code=failed.code, url=url, status=status)
            if failed.status is not None:
                detail = f"status {failed.status} for {params.get('CallStatus', '')}"
                self._office.violations.report("callback.refused", self.record.sid, detail)
        self._note("callback", source, params, status, b"", began)

    def _note(
        self, kind: str, source: At, params: Mapping[str, str], status: int | None, body: bytes, began: float
    ) -> None:
        if self._trace:
            self._trace.webhook(kind, Request(source.url, source.method, params), status, body, began)

    # Sound ------------------------------------------------------------------------------------------------------

    async def sound(self, url: str) -> bytes:
        """Fetch a sound as µ-law."""
        answer = await self._office.webhooks.fetch(url, {}, "GET", max_bytes=sounds.MAX_SOUND_BYTES)
        return await asyncio.to_thread(sounds.decode, answer.body, answer.content_type)

    async def speech(self, text: str, language: str) -> bytes:
        """Speak text as µ-law."""
        return await self._office.voice.speak(text, language)

    # Streams ----------------------------------------------------------------------------------------------------

    async def stream(self, verb: ConnectStream, here: str) -> StreamEnd:
        """Run a media stream until it ends, reporting its progress to its statusCallback."""
        office = self._office
        ids = wire.StreamIds(self.record.account_sid, self.record.sid, new_sid("MZ"))
        config = office.config
        tools = StreamTools(
            office.http, config.auth_token, office.faults, office.pacer, config.release_timeout_s, self.spawn
        )
        office.last_streams.append((verb, ids))
        watch = None
        if office.violations.strict:
            watch = StreamWatch(office.violations, self.record.sid, strict.limits(office.config))
        stream = MediaStream(ids, verb, self.line, tools, watch, self._trace)
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

    def _report_stream(self, verb: ConnectStream, here: str, sid: str, event: str, error: str = "") -> None:
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
        return f"{self._office.own_url()}/{API_VERSION}/Accounts/{self.record.account_sid}/Recordings/{sid}"

    async def keep_recording(self, sid: str, verb: Record, here: str, audio: bytes) -> None:
        """Store a recording, then tell the recordingStatusCallback."""
        recording = await self._office.recordings.add(sid, self.record.sid, MuLaw(audio))
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
