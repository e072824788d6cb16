"""The carrier: its wire (webhooks and media), and its REST."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from ivr.vocabulary.ids import CallId, StreamId
from ivr.vocabulary.units import MuLaw

# ── what comes over the wire ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Webhook:
    """One signed HTTP request as it arrived.

    url      the public URL it was sent to, rebuilt from the configured base, with its still-encoded query.
    form     decoded form fields in order of arrival, repeated names kept; empty for GET and JSON.
    body     the raw body.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    form: tuple[tuple[str, str], ...]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class CallOffer:
    """The carrier's question whether we take a call."""

    call: CallId
    caller: str
    called: str
    account: str


@dataclass(frozen=True, slots=True)
class CallStatus:
    """A status callback. `state` is one of the carrier's own words, lower-case; callbacks come in any order."""

    call: CallId
    state: str
    sequence: int
    "The carrier's own order; -1 when it gave none."

    @property
    def over(self) -> bool:
        return self.state in {"completed", "busy", "failed", "no-answer", "canceled"}


@dataclass(frozen=True, slots=True)
class LegReport:
    """What the carrier tells or asks about an agent's leg.

    call         the carrier's id of the leg.
    state        one of the carrier's own words, lower-case.
    is_machine   it was answered by a voicemail or a fax, as far as was looked at.
    keys         pressed in answer to the briefing; "" for none.
    """

    call: CallId
    state: str
    is_machine: bool = False
    keys: str = ""


@dataclass(frozen=True, slots=True)
class RoomReport:
    """Something happened in a room. `event` is joined, left, said, not_said, or "" for what is of no interest.

    label  of joined and left: whom it is about.
    url    of said and not_said: what was asked for with `Carrier.say`.
    """

    event: str
    call: CallId
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class RecordingReport:
    """A message was recorded, or can be fetched now. `recording` is the carrier's id; "" when nothing was said."""

    call: CallId
    recording: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class StreamStarted:
    stream: StreamId
    call: CallId
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)  # not frozen: it is made fifty times a second a call, and freezing triples what that costs
class AudioIn:
    """µ-law of any length."""

    stream: StreamId
    audio: bytes


@dataclass(slots=True)
class AudioOut:
    """µ-law that the other side of the call heard, in a copy of its audio."""

    stream: StreamId
    audio: bytes


@dataclass(frozen=True, slots=True)
class KeyIn:
    stream: StreamId
    key: str


@dataclass(frozen=True, slots=True)
class MarkReturned:
    """The audio before this mark ended, or was cleared: the echo alone does not prove that it was heard."""

    stream: StreamId
    name: str


@dataclass(frozen=True, slots=True)
class StreamStopped:
    stream: StreamId


@dataclass(frozen=True, slots=True)
class Ignored:
    """Valid, and of no interest (the protocol's greeting, a message type that is new to us)."""

    what: str


WireMessage = StreamStarted | AudioIn | AudioOut | KeyIn | MarkReturned | StreamStopped | Ignored

# ── what we tell the carrier to do with a call ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ConnectStream:
    """Open a media stream to `url` with `parameters`; when it ends, ask `then_url` what next."""

    url: str
    parameters: Mapping[str, str]
    then_url: str


@dataclass(frozen=True, slots=True)
class HangUp:
    pass


@dataclass(frozen=True, slots=True)
class SayThenHangUp:
    """The carrier's own voice: for when ours cannot be reached at all."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Brief:
    """Say this to an agent who has picked up, and take one key at `key_url`. Without one, ask `again_url`."""

    text: str
    language: str
    key_url: str
    again_url: str


class Part(StrEnum):
    """How a leg takes part in a room. It hears everybody in each of them, and is on hold in none."""

    LISTENS = "listens"
    "Nobody hears it."
    WHISPERS = "whispers"
    "One other leg alone hears it."
    SPEAKS = "speaks"
    "Everybody hears it."


@dataclass(frozen=True, slots=True)
class JoinRoom:
    """Enter a room where two people meet; when this leg is out of it again, ask `left_url` what next.

    room        its name, ours.
    label       names the leg in reports of the room; used once in a room.
    events_url  where the room's events are reported: to the first one who enters, so the others have "".
    copy_url    where a copy of what this leg says and hears is streamed to while the call lasts; "" for nowhere.
    copy_token  proves that whoever opens that stream was asked to.
    muted       nobody hears it, from its first moment there; `Carrier.take_part` changes that.
    """

    room: str
    label: str
    left_url: str
    events_url: str = ""
    copy_url: str = ""
    copy_token: str = ""
    muted: bool = False


@dataclass(frozen=True, slots=True)
class RecordMessage:
    """Record the caller after a tone, until a key, a silence or `longest_s`; then ask `then_url` what next.

    ready_url  hears when the recording can be fetched, also after the caller has hung up.
    """

    then_url: str
    ready_url: str
    longest_s: int


Instruction = ConnectStream | HangUp | SayThenHangUp | Brief | JoinRoom | RecordMessage


class CarrierWire(Protocol):
    """Verify, decode, encode, render. No I/O and no state: safe to share among calls."""

    def webhook_is_genuine(self, webhook: Webhook) -> bool:
        """Whether the carrier signed this request, over every parameter. Never raises."""
        ...

    def upgrade_is_genuine(self, url: str, headers: Mapping[str, str]) -> bool:
        """Whether the carrier signed this WebSocket upgrade to `url` (ws:// or wss://). Never raises."""
        ...

    def decode_offer(self, webhook: Webhook) -> CallOffer:
        """Raises PeerProtocolError when a required parameter is missing, malformed, or of another account."""
        ...

    def decode_status(self, webhook: Webhook) -> CallStatus:
        """Raises PeerProtocolError likewise."""
        ...

    def decode_leg(self, webhook: Webhook) -> LegReport:
        """Raises PeerProtocolError likewise."""
        ...

    def decode_room(self, webhook: Webhook) -> RoomReport:
        """Raises PeerProtocolError likewise."""
        ...

    def decode_recording(self, webhook: Webhook) -> RecordingReport:
        """Raises PeerProtocolError likewise."""
        ...

    def decode_message(self, text: str) -> WireMessage:
        """Read one media message. Raises PeerProtocolError for what is not one."""
        ...

    def encode_audio(self, stream: StreamId, audio: bytes) -> str: ...

    def encode_mark(self, stream: StreamId, name: str) -> str: ...

    def encode_clear(self, stream: StreamId) -> str: ...

    def render(self, instruction: Instruction) -> str:
        """The reply to a webhook, and its media type is `text/xml`."""
        ...


# ── REST ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """How a telephone number is set up with the carrier."""

    number: str
    voice_url: str
    voice_method: str
    fallback_url: str
    status_url: str


class Carrier(Protocol):
    """The carrier's REST. Raises BackendUnavailable, BackendRejected, DeadlineExceeded. Nothing else."""

    async def account_name(self) -> str:
        """The account's friendly name: proves the credentials."""
        ...

    async def numbers(self) -> list[NumberFacts]: ...

    async def ring(self, to: str, caller_id: str, answer_url: str, status_url: str, *, ring_s: int) -> CallId:
        """Call `to`, and ask `answer_url` what to say to whoever answers; `status_url` hears how it goes.

        to         E.164, `client:identity` or `sip:address`. A telephone is listened to first: a machine may answer.
        caller_id  the number shown there, one of ours.
        Once       When it is not known whether the carrier did it, it is asked before it is told again.
        """
        ...

    async def hang_up(self, call: CallId) -> None:
        """End a call, or stop it ringing. A call that is over already counts as done."""
        ...

    async def redirect(self, call: CallId, instruction: Instruction) -> None:
        """Have a call in progress do this instead. BackendRejected when it is over.

        After BackendUnavailable or DeadlineExceeded it is not known whether it was done.
        """
        ...

    async def hold(self, room: str, call: CallId, *, on: bool) -> None:
        """Let a leg in this room hear music and be heard by nobody, or end that. BackendRejected when it is gone."""
        ...

    async def take_part(self, room: str, call: CallId, part: Part, to: CallId | None = None) -> None:
        """Change how a leg in this room takes part in it. BackendRejected when it is gone, or `to` is.

        to  of WHISPERS: the leg that hears it.
        After BackendUnavailable or DeadlineExceeded it is not known whether it was done.
        """
        ...

    async def say(self, room: str, url: str) -> None:
        """Have all who are in the room, and not on hold, hear the audio at `url`; it is asked for by POST.

        BackendRejected when the room is over. After BackendUnavailable or DeadlineExceeded it is not known whether it
        is heard; tried again, it may be heard twice. The room reports its end.
        """
        ...

    async def end_room(self, room: str) -> None:
        """End the room for all who are in it. A room that is over, or never was, counts as done."""
        ...

    async def recording(self, recording: str) -> MuLaw:
        """The audio of a recording. BackendRejected when there is none."""
        ...

    async def delete_recording(self, recording: str) -> None:
        """Have the carrier keep it no longer. One that is not there counts as done."""
        ...

    async def close(self) -> None: ...
