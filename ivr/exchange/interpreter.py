"""The interpreter: runs TwiML documents for one call, one after another, verb by verb.

It returns when the call should end. Failing documents go to the fallback URL once, then end the call.
Facts: docs/carrier-wire.md, section 4.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any, Protocol

import structlog

from ivr.exchange import keypad, sounds
from ivr.exchange.line import Line
from ivr.exchange.pacer import Pacer
from ivr.exchange.records import CallRecord
from ivr.exchange.sids import new_sid
from ivr.exchange.sources import At, CallEnd, Inline, Next, Source, Verbs, absolute
from ivr.exchange.stream import StreamEnd
from ivr.exchange.twiml import (
    ConnectStream,
    Dial,
    Gather,
    Hangup,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    StartStream,
    StopStream,
    TwimlError,
    Verb,
    parse,
)
from ivr.exchange.webhooks import WebhookFailed

log = structlog.get_logger("exchange.twiml")

MAX_IDLE_DOCUMENTS = 50
"Documents in a row that took no audio time; more is a loop."


class Leg(Protocol):
    """What the interpreter needs of the call it runs for."""

    record: CallRecord
    line: Line
    pacer: Pacer
    fallback: At | None

    def answer(self) -> None:
        """Pick up, if that has not happened yet."""

    async def document(self, source: At) -> tuple[tuple[Verb, ...], str]:
        """Fetch and read TwiML: verbs and the URL they came from. Raises WebhookFailed, TwimlError."""

    async def prompt(self, verb: Say | Play | Pause, here: str) -> None:
        """Let the caller hear one prompt, to its end. Raises WebhookFailed, TwimlError."""

    async def stream(self, verb: ConnectStream, here: str) -> StreamEnd:
        """Run a media stream until it ends."""

    def fork(self, verb: StartStream, here: str) -> None:
        """Begin a fork beside the document. Raises TwimlError when there are too many."""

    def stop_fork(self, name: str) -> None:
        """End the fork of this name, if there is one."""

    async def dial(self, verb: Dial, here: str) -> Mapping[str, str]:
        """Connect the call until that ends; what its action is told."""

    async def keep_recording(self, sid: str, verb: Record, here: str, audio: bytes) -> None:
        """Store a recording and report it."""

    def recording_url(self, sid: str) -> str:
        """Where REST serves it."""

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the document, within the call."""


class Interpreter:
    """Runs the documents of one call. Cancel to interrupt, for example for a redirect over REST."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._idle_documents = 0

    async def run(self, source: Source) -> CallEnd:
        """Run `source` and all that follows from it."""
        following: Source = source
        while True:
            try:
                result = await self._run_document(following)
            except (WebhookFailed, TwimlError) as failed:
                result = self._after_failure(failed, following)
            if isinstance(result, CallEnd):
                return result
            following = result

    def _after_failure(self, failed: WebhookFailed | TwimlError, source: Source) -> At | CallEnd:
        url = source.url if isinstance(source, At) else ""
        log.warning("document failed", call=self._leg.record.sid, code=failed.code, detail=failed.message, url=url)
        fallback, self._leg.fallback = self._leg.fallback, None  # once: a failing fallback ends the call
        if fallback is None:
            return CallEnd("error", detail=f"{failed.code} {failed.message}")
        return At(fallback.url, fallback.method, {"ErrorCode": str(failed.code), "ErrorUrl": url})

    async def _run_document(self, source: Source) -> At | CallEnd:
        self._check_loop()
        match source:
            case At():
                verbs, here = await self._leg.document(source)
            case Inline(twiml):
                verbs, here = parse(twiml), ""
            case Verbs(verbs):
                here = ""
        if verbs and isinstance(verbs[0], Reject) and self._leg.record.status == "ringing":
            return CallEnd("rejected", "busy" if verbs[0].reason == "busy" else "no-answer")
        self._leg.answer()
        for verb in verbs:
            began = self._leg.pacer.tick
            following = await self._run_verb(verb, here)
            if self._leg.pacer.tick > began:
                self._idle_documents = 0
            if following is not None:
                return following
        return CallEnd("far-end", detail="end of document")

    def _check_loop(self) -> None:
        self._idle_documents += 1
        if self._idle_documents > MAX_IDLE_DOCUMENTS:
            self._leg.fallback = None
            raise TwimlError(12400, f"{MAX_IDLE_DOCUMENTS} documents in a row did nothing but lead to the next")

    async def _run_verb(self, verb: Verb, here: str) -> Next:
        match verb:
            case Say() | Play() | Pause():
                await self._leg.prompt(verb, here)
            case Redirect(url, method):
                return At(absolute(here, url), method)
            case Hangup() | Reject():
                return CallEnd("far-end", detail=type(verb).__name__)
            case Gather():
                return await self._gather(verb, here)
            case Record():
                return await self._record(verb, here)
            case ConnectStream():
                return await self._stream(verb, here)
            case StartStream():
                self._leg.fork(verb, here)
            case StopStream(name):
                self._leg.stop_fork(name)
            case Dial():
                params = await self._leg.dial(verb, here)
                return At(absolute(here, verb.action), verb.method, params) if verb.action else None
        return None

    async def _stream(self, verb: ConnectStream, here: str) -> Next:
        end = await self._leg.stream(verb, here)
        if not verb.action:
            return None
        failed = {"StreamErrorCode": str(end.error)} if end.error else {}
        return At(absolute(here, verb.action), verb.method, failed)

    async def _gather(self, verb: Gather, here: str) -> Next:
        async def prompts() -> None:
            for prompt in verb.prompts:
                await self._leg.prompt(prompt, here)

        got = await keypad.gather(self._leg.line, self._leg.pacer, verb, prompts)
        if not got.digits and not verb.action_on_empty:
            return None
        params = {"Digits": got.digits, "FinishedOnKey": got.finished_on, "msg": "Gather End"}
        return At(absolute(here, verb.action), verb.method, params)

    async def _record(self, verb: Record, here: str) -> Next:
        leg = self._leg
        if verb.play_beep:
            await leg.line.play(sounds.beep())
        sid = new_sid("RE")
        recorder = keypad.Recorder(leg.line, verb)
        try:
            await recorder.run()
        finally:  # also when the caller hangs up: what was heard is kept
            audio = recorder.audio
            if recorder.heard_anything:
                leg.spawn(leg.keep_recording(sid, verb, here, audio))
        if not recorder.heard_anything:
            return None
        params = {
            "RecordingSid": sid,
            "RecordingUrl": leg.recording_url(sid),
            "RecordingDuration": str(-(-len(audio) // 8_000)),
            "Digits": recorder.key,
        }
        return At(absolute(here, verb.action), verb.method, params)
