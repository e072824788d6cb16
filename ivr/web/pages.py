"""The pages in the browser: the built app of `web/ui`.

Safety    A Content-Security-Policy with a nonce of its own for each response; no sniffing, no framing. A page reaches
          this server and, while the local exchange is the carrier, the exchange's phone socket: nothing else.
Caching   Assets are named by their content and kept for good; a page is never kept.
"""

import asyncio
import re
import secrets
from collections.abc import Sequence
from typing import Final

from aiohttp import web
from yarl import URL

from ivr.web.doors import PUBLIC, Door, Kind, door
from ivr.web.keys import DEPS, PhonePage

NONCE: Final = "__NONCE__"
"Stands in a built page where this response's nonce goes (`html.cspNonce` of vite.config.ts)."
TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}
"What an asset can be."
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")

_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Not built yet</title>
<h1>The pages are not built yet</h1>
<p>Run <code>scripts/setup</code> in the folder of the server, then load this page again. Calls are taken meanwhile.</p>
</html>
"""


def routes_of(page: PhonePage, *, with_people: bool) -> Sequence[web.RouteDef]:
    """The pages there are; those for agents only where somebody may sign in."""
    theirs = [web.get("/signin", _signin), web.get("/desk", _desk)] if with_people else []
    return [web.get("/", _to_phone), web.get("/phone", _phone), web.get("/assets/{name}", _asset), *theirs]


@door(PUBLIC)
async def _to_phone(request: web.Request) -> web.Response:
    raise web.HTTPFound("/phone")


@door(PUBLIC)
async def _phone(request: web.Request) -> web.Response:
    """A caller's telephone."""
    return await _built(request, "phone.html")


@door(PUBLIC)
async def _signin(request: web.Request) -> web.Response:
    """Where agents, supervisors and admins sign in."""
    return await _built(request, "signin.html")


@door(Door(Kind.PERSON, page=True))
async def _desk(request: web.Request) -> web.Response:
    """Where agents take callers over."""
    return await _built(request, "desk.html")


async def _built(request: web.Request, name: str) -> web.Response:
    """A page as it was built. 503 with what to do when it was not."""
    page = _page(request)
    nonce = secrets.token_urlsafe(18)
    try:
        text = await asyncio.to_thread((page.built / name).read_text, "utf-8")
    except OSError:
        return web.Response(text=_NOT_BUILT, status=503, content_type="text/html", headers=_headers(page, nonce))
    return web.Response(text=text.replace(NONCE, nonce), content_type="text/html", headers=_headers(page, nonce))


@door(PUBLIC)
async def _asset(request: web.Request) -> web.StreamResponse:
    """A script, style or font of the pages."""
    name = request.match_info["name"]
    path = _page(request).built / "assets" / name
    kind = TYPES.get(path.suffix)
    if kind is None or not _NAME.fullmatch(name) or not await asyncio.to_thread(path.is_file):
        raise web.HTTPNotFound(text="no such asset\n")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return web.FileResponse(path, headers={**headers, "Content-Type": kind})


def _headers(page: PhonePage, nonce: str) -> dict[str, str]:
    exchange = f" {URL(page.line.url).origin()}" if page.line is not None else ""
    carrier = "".join(f" {origin}" for origin in page.origins)
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "media-src": f"'self'{carrier}",
        "connect-src": f"'self'{exchange}{carrier}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
        "Cache-Control": "no-store",
    }


def _page(request: web.Request) -> PhonePage:
    page = request.app[DEPS].phone
    assert page is not None, "these routes are there only with a page"  # noqa: S101
    return page
