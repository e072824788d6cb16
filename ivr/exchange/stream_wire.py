"""Media Streams on the wire: the messages the carrier sends, and the reading of those it receives.

Pure. Numbers that the carrier sends as strings are strings here too. Facts: docs/carrier-wire.md, section 5.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ivr.exchange.playout import SILENCE

CONNECTED = '{"event":"connected","protocol":"Call","version":"1.0.0"}'
_SILENCE_BASE64 = base64.b64encode(SILENCE).decode()
_FILE_HEADERS = (b"RIFF", b"ID3", b"OggS", b".snd", b"fLaC")


@dataclass(frozen=True, slots=True)
class StreamIds:
    """Whose stream this is."""

    account_sid: str
    call_sid: str
    stream_sid: str


def start(ids: StreamIds, sequence: int, parameters: Mapping[str, str], tracks: Sequence[str] = ("inbound",)) -> str:
    """The `start` message."""
    return orjson.dumps(
        {
            "event": "start",
            "sequenceNumber": str(sequence),
            "start": {
                "accountSid": ids.account_sid,
                "streamSid": ids.stream_sid,
                "callSid": ids.call_sid,
                "tracks": list(tracks),
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8_000, "channels": 1},
                "customParameters": dict(parameters),
            },
            "streamSid": ids.stream_sid,
        }
    ).decode()


def media(stream_sid: str, sequence: int, chunk: int, timestamp_ms: int, audio: bytes, track: str = "inbound") -> str:
    """A `media` message. Written by hand: it is made fifty times a second for every call."""
    payload = _SILENCE_BASE64 if audio is SILENCE else binascii.b2a_base64(audio, newline=False).decode()
    return (
        f'{{"event":"media","sequenceNumber":"{sequence}","media":{{"track":"{track}","chunk":"{chunk}",'
        f'"timestamp":"{timestamp_ms}","payload":"{payload}"}},"streamSid":"{stream_sid}"}}'
    )


def dtmf(stream_sid: str, sequence: int, digit: str) -> str:
    """A `dtmf` message: one key."""
    return (
        f'{{"event":"dtmf","streamSid":"{stream_sid}","sequenceNumber":"{sequence}",'
        f'"dtmf":{{"track":"inbound_track","digit":"{digit}"}}}}'
    )


def mark(stream_sid: str, sequence: int, name: str) -> str:
    """A `mark` message: a mark comes back."""
    return orjson.dumps(
        {
            "event": "mark",
            "sequenceNumber": str(sequence),
            "streamSid": stream_sid,
            "mark": {"name": name},
        }
    ).decode()


def stop(ids: StreamIds, sequence: int) -> str:
    """The `stop` message."""
    return orjson.dumps(
        {
            "event": "stop",
            "sequenceNumber": str(sequence),
            "stop": {"accountSid": ids.account_sid, "callSid": ids.call_sid},
            "streamSid": ids.stream_sid,
        }
    ).decode()


@dataclass(frozen=True, slots=True)
class MediaIn:
    """Audio to play, decoded."""

    audio: bytes


@dataclass(frozen=True, slots=True)
class MarkIn:
    """A mark to return."""

    name: str


@dataclass(frozen=True, slots=True)
class ClearIn:
    """Empty the playout buffer."""


@dataclass(frozen=True, slots=True)
class BadMessage:
    """A message the carrier ignores. `fault` is the end of a strict rule's id, `detail` says what was seen."""

    fault: str
    detail: str
    instead: MediaIn | MarkIn | None = None
    "What the carrier still makes of it, if anything."


FromServer = MediaIn | MarkIn | ClearIn | BadMessage

_FIELDS = {
    "media": {"event", "streamSid", "media"},
    "mark": {"event", "streamSid", "mark"},
    "clear": {"event", "streamSid"},
}


def read(text: str | bytes, stream_sid: str) -> FromServer:
    """Read one text message of the server."""
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError as bad:
        if _several_objects(text):
            return BadMessage("two-objects", "more than one JSON object in a message")
        return BadMessage("not-json", str(bad)[:80])
    if not isinstance(message, dict):
        return BadMessage("not-json", f"a JSON {type(message).__name__}, not an object")
    event = message.get("event")
    if not isinstance(event, str) or event not in _FIELDS:
        return BadMessage("unknown-event", f"event {str(event)[:40]!r}" if event else "event is missing")
    sid = message.get("streamSid")
    if sid is None:
        return BadMessage("missing-sid", f"{event} without streamSid")
    if sid != stream_sid:
        return BadMessage("wrong-sid", f"{event} for another streamSid")
    read_as = _read_event(event, message)
    if isinstance(read_as, BadMessage) or message.keys() <= _FIELDS[event]:
        return read_as
    extra = sorted(message.keys() - _FIELDS[event])[0]
    return BadMessage("extra-field", f"{event} with field {extra!r}")


def _several_objects(text: str | bytes) -> bool:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    try:
        first, end = json.JSONDecoder().raw_decode(words.lstrip())
    except ValueError:
        return False
    return isinstance(first, dict) and words.lstrip()[end:].lstrip().startswith("{")


def _read_event(event: str, message: dict[str, Any]) -> FromServer:
    if event == "clear":
        return ClearIn()
    inner = message.get(event)
    if not isinstance(inner, dict):
        return BadMessage("missing-field", f"{event} without its object")
    if event == "mark":
        name = inner.get("name")
        if not isinstance(name, str) or not name:
            return BadMessage("mark-without-name", "mark without a name")
        return _extra(event, inner, {"name"}) or MarkIn(name)
    payload = inner.get("payload")
    if not isinstance(payload, str):
        return BadMessage("missing-field", "media without payload")
    try:
        audio = binascii.a2b_base64(payload, strict_mode=True)
    except (binascii.Error, ValueError) as bad:
        return BadMessage("bad-base64", str(bad)[:80])
    if not audio:
        return BadMessage("empty-payload", "media with an empty payload")
    if audio.startswith(_FILE_HEADERS):
        return BadMessage("file-header", "audio begins with a file header", instead=MediaIn(audio))
    return _extra(event, inner, {"payload"}) or MediaIn(audio)


def _extra(event: str, inner: dict[str, Any], known: set[str]) -> BadMessage | None:
    if inner.keys() <= known:
        return None
    return BadMessage("extra-field", f"{event} with field {sorted(inner.keys() - known)[0]!r}")
