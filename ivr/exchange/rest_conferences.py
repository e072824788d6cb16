"""REST: conferences. List, fetch, end, announce to everybody."""

from __future__ import annotations

from typing import Any

import structlog
from aiohttp import web

from ivr.exchange.conference import Room, Seat
from ivr.exchange.records import API_VERSION, rfc2822
from ivr.exchange.rest_wire import Fields, RestError, absolute_url, answer, http_method, not_found, on_day, one, page_of
from ivr.exchange.sources import At
from ivr.exchange.switchboard import Exchange
from ivr.exchange.twiml import TwimlError
from ivr.exchange.webhooks import WebhookFailed

log = structlog.get_logger("exchange.rest")


def uri_of(exchange: Exchange, room: Room) -> str:
    """A conference's path, without its ending."""
    return f"/{API_VERSION}/Accounts/{exchange.config.account_sid}/Conferences/{room.sid}"


def _render(exchange: Exchange, room: Room) -> dict[str, Any]:
    uri = uri_of(exchange, room)
    return {
        "sid": room.sid,
        "account_sid": exchange.config.account_sid,
        "friendly_name": room.name,
        "status": room.status,
        "region": "us1",
        "reason_conference_ended": room.why_ended,
        "call_sid_ending_conference": room.ended_by or None,
        "date_created": rfc2822(room.created),
        "date_updated": rfc2822(room.updated),
        "api_version": API_VERSION,
        "uri": uri + ".json",
        "subresource_uris": {"participants": uri + "/Participants.json", "recordings": uri + "/Recordings.json"},
    }


def _room(exchange: Exchange, request: web.Request) -> Room:
    room = exchange.office.rooms.get(request.match_info["conference"])
    if room is None:
        raise not_found(request)
    return room


async def listed(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET Conferences.json: newest first, filtered."""
    found = [
        _render(exchange, room)
        for room in reversed(list(exchange.office.rooms))
        if one(fields, "FriendlyName") in ("", room.name)
        and one(fields, "Status") in ("", room.status)
        and on_day(room.created, fields, "DateCreated")
        and on_day(room.updated, fields, "DateUpdated")
    ]
    return page_of(request, fields, "conferences", found)


async def fetch(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET Conferences/{CF}.json"""
    return answer(_render(exchange, _room(exchange, request)))


async def update(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """POST Conferences/{CF}.json: Status ends it, AnnounceUrl tells everybody something."""
    room = _room(exchange, request)
    if not room.live:
        raise not_found(request)
    if url := one(fields, "AnnounceUrl"):
        at = At(absolute_url(url), http_method(fields, "AnnounceMethod"))
        exchange.spawn(announce(exchange, room, None, at))
    if status := one(fields, "Status"):
        if status != "completed":
            raise RestError(400, 20001, "Status is completed")
        room.end("conference-ended-via-api")
    return answer(_render(exchange, room))


async def announce(exchange: Exchange, room: Room, seat: Seat | None, at: At) -> None:
    """Fetch an announcement and let one participant hear it, or all who are not on hold."""
    where = seat.sid if seat else room.sid
    params = {"AccountSid": exchange.config.account_sid, "ConferenceSid": room.sid, "FriendlyName": room.name}
    params |= {"CallSid": seat.sid} if seat else {}
    try:
        audio = await exchange.office.announcer.rendered(at, params, where)
    except (WebhookFailed, TwimlError) as failed:
        log.warning("announcement failed", conference=room.sid, code=failed.code, detail=failed.message)
        room.announced(at.url, seat, "announcement-fail")
        return
    ear = seat.announcements if seat else room.loudspeaker
    ear.push(audio)
    if ear.mark(lambda: room.announced(at.url, seat)):
        room.announced(at.url, seat)
