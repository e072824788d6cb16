"""Twilio's wire: webhooks in, TwiML out, and the JSON of Media Streams both ways. No I/O and no state.

Source     docs/carrier-wire.md; Twilio "Voice webhooks", "Security", "Media Streams messages".
Hot path   `decode_message` and `encode_audio` run fifty times a second for every call: a few µs each.
"""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import orjson
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from ivr.adapters.twilio import signatures, twiml
from ivr.ports.carrier import (
    AudioIn,
    AudioOut,
    CallOffer,
    CallStatus,
    Ignored,
    Instruction,
    KeyIn,
    LegReport,
    MarkReturned,
    RecordingReport,
    RoomReport,
    StreamStarted,
    StreamStopped,
    Webhook,
    WireMessage,
)
from ivr.vocabulary.errors import ConfigError, PeerProtocolError
from ivr.vocabulary.ids import CallId, StreamId
from ivr.vocabulary.units import SAMPLE_RATE_HZ

MAX_MESSAGE_CHARS: Final = 64 * 1024
"A 20 ms frame takes about 350; Twilio's longest bursts stay far below this."

MAX_FIELD_CHARS: Final = 256
"Longest address, state or name taken from a webhook. E.164 needs 16; `sip:` addresses are the long ones."

MAX_KEYS: Final = 32
"Longest run of keys that a leg may answer with."

_ROOM_EVENTS: Final = {
    "participant-join": "joined",
    "participant-leave": "left",
    "announcement-end": "said",
    "announcement-fail": "not_said",
}

_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_CALL = re.compile(r"CA[0-9a-fA-F]{32}")
_RECORDING = re.compile(r"RE[0-9a-fA-F]{32}")
_STREAM = re.compile(r"MZ[0-9a-fA-F]{32}")
_STATE = re.compile(r"[a-z][a-z-]{0,31}")
_SEQUENCE = re.compile(r"[0-9]{1,18}")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
_KEYS = frozenset("0123456789*#ABCD")


class TwilioWire:
    """`CarrierWire` for Twilio.

    account_sid   our account: an offer or stream of any other is refused.
    auth_token    signs webhooks and upgrades.
    other_tokens  further secrets that may sign: the next Auth Token during a rotation, or a shared webhook key.
    """

    def __init__(self, account_sid: str, auth_token: str, *, other_tokens: Sequence[str] = ()) -> None:
        if not _ACCOUNT.fullmatch(account_sid):
            raise ConfigError(
                "the account id is not `AC` and 32 hex digits",
                where="IVR_TWILIO_ACCOUNT_SID",
                fix="Copy the Account SID from the Twilio console, Account Info.",
            )
        if not auth_token.strip():
            raise ConfigError(
                "the auth token is empty",
                where="IVR_TWILIO_AUTH_TOKEN",
                fix="Copy the Auth Token from the Twilio console, Account Info.",
            )
        self._account = account_sid
        self._validators = [RequestValidator(token) for token in (auth_token, *other_tokens) if token]

    # ── verify ───────────────────────────────────────────────────────────────────────────────────────────────────

    def webhook_is_genuine(self, webhook: Webhook) -> bool:
        """Whether Twilio signed this request, over every parameter. Never raises."""
        try:
            raw_body = webhook.body and not webhook.form
            if raw_body and not signatures.body_hash_matches(webhook.url, webhook.body):
                return False
            urls = signatures.port_spellings(webhook.url)
            return signatures.signed_by(self._validators, webhook.headers, urls, webhook.form)
        except Exception:  # whatever a forged request trips over, it is not genuine
            return False

    def upgrade_is_genuine(self, url: str, headers: Mapping[str, str]) -> bool:
        """Whether Twilio signed this WebSocket upgrade: ws(s) scheme, with or without port and last slash."""
        try:
            scheme, separator, rest = url.partition("://")
            scheme = {"http": "ws", "https": "wss"}.get(scheme, scheme)
            if not separator or scheme not in {"ws", "wss"}:
                return False
            urls = [
                spelling
                for ported in signatures.port_spellings(f"{scheme}://{rest}")
                for spelling in signatures.slash_spellings(ported)
            ]
            return signatures.signed_by(self._validators, headers, urls)
        except Exception:  # whatever a forged upgrade trips over, it is not genuine
            return False

    # ── webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────

    def decode_offer(self, webhook: Webhook) -> CallOffer:
        """Read an incoming call's webhook. A withheld number arrives as `anonymous`."""
        fields = _fields(webhook)
        call, account = self._call_of(fields)
        caller = _address(fields, "From") or "anonymous"
        called = _address(fields, "To")
        if not called:
            raise PeerProtocolError("the webhook's To is empty: check the number's voice URL in the Twilio console")
        return CallOffer(call, caller, called, account)

    def decode_status(self, webhook: Webhook) -> CallStatus:
        """Read a status callback. `sequence` is -1 when Twilio sent none."""
        fields = _fields(webhook)
        call, _ = self._call_of(fields)
        state = _one(fields, "CallStatus").strip().lower()
        if not _STATE.fullmatch(state):
            raise PeerProtocolError("the status callback's CallStatus is not a word")
        sequence = fields.get("SequenceNumber", [""])[0].strip()
        return CallStatus(call, state, int(sequence) if _SEQUENCE.fullmatch(sequence) else -1)

    def decode_leg(self, webhook: Webhook) -> LegReport:
        """Read what is asked or told about a leg that we called: its briefing, its key, its status."""
        fields = _fields(webhook)
        call, _ = self._call_of(fields)
        state = _one(fields, "CallStatus").strip().lower()
        if not _STATE.fullmatch(state):
            raise PeerProtocolError("the webhook's CallStatus is not a word")
        answered_by = fields.get("AnsweredBy", [""])[0]
        keys = fields.get("Digits", [""])[0].strip().upper()
        if not set(keys) <= _KEYS or len(keys) > MAX_KEYS:
            raise PeerProtocolError("the webhook's Digits are no keys")
        return LegReport(call, state, answered_by.startswith(("machine", "fax")), keys)

    def decode_recording(self, webhook: Webhook) -> RecordingReport:
        """Read what is told of a message: that it was recorded, that nothing was, or that it can be fetched."""
        fields = _fields(webhook)
        call, _ = self._call_of(fields)
        recording = fields.get("RecordingSid", [""])[0]
        seconds = fields.get("RecordingDuration", [""])[0]
        if fields.get("RecordingStatus", ["completed"])[0] != "completed":
            recording = ""
        if recording and (not _RECORDING.fullmatch(recording) or not _SEQUENCE.fullmatch(seconds)):
            raise PeerProtocolError("the webhook's recording has no id or no duration")
        return RecordingReport(call, recording, int(seconds)) if recording else RecordingReport(call)

    def decode_room(self, webhook: Webhook) -> RoomReport:
        """Read a conference's callback. Events about nobody, and those that we do not use, have an empty `event`."""
        fields = _fields(webhook)
        if _one(fields, "AccountSid") != self._account:
            raise PeerProtocolError("the webhook's AccountSid is not our account")
        event = _ROOM_EVENTS.get(_one(fields, "StatusCallbackEvent"), "")
        if not event:
            return RoomReport("", CallId(""), "")
        if event in {"said", "not_said"}:
            url = _clean(fields.get("AnnounceUrl", [""])[0])[:MAX_FIELD_CHARS]
            return RoomReport(event, CallId(""), "", url)
        call, _ = self._call_of(fields)
        label = _clean(fields.get("ParticipantLabel", [""])[0])[:MAX_FIELD_CHARS]
        return RoomReport(event, call, label)

    def _call_of(self, fields: Mapping[str, Sequence[str]]) -> tuple[CallId, str]:
        call, account = _one(fields, "CallSid"), _one(fields, "AccountSid")
        if not _CALL.fullmatch(call):
            raise PeerProtocolError("the webhook's CallSid is not `CA` and 32 hex digits")
        if account != self._account:
            raise PeerProtocolError("the webhook's AccountSid is not our account")
        return CallId(call), account

    # ── media messages ───────────────────────────────────────────────────────────────────────────────────────────

    def decode_message(self, text: str) -> WireMessage:
        """Read one media message. Fields and events new to us are let pass; counters are not looked at.

        Raises PeerProtocolError, which never quotes the message: it may hold what a caller said or keyed.
        """
        message = _object_of(text)
        event = message.get("event")
        if event == "media":
            return _media(message)
        if event == "mark":
            return _mark(message)
        if event == "dtmf":
            return _key(message)
        if event == "start":
            return self._start(message)
        if event == "stop":
            return StreamStopped(_stream(message))
        if not isinstance(event, str):
            raise PeerProtocolError("media message without an event")
        return Ignored(_clean(event)[:MAX_FIELD_CHARS])

    def _start(self, message: dict[str, Any]) -> StreamStarted:
        stream, start = _stream(message), _part(message, "start")
        if start.get("streamSid", stream) != stream:
            raise PeerProtocolError("media start names two streams")
        if start.get("accountSid") != self._account:
            raise PeerProtocolError("media start is of another account")
        call = start.get("callSid")
        if not isinstance(call, str) or not _CALL.fullmatch(call):
            raise PeerProtocolError("media start without a callSid")
        media = _part(start, "mediaFormat")
        shape = (media.get("encoding"), str(media.get("sampleRate")), str(media.get("channels")))
        if shape != ("audio/x-mulaw", str(SAMPLE_RATE_HZ), "1"):
            raise PeerProtocolError("media start is not mono µ-law at 8 000 Hz")
        parameters = start.get("customParameters") or {}
        if not isinstance(parameters, dict) or not all(isinstance(value, str) for value in parameters.values()):
            raise PeerProtocolError("media start with customParameters that are not text")
        return StreamStarted(stream, CallId(call), parameters)

    # `stream` below is always one that `decode_message` let through, so it needs no escaping.

    def encode_audio(self, stream: StreamId, audio: bytes) -> str:
        """µ-law of any length as one media message."""
        payload = b2a_base64(audio, newline=False).decode("ascii")
        return f'{{"event":"media","streamSid":"{stream}","media":{{"payload":"{payload}"}}}}'

    def encode_mark(self, stream: StreamId, name: str) -> str:
        """A mark that Twilio sends back when the audio before it has ended or was cleared."""
        quoted = orjson.dumps(name).decode("utf-8")
        return f'{{"event":"mark","streamSid":"{stream}","mark":{{"name":{quoted}}}}}'

    def encode_clear(self, stream: StreamId) -> str:
        """Drop the audio that Twilio has not played yet."""
        return f'{{"event":"clear","streamSid":"{stream}"}}'

    # ── TwiML ────────────────────────────────────────────────────────────────────────────────────────────────────

    def render(self, instruction: Instruction) -> str:
        """The reply to a webhook. Raises ConfigError for a stream that Twilio would refuse."""
        return twiml.render(instruction)


# ── reading webhooks ─────────────────────────────────────────────────────────────────────────────────────────────


def _fields(webhook: Webhook) -> dict[str, list[str]]:
    """Every value of each parameter: of the form, or of the query when Twilio was told to use GET."""
    pairs: Sequence[tuple[str, str]] = webhook.form
    if webhook.method.upper() == "GET":
        pairs = parse_qsl(urlsplit(webhook.url).query, keep_blank_values=True)
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _one(fields: Mapping[str, Sequence[str]], name: str) -> str:
    values = set(fields.get(name, ()))
    if len(values) != 1:
        raise PeerProtocolError(f"the webhook has {'no' if not values else 'more than one'} {name}")
    return values.pop()


def _address(fields: Mapping[str, Sequence[str]], name: str) -> str:
    address = _clean(_one(fields, name)).strip()
    if len(address) > MAX_FIELD_CHARS:
        raise PeerProtocolError(f"the webhook's {name} is longer than {MAX_FIELD_CHARS} characters")
    return address


def _clean(text: str) -> str:
    """The text without NUL, control, invisible and direction-changing characters."""
    return _UNPRINTABLE.sub("", text)


# ── reading media messages ───────────────────────────────────────────────────────────────────────────────────────


def _object_of(text: str) -> dict[str, Any]:
    if len(text) > MAX_MESSAGE_CHARS:
        raise PeerProtocolError(f"media message longer than {MAX_MESSAGE_CHARS} characters")
    try:
        message = orjson.loads(text)
    except (ValueError, TypeError, RecursionError):
        # `from None`: the JSON error carries the whole message, and with it the caller's audio or keys.
        raise PeerProtocolError("media message is not JSON") from None
    if not isinstance(message, dict):
        raise PeerProtocolError("media message is not a JSON object")
    return message


def _part(message: dict[str, Any], name: str) -> dict[str, Any]:
    part = message.get(name)
    if not isinstance(part, dict):
        raise PeerProtocolError(f"media message without its {name} part")
    return part


@lru_cache(4_096)  # every frame of a call names its stream
def _is_stream(name: str) -> bool:
    return _STREAM.fullmatch(name) is not None


def _stream(message: dict[str, Any]) -> StreamId:
    stream = message.get("streamSid")
    if not isinstance(stream, str) or not _is_stream(stream):
        raise PeerProtocolError("media message without a streamSid")
    return StreamId(stream)


def _media(message: dict[str, Any]) -> WireMessage:
    stream, media = _stream(message), _part(message, "media")
    payload = media.get("payload")
    if not isinstance(payload, str):
        raise PeerProtocolError("media message without a payload")
    # What the caller hears must not come back as the caller.
    side = AudioIn if media.get("track", "inbound") in {"inbound", "inbound_track"} else AudioOut
    try:
        return side(stream, a2b_base64(payload, strict_mode=True))
    except (Base64Error, ValueError):
        raise PeerProtocolError("media payload is not base64") from None


def _mark(message: dict[str, Any]) -> MarkReturned:
    name = _part(message, "mark").get("name")
    if not isinstance(name, str):
        raise PeerProtocolError("mark without a name")
    return MarkReturned(_stream(message), name)


def _key(message: dict[str, Any]) -> KeyIn:
    key = _part(message, "dtmf").get("digit")
    if not isinstance(key, str) or key.upper() not in _KEYS:
        raise PeerProtocolError("dtmf message without one key")
    return KeyIn(_stream(message), key.upper())
