"""REST: recordings and their audio."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ivr.exchange.recordings import Recording
from ivr.exchange.records import API_VERSION, rfc2822
from ivr.exchange.rest_wire import Fields, answer, not_found, one, page_of
from ivr.exchange.switchboard import Exchange


def _render(exchange: Exchange, recording: Recording) -> dict[str, Any]:
    sid = exchange.config.account_sid
    uri = f"/{API_VERSION}/Accounts/{sid}/Recordings/{recording.sid}"
    return {
        "sid": recording.sid,
        "account_sid": sid,
        "call_sid": recording.call_sid or None,
        "conference_sid": recording.conference_sid or None,
        "status": "completed",
        "channels": 1,
        "source": "Conference" if recording.conference_sid else "RecordVerb",
        "track": "inbound",
        "duration": str(recording.duration_s),
        "start_time": rfc2822(recording.created),
        "date_created": rfc2822(recording.created),
        "date_updated": rfc2822(recording.created),
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "encryption_details": None,
        "api_version": API_VERSION,
        "uri": uri + ".json",
        "media_url": exchange.own_url + uri,
        "subresource_uris": {},
    }


def _recording(exchange: Exchange, request: web.Request) -> Recording:
    recording = exchange.office.recordings.get(request.match_info["sid"])
    if recording is None:
        raise not_found(request)
    return recording


async def listed(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET Recordings.json, of the account, of one call or of one conference."""
    call_sid = request.match_info.get("sid") or one(fields, "CallSid")
    conference_sid = request.match_info.get("conference") or one(fields, "ConferenceSid")
    found = [_render(exchange, entry) for entry in exchange.office.recordings.of(call_sid, conference_sid)]
    return page_of(request, fields, "recordings", found)


async def fetch(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET Recordings/{RE}.json"""
    return answer(_render(exchange, _recording(exchange, request)))


async def audio(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET Recordings/{RE} or {RE}.wav: the audio, a WAV file."""
    return web.FileResponse(_recording(exchange, request).path, headers={"Content-Type": "audio/x-wav"})


async def delete(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """DELETE Recordings/{RE}.json"""
    if not await exchange.office.recordings.delete(request.match_info["sid"]):
        raise not_found(request)
    return web.Response(status=204)
