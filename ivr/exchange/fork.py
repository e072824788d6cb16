"""A fork: what `<Start><Stream>` opens. A copy of a call's audio, one way, beside whatever the document does next.

It lives until `<Stop>`, the server's close or the call's end. Two tracks may be sent: `inbound` is what the caller
says, `outbound` what they hear. Nothing the server sends is played. Facts: docs/carrier-wire.md, section 5.
"""

from __future__ import annotations

import asyncio
from collections import deque

import aiohttp
import structlog
from yarl import URL

from ivr.exchange import stream_wire as wire
from ivr.exchange.line import Line
from ivr.exchange.signature import sign
from ivr.exchange.stream import CONNECT_TIMEOUT_S, MAX_MESSAGE_BYTES, OUTBOX_MESSAGES, StreamTools
from ivr.exchange.twiml import StartStream
from ivr.exchange.watch import StreamWatch
from ivr.vocabulary.units import FRAME_MS

log = structlog.get_logger("exchange.stream")

TRACKS = {
    "inbound_track": ("inbound",),
    "outbound_track": ("outbound",),
    "both_tracks": ("inbound", "outbound"),
}


class Fork:
    """One fork. Made, run once, dropped."""

    def __init__(
        self, ids: wire.StreamIds, verb: StartStream, line: Line, tools: StreamTools, watch: StreamWatch | None
    ) -> None:
        self.ids = ids
        self._verb = verb
        self._line = line
        self._tools = tools
        self._watch = watch
        self._tracks = TRACKS[verb.track]
        self._sequence = 0
        self._chunks = dict.fromkeys(self._tracks, 0)
        self._first_tick = 0
        self._outbox: deque[str] = deque()
        self._filled = asyncio.Event()
        self._stopped = asyncio.Event()
        self._log = log.bind(call=ids.call_sid, stream=ids.stream_sid, fork=True)

    @property
    def name(self) -> str:
        return self._verb.name

    @property
    def track(self) -> str:
        return self._verb.track

    def stop(self) -> None:
        """End it: the server gets `stop`."""
        self._stopped.set()

    async def run(self) -> str:
        """Send the audio until it ends; why it failed, "" when it did not. Cancelling says `stop` too."""
        headers = {"x-twilio-signature": sign(self._tools.auth_token, self._verb.url)}
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                websocket = await self._tools.http.ws_connect(
                    URL(self._verb.url, encoded=True), headers=headers, compress=0, max_msg_size=MAX_MESSAGE_BYTES
                )
        except (aiohttp.ClientError, TimeoutError) as failed:
            self._log.warning("fork failed", detail=type(failed).__name__)
            return type(failed).__name__
        self._log.info("fork opened", url=self._verb.url)
        self._first_tick = self._line.ticks
        self._send(wire.CONNECTED)
        self._send(wire.start(self.ids, self._next(), dict(self._verb.parameters), self._tracks))
        self._line.taps.append(self._frame)
        try:
            async with asyncio.TaskGroup() as tasks:
                beside = [tasks.create_task(self._write(websocket)), tasks.create_task(self._read(websocket))]
                await self._stopped.wait()
                for task in beside:
                    task.cancel()
        finally:
            self._line.taps.remove(self._frame)
            self._tools.spawn(self._close(websocket))
        return ""

    def _frame(self, tick: int, said: bytes, heard: bytes) -> None:
        at_ms = (tick - self._first_tick) * FRAME_MS
        for track in self._tracks:
            self._chunks[track] += 1
            audio = said if track == "inbound" else heard
            self._send(wire.media(self.ids.stream_sid, self._next(), self._chunks[track], at_ms, audio, track))

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _send(self, text: str) -> None:
        if len(self._outbox) >= OUTBOX_MESSAGES:
            self._outbox.popleft()
        self._outbox.append(text)
        self._filled.set()

    async def _write(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._outbox:
                try:
                    await websocket.send_str(self._outbox.popleft())
                except (ConnectionError, aiohttp.ClientError):
                    self._stopped.set()
                    return

    async def _read(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        """Until the server closes. What it sends is ignored, as on every fork."""
        async for message in websocket:
            if self._watch and message.type is aiohttp.WSMsgType.TEXT:
                self._watch.said_on_a_fork()
        self._stopped.set()

    async def _close(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async with asyncio.timeout(self._tools.release_s):
                if not websocket.closed:
                    await websocket.send_str(wire.stop(self.ids, self._next()))
                await websocket.close()
        except (TimeoutError, ConnectionError, aiohttp.ClientError):
            self._log.warning("fork was not let go of")
        self._log.info("fork closed")
