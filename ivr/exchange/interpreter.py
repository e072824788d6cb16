"""The interpreter: runs TwiML documents for one call, one after another, verb by verb.

It returns when the call should end. Failing documents go to the fallback URL once, then end the call.
Facts: docs/carrier-wire.md, section 4.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import structlog

from ivr.exchange import keypad, sounds
from ivr.exchange.line import EndReason, Line
from ivr.exchange.pacer import Pacer
from ivr.exchange.records import CallRecord
from ivr.exchange.sids import new_sid
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
    TwimlError,
    Verb,
    parse,
)
from ivr.exchange.webhooks import Answer, WebhookFailed

log = structlog.get_logger("exchange.twiml")

MAX_IDLE_DOCUMENTS = 50
"Documents in a row that took no audio time; more is a loop."
MAX_LOOPS = 1_000


@dataclass(frozen=True, slots=True)
class CallEnd:
    """The documents are through. `reason` is what the phone is told; `status` overrides the usual final status."""

    reason: EndReason
    status: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class At:
    """A document to fetch."""

    url: str
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inline:
    """A document given over REST. It has no URL, so its actions must be absolute."""

    twiml: str


Source = At | Inline
Next = At | CallEnd | None
"What a verb leads to: another document, the end, or the next verb."


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

    async def sound(self, url: str) -> bytes:
        """Fetch a sound as µ-law. Raises WebhookFailed, TwimlError."""

    async def speech(self, text: str, language: str) -> bytes:
        """Speak text as µ-law. Raises TwimlError."""

    async def stream(self, verb: ConnectStream, here: str) -> StreamEnd:
        """Run a media stream until it ends."""

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
        if isinstance(source, At):
            verbs, here = await self._leg.document(source)
        else:
            verbs, here = parse(source.twiml), ""
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
                await self._prompt(verb, here)
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
            case Dial():
                raise TwimlError(12200, "<Dial> is read here, but not run yet")
        return None

    async def _prompt(self, verb: Say | Play | Pause, here: str) -> None:
        if isinstance(verb, Pause):
            if verb.length_s:
                await self._leg.pacer.wait_ms(verb.length_s * 1_000)
            return
        if isinstance(verb, Say):
            audio = await self._leg.speech(verb.text, verb.language)
        else:
            audio = await self._leg.sound(absolute(here, verb.url))
        if not audio:
            return
        for _ in range(verb.loop or MAX_LOOPS):
            await self._leg.line.play(audio)

    async def _stream(self, verb: ConnectStream, here: str) -> Next:
        end = await self._leg.stream(verb, here)
        if not verb.action:
            return None
        failed = {"StreamErrorCode": str(end.error)} if end.error else {}
        return At(absolute(here, verb.action), verb.method, failed)

    async def _gather(self, verb: Gather, here: str) -> Next:
        async def prompts() -> None:
            for prompt in verb.prompts:
                await self._prompt(prompt, here)

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


def absolute(here: str, url: str) -> str:
    """`url` as seen from the document at `here`; an empty url is the document itself.

    Raises TwimlError 11100 when that needs a base and the document came without one.
    """
    joined = urljoin(here, url) if url else here
    if urlsplit(joined).scheme not in ("http", "https"):
        raise TwimlError(11100, f"{url!r} is not an absolute http or https URL, and the document has no URL of its own")
    return joined


def usable(answer: Answer) -> Answer:
    """Refuse an answer that is no TwiML by its type. Raises TwimlError 12300."""
    if answer.content_type not in ("text/xml", "application/xml", "text/html"):
        raise TwimlError(12300, f"content type {answer.content_type} is not text/xml")
    return answer
