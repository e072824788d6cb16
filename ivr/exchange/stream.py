"""A bidirectional media stream: the carrier's end of the WebSocket that `<Connect><Stream>` opens.

The caller's frames go out, the server's audio, marks and clears come in. It ends when the server closes the socket
(`run` returns) or when the call or its document ends (`run` is cancelled; the server gets `stop`).
Facts: docs/carrier-wire.md, section 5.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from yarl import URL

from ivr.exchange import stream_wire as wire
from ivr.exchange.faults import Faults
from ivr.exchange.line import Line, Mark
from ivr.exchange.mangler import Mangler
from ivr.exchange.pacer import Pacer
from ivr.exchange.rules import RULES
from ivr.exchange.signature import sign
from ivr.exchange.traces import CallTrace
from ivr.exchange.twiml import ConnectStream
from ivr.exchange.watch import StreamWatch
from ivr.vocabulary.units import FRAME_MS, FRAME_SAMPLES

log = structlog.get_logger("exchange.stream")

CONNECT_TIMEOUT_S = 5.0
AFTER_STOP_S = 0.5
"What arrives later than this after `stop` was not on its way."
OUTBOX_MESSAGES = 1_500
"30 s of caller audio; when a server reads more slowly, the oldest messages are dropped."
MAX_BUFFER_BYTES = 8_000 * 300
"Five minutes of audio ahead; more is dropped."
MAX_MESSAGE_BYTES = 4 * 1_024 * 1_024


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """How a stream ended by itself: `error` 0 is the server's close, otherwise the carrier's error code."""

    error: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StreamTools:
    """What every stream of an exchange shares."""

    http: aiohttp.ClientSession
    auth_token: str
    faults: Faults
    pacer: Pacer
    release_s: float
    "The server must let go of the socket within this."
    spawn: Callable[[Coroutine[Any, Any, None]], Any]
    "Starts a task in the owning call's TaskGroup; used to wait for the server's close frame."


class MediaStream:
    """One stream. Made, run once, dropped."""

    def __init__(
        self,
        ids: wire.StreamIds,
        verb: ConnectStream,
        line: Line,
        tools: StreamTools,
        watch: StreamWatch | None,
        trace: CallTrace | None,
    ) -> None:
        self.ids = ids
        self._verb = verb
        self._line = line
        self._tools = tools
        self._watch = watch
        self._trace = trace
        self._sequence = 0
        self._chunk = 0
        self._first_tick = 0
        self._outbox: deque[str] = deque()
        self._outbox_filled = asyncio.Event()
        self._mangler = Mangler(tools.faults, ids.call_sid)
        self._silent = False
        "Half-open by an injected fault: neither reading nor writing."
        self._log = log.bind(call=ids.call_sid, stream=ids.stream_sid)

    async def run(self) -> StreamEnd:
        """Connect and carry the conversation until the server closes. Cancel to end it from our side."""
        try:
            websocket = await self._connect()
        except _ConnectFailed as failed:
            self._log.warning("stream failed", code=failed.end.error, detail=failed.end.detail)
            return failed.end
        self._log.info("stream opened", url=self._verb.url)
        said_goodbye = False
        try:
            async with asyncio.TaskGroup() as group:
                beside = [group.create_task(self._write(websocket)), group.create_task(self._open())]
                await self._read(websocket)
                for task in beside:
                    task.cancel()
            said_goodbye = True  # the server closed: nobody is left to hear `stop`
        finally:
            self._detach()
            self._tools.spawn(self._close(websocket, send_stop=not said_goodbye))
        return StreamEnd()

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        headers = {"x-twilio-signature": sign(self._tools.auth_token, self._verb.url)}
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                return await self._tools.http.ws_connect(
                    URL(self._verb.url, encoded=True),
                    headers=headers,
                    compress=0,
                    max_msg_size=MAX_MESSAGE_BYTES,
                    timeout=aiohttp.ClientWSTimeout(ws_close=self._tools.release_s),
                )
        except aiohttp.WSServerHandshakeError as refused:
            raise _ConnectFailed(31920, f"handshake answered {refused.status}") from refused
        except TimeoutError as late:
            raise _ConnectFailed(31901, "no connection in time") from late
        except aiohttp.ClientConnectorError as refused:
            raise _ConnectFailed(31902, "connection refused") from refused
        except aiohttp.ClientError as failed:
            raise _ConnectFailed(31924, type(failed).__name__) from failed

    async def _open(self) -> None:
        if late := self._tools.faults.take("stream.delay-start", self.ids.call_sid):
            await self._tools.pacer.wait_ms(late.ms)
        self._send(wire.CONNECTED)
        self._send(wire.start(self.ids, self._next(), dict(self._verb.parameters)))
        if self._watch:
            self._watch.started()
        self._first_tick = self._line.ticks
        self._line.listener = self._caller_frame
        self._line.key_listener = self._caller_key

    def _detach(self) -> None:
        if self._line.listener == self._caller_frame:
            self._line.listener = None
            self._line.key_listener = None
        self._line.hush()

    # From the line, once a tick ---------------------------------------------------------------------------------

    def _caller_frame(self, tick: int, frame: bytes) -> None:
        if self._watch:
            self._watch.tick(tick, frame, self._line.sounding, self._line.playout.buffered_bytes)
        if self._tools.faults.armed or self._mangler.busy:
            for at, audio in self._mangler.frame(tick, frame):
                self._send_media(at, audio)
            self._socket_faults()
        else:
            self._send_media(tick, frame)

    def _send_media(self, tick: int, audio: bytes) -> None:
        self._chunk += 1
        timestamp_ms = (tick - self._first_tick) * FRAME_MS
        if self._trace:
            self._trace.media("to-server", audio)
        self._send(wire.media(self.ids.stream_sid, self._next(), self._chunk, timestamp_ms, audio), traced=True)

    def _caller_key(self, digit: str) -> None:
        if self._watch:
            self._watch.key(self._line.ticks)
        if self._trace:
            self._trace.key()
        self._send(wire.dtmf(self.ids.stream_sid, self._next(), digit), traced=True)

    def _return_mark(self, name: str, played_at: int | None) -> None:
        """Echo a mark; `played_at` is the tick it was really heard at, None when `clear` sent it back."""
        if played_at is not None:
            self._line.handset.played(name, played_at)
        if self._tools.faults.take("mark.lost", self.ids.call_sid):
            if self._watch:
                self._watch.mark_lost(self._line.ticks)
            return
        if late := self._tools.faults.take("mark.late", self.ids.call_sid):
            self._tools.spawn(self._return_mark_late(name, late.ms))
            return
        self._send(wire.mark(self.ids.stream_sid, self._next(), name))

    async def _return_mark_late(self, name: str, ms: int) -> None:
        await self._tools.pacer.wait_ms(ms)
        self._send(wire.mark(self.ids.stream_sid, self._next(), name))

    def _socket_faults(self) -> None:
        faults, call = self._tools.faults, self.ids.call_sid
        if faults.take("socket.half-open", call):
            self._silent = True

    def _next(self) -> int:
        self._sequence += 1
        if self._tools.faults.armed and (jump := self._tools.faults.take("media.jump", self.ids.call_sid)):
            self._sequence += jump.times
        return self._sequence

    # To the server ----------------------------------------------------------------------------------------------

    def _send(self, text: str, *, traced: bool = False) -> None:
        if self._trace and not traced:
            self._trace.message("to-server", text)
        if len(self._outbox) >= OUTBOX_MESSAGES:
            self._outbox.popleft()
            if len(self._outbox) % 500 == 0:
                self._log.warning("server reads too slowly, caller audio dropped")
        self._outbox.append(text)
        self._outbox_filled.set()

    async def _write(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await self._outbox_filled.wait()
            self._outbox_filled.clear()
            if self._tools.faults.armed and self._tools.faults.take("socket.reset", self.ids.call_sid):
                cut(websocket)
                return
            while self._outbox and not self._silent:
                try:
                    await websocket.send_str(self._outbox.popleft())
                except (ConnectionError, aiohttp.ClientError):
                    return  # the reader sees the close

    # From the server --------------------------------------------------------------------------------------------

    async def _read(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            message = await websocket.receive()
            while self._silent:
                await self._tools.pacer.wait(50)
            match message.type:
                case aiohttp.WSMsgType.TEXT:
                    self._take(message.data)
                case aiohttp.WSMsgType.BINARY:
                    self._take_bad(wire.BadMessage("binary-frame", f"{len(message.data)} bytes"))
                case aiohttp.WSMsgType.ERROR:
                    self._log.warning("stream broke", detail=type(message.data).__name__)
                    return
                case _:
                    return

    def _take(self, text: str) -> None:
        received = wire.read(text, self.ids.stream_sid)
        if self._trace:
            self._trace.from_server(received, text)
        match received:
            case wire.BadMessage():
                self._take_bad(received)
            case wire.MediaIn(audio):
                self._take_media(audio)
            case wire.MarkIn(name):
                if self._watch:
                    self._watch.mark(name)
                mark = Mark(name, lambda tick: self._return_mark(name, tick))
                if self._line.playout.mark(mark):
                    mark.reached(self._line.ticks)
            case wire.ClearIn():
                if self._watch:
                    self._watch.clear(self._line.ticks)
                self._line.handset.cleared(self._line.ticks)
                for pending in self._line.playout.clear():
                    self._return_mark(pending.name, None)

    def _take_media(self, audio: bytes) -> None:
        playout = self._line.playout
        if playout.buffered_bytes + len(audio) > MAX_BUFFER_BYTES:
            self._log.warning("playout buffer full, audio dropped", bytes=len(audio))
            return
        playout.push(audio)
        if self._watch:
            late_bytes = self._tools.pacer.behind * FRAME_SAMPLES  # what we have not played in time is not sent ahead
            self._watch.media(self._line.ticks, len(audio), playout.buffered_bytes - late_bytes)

    def _take_bad(self, bad: wire.BadMessage) -> None:
        code = RULES["stream." + bad.fault].code
        self._log.warning("message ignored", code=code, fault=bad.fault, detail=bad.detail)
        if self._watch:
            self._watch.bad_message(bad)
        if isinstance(bad.instead, wire.MediaIn):
            self._take_media(bad.instead.audio)

    # The end ----------------------------------------------------------------------------------------------------

    async def _close(self, websocket: aiohttp.ClientWebSocketResponse, *, send_stop: bool) -> None:
        """Say `stop`, close, and see whether the server lets go of the socket. Bounded in time."""
        released = True
        if self._silent or (send_stop and self._tools.faults.take("socket.no-stop", self.ids.call_sid)):
            cut(websocket)
        elif send_stop and not websocket.closed:
            self._send(wire.stop(self.ids, self._next()))
            await self._flush(websocket)
            if self._watch:
                released = await self._released_by_itself(websocket, self._watch)
        try:
            async with asyncio.timeout(self._tools.release_s):
                await websocket.close()
        except TimeoutError:
            cut(websocket)
            released = False
        if not released and self._watch:
            self._watch.not_released()
        self._log.info("stream closed", released=released)

    async def _flush(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async with asyncio.timeout(1.0):
                while self._outbox:
                    await websocket.send_str(self._outbox.popleft())
        except (TimeoutError, ConnectionError, aiohttp.ClientError):
            self._log.warning("stop could not be sent")

    async def _released_by_itself(self, websocket: aiohttp.ClientWebSocketResponse, watch: StreamWatch) -> bool:
        """After `stop` the server has to close the socket itself, and to send nothing more but what was on its way."""
        loop = asyncio.get_running_loop()
        began, late = loop.time(), 0
        try:
            async with asyncio.timeout(self._tools.release_s):
                while (await websocket.receive()).type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                    late += loop.time() - began > AFTER_STOP_S
        except TimeoutError:
            return False
        finally:
            if late:
                watch.late_messages(late)
        return True


class _ConnectFailed(Exception):
    def __init__(self, code: int, detail: str) -> None:
        super().__init__(detail)
        self.end = StreamEnd(code, detail)


def cut(websocket: aiohttp.ClientWebSocketResponse) -> None:
    """Cut the connection under the WebSocket, without a close frame. The loop's own socket stays for it to close."""
    transport_socket = websocket.get_extra_info("socket")
    if transport_socket is None or transport_socket.fileno() < 0:
        return
    duplicate = socket.socket(fileno=os.dup(transport_socket.fileno()))
    try:
        duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        duplicate.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # already gone
    finally:
        duplicate.close()
