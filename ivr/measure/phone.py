"""A telephone over the local exchange's phone socket: what `ivr call` and the benchmarks speak and listen with.

Protocol  docs/carrier-wire.md, the phone socket. A tick is one 20 ms frame since the answer.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import orjson

from ivr.audio import g711
from ivr.audio.level import level_dbfs
from ivr.vocabulary.errors import BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.units import FRAME_MS, FRAME_SAMPLES, MuLaw

AUDIBLE_DBFS: Final = -50.0
"A frame louder than this is heard; telephone silence is below -70."


@dataclass(frozen=True, slots=True)
class Exchange:
    """How to reach the local exchange, and the number to dial."""

    port: int
    token: str
    number: str


@dataclass(slots=True)
class Heard:
    """What came over the line so far, by tick.

    audible   ticks whose frame could be heard.
    marks     marks of the server that were played out, and the tick of each.
    """

    tick: int = 0
    audible: list[int] = field(default_factory=list)
    marks: list[tuple[str, int]] = field(default_factory=list)
    spoken: dict[str, int] = field(default_factory=dict)
    ended: dict[str, Any] | None = None
    call: str = ""


class Phone:
    """One call at a time. Made by `dialled`."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, on_audio: Callable[[int, bytes], None] | None) -> None:
        self._socket = socket
        self._on_audio = on_audio
        self._changed = asyncio.Condition()
        self.heard = Heard()

    async def say(self, audio: MuLaw, name: str) -> None:
        """Speak, and return once the last frame has left the mouth (or the call has ended)."""
        await self._socket.send_bytes(audio)
        await self._socket.send_str(orjson.dumps({"event": "mark", "name": name}).decode())
        await self.until(lambda heard: name in heard.spoken, within_s=len(audio) / 8_000 + 30)

    async def press(self, key: str) -> None:
        await self._socket.send_str(orjson.dumps({"event": "key", "digit": key}).decode())

    async def hang_up(self) -> None:
        await self._socket.send_str('{"event":"hangup"}')

    async def ticks(self, count: int) -> None:
        """Let `count` frames pass."""
        due = self.heard.tick + count
        await self.until(lambda heard: heard.tick >= due, within_s=count * FRAME_MS / 1_000 + 30)

    async def until(self, reached: Callable[[Heard], bool], within_s: float) -> bool:
        """Wait; False when the call ended first. Raises DeadlineExceeded when neither came in time."""
        try:
            async with asyncio.timeout(within_s), self._changed:
                await self._changed.wait_for(lambda: reached(self.heard) or self.heard.ended is not None)
        except TimeoutError as error:
            raise DeadlineExceeded(f"the call did not go on within {within_s:.0f} s") from error
        return reached(self.heard)

    async def listen(self) -> None:
        """Take what comes until the exchange closes; a task of `dialled`."""
        async for message in self._socket:
            async with self._changed:
                if message.type is aiohttp.WSMsgType.BINARY:
                    self._frame(message.data)
                elif message.type is aiohttp.WSMsgType.TEXT:
                    self._event(orjson.loads(message.data))
                self._changed.notify_all()
        async with self._changed:
            if self.heard.ended is None:
                self.heard.ended = {"reason": "error", "detail": "the exchange went away"}
            self._changed.notify_all()

    def _frame(self, data: bytes) -> None:
        (self.heard.tick,) = struct.unpack(">I", data[:4])
        if level_dbfs(g711.decode(MuLaw(data[4:]))) > AUDIBLE_DBFS:
            self.heard.audible.append(self.heard.tick)
        if self._on_audio is not None:
            self._on_audio(self.heard.tick, data[4:])

    def _event(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "ringing":
                self.heard.call = event["callSid"]
            case "mark":
                self.heard.marks.append((event["name"], event["tick"]))
            case "spoken":
                self.heard.spoken[event["name"]] = event["tick"]
            case "ended":
                self.heard.ended = event
            case "error":
                raise BackendUnavailable(f"the exchange refused: {event['detail']}")
            case _:
                pass


@asynccontextmanager
async def dialled(
    port: int, token: str, to: str, caller: str, on_audio: Callable[[int, bytes], None] | None = None
) -> AsyncIterator[Phone]:
    """Dial `to` through the exchange on this machine; hangs up at the end. Raises BackendUnavailable."""
    url = f"http://127.0.0.1:{port}/exchange/phone"
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url, headers=headers, compress=0) as socket,
            asyncio.TaskGroup() as tasks,
        ):
            phone = Phone(socket, on_audio)
            listening = tasks.create_task(phone.listen())
            await socket.send_str(orjson.dumps({"event": "dial", "to": to, "from": caller, "frames": True}).decode())
            try:
                yield phone
            finally:
                await socket.close()
                listening.cancel()
    except aiohttp.ClientError as error:
        raise BackendUnavailable(f"the exchange on port {port} cannot be reached: {error}") from error


def trailing_silence_ticks(audio: MuLaw) -> int:
    """Frames at the end of a clip in which its speaker is no longer heard, by source energy.

    Measured against the clip's own loudest frame, so that a quiet recording has an end too.
    """
    heard = _heard(audio)
    return len(heard) - 1 - max(index for index, loud in enumerate(heard) if loud) if any(heard) else 0


def leading_silence_ticks(audio: MuLaw) -> int:
    """Frames at the beginning of a clip in which its speaker is not heard yet, measured the same way."""
    heard = _heard(audio)
    return heard.index(True) if any(heard) else 0


def _heard(audio: MuLaw) -> list[bool]:
    frames = [MuLaw(audio[i : i + FRAME_SAMPLES]) for i in range(0, len(audio), FRAME_SAMPLES)]
    levels = [level_dbfs(g711.decode(frame)) for frame in frames]
    threshold = max(max(levels, default=AUDIBLE_DBFS) - 35.0, AUDIBLE_DBFS)
    return [level > threshold for level in levels]
