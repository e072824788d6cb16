"""Media streams from the carrier's side, lean enough that hundreds of them fit beside what they measure.

Each speaks the carrier's wire over a raw connection: 50 frames a second whatever happens, marks sent back when the
audio before them has been played, `clear` obeyed. The audio itself is not listened to: only when it came.

Protocol  RFC 6455, text frames with an all-zero mask, so that what is sent need not be masked.
"""

import asyncio
import base64
import random
import struct
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlsplit

import numpy as np
import orjson

from ivr.audio import g711
from ivr.audio.frames import Framer
from ivr.vocabulary.errors import PeerProtocolError
from ivr.vocabulary.units import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, MuLaw, Pcm16

REACTION_S: Final = (0.4, 1.2)
"A person begins to answer this long after the assistant has finished."
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA
_FINAL: Final = 0x80
_UPGRADED: Final = b"HTTP/1.1 101"
_HEAD_ENDS: Final = b"\r\n\r\n"
_LINE_NOISE: Final = 32.0
"Of 32 768, root mean square: -60 dBFS, a quiet line with somebody on it."


@dataclass(slots=True)
class Tally:
    """What all streams saw while `on`.

    gaps_ms    between two audio messages of one sentence.
    dry        times the audio of a sentence ran out before more came: what a caller hears as a stutter.
    turns      times the assistant gave the floor.
    frames     caller frames sent.
    """

    on: bool = False
    gaps_ms: "array[float]" = field(default_factory=lambda: array("d"))
    dry: int = 0
    turns: int = 0
    frames: int = 0


def coded_frames(audio: MuLaw) -> list[bytes]:
    """`audio` in whole 20 ms frames, each in base64: what a media message carries."""
    return [base64.b64encode(frame) for frame in Framer().push(audio)]


def line_noise(frames: int = 50) -> list[bytes]:
    """A second of a quiet line, in base64 frames."""
    samples = np.random.default_rng(7).normal(0, _LINE_NOISE, frames * FRAME_SAMPLES).astype("<i2")
    return coded_frames(g711.encode(Pcm16(samples.tobytes())))


def text_frame(message: bytes) -> bytes:
    """One masked text frame of a client, the mask being zero."""
    length = len(message)
    head = bytes([_FINAL | _TEXT, 0x80 | length]) if length < 126 else struct.pack("!BBH", 0x81, 0xFE, length)
    return head + b"\0\0\0\0" + message


class CarrierStream(asyncio.Protocol):
    """One media stream. `tick` sends what is due; the caller speaks a clip each time the floor is theirs.

    opening   the upgrade request, signed, whole.
    start     the stream's `start` message.
    clips     what the caller says, in turn, as base64 frames.
    """

    def __init__(
        self, stream: str, opening: bytes, start: dict[str, Any], clips: Sequence[Sequence[bytes]], tally: Tally
    ) -> None:
        self._opening, self._start = opening, start
        self._clips, self._tally = clips, tally
        self._random = random.Random(stream)  # noqa: S311 - reaction times, not secrets
        self._turn = self._random.randrange(len(clips))
        self._noise = line_noise()
        self._tail = b'"},"streamSid":"' + stream.encode() + b'"}'
        self._stream = stream
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._upgraded = False
        self._chunk = 0
        self._saying: Sequence[bytes] = ()
        self._said = 0
        self._speak_at: float | None = None
        self._played_until = 0.0
        self._marks: deque[tuple[float, str]] = deque()
        self._last_audio: float | None = None
        self._clock = asyncio.get_running_loop().time
        self.over: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    # ── the connection ───────────────────────────────────────────────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        self._transport.write(self._opening)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._upgraded and not self._upgrade():
            return
        now = self._clock()
        for opcode, payload in self._frames():
            if opcode == _TEXT:
                self._take(orjson.loads(payload), now)
            elif opcode == _PING:
                self._write(bytes([_FINAL | _PONG, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)
            elif opcode == _CLOSE:
                self.close("closed by the server")
                return

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if not self.over.done():
            self.over.set_result("connection lost")

    def close(self, why: str) -> None:
        """End the stream."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
        if not self.over.done():
            self.over.set_result(why)

    def hang_up(self) -> None:
        """End the stream as the carrier does when the caller has hung up."""
        self._send({"event": "stop", "streamSid": self._stream})
        self.close("hung up")

    def _upgrade(self) -> bool:
        head, ended, rest = bytes(self._received).partition(_HEAD_ENDS)
        if not ended:
            return False
        if not head.startswith(_UPGRADED):
            self.close("refused: " + head.split(b"\r\n", 1)[0].decode("ascii", "replace"))
            return False
        self._received = bytearray(rest)
        self._upgraded = True
        self._send({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        self._send(self._start)
        return True

    def _frames(self) -> list[tuple[int, bytes]]:
        """Every whole frame received. Servers do not mask, and ours does not fragment."""
        found, at, data = [], 0, self._received
        while len(data) - at >= 2:
            length, head = data[at + 1], 2
            if length == 126:
                length, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
            elif length == 127:
                raise PeerProtocolError("a frame over 64 KiB")
            if len(data) - at < head + length:
                break
            found.append((data[at] & 0x0F, bytes(data[at + head : at + head + length])))
            at += head + length
        del data[:at]
        return found

    def _send(self, message: dict[str, Any]) -> None:
        self._write(text_frame(orjson.dumps(message)))

    def _write(self, frame: bytes) -> None:
        if self._transport is not None:
            self._transport.write(frame)

    # ── the call ─────────────────────────────────────────────────────────────────────────────────────────────────

    def tick(self, now: float) -> None:
        """20 ms have passed: send the caller's next frame, and the marks that are due."""
        if not self._upgraded or self._transport is None:
            return
        while self._marks and self._marks[0][0] <= now:
            self._played(self._marks.popleft()[1], now)
        chunk = self._chunk = self._chunk + 1
        message = (
            b'{"event":"media","sequenceNumber":"%d","media":{"track":"inbound","chunk":"%d","timestamp":"%d",'
            % ((chunk + 1, chunk, chunk * FRAME_MS))
        )
        self._write(text_frame(message + b'"payload":"' + self._mouth(now) + self._tail))
        if self._tally.on:
            self._tally.frames += 1

    def _mouth(self, now: float) -> bytes:
        if self._speak_at is not None and now >= self._speak_at:
            self._speak_at, self._said = None, 0
            self._saying = self._clips[self._turn % len(self._clips)]
            self._turn += 1
        if self._said < len(self._saying):
            self._said += 1
            return self._saying[self._said - 1]
        return self._noise[self._chunk % len(self._noise)]

    def _take(self, message: dict[str, Any], now: float) -> None:
        match message["event"]:
            case "media":
                payload = message["media"]["payload"]
                self._audio(len(payload) * 3 // 4 - payload.count("="), now)
            case "mark":
                self._last_audio = None
                if self._played_until <= now:
                    self._played(message["mark"]["name"], now)
                else:
                    self._marks.append((self._played_until, message["mark"]["name"]))
            case "clear":
                self._played_until, self._last_audio = now, None
                while self._marks:
                    self._played(self._marks.popleft()[1], now)
            case other:
                raise PeerProtocolError(f"the server sent {other!r}")

    def _audio(self, size_bytes: int, now: float) -> None:
        if self._last_audio is not None and self._tally.on:
            self._tally.gaps_ms.append((now - self._last_audio) * 1_000)
            self._tally.dry += now > self._played_until
        self._last_audio = now
        self._played_until = max(self._played_until, now) + size_bytes / SAMPLE_RATE_HZ

    def _played(self, name: str, now: float) -> None:
        self._send({"event": "mark", "streamSid": self._stream, "mark": {"name": name}})
        if name.startswith("floor."):
            self._speak_at = now + self._random.uniform(*REACTION_S)
            if self._tally.on:
                self._tally.turns += 1


def upgrade_request(url: str, sign: Callable[[str], str]) -> tuple[str, int, bytes]:
    """Host, port and the signed upgrade request for a stream's URL."""
    parts = urlsplit(url)
    if parts.hostname is None or parts.port is None:
        raise PeerProtocolError(f"a stream URL without host and port: {url!r}")
    key = base64.b64encode(random.randbytes(16)).decode()  # noqa: S311 - a nonce against caches
    lines = [
        f"GET {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"X-Twilio-Signature: {sign(url)}",
    ]
    return parts.hostname, parts.port, "\r\n".join([*lines, "", ""]).encode()
