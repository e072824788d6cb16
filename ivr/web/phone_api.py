"""What the phone page asks: what can be dialled, a ticket for one call, and the captions of that call.

A ticket is handed to a browser on this machine, to the page itself, and only while the local exchange is the carrier:
docs/decisions/007-how-a-page-becomes-a-telephone.md.
"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any, Final

from aiohttp import WSCloseCode, web

from ivr.vocabulary.events import CallEnded, Logged
from ivr.vocabulary.ids import CallId
from ivr.web.captions import Feed, caption
from ivr.web.doors import PHONE, PUBLIC, door
from ivr.web.keys import DEPS, Deps, PhonePage
from ivr.web.phone_guard import is_local

FEEDS: Final = 32
"Pages that may follow calls at once."


def routes_of(page: PhonePage) -> Sequence[web.RouteDef]:
    """With a real carrier there is nothing to ask for but the number."""
    facts = [web.get("/api/phone", _facts)]
    if page.line is None:
        return facts
    return [*facts, web.post("/api/phone/ticket", _ticket), web.get("/api/phone/captions", _captions)]


@door(PUBLIC)
async def _facts(request: web.Request) -> web.Response:
    """Who answers, the number, and the line there is: `local`, `carrier` or `elsewhere` (open it on that machine)."""
    page = _page(request)
    line = "carrier" if page.line is None else "local" if is_local(request) else "elsewhere"
    facts = {"business": page.business, "number": page.number, "line": line}
    return web.json_response(facts, headers={"Cache-Control": "no-store"})


@door(PHONE)
async def _ticket(request: web.Request) -> web.Response:
    """What one call takes: where the phone socket is, what opens it, and what opens the call's captions."""
    deps, page = request.app[DEPS], _page(request)
    assert page.line is not None, "this route is there only with a line"  # noqa: S101
    opens = {
        "url": page.line.url,
        "ticket": page.line.ticket(),
        "captions_pass": page.passes.make(deps.clock.wall_ms()),
    }
    return web.json_response(opens, headers={"Cache-Control": "no-store"})


@door(PHONE)
async def _captions(request: web.Request) -> web.StreamResponse:
    """Follow one call of this page: what was said so far, then what is said, until it has ended."""
    deps, page = request.app[DEPS], _page(request)
    if page.captions.followed >= FEEDS:
        raise web.HTTPServiceUnavailable(text="too many pages follow calls\n")
    call = CallId(request.query.get("call", ""))
    with page.captions.feed(call) as feed:  # before the log is read, so that nothing falls between the two
        past = await deps.log.read(call)
        live = bool(past) and not isinstance(past[-1].event, CallEnded)
        if not live or not page.passes.admit(request.query.get("pass", ""), call, past[0].wall_ms):
            raise _refused(deps)
        socket = web.WebSocketResponse(heartbeat=20.0, compress=False, max_msg_size=1_024, timeout=2.0)
        await socket.prepare(request)
        try:
            async with asyncio.TaskGroup() as tasks:
                telling = tasks.create_task(_tell(socket, past, feed))
                async for _ in socket:
                    pass  # a page has nothing to say here; the loop ends when it leaves
                telling.cancel()
        except* ConnectionError:
            pass  # the page is gone
    return socket


async def _tell(socket: web.WebSocketResponse, past: list[Logged], feed: Feed) -> None:
    for logged in past:
        await _send(socket, caption(logged))
    async with aclosing(feed.events()) as events:
        async for logged in events:
            if logged.seq <= past[-1].seq:
                continue
            if feed.lost:
                lost, feed.lost = feed.lost, 0
                await _send(socket, {"kind": "lost", "count": lost})
            await _send(socket, caption(logged))
            if isinstance(logged.event, CallEnded):
                await socket.close(code=WSCloseCode.OK)
                return
    await socket.close(code=WSCloseCode.GOING_AWAY)


async def _send(socket: web.WebSocketResponse, shown: dict[str, Any] | None) -> None:
    if shown is not None:
        await socket.send_json(shown)


def _page(request: web.Request) -> PhonePage:
    page = request.app[DEPS].phone
    assert page is not None, "these routes are there only with a page"  # noqa: S101
    return page


def _refused(deps: Deps) -> web.HTTPForbidden:
    deps.metrics.refused.labels("/api/phone").inc()
    return web.HTTPForbidden(text="this is for the phone page, on the machine that runs the server\n")
