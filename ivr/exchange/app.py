"""The exchange's web application: phones, control endpoints and the carrier's REST API on one port."""

from __future__ import annotations

import asyncio
import hmac
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass

import aiohttp
import structlog
from aiohttp import web

from ivr.exchange import rest
from ivr.exchange.agents_api import AgentsApi
from ivr.exchange.config import ExchangeConfig
from ivr.exchange.faults import Fault
from ivr.exchange.phone_socket import MAX_MESSAGE_BYTES, PhoneSocket
from ivr.exchange.probes import probe
from ivr.exchange.switchboard import Exchange
from ivr.exchange.tickets import Tickets

log = structlog.get_logger("exchange.app")

EXCHANGE = web.AppKey("exchange", Exchange)
PHONES: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("phones")
"Open phone sockets, closed at the end."
TICKETS = web.AppKey("tickets", Tickets)
SHUTDOWN_S = 1.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(config: ExchangeConfig) -> web.Application:
    """The application; the exchange runs from its start-up to its clean-up."""
    app = web.Application()
    app[EXCHANGE] = Exchange(config)
    phones: set[web.WebSocketResponse] = set()
    app[PHONES] = phones
    app[TICKETS] = Tickets(config.control_token, time.time)
    agents = AgentsApi(app[EXCHANGE])
    app.cleanup_ctx.append(_running)
    app.on_shutdown.append(_hang_up)
    app.add_routes(
        [
            web.get("/exchange/phone", _guarded(_phone, takes_tickets=True)),
            web.get("/exchange/violations", _guarded(_violations)),
            web.delete("/exchange/violations", _guarded(_forget_violations)),
            web.get("/exchange/faults", _guarded(_list_faults)),
            web.post("/exchange/faults", _guarded(_inject)),
            web.delete("/exchange/faults", _guarded(_clear_faults)),
            web.post("/exchange/probe", _guarded(_probe)),
            web.get("/exchange/status", _guarded(_status)),
            web.post("/exchange/agents", _guarded(agents.add)),
            web.get("/exchange/agents/{identity}", _guarded(agents.show)),
            web.delete("/exchange/agents/{identity}", _guarded(agents.withdraw)),
            web.get("/exchange/legs/{sid}", _guarded(agents.leg)),
        ]
    )
    rest.add_routes(app, app[EXCHANGE])
    return app


async def _running(app: web.Application) -> AsyncIterator[None]:
    exchange = app[EXCHANGE]
    task = asyncio.create_task(exchange.run())  # owned here: awaited or cancelled below
    ready = asyncio.create_task(exchange.ready.wait())
    try:
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield
        exchange.close()
        await task
    finally:
        task.cancel()
        ready.cancel()
        await asyncio.gather(task, ready, return_exceptions=True)


async def _hang_up(app: web.Application) -> None:
    """The listening socket is closed: end the calls while their phones still listen."""
    exchange = app[EXCHANGE]
    exchange.close()
    await exchange.quiet()
    phones = app[PHONES]
    for websocket in tuple(phones):
        await websocket.close(code=1001, message=b"exchange is going down")


# Guard ----------------------------------------------------------------------------------------------------------


def _guarded(handler: Handler, *, takes_tickets: bool = False) -> Handler:
    """For bearers of the control token, or of a ticket where one is taken; for browsers from known origins only."""

    async def checked(request: web.Request) -> web.StreamResponse:
        config = request.app[EXCHANGE].config
        header = request.headers.get("Authorization", "")
        given = header.removeprefix("Bearer ") if header.startswith("Bearer ") else request.query.get("token", "")
        origin = request.headers.get("Origin")
        if origin is not None and origin not in config.allowed_origins:
            raise web.HTTPForbidden(text="this origin is not allowed")
        known = hmac.compare_digest(given.encode(), config.control_token.encode())
        if not known and not (takes_tickets and request.app[TICKETS].admit(request.query.get("ticket", ""))):
            raise web.HTTPUnauthorized(text="the control token is missing or wrong")
        return await handler(request)

    return checked


# Endpoints ------------------------------------------------------------------------------------------------------


async def _phone(request: web.Request) -> web.StreamResponse:
    websocket = web.WebSocketResponse(heartbeat=30.0, compress=False, max_msg_size=MAX_MESSAGE_BYTES, timeout=2.0)
    await websocket.prepare(request)
    request.app[PHONES].add(websocket)
    try:
        await PhoneSocket(request.app[EXCHANGE], websocket).run()
    finally:
        request.app[PHONES].discard(websocket)
    return websocket


async def _violations(request: web.Request) -> web.StreamResponse:
    return web.json_response(request.app[EXCHANGE].violations.as_json())


async def _forget_violations(request: web.Request) -> web.StreamResponse:
    request.app[EXCHANGE].violations.clear()
    return web.Response(status=204)


async def _list_faults(request: web.Request) -> web.StreamResponse:
    faults = request.app[EXCHANGE].faults
    pending = [asdict(fault) for fault in faults.pending()]
    return web.json_response({"pending": pending, "struck": dict(faults.struck)})


async def _inject(request: web.Request) -> web.StreamResponse:
    """Body: one fault or a list of them. See `faults.KINDS`."""
    try:
        body = await request.json()
        entries = [Fault.from_dict(entry) for entry in (body if isinstance(body, list) else [body])]
    except (ValueError, TypeError, AttributeError) as bad:
        raise web.HTTPBadRequest(text=str(bad)) from bad
    for entry in entries:
        request.app[EXCHANGE].faults.inject(entry)
    return web.json_response({"injected": len(entries)})


async def _clear_faults(request: web.Request) -> web.StreamResponse:
    request.app[EXCHANGE].faults.clear()
    return web.Response(status=204)


async def _probe(request: web.Request) -> web.StreamResponse:
    """Body: {"number"}. Sends what the number's server must refuse; what it lets through is among the violations."""
    exchange = request.app[EXCHANGE]
    try:
        number = exchange.numbers[(await request.json())["number"]]
    except (ValueError, TypeError, KeyError) as bad:
        raise web.HTTPBadRequest(text="number is one of the exchange's numbers") from bad
    try:
        ran = await probe(exchange.office, number)
    except (aiohttp.ClientError, TimeoutError) as down:
        raise web.HTTPBadGateway(text=f"the server does not answer ({type(down).__name__})") from down
    return web.json_response({"ran": ran, **exchange.violations.as_json()})


async def _status(request: web.Request) -> web.StreamResponse:
    exchange = request.app[EXCHANGE]
    return web.json_response(
        {
            "live": sorted(exchange.live),
            "numbers": sorted(exchange.numbers),
            "stations": sorted(exchange.stations),
            "conferences": {room.name: list(room.seats) for room in exchange.office.rooms.live},
            "speed": exchange.config.speed,
            "strict": exchange.config.strict,
            "tick": exchange.pacer.tick,
        }
    )


# Running --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunningExchange:
    """A listening exchange."""

    exchange: Exchange
    url: str
    "Base URL, such as http://127.0.0.1:40123: REST base and, with ws:, the phone socket's."
    port: int

    @property
    def phone_url(self) -> str:
        """The phone socket."""
        return f"ws{self.url.removeprefix('http')}/exchange/phone"


@asynccontextmanager
async def run_exchange(config: ExchangeConfig) -> AsyncIterator[RunningExchange]:
    """Run an exchange until the block ends. Port 0 takes a free one. Raises OSError if it cannot listen."""
    app = make_app(config)
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_S, handle_signals=False)
    await runner.setup()
    try:
        listener = _listener(config)
        await web.SockSite(runner, listener).start()
        host, port = listener.getsockname()[:2]
        exchange = app[EXCHANGE]
        exchange.own_url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        log.info("listening", url=exchange.own_url, strict=config.strict, speed=config.speed)
        yield RunningExchange(exchange, exchange.own_url, port)
    finally:
        await runner.cleanup()


def _listener(config: ExchangeConfig) -> socket.socket:
    if config.fd is not None:
        listener = socket.socket(fileno=config.fd)
    else:
        family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
        listener = socket.create_server((config.host, config.port), family=family, backlog=512)
    listener.setblocking(False)
    return listener
