"""The phone socket: a telephone over a WebSocket, `GET /exchange/phone`, for the browser page and for scripts.

Client → exchange   text JSON, one of
    {"event":"dial","to","from","frames":true|false,"callerName"?}     call one of our numbers
    {"event":"register","number","frames"?,"answersAs"?}   {"event":"answer"}   {"event":"decline"}     be called;
    the number may be an agent's identity, client:name, and answersAs is what machine detection is to find
    {"event":"mark","name"}   {"event":"key","digit"}   {"event":"hangup"}
  and binary messages: µ-law audio of any size, appended to what the mouth still has to say.
Exchange → client   text JSON, one of
    {"event":"registered","number"}   {"event":"incoming","callSid","from","to"}
    {"event":"ringing","callSid"}   {"event":"answered","tick"}
    {"event":"spoken","name","tick"}   {"event":"mark","name","tick"}   {"event":"cleared","tick"}
    {"event":"audio","on","tick"}   {"event":"ended","reason","status","tick","detail","deadAirMs"}
    {"event":"error","detail"}     a message that made no sense; the call goes on
  and, with frames, one binary message a tick: 4 bytes big-endian tick, 160 µ-law bytes heard.
A tick counts 20 ms frames since the answer. One call at a time; a socket may make several, one after another.
Opened with the control token (`Authorization: Bearer`, or `?token=`), or by a page with a ticket (`?ticket=`).
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from typing import Any

import orjson
import structlog
from aiohttp import WSMsgType, web

from ivr.exchange.call import Call
from ivr.exchange.line import Ended
from ivr.exchange.phone import KEYS
from ivr.exchange.sources import CallEnd
from ivr.exchange.switchboard import Exchange

log = structlog.get_logger("exchange.phone")

OUTBOX_MESSAGES = 1_500
"30 s of frames. A client that reads more slowly loses the oldest messages."
MAX_MOUTH_BYTES = 8_000 * 600
"Ten minutes still to be said; more is refused."
MAX_MESSAGE_BYTES = 1_024 * 1_024
MAX_NAME_CHARS = 200


class PhoneSocket:
    """One connected client. It is the handset of its call."""

    def __init__(self, exchange: Exchange, socket: web.WebSocketResponse) -> None:
        self.wants_frames = False
        self.busy = False
        self.answers_as = "human"
        self._exchange = exchange
        self._socket = socket
        self._call: Call | None = None
        self._outbox: deque[bytes | str] = deque(maxlen=OUTBOX_MESSAGES)
        self._filled = asyncio.Event()

    async def run(self) -> None:
        """Serve the client until it leaves; its call ends with it."""
        try:
            async with asyncio.TaskGroup() as group:
                writer = group.create_task(self._write())
                async for message in self._socket:
                    if message.type is WSMsgType.BINARY:
                        self._hear_mouth(message.data)
                    elif message.type is WSMsgType.TEXT:
                        self._take(message.data)
                writer.cancel()
        finally:
            self._exchange.unregister(self)
            self._hang_up()

    async def _write(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._outbox:
                message = self._outbox.popleft()
                try:
                    if isinstance(message, bytes):
                        await self._socket.send_bytes(message)
                    else:
                        await self._socket.send_str(message)
                except ConnectionError:
                    return  # the reader sees the close

    # From the client --------------------------------------------------------------------------------------------

    def _hear_mouth(self, audio: bytes) -> None:
        if self._call is None:
            return
        if self._call.line.mouth.buffered_bytes + len(audio) > MAX_MOUTH_BYTES:
            self._say(event="error", detail="ten minutes of audio are waiting already; this was dropped")
            return
        self._call.line.say(bytes(audio))

    def _take(self, text: str) -> None:
        try:
            message = orjson.loads(text)
            if not isinstance(message, dict):
                raise ValueError("a message is a JSON object")
            self._obey(message)
        except (ValueError, RuntimeError) as bad:
            self._say(event="error", detail=str(bad)[:200])

    def _obey(self, message: dict[str, Any]) -> None:
        match message.get("event"):
            case "dial":
                self._dial(message)
            case "register":
                number = _text(message, "number")
                self.wants_frames = message.get("frames") is True
                self.answers_as = _text(message, "answersAs") if "answersAs" in message else "human"
                self._exchange.register(number, self)
                self._say(event="registered", number=number)
            case "answer" if self._call:
                self._call.pick_up()
            case "decline" if self._call:
                self._call.hang_up(CallEnd("rejected", "busy", "declined"))
            case "mark" if self._call:
                self._call.line.say_mark(_text(message, "name"))
            case "key" if self._call:
                digit = message.get("digit")
                if not isinstance(digit, str) or digit not in KEYS:
                    raise ValueError("a key is one of 0-9, *, # and A-D")
                self._call.line.press(digit)
            case "hangup":
                self._hang_up()
            case "answer" | "decline" | "mark" | "key":
                raise ValueError("there is no call")
            case _:
                raise ValueError("unknown event")

    def _dial(self, message: dict[str, Any]) -> None:
        if self.busy:
            raise RuntimeError("this phone is already in a call")
        self.wants_frames = message.get("frames") is True
        caller_name = message.get("callerName", "")
        if not isinstance(caller_name, str):
            raise ValueError("callerName is a string")
        self.busy = True
        self._call = self._exchange.dial(
            self, _text(message, "to"), _text(message, "from"), caller_name[:MAX_NAME_CHARS]
        )

    def _hang_up(self) -> None:
        if self._call:
            status = "canceled" if self._call.record.status != "in-progress" else ""
            self._call.hang_up(CallEnd("caller", status))

    # To the client ----------------------------------------------------------------------------------------------

    def _say(self, **message: Any) -> None:
        self._post(orjson.dumps(message).decode())

    def _post(self, message: bytes | str) -> None:
        self._outbox.append(message)
        self._filled.set()

    def incoming(self, call: Call) -> None:
        """See `Station`."""
        self.busy = True
        self._call = call
        record = call.record
        self._say(event="incoming", callSid=record.sid, **{"from": record.from_number, "to": record.to_number})

    def ringing(self, call_sid: str) -> None:
        """See `Handset`."""
        self._say(event="ringing", callSid=call_sid)

    def answered(self, tick: int) -> None:
        """See `Handset`."""
        self._say(event="answered", tick=tick)

    def hear(self, tick: int, frame: bytes) -> None:
        """See `Handset`."""
        self._post(struct.pack(">I", tick) + frame)

    def played(self, name: str, tick: int) -> None:
        """See `Handset`."""
        self._say(event="mark", name=name, tick=tick)

    def cleared(self, tick: int) -> None:
        """See `Handset`."""
        self._say(event="cleared", tick=tick)

    def sounding(self, on: bool, tick: int) -> None:
        """See `Handset`."""
        self._say(event="audio", on=on, tick=tick)

    def spoken(self, name: str, tick: int) -> None:
        """See `Handset`."""
        self._say(event="spoken", name=name, tick=tick)

    def ended(self, end: Ended) -> None:
        """See `Handset`."""
        self.busy = False
        self._call = None
        facts = {"reason": end.reason, "status": end.status, "tick": end.tick, "detail": end.detail}
        self._say(event="ended", **facts, deadAirMs=end.dead_air_ms)


def _text(message: dict[str, Any], name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not value or len(value) > MAX_NAME_CHARS:
        raise ValueError(f"{name} is a string of 1 to {MAX_NAME_CHARS} characters")
    return value
