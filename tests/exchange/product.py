"""A scripted product for the exchange to call: signed webhooks in, TwiML out, a scripted media socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web
from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "0" * 32
TOKEN = "secret-of-the-account"
CONTROL = "secret-of-the-phones"
NUMBER = "+15551230000"
CALLER = "+15557654321"

Script = Callable[["MediaPeer"], Awaitable[None]]


class MediaPeer:
    """The product's end of one media stream."""

    def __init__(self, socket: web.WebSocketResponse, headers: dict[str, str]) -> None:
        self.socket = socket
        self.headers = headers
        self.start: dict[str, Any] = {}
        self.received: list[dict[str, Any]] = []
        self.closed = False
        self.done = asyncio.Event()

    @property
    def sid(self) -> str:
        return str(self.start["streamSid"])

    async def next(self, *events: str) -> dict[str, Any]:
        """The next message with one of these events; others are kept in `received` only."""
        while True:
            message = await self.socket.receive()
            if message.type is not WSMsgType.TEXT:
                self.closed = True
                raise ConnectionError(f"closed while waiting for {events}: {self.socket.close_code}")
            data = json.loads(message.data)
            self.received.append(data)
            if data["event"] in events:
                return data

    async def begin(self) -> None:
        await self.next("connected")
        self.start = await self.next("start")

    async def send(self, event: str, **fields: Any) -> None:
        await self.socket.send_str(json.dumps({"event": event, "streamSid": self.sid, **fields}))

    async def play(self, payload_base64: str) -> None:
        await self.send("media", media={"payload": payload_base64})

    async def mark(self, name: str) -> None:
        await self.send("mark", mark={"name": name})

    async def until_stop(self) -> None:
        await self.next("stop")


class Product:
    """The scripted server. `twiml` maps a path to a document, or to a function of its parameters."""

    def __init__(self) -> None:
        self.twiml: dict[str, str | bytes | web.Response | Callable[[dict[str, str]], Any]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.tokens: list[str] = []
        self.refused = 0
        self.script: Script | None = None
        self.script_errors: list[BaseException] = []
        self.peers: list[MediaPeer] = []
        self.url = ""
        self.arrived = asyncio.Event()

    @property
    def media_url(self) -> str:
        return "ws" + self.url.removeprefix("http") + "/media"

    def connect(self, *, after: str = "", parameters: str = "", attributes: str = "") -> str:
        return (
            f"<Response><Connect {attributes}><Stream url='{self.media_url}'>{parameters}</Stream></Connect>"
            f"{after}</Response>"
        )

    def seen(self, path: str) -> list[dict[str, str]]:
        return [params for at, params in self.requests if at == path]

    async def asked(self, path: str, times: int = 1) -> dict[str, str]:
        """Wait until a path was requested this often; the last request's parameters."""
        async with asyncio.timeout(10):
            while len(self.seen(path)) < times:
                self.arrived.clear()
                await self.arrived.wait()
        return self.seen(path)[times - 1]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        form = await request.post() if request.method == "POST" else {}
        signed = self.url + request.raw_path
        if not RequestValidator(TOKEN).validate(signed, form, request.headers.get("X-Twilio-Signature", "")):
            self.refused += 1
            return web.Response(status=403)
        params = {name: str(value) for name, value in (form or request.query).items()}
        self.tokens.append(request.headers["I-Twilio-Idempotency-Token"])
        self.requests.append((request.path, params))
        self.arrived.set()
        answer = self.twiml.get(request.path, "")
        if callable(answer):
            answer = answer(params)
        if asyncio.iscoroutine(answer):
            answer = await answer
        if isinstance(answer, web.StreamResponse):
            return answer
        if not answer:
            return web.Response(status=204)
        body = answer if isinstance(answer, bytes) else str(answer).encode()
        return web.Response(body=body, content_type="text/xml")

    async def media(self, request: web.Request) -> web.StreamResponse:
        signature = request.headers.get("x-twilio-signature", "")
        if not RequestValidator(TOKEN).validate(self.media_url, {}, signature):
            self.refused += 1
            return web.Response(status=403)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        peer = MediaPeer(socket, dict(request.headers))
        self.peers.append(peer)
        try:
            if self.script:
                await self.script(peer)
        except ConnectionError:
            pass
        except Exception as failed:
            self.script_errors.append(failed)
        finally:
            peer.done.set()
        return socket


@asynccontextmanager
async def run_product() -> AsyncIterator[Product]:
    product = Product()
    app = web.Application()
    app.router.add_get("/media", product.media)
    app.router.add_route("*", "/{path:.*}", product.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    product.url = f"http://127.0.0.1:{port}"
    try:
        yield product
    finally:
        await runner.cleanup()
