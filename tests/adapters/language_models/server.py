"""A small OpenAI-compatible endpoint for tests, over real HTTP: each request goes as the next plan says."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Plan = Callable[["Endpoints", web.Request], Awaitable[web.StreamResponse]]


def chunk(text: str | None, finish: str | None = None) -> bytes:
    """One event of a stream."""
    delta = {} if text is None else {"content": text}
    facts = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    return f"data: {json.dumps({**facts, 'choices': choices})}\n\n".encode()


class Endpoints:
    """What it was asked, how each request is answered (`plans`, then `usual`), and what became of them."""

    def __init__(self) -> None:
        self.url = ""
        self.plans: list[Plan] = []
        self.usual: Plan = streams("Hello ", "there.")
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.asked = asyncio.Condition()
        self.left = asyncio.Event()
        "Set when a client went away from a request that hangs."

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        async with self.asked:
            self.asked.notify_all()
        return await (self.plans.pop(0) if self.plans else self.usual)(self, request)

    async def wait_asked(self, times: int) -> None:
        async with self.asked:
            await self.asked.wait_for(lambda: len(self.bodies) >= times)


async def begin(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


def streams(*pieces: str) -> Plan:
    """A whole reply."""

    async def plan(server: Endpoints, request: web.Request) -> web.StreamResponse:
        response = await begin(request)
        for piece in pieces:
            await response.write(chunk(piece))
        await response.write(chunk(None, "stop") + b"data: [DONE]\n\n")
        return response

    return plan


def sends(*raw: bytes) -> Plan:
    """These bytes, then the end of the stream."""

    async def plan(server: Endpoints, request: web.Request) -> web.StreamResponse:
        response = await begin(request)
        for part in raw:
            await response.write(part)
        return response

    return plan


def cuts(*pieces: str) -> Plan:
    """Some of a reply, then the connection is gone."""

    async def plan(server: Endpoints, request: web.Request) -> web.StreamResponse:
        response = await begin(request)
        for piece in pieces:
            await response.write(chunk(piece))
        assert request.transport is not None
        request.transport.abort()
        return response

    return plan


def hangs(*pieces: str) -> Plan:
    """Some of a reply, then nothing, until the client leaves."""

    async def plan(server: Endpoints, request: web.Request) -> web.StreamResponse:
        response = await begin(request) if pieces else None
        for piece in pieces:
            assert response is not None
            await response.write(chunk(piece))
        try:
            await asyncio.Event().wait()
        finally:
            server.left.set()
        raise AssertionError

    return plan


def refuses(status: int, **headers: str) -> Plan:
    """A status, with headers by their names, `_` for `-`."""

    async def plan(server: Endpoints, request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response(
            {"error": {"message": "what the caller said", "type": "x"}}, status=status, headers=named
        )

    return plan


@asynccontextmanager
async def endpoint() -> AsyncIterator[Endpoints]:
    served = Endpoints()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", served.answer)
    async with TestServer(app, handler_cancellation=True) as server:
        served.url = f"http://127.0.0.1:{server.port}/v1"
        yield served
