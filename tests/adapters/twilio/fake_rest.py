"""A few lines of Twilio's REST, as docs/carrier-wire.md tells it, with faults on demand."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

ACCOUNT = "AC" + "a" * 32
TOKEN = "f00d" * 8
CALL = "CA" + "1" * 32


def number(phone_number: str = "+15550002222", **changes: Any) -> dict[str, Any]:
    """A number set up for https://ivr.example.com, as the REST shows it."""
    return {
        "sid": "PN" + "1" * 32,
        "phone_number": phone_number,
        "voice_url": "https://ivr.example.com/twilio/voice",
        "voice_method": "POST",
        "voice_fallback_url": "https://ivr.example.com/twilio/fallback",
        "status_callback": "https://ivr.example.com/twilio/status",
    } | changes


class FakeRest:
    """Serves one account.

    faults    what the next requests get instead: an HTTP status, (status, error code), "garbage", "cut" or "hang".
    requests  (method, path) of each, in order; `forms` what was posted.
    """

    def __init__(self) -> None:
        self.numbers = [number()]
        self.applications: dict[str, dict[str, Any]] = {}
        self.calls = {CALL: "in-progress"}
        self.faults: list[Any] = []
        self.requests: list[tuple[str, str]] = []
        self.forms: list[dict[str, str]] = []
        self.url = ""
        self.page = 50

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FakeRest"]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((request.method, request.path))
        if self.faults:
            return await self._fail(request, self.faults.pop(0))
        expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != expected:
            return _error(401, 20003)
        prefix = f"/2010-04-01/Accounts/{ACCOUNT}"
        path = request.path.removeprefix(prefix)
        if path == ".json":
            return web.json_response({"sid": ACCOUNT, "friendly_name": "Harbour Bank", "status": "active"})
        if path == "/IncomingPhoneNumbers.json":
            return self._listed(request, prefix)
        if application := re.fullmatch(r"/Applications/(AP\w+)\.json", path):
            return web.json_response(self.applications[application[1]])
        if call := re.fullmatch(r"/Calls/(CA\w+)\.json", path):
            return await self._end(request, call[1])
        return _error(404, 20404)

    def _listed(self, request: web.Request, prefix: str) -> web.Response:
        first = int(request.query.get("Page", "0")) * self.page
        more = first + self.page < len(self.numbers)
        following = f"{prefix}/IncomingPhoneNumbers.json?Page={first // self.page + 1}" if more else None
        rows = self.numbers[first : first + self.page]
        return web.json_response({"incoming_phone_numbers": rows, "next_page_uri": following, "page": 0})

    async def _end(self, request: web.Request, call: str) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append(form)
        if call not in self.calls:
            return _error(404, 20404)
        if self.calls[call] == "completed":
            return _error(400, 21220)
        self.calls[call] = form["Status"]
        return web.json_response({"sid": call, "status": form["Status"]})

    async def _fail(self, request: web.Request, fault: Any) -> web.StreamResponse:
        if fault == "garbage":
            return web.Response(text="<html>Please sign in to the Wi-Fi</html>", content_type="text/html")
        if fault == "cut":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault == "hang":
            await asyncio.Event().wait()  # until the client gives up and this handler is cancelled
        status, code = fault if isinstance(fault, tuple) else (fault, fault)
        return _error(status, code)


def _error(status: int, code: int) -> web.Response:
    body = {"code": code, "message": "told as Twilio tells it", "more_info": "", "status": status}
    return web.json_response(body, status=status)
