"""The copy's socket: both directions of a caller's line, while they speak with an agent. Nothing is sent back.

It is closed as soon as the two do not speak with each other any more; audio of anybody on hold is not listened to.
"""

import asyncio

import structlog
from aiohttp import WSCloseCode, web

from ivr.ports.carrier import AudioIn, AudioOut, CarrierWire, StreamStopped
from ivr.session.live import LiveCall
from ivr.session.room import AGENT, CALLER, RoomEar
from ivr.vocabulary.errors import PeerProtocolError
from ivr.web.doors import CARRIER, door
from ivr.web.keys import DEPS, Deps
from ivr.web.media import CLOSE_WITHIN_S, LARGEST_MESSAGE_BYTES, SILENT_FOR_S, next_message, next_start

routes = web.RouteTableDef()
_record = structlog.get_logger("copy")


@routes.get("/twilio/copy")
@door(CARRIER)
async def copy(request: web.Request) -> web.StreamResponse:
    """A stream upgrade by the carrier: signed, then bound to its call by the token that the move gave it."""
    deps = request.app[DEPS]
    if not deps.wire.upgrade_is_genuine(deps.paths.media + request.raw_path, request.headers):
        deps.metrics.refused.labels(request.path).inc()
        _record.warning("copy refused", why="not signed by the carrier", peer=request.remote)
        raise web.HTTPForbidden(text="refused\n")
    socket = web.WebSocketResponse(compress=False, max_msg_size=LARGEST_MESSAGE_BYTES, timeout=CLOSE_WITHIN_S)
    await socket.prepare(request)
    try:
        await _serve(socket, deps)
    except PeerProtocolError as error:
        deps.metrics.refused.labels("/twilio/copy").inc()
        _record.warning("copy closed", why=str(error))
        await socket.close(code=WSCloseCode.POLICY_VIOLATION)
    except (TimeoutError, ConnectionError):
        _record.warning("copy closed", why="the carrier fell silent")
        await socket.close(code=WSCloseCode.GOING_AWAY)
    return socket


async def _serve(socket: web.WebSocketResponse, deps: Deps) -> None:
    started = await next_start(socket, deps.wire)
    live = deps.switchboard.of_copy(started)
    if live is None:
        raise PeerProtocolError("its token opens no copy of this call")
    ear = live.room_ear()
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(ear.run())
        try:
            await _listen(socket, live, ear, deps.wire)
        finally:
            writing.cancel()
    await socket.close()


async def _listen(socket: web.WebSocketResponse, live: LiveCall, ear: RoomEar, wire: CarrierWire) -> None:
    """Until they do not speak with each other any more. Raises PeerProtocolError, TimeoutError."""
    while True:
        async with asyncio.timeout(SILENT_FOR_S):
            message = await next_message(socket, wire)
        if message is None or isinstance(message, StreamStopped) or not live.may_be_copied:
            return
        if not live.in_company:
            continue
        match message:
            case AudioIn(audio=audio):
                ear.hear(CALLER, audio)
            case AudioOut(audio=audio) if not live.handover.saying.is_heard:
                ear.hear(AGENT, audio)
            case _:
                pass
