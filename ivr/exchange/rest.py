"""The carrier's REST API: who may ask, how answers, errors and pages look. Facts: docs/carrier-wire.md, section 6."""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from aiohttp import web

from ivr.exchange import rest_calls, rest_conferences, rest_numbers, rest_participants, rest_recordings
from ivr.exchange.rest_wire import RestError, answer
from ivr.exchange.switchboard import Exchange

log = structlog.get_logger("exchange.rest")

Endpoint = Callable[[Exchange, web.Request, Mapping[str, Sequence[str]]], Awaitable[web.StreamResponse]]
"(exchange, request, form fields or query)"


def add_routes(app: web.Application, exchange: Exchange) -> None:
    """Mount the API. Every endpoint passes the same door."""
    base = "/2010-04-01/Accounts/{account}"
    call, number, recording = "{sid:CA[^/.]*}", "{sid:PN[^/.]*}", "{sid:RE[^/.]*}"
    conference, participant = "{conference:CF[^/.]*}", "{participant:[^/]+}"
    limit = rest_calls.CreateLimit(exchange.config.rest_calls_per_second)
    table: list[tuple[str, str, Endpoint]] = [
        ("GET", base + ".json", rest_numbers.account),
        ("POST", base + "/Calls.json", limit.create),
        ("GET", base + "/Calls.json", rest_calls.listed),
        ("GET", f"{base}/Calls/{call}.json", rest_calls.fetch),
        ("POST", f"{base}/Calls/{call}.json", rest_calls.update),
        ("DELETE", f"{base}/Calls/{call}.json", rest_calls.delete),
        ("GET", f"{base}/Calls/{call}/Recordings.json", rest_recordings.listed),
        ("GET", base + "/Conferences.json", rest_conferences.listed),
        ("GET", f"{base}/Conferences/{conference}.json", rest_conferences.fetch),
        ("POST", f"{base}/Conferences/{conference}.json", rest_conferences.update),
        ("GET", f"{base}/Conferences/{conference}/Recordings.json", rest_recordings.listed),
        ("GET", f"{base}/Conferences/{conference}/Participants.json", rest_participants.listed),
        ("POST", base + "/Conferences/{conference:[^/]+}/Participants.json", rest_participants.Adding(limit).create),
        ("GET", f"{base}/Conferences/{conference}/Participants/{participant}.json", rest_participants.fetch),
        ("POST", f"{base}/Conferences/{conference}/Participants/{participant}.json", rest_participants.update),
        ("DELETE", f"{base}/Conferences/{conference}/Participants/{participant}.json", rest_participants.delete),
        ("GET", base + "/IncomingPhoneNumbers.json", rest_numbers.listed),
        ("GET", f"{base}/IncomingPhoneNumbers/{number}.json", rest_numbers.fetch),
        ("POST", f"{base}/IncomingPhoneNumbers/{number}.json", rest_numbers.update),
        ("GET", base + "/Recordings.json", rest_recordings.listed),
        ("GET", f"{base}/Recordings/{recording}.json", rest_recordings.fetch),
        ("DELETE", f"{base}/Recordings/{recording}.json", rest_recordings.delete),
        ("GET", f"{base}/Recordings/{recording}.wav", rest_recordings.audio),
        ("GET", f"{base}/Recordings/{recording}", rest_recordings.audio),
    ]
    for method, path, endpoint in table:
        app.router.add_route(method, path, _door(exchange, endpoint))
    app.router.add_route("*", "/2010-04-01/{rest:.*}", _door(exchange, _unknown))


def _door(exchange: Exchange, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            _authenticate(exchange, request)
            where = f"{request.method} {request.path}"
            if broken := exchange.faults.take("rest.status", where):
                code = {429: 20429, 404: 20404}.get(broken.status, 20000 + broken.status)
                raise RestError(broken.status, code, "Too Many Requests" if code == 20429 else "injected fault")
            late = exchange.faults.take("rest.timeout", where)
            response = await endpoint(exchange, request, await _fields(request))
        except RestError as refused:
            log.info("refused", method=request.method, path=request.path, code=refused.code)
            return answer(refused.body(), refused.status)
        if late:  # carried out, but nobody learns of it in time
            await asyncio.sleep(late.ms / 1_000)
        return response

    return handle


def _authenticate(exchange: Exchange, request: web.Request) -> None:
    config = exchange.config
    expected = base64.b64encode(f"{config.account_sid}:{config.auth_token}".encode()).decode()
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic" or not hmac.compare_digest(given.strip().encode(), expected.encode()):
        raise RestError(401, 20003, "Authenticate")
    account = request.match_info.get("account")
    if account is not None and account != config.account_sid:
        raise RestError(404, 20404, f"The requested resource {request.path} was not found")


async def _fields(request: web.Request) -> Mapping[str, Sequence[str]]:
    source = await request.post() if request.method == "POST" else request.query
    fields: dict[str, list[str]] = {}
    for name, value in source.items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
    return fields


async def _unknown(exchange: Exchange, request: web.Request, fields: Mapping[str, Sequence[str]]) -> web.StreamResponse:
    raise RestError(404, 20404, f"The requested resource {request.path} was not found")
