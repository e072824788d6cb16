"""The media socket: one call's audio, keys and marks. Whatever breaks the protocol closes it, and nothing else."""

import asyncio
from collections import deque
from types import TracebackType
from typing import Final, Self

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from ivr.ports.carrier import AudioIn, CarrierWire, KeyIn, MarkReturned, StreamStarted, StreamStopped, WireMessage
from ivr.session.live import LiveCall
from ivr.vocabulary.errors import PeerProtocolError
from ivr.vocabulary.ids import StreamId
from ivr.vocabulary.units import MuLaw
from ivr.web.doors import CARRIER, door
from ivr.web.keys import DEPS, Deps

LARGEST_MESSAGE_BYTES: Final = 64 * 1024
START_WITHIN_S: Final = 5.0
"An upgraded socket that has not named its call by then is closed."
SILENT_FOR_S: Final = 10.0
"A stream sends 50 frames a second; one that sends nothing for so long is half open."
LOOK_EVERY_S: Final = 2.5
"How often a stream is looked at for silence: a timer for each message would cost more than the message."
CLOSE_WITHIN_S: Final = 1.0
"How long the peer may take to agree to a close."
UNSENT: Final = 1_024
"Messages a peer may leave unread (at 20 ms each: 20 s) before its line is closed."

routes = web.RouteTableDef()
_record = structlog.get_logger("media")


class SocketLine:
    """The line of a call over a WebSocket. Nothing here waits: `run` does the sending."""

    def __init__(self, socket: web.WebSocketResponse, wire: CarrierWire) -> None:
        self._socket, self._wire = socket, wire
        self._stream = StreamId("")
        self._unsent: deque[tuple[bool, str]] = deque()
        "(is audio, message)"
        self._more = asyncio.Event()
        self._closing = False

    def started(self, stream: StreamId) -> None:
        self._stream = stream

    def audio(self, audio: MuLaw) -> None:
        self._put(True, self._wire.encode_audio(self._stream, audio))

    def mark(self, name: str) -> None:
        self._put(False, self._wire.encode_mark(self._stream, name))

    def clear(self) -> None:
        """Overtakes audio that has not left yet: it would only be cleared again."""
        self._unsent = deque(item for item in self._unsent if not item[0])
        self._put(False, self._wire.encode_clear(self._stream))

    def close(self) -> None:
        """End the stream once what is unsent has left."""
        self._closing = True
        self._more.set()

    def _put(self, is_audio: bool, message: str) -> None:
        if len(self._unsent) >= UNSENT:
            _record.warning("the carrier stopped reading: its stream is closed", stream=self._stream)
            self._unsent.clear()
            self.close()
            return
        self._unsent.append((is_audio, message))
        self._more.set()

    async def run(self) -> None:
        """Send until closed."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._unsent:
                await self._socket.send_str(self._unsent.popleft()[1])
            if self._closing:
                await self._socket.close()
                return


@routes.get("/twilio/media")
@door(CARRIER)
async def media(request: web.Request) -> web.StreamResponse:
    """A stream upgrade by the carrier: signed, then bound to its call by a single-use token."""
    deps = request.app[DEPS]
    if not deps.wire.upgrade_is_genuine(deps.paths.media + request.raw_path, request.headers):
        deps.metrics.refused.labels(request.path).inc()
        _record.warning("stream refused", why="not signed by the carrier", peer=request.remote)
        raise web.HTTPForbidden(text="refused\n")
    socket = web.WebSocketResponse(compress=False, max_msg_size=LARGEST_MESSAGE_BYTES, timeout=CLOSE_WITHIN_S)
    await socket.prepare(request)
    line = SocketLine(socket, deps.wire)
    try:
        async with asyncio.TaskGroup() as tasks:
            sender = tasks.create_task(line.run())
            try:
                await _serve(socket, line, deps)
            finally:
                sender.cancel()
    except* (TimeoutError, ConnectionError):
        pass  # the peer is gone; `_serve` has told the call
    return socket


async def _serve(socket: web.WebSocketResponse, line: SocketLine, deps: Deps) -> None:
    live: LiveCall | None = None
    why = "the carrier closed the stream"
    try:
        started = await next_start(socket, deps.wire)
        line.started(started.stream)
        live = await deps.switchboard.admit(started, line)
        if live is None:
            raise PeerProtocolError("its token opens no stream of this call")
        await _listen(socket, live, started.stream, deps.wire)
    except PeerProtocolError as error:
        why = str(error)
        deps.metrics.refused.labels("/twilio/media").inc()
        _record.warning("stream closed", why=why, call=live.id if live is not None else None)
        await socket.close(code=WSCloseCode.POLICY_VIOLATION)
    except TimeoutError:
        why = "the carrier fell silent"
        _record.warning("stream closed", why=why, call=live.id if live is not None else None)
        await socket.close(code=WSCloseCode.GOING_AWAY)
    finally:
        if live is not None:
            deps.switchboard.stream_lost(live, line, why)


async def next_start(socket: web.WebSocketResponse, wire: CarrierWire) -> StreamStarted:
    """Wait for the stream to name its call. Raises PeerProtocolError, TimeoutError."""
    async with asyncio.timeout(START_WITHIN_S):
        while True:
            match await next_message(socket, wire):
                case StreamStarted() as started:
                    return started
                case None:
                    raise PeerProtocolError("closed before it had started")
                case AudioIn() | KeyIn() | MarkReturned() | StreamStopped() as early:
                    raise PeerProtocolError(f"{type(early).__name__} before start")
                case _:
                    continue


class _Patience:
    """Ends what waits for a peer that has fallen silent: use it around the waiting, and say each time it was heard.

    Raises TimeoutError in there, after `SILENT_FOR_S` and at most `LOOK_EVERY_S` more.
    """

    def __init__(self) -> None:
        self.heard = True
        self._silent_s = 0.0

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._limit = await asyncio.timeout(None).__aenter__()
        self._next = self._loop.call_later(LOOK_EVERY_S, self._look)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._next.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def _look(self) -> None:
        self._silent_s = 0.0 if self.heard else self._silent_s + LOOK_EVERY_S
        self.heard = False
        if self._silent_s >= SILENT_FOR_S:
            self._limit.reschedule(self._loop.time())
        else:
            self._next = self._loop.call_later(LOOK_EVERY_S, self._look)


async def _listen(socket: web.WebSocketResponse, live: LiveCall, stream: StreamId, wire: CarrierWire) -> None:
    async with _Patience() as patience:
        while True:
            message = await next_message(socket, wire)
            patience.heard = True
            if type(message) is AudioIn and message.stream == stream:
                live.hear(message.audio)  # fifty times a second
            elif not _rare(message, live, stream):
                return


def _rare(message: WireMessage | None, live: LiveCall, stream: StreamId) -> bool:
    """Take anything but this stream's audio; False at the stream's end. Raises PeerProtocolError."""
    match message:
        case MarkReturned(stream=of, name=name) if of == stream:
            live.mark(name)
        case KeyIn(stream=of, key=key) if of == stream:
            live.key(key)
        case StreamStopped(stream=of) if of == stream:
            return False
        case None:
            return False
        case StreamStarted():
            raise PeerProtocolError("started twice")
        case AudioIn() | MarkReturned() | KeyIn() | StreamStopped():
            raise PeerProtocolError("a message of another stream")
        case _:
            pass
    return True


async def next_message(socket: web.WebSocketResponse, wire: CarrierWire) -> WireMessage | None:
    """The next message; None when the peer closed. Raises PeerProtocolError."""
    received = await socket.receive()
    if received.type is WSMsgType.TEXT:
        return wire.decode_message(received.data)
    if received.type is WSMsgType.BINARY:
        raise PeerProtocolError("a binary frame")
    if received.type is WSMsgType.ERROR:
        raise PeerProtocolError(f"broken socket: {type(socket.exception()).__name__}")
    return None
