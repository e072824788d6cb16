"""REST: the account and its telephone numbers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from ivr.exchange.config import Number
from ivr.exchange.records import API_VERSION, now, rfc2822
from ivr.exchange.rest_wire import Fields, RestError, answer, not_found, one, page_of
from ivr.exchange.switchboard import Exchange

_URLS = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
}
_METHODS = {
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
}


async def account(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET Accounts/{AC}.json"""
    sid = exchange.config.account_sid
    base = f"/{API_VERSION}/Accounts/{sid}"
    return answer(
        {
            "sid": sid,
            "owner_account_sid": sid,
            "friendly_name": "Local exchange",
            "status": "active",
            "type": "Full",
            "auth_token": None,
            "date_created": rfc2822(exchange.began),
            "date_updated": rfc2822(exchange.began),
            "uri": base + ".json",
            "subresource_uris": {
                "calls": base + "/Calls.json",
                "incoming_phone_numbers": base + "/IncomingPhoneNumbers.json",
                "recordings": base + "/Recordings.json",
            },
        }
    )


def _render(exchange: Exchange, number: Number) -> dict[str, Any]:
    sid = exchange.config.account_sid
    return {
        "sid": number.sid,
        "account_sid": sid,
        "phone_number": number.number,
        "friendly_name": number.friendly_name or number.number,
        "voice_url": number.voice_url,
        "voice_method": number.voice_method,
        "voice_fallback_url": number.voice_fallback_url or None,
        "voice_fallback_method": number.voice_fallback_method,
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "voice_caller_id_lookup": False,
        "voice_receive_mode": "voice",
        "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
        "status": "in-use",
        "origin": "hosted",
        "beta": False,
        "api_version": API_VERSION,
        "date_created": rfc2822(exchange.began),
        "date_updated": rfc2822(now()),
        "uri": f"/{API_VERSION}/Accounts/{sid}/IncomingPhoneNumbers/{number.sid}.json",
    }


def _number(exchange: Exchange, request: web.Request) -> Number:
    for number in exchange.numbers.values():
        if number.sid == request.match_info["sid"]:
            return number
    raise not_found(request)


async def listed(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET IncomingPhoneNumbers.json; PhoneNumber filters by any part of a number."""
    wanted = one(fields, "PhoneNumber").replace("*", "")
    found = [_render(exchange, number) for number in exchange.numbers.values() if wanted in number.number]
    return page_of(request, fields, "incoming_phone_numbers", found)


async def fetch(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET IncomingPhoneNumbers/{PN}.json"""
    return answer(_render(exchange, _number(exchange, request)))


async def update(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """POST IncomingPhoneNumbers/{PN}.json: where calls are announced from now on."""
    number = _number(exchange, request)
    changes: dict[str, str] = {}
    for field, name in _URLS.items():
        if field in fields:
            url = one(fields, field)
            if url and urlsplit(url).scheme not in ("http", "https"):
                raise RestError(400, 21502, f"{field} is not a valid URL")
            changes[name] = url
    for field, name in _METHODS.items():
        if field in fields:
            method = one(fields, field).upper()
            if method not in ("GET", "POST"):
                raise RestError(400, 21403, f"{field} is GET or POST")
            changes[name] = method
    if "FriendlyName" in fields:
        changes["friendly_name"] = one(fields, "FriendlyName")[:64]
    return answer(_render(exchange, exchange.change_number(number.number, **changes)))
