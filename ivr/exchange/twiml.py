"""TwiML: the documents with which the product tells the carrier what to do, read into verbs.

Pure. Raises TwimlError with the carrier's error code; the interpreter runs what is returned.
Facts: docs/carrier-wire.md, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ivr.exchange.twiml_dial import Dial as Dial
from ivr.exchange.twiml_dial import dial
from ivr.exchange.twiml_values import TwimlError as TwimlError
from ivr.exchange.twiml_values import flag, keys, method, whole

MAX_SAY_CHARS = 4_096
MAX_PARAMETER_CHARS = 500
LOOPBACK_HOSTS = frozenset({"localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Say:
    """Speak text with the carrier's own voice. `loop` 0 repeats until the call ends."""

    text: str
    language: str = "en-US"
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Play:
    """Play a sound file. `loop` 0 repeats until the call ends."""

    url: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait silently."""

    length_s: int = 1


@dataclass(frozen=True, slots=True)
class Gather:
    """Collect keys while the nested prompts play."""

    prompts: tuple[Say | Play | Pause, ...] = ()
    num_digits: int | None = None
    finish_on_key: str = "#"
    "Empty: no key finishes."
    timeout_s: float = 5.0
    action: str = ""
    "Empty: the current document's URL."
    method: str = "POST"
    action_on_empty: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Record the caller."""

    action: str = ""
    method: str = "POST"
    max_length_s: int = 3_600
    finish_on_key: str = "1234567890*#"
    timeout_s: int = 5
    "This much silence ends it."
    play_beep: bool = True
    status_callback: str = ""
    status_callback_method: str = "POST"
    status_callback_events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on with another document."""

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse an incoming call without answering it."""

    reason: str = "rejected"


@dataclass(frozen=True, slots=True)
class ConnectStream:
    """A bidirectional media stream; the document waits until it ends."""

    url: str
    name: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    action: str = ""
    method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class StartStream:
    """A fork: a copy of the audio, one way; the document goes on at once."""

    url: str
    name: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    track: str = "inbound_track"
    status_callback: str = ""
    status_callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class StopStream:
    """End the fork of this name."""

    name: str


Verb = (
    StartStream | StopStream | Say | Play | Pause | Gather | Record | Redirect | Hangup | Reject | ConnectStream | Dial
)


def parse(body: bytes | str) -> tuple[Verb, ...]:
    """Read one document. Raises TwimlError."""
    data = body.encode() if isinstance(body, str) else body
    if not data.strip():
        raise TwimlError(12100, "document is empty")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise TwimlError(12100, "document type declarations are not accepted")
    try:
        root = ElementTree.fromstring(data.strip())  # noqa: S314
    except (ElementTree.ParseError, LookupError, ValueError) as bad:
        raise TwimlError(12100, f"document parse failure: {bad}") from bad
    if root.tag != "Response":
        raise TwimlError(12102, f"root element is <{root.tag}>, not <Response>")
    return tuple(_verb(element, _VERBS) for element in root)


def _verb(element: Element, readers: Mapping[str, Callable[[Element], Verb]]) -> Verb:
    reader = readers.get(element.tag)
    if reader is None:
        raise TwimlError(12200, f"<{element.tag}> is not a verb here; there are {', '.join(readers)}")
    return reader(element)


def _say(element: Element) -> Say:
    text = " ".join("".join(element.itertext()).split())
    if not text:
        raise TwimlError(13520, "<Say> has no text")
    if len(text) > MAX_SAY_CHARS:
        raise TwimlError(13520, f"<Say> has more than {MAX_SAY_CHARS} characters")
    language = element.get("language", "en-US")
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language):
        raise TwimlError(13511, f"<Say language={language!r}> is not a language tag")
    return Say(text, language, whole(element, "loop", 1, 13510))


def _play(element: Element) -> Play:
    url = (element.text or "").strip()
    if not url:
        raise TwimlError(13420, "<Play> has no URL")
    return Play(url, whole(element, "loop", 1, 13410))


def _pause(element: Element) -> Pause:
    return Pause(whole(element, "length", 1, 13910))


def _gather(element: Element) -> Gather:
    if "dtmf" not in element.get("input", "dtmf").split():
        raise TwimlError(12200, "<Gather> without input=dtmf: this exchange hears keys, not speech")
    prompts: list[Say | Play | Pause] = []
    for child in element:
        prompt = _verb(child, _PROMPTS)
        assert isinstance(prompt, Say | Play | Pause)  # noqa: S101 - _PROMPTS reads nothing else
        prompts.append(prompt)
    timeout = element.get("timeout", "5")
    if timeout != "auto" and not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", timeout):
        raise TwimlError(13313, f"<Gather timeout={timeout!r}>: seconds are needed")
    return Gather(
        prompts=tuple(prompts),
        num_digits=whole(element, "numDigits", 0, 13314, low=1) or None,
        finish_on_key=keys(element, "finishOnKey", "#", 13310, 1),
        timeout_s=5.0 if timeout == "auto" else float(timeout),
        action=element.get("action", ""),
        method=method(element, 13312),
        action_on_empty=flag(element, "actionOnEmptyResult", False),
    )


def _record(element: Element) -> Record:
    return Record(
        action=element.get("action", ""),
        method=method(element, 13612),
        max_length_s=whole(element, "maxLength", 3_600, 13611, low=1, high=14_400),
        finish_on_key=keys(element, "finishOnKey", "1234567890*#", 13613, 12),
        timeout_s=whole(element, "timeout", 5, 13610),
        play_beep=flag(element, "playBeep", True),
        status_callback=element.get("recordingStatusCallback", ""),
        status_callback_method=method(element, 13614, "recordingStatusCallbackMethod"),
        status_callback_events=tuple(element.get("recordingStatusCallbackEvent", "completed").split()),
    )


def _redirect(element: Element) -> Redirect:
    return Redirect((element.text or "").strip(), method(element, 13710))


def _reject(element: Element) -> Reject:
    reason = element.get("reason", "rejected")
    if reason not in ("rejected", "busy"):
        raise TwimlError(12200, f"<Reject reason={reason!r}>: rejected or busy is needed")
    return Reject(reason)


def _stream_of(element: Element) -> Element:
    if len(element) != 1 or element[0].tag != "Stream":
        raise TwimlError(12200, f"<{element.tag}> needs exactly one <Stream>")
    return element[0]


def _target(stream: Element) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Where a stream leads, and its parameters."""
    url = stream.get("url", "").strip()
    check_stream_url(url)
    parameters = tuple((child.get("name", ""), child.get("value", "")) for child in stream)
    if any(child.tag != "Parameter" or not child.get("name") for child in stream):
        raise TwimlError(12200, "<Stream> holds only <Parameter name= value=>")
    if any(len(name) + len(value) >= MAX_PARAMETER_CHARS for name, value in parameters):
        raise TwimlError(12200, f"name and value of a <Parameter> stay under {MAX_PARAMETER_CHARS} characters")
    return url, parameters


def _start(element: Element) -> StartStream:
    stream = _stream_of(element)
    url, parameters = _target(stream)
    track = stream.get("track", "inbound_track")
    if track not in ("inbound_track", "outbound_track", "both_tracks"):
        raise TwimlError(31940, f"<Stream track={track!r}>: inbound_track, outbound_track or both_tracks is needed")
    return StartStream(
        url=url,
        name=stream.get("name", ""),
        parameters=parameters,
        track=track,
        status_callback=stream.get("statusCallback", ""),
        status_callback_method=method(stream, 12200, "statusCallbackMethod"),
    )


def _stop(element: Element) -> StopStream:
    name = _stream_of(element).get("name", "")
    if not name:
        raise TwimlError(12200, "<Stop><Stream> needs the name of the stream to stop")
    return StopStream(name)


def _connect(element: Element) -> ConnectStream:
    stream = _stream_of(element)
    url, parameters = _target(stream)
    if stream.get("track", "inbound_track") != "inbound_track":
        raise TwimlError(31941, "a bidirectional stream has the inbound track only")
    return ConnectStream(
        url=url,
        name=stream.get("name", ""),
        parameters=parameters,
        action=element.get("action", ""),
        method=method(element, 12200),
        status_callback=stream.get("statusCallback", ""),
        status_callback_method=method(stream, 12200, "statusCallbackMethod"),
    )


def check_stream_url(url: str) -> None:
    """Raises TwimlError unless `url` is wss, or ws to this machine itself."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as bad:
        raise TwimlError(31923, f"stream url {url!r}: {bad}") from bad
    if not host:
        raise TwimlError(31923, f"stream url {url!r} names no host")
    loopback = host in LOOPBACK_HOSTS or re.fullmatch(r"127(\.[0-9]{1,3}){3}", host)
    if parts.scheme != "wss" and not (parts.scheme == "ws" and loopback):
        raise TwimlError(31922, f"stream url {url!r} is not wss")


_PROMPTS: Mapping[str, Callable[[Element], Verb]] = {"Say": _say, "Play": _play, "Pause": _pause}
_VERBS: Mapping[str, Callable[[Element], Verb]] = {
    **_PROMPTS,
    "Gather": _gather,
    "Record": _record,
    "Redirect": _redirect,
    "Hangup": lambda element: Hangup(),
    "Reject": _reject,
    "Connect": _connect,
    "Start": _start,
    "Stop": _stop,
    "Dial": dial,
}
