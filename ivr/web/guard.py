"""The guard at every door (`ivr.web.doors`). Who is not let in by what the route declares stays outside.

Order  First the door of the route, then whether our own page asks, then the session's token. Nothing of the handler
       runs before.
"""

import hmac
from typing import Final
from urllib.parse import quote

import structlog
from aiohttp import web

from ivr.ports.identity import Session
from ivr.vocabulary.errors import BackendError
from ivr.web.answers import refuse
from ivr.web.doors import SESSION, Door, Handler, Kind, declared
from ivr.web.keys import DEPS, Deps
from ivr.web.phone_guard import from_own_page, is_local
from ivr.web.signin.origin import own_origin
from ivr.web.signin.sessions import csrf_is_right

_HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_record = structlog.get_logger("guard")

ELSEWHERE: Final = (
    "This was not asked for by this server's own page. Open the page at the server's public address, "
    "or on the server's own machine."
)


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the request in, or answer it here."""
    if request.match_info.http_exception is not None:
        return await handler(request)  # there is no such path, or no such method
    found = declared(request.match_info.handler)
    if found is None:
        _record.error("a route declares no door: nobody is let in", route=_route(request))
        return _refused(request, refuse(403, "closed", "Nobody may do this."))
    try:
        refusal = await _refusal(request, found.door, request.app[DEPS])
    except BackendError as error:
        _record.error("nobody can be recognised", error=type(error).__name__, detail=str(error))
        return refuse(503, "unavailable", "The server cannot look that up now. Try again in a moment.", 5)
    return refusal if refusal is not None else await handler(request)


async def _refusal(request: web.Request, door: Door, deps: Deps) -> web.StreamResponse | None:
    match door.kind:
        case Kind.PUBLIC | Kind.CARRIER:
            return None
        case Kind.COMMAND_LINE:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if hmac.compare_digest(given.encode(), deps.api_token.encode()):
                return None
            return _refused(request, web.Response(text="this needs the token in the data folder\n", status=403))
        case Kind.PHONE:
            if is_local(request) and from_own_page(request):
                return None
            text = "this is for the phone page, on the machine that runs the server\n"
            return _refused(request, web.Response(text=text, status=403))
        case Kind.OWN_PAGE:
            if own_origin(request, deps.public_url) is not None:
                return None
            return _refused(request, refuse(403, "elsewhere", ELSEWHERE))
        case Kind.PERSON:
            return await _person(request, door, deps)


async def _person(request: web.Request, door: Door, deps: Deps) -> web.StreamResponse | None:
    people = deps.people
    session = await people.sessions.of(request) if people is not None else None
    if session is None or (session.user.must_change and not door.with_one_time):
        return _sign_in_first(request, door, session)
    if not session.user.role.may(door.role):
        return _refused(request, refuse(403, "role", f"This is for whoever is {door.role} or more."))
    is_socket = request.headers.get("Upgrade", "").lower() == "websocket"
    if is_socket or request.method not in _HARMLESS:
        if own_origin(request, deps.public_url) is None:
            return _refused(request, refuse(403, "elsewhere", ELSEWHERE))
        # A socket's upgrade cannot carry a header of ours: there the Origin has to do.
        if not is_socket and not csrf_is_right(request):
            return _refused(request, refuse(403, "csrf", "This page is out of date. Load it again."))
    request[SESSION] = session
    return None


def _sign_in_first(request: web.Request, door: Door, session: Session | None) -> web.StreamResponse:
    if door.page:
        return web.Response(status=302, headers={"Location": f"/signin?next={quote(request.path)}"})
    if session is not None:
        return refuse(403, "must_change", "Choose a password of your own first.")
    return refuse(401, "signed_out", "You are signed out. Sign in again.")


def _refused(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    request.app[DEPS].metrics.refused.labels(_route(request)).inc()
    return response


def _route(request: web.Request) -> str:
    """The route, not the path: whoever asks makes paths up, and each would be a time series of its own."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""
