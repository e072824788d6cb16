"""The carrier's webhooks about calls that we make to call people back. Each is signed, as all are."""

import re
from typing import Final

from aiohttp import web

from ivr.ports.carrier import HangUp
from ivr.session.callbacks import Callbacks
from ivr.vocabulary.ids import CallbackId
from ivr.web.carrier import genuine, read, refused, reply
from ivr.web.doors import CARRIER, door
from ivr.web.keys import DEPS

_CALLBACK: Final = re.compile(r"[A-Za-z0-9]{1,64}\.[0-9]{1,6}")
_ATTEMPT: Final = re.compile(r"[0-9]{1,3}")

routes = web.RouteTableDef()


@routes.post("/twilio/callback/{callback}/{attempt}/answer")
@door(CARRIER)
async def answer(request: web.Request) -> web.Response:
    """The telephone of somebody whom we call back was answered: what do they hear?"""
    wire = request.app[DEPS].wire
    webhook = await genuine(request)
    offer, report = read(request, lambda: (wire.decode_offer(webhook), wire.decode_leg(webhook)))
    callbacks, which = _callbacks(request), _which(request)
    if callbacks is None:
        return reply(request, HangUp())
    return reply(request, await callbacks.answered(*which, offer, report))


@routes.post("/twilio/callback/{callback}/{attempt}/status")
@door(CARRIER)
async def status(request: web.Request) -> web.Response:
    """How the call to them is doing."""
    wire = request.app[DEPS].wire
    webhook = await genuine(request)
    report = read(request, lambda: wire.decode_leg(webhook))
    callbacks, which = _callbacks(request), _which(request)
    if callbacks is not None:
        await callbacks.status(*which, report)
    return web.Response(status=204)


def _callbacks(request: web.Request) -> Callbacks | None:
    return request.app[DEPS].callbacks


def _which(request: web.Request) -> tuple[CallbackId, int]:
    callback, attempt = request.match_info["callback"], request.match_info["attempt"]
    if not _CALLBACK.fullmatch(callback) or not _ATTEMPT.fullmatch(attempt):
        raise refused(request, "no callback of ours")
    return CallbackId(callback), int(attempt)
