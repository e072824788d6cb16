"""The carrier's webhooks about agents' legs and the rooms in which they meet callers. Each is signed, as all are."""

import re
from typing import Final

from aiohttp import web

from ivr.audio.wav import write_wav
from ivr.ports.carrier import LegReport
from ivr.session.legs import Legs
from ivr.vocabulary.ids import CallId, LegId, TransferId
from ivr.web.carrier import genuine, read, refused, reply
from ivr.web.doors import CARRIER, door
from ivr.web.keys import DEPS

_LEG: Final = re.compile(r"t[0-9]{1,6}\.s?[0-9]{1,6}")
"Of an agent, or of a supervisor: `t1.2`, `t1.s1`."
_TRANSFER: Final = re.compile(r"t[0-9]{1,6}")

routes = web.RouteTableDef()


@routes.post("/twilio/agent/{call}/{leg}/briefing")
@door(CARRIER)
async def briefing(request: web.Request) -> web.Response:
    """An agent's telephone was answered: what do they hear?"""
    report = await _report(request)
    return reply(request, await _legs(request).briefing(*_leg(request), report))


@routes.post("/twilio/agent/{call}/{leg}/key")
@door(CARRIER)
async def key(request: web.Request) -> web.Response:
    """The agent has pressed a key."""
    report = await _report(request)
    return reply(request, await _legs(request).key(*_leg(request), report))


@routes.post("/twilio/agent/{call}/{leg}/left")
@door(CARRIER)
async def left(request: web.Request) -> web.Response:
    """The agent is out of the room: what next?"""
    await _report(request)
    return reply(request, await _legs(request).left(*_leg(request)))


@routes.post("/twilio/agent/{call}/{leg}/status")
@door(CARRIER)
async def status(request: web.Request) -> web.Response:
    """How the agent's leg is doing."""
    report = await _report(request)
    await _legs(request).status(*_leg(request), report)
    return web.Response(status=204)


@routes.post("/twilio/room/{call}/{transfer}")
@door(CARRIER)
async def room(request: web.Request) -> web.Response:
    """Somebody came into a room, or left it."""
    deps = request.app[DEPS]
    webhook = await genuine(request)
    report = read(request, lambda: deps.wire.decode_room(webhook))
    await _legs(request).room(*_transfer(request), report)
    return web.Response(status=204)


@routes.post("/twilio/room/{call}/{transfer}/said/{number:[0-9]{1,9}}")
@door(CARRIER)
async def said(request: web.Request) -> web.Response:
    """An answer that is to be said in a room, as WAV."""
    await genuine(request)
    audio = await _legs(request).said(*_transfer(request), int(request.match_info["number"]))
    if audio is None:
        return web.Response(status=404)
    return web.Response(body=write_wav(audio), content_type="audio/wav", headers={"Cache-Control": "no-store"})


@routes.post("/twilio/room/{call}/{transfer}/left")
@door(CARRIER)
async def caller_left(request: web.Request) -> web.Response:
    """The caller is out of the room: what next?"""
    await _report(request)
    return reply(request, await request.app[DEPS].switchboard.out_of_room(*_transfer(request)))


def _legs(request: web.Request) -> Legs:
    return Legs(request.app[DEPS].switchboard)


async def _report(request: web.Request) -> LegReport:
    webhook = await genuine(request)
    return read(request, lambda: request.app[DEPS].wire.decode_leg(webhook))


def _leg(request: web.Request) -> tuple[CallId, LegId]:
    leg = request.match_info["leg"]
    if not _LEG.fullmatch(leg):
        raise refused(request, "no leg of ours")
    return CallId(request.match_info["call"]), LegId(leg)


def _transfer(request: web.Request) -> tuple[CallId, TransferId]:
    transfer = request.match_info["transfer"]
    if not _TRANSFER.fullmatch(transfer):
        raise refused(request, "no transfer of ours")
    return CallId(request.match_info["call"]), TransferId(transfer)
