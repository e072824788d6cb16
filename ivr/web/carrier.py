"""The carrier's webhooks. Each is checked for the carrier's signature over the public address before it is read."""

from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import parse_qsl

import structlog
from aiohttp import web

from ivr.ports.carrier import Instruction, Webhook
from ivr.vocabulary.errors import PeerProtocolError
from ivr.web.doors import CARRIER, door
from ivr.web.keys import DEPS

LARGEST_BODY_BYTES: Final = 64 * 1024

Decoded = TypeVar("Decoded")

routes = web.RouteTableDef()
_record = structlog.get_logger("carrier")


@routes.post("/twilio/voice")
@routes.post("/twilio/fallback")
@door(CARRIER)
async def voice(request: web.Request) -> web.Response:
    """A call comes in; or the carrier could not get what to do with one, and asks here instead."""
    deps = request.app[DEPS]
    webhook = await genuine(request)
    offer = read(request, lambda: deps.wire.decode_offer(webhook))
    return reply(request, await deps.switchboard.offered(offer))


@routes.post("/twilio/continue")
@door(CARRIER)
async def proceed(request: web.Request) -> web.Response:
    """The media stream of a call is over: what next?"""
    deps = request.app[DEPS]
    webhook = await genuine(request)
    offer = read(request, lambda: deps.wire.decode_offer(webhook))
    return reply(request, await deps.switchboard.stream_ended(offer.call))


@routes.post("/twilio/recorded")
@door(CARRIER)
async def recorded(request: web.Request) -> web.Response:
    """A message was recorded, or nothing was: what next?"""
    deps = request.app[DEPS]
    webhook = await genuine(request)
    report = read(request, lambda: deps.wire.decode_recording(webhook))
    return reply(request, await deps.switchboard.recorded(report))


@routes.post("/twilio/recording")
@door(CARRIER)
async def recording(request: web.Request) -> web.Response:
    """A message can be fetched now."""
    deps = request.app[DEPS]
    webhook = await genuine(request)
    report = read(request, lambda: deps.wire.decode_recording(webhook))
    if deps.voicemails is not None:
        deps.voicemails.take(report)
    return web.Response(status=204)


@routes.post("/twilio/status")
@door(CARRIER)
async def status(request: web.Request) -> web.Response:
    """How a call is doing, by the carrier."""
    deps = request.app[DEPS]
    webhook = await genuine(request)
    await deps.switchboard.status(read(request, lambda: deps.wire.decode_status(webhook)))
    return web.Response(status=204)


async def genuine(request: web.Request) -> Webhook:
    """The request, if the carrier signed it. Raises HTTPForbidden, with one line in the log and no side effect."""
    deps = request.app[DEPS]
    if (request.content_length or 0) > LARGEST_BODY_BYTES:
        raise refused(request, "body too large")
    try:
        body = await request.read()
        form = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200) if _is_form(request) else []
    except (UnicodeDecodeError, ValueError) as error:
        raise refused(request, "body is no form") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise refused(request, "body too large") from error
    url = deps.paths.web + request.raw_path
    webhook = Webhook(request.method, url, request.headers, tuple(form), body)
    if not deps.wire.webhook_is_genuine(webhook):
        raise refused(request, "not signed by the carrier")
    return webhook


def _is_form(request: web.Request) -> bool:
    return request.content_type == "application/x-www-form-urlencoded"


def read(request: web.Request, decode: Callable[[], Decoded]) -> Decoded:
    """What the webhook says, or the refusal of one that does not say what it must."""
    try:
        return decode()
    except PeerProtocolError as error:
        raise refused(request, str(error)) from error


def refused(request: web.Request, why: str) -> web.HTTPForbidden:
    """The refusal, counted and written down."""
    resource = request.match_info.route.resource
    # The route, not the path: whoever asks makes paths up, and each would be a time series of its own.
    request.app[DEPS].metrics.refused.labels(resource.canonical if resource is not None else "").inc()
    _record.warning("webhook refused", route=request.path, why=why, peer=request.remote)
    return web.HTTPForbidden(text="refused\n")


def reply(request: web.Request, instruction: Instruction) -> web.Response:
    """The document that answers a webhook."""
    return web.Response(text=request.app[DEPS].wire.render(instruction), content_type="text/xml")


@door(CARRIER)
async def nothing(request: web.Request) -> web.Response:
    """Any other path or method: nothing that the carrier is told to ask for."""
    raise refused(request, f"nothing is asked for by {request.method} here")


EVERYTHING_ELSE: Final = web.route("*", "/twilio/{rest:.*}", nothing)
"To be added after all other routes of the carrier."
