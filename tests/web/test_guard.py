"""The guard: every route says who may enter, and nobody else does."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.ports.identity import Role
from ivr.web import doors
from ivr.web.app import make_app
from ivr.web.doors import Door, Kind, declared, door
from ivr.web.guard import guard
from ivr.web.keys import DEPS, Deps
from ivr.web.signin.sessions import CSRF_HEADER
from tests.web.conftest import PUBLIC, House
from tests.web.visitor import Visitor, there_is, visitor

OTHER = "http://elsewhere.example"
FILLS = {
    "{call}": "CA1",
    "{transfer}": "t1",
    "{agent}": "a1",
    "{request}": "a1",
    "{recording}": "r1",
    "{name}": "x.js",
    "{rest}": "anything",
}


def _routes(app: web.Application) -> list[tuple[str, str, Door | None]]:
    """Method, a path, and the door of each route there is."""
    found = []
    for route in app.router.routes():
        path = route.resource.canonical if route.resource is not None else ""
        for name, value in FILLS.items():
            path = path.replace(name, value)
        said = declared(route.handler)
        found.append(("PATCH" if route.method == "*" else route.method, path, said.door if said else None))
    return found


def _deps(house: House) -> Deps:
    return house.server.app[DEPS]


async def test_every_route_says_who_may_enter(house: House) -> None:
    routes = _routes(house.server.app)
    assert [f"{method} {path}" for method, path, which in routes if which is None] == []
    assert len(routes) > 15


async def test_without_showing_anything_only_public_doors_open(house: House) -> None:
    """Asked by nobody: no cookie, no token, no signature, no page."""
    async with aiohttp.ClientSession() as http:
        for method, path, which in _routes(house.server.app):
            async with http.request(method, house.own + path, allow_redirects=False) as response:
                shut = response.status in (401, 403) or response.headers.get("Location", "").startswith("/signin")
                assert shut is (which is not None and which.kind is not Kind.PUBLIC), (method, path, response.status)


async def test_a_path_that_there_is_not_is_not_found(house: House) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{house.own}/nothing") as response:
            assert response.status == 404
        async with http.delete(f"{house.own}/healthz") as response:
            assert response.status == 405


@door(doors.AGENT)
async def _for_agents(request: web.Request) -> web.Response:
    return web.Response(text=request[doors.SESSION].user.name)


@door(doors.SUPERVISOR)
async def _for_supervisors(request: web.Request) -> web.Response:
    return web.Response(text="supervised")


@door(doors.ADMIN)
async def _for_admins(request: web.Request) -> web.Response:
    return web.Response(text="administered")


@door(Door(Kind.PERSON, page=True))
async def _page(request: web.Request) -> web.Response:
    return web.Response(text="a page")


@door(doors.AGENT)
async def _socket(request: web.Request) -> web.StreamResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.close()
    return socket


async def _undeclared(request: web.Request) -> web.Response:
    return web.Response(text="nobody said who may read this")


@pytest.fixture
async def office(house: House) -> AsyncIterator[House]:
    """The same house, with a route of each kind for people."""
    app = web.Application(middlewares=[guard])
    app[DEPS] = _deps(house)
    app.add_routes(
        [
            web.route("*", "/agents", _for_agents),
            web.route("*", "/supervisors", _for_supervisors),
            web.route("*", "/admins", _for_admins),
            web.get("/page", _page),
            web.get("/socket", _socket),
            web.get("/undeclared", _undeclared),
        ]
    )
    # The routes for signing in stand beside them, as in the real application.
    for route in make_app(_deps(house)).router.routes():
        if route.resource is not None and route.resource.canonical in ("/api/session", "/api/password"):
            app.router.add_route(route.method, route.resource.canonical, route.handler)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    try:
        yield House(server, *(getattr(house, name) for name in list(House.__dataclass_fields__)[1:]))
    finally:
        await server.close()


async def test_a_route_that_declares_no_door_lets_nobody_in(office: House) -> None:
    await there_is(office, "root", Role.ADMIN)
    async with visitor(office) as root:
        await root.signs_in("root")
        status, told = await root.ask("GET", "/undeclared")
    assert (status, told["code"]) == (403, "closed")


@pytest.mark.parametrize(
    ("role", "open_to_them"),
    [
        (Role.AGENT, ["/agents"]),
        (Role.SUPERVISOR, ["/agents", "/supervisors"]),
        (Role.ADMIN, ["/agents", "/supervisors", "/admins"]),
    ],
)
async def test_each_role_may_do_all_that_the_ones_before_it_may(
    office: House, role: Role, open_to_them: list[str]
) -> None:
    await there_is(office, "somebody", role)
    async with visitor(office) as somebody:
        assert await somebody.signs_in("somebody") == 200
        for method in ("GET", "POST"):
            opened = [
                path for path in ("/agents", "/supervisors", "/admins") if (await somebody.ask(method, path))[0] == 200
            ]
            assert opened == open_to_them


async def test_a_role_that_was_taken_away_counts_at_once(office: House) -> None:
    user = await there_is(office, "ana", Role.ADMIN)
    async with visitor(office) as ana:
        await ana.signs_in("ana")
        await office.identity.set_disabled(user.id, True)
        assert (await ana.ask("GET", "/agents"))[0] == 401


@pytest.fixture
async def ana(office: House) -> AsyncIterator[Visitor]:
    await there_is(office, "ana")
    async with visitor(office) as one:
        assert await one.signs_in("ana") == 200
        yield one


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({CSRF_HEADER: None}, 403),
        ({CSRF_HEADER: ""}, 403),
        ({CSRF_HEADER: "0" * 64}, 403),
        ({"Origin": None}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": OTHER}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": None}, 200),  # an older browser
        ({"Origin": PUBLIC}, 200),  # through the proxy that speaks https for us
        ({"Origin": "http://voice.example.com"}, 403),
        ({"Host": "elsewhere.example", "Origin": OTHER}, 401),  # a foreign name that was pointed at this machine
    ],
)
async def test_what_changes_something_is_for_our_own_page(
    ana: Visitor, changed: dict[str, str | None], status: int
) -> None:
    assert (await ana.ask("POST", "/agents", **changed))[0] == status


async def test_the_token_of_one_session_opens_no_other(office: House, ana: Visitor) -> None:
    await there_is(office, "eve")
    async with visitor(office) as eve:
        await eve.signs_in("eve")
        ana.csrf = eve.csrf
    status, told = await ana.ask("POST", "/agents")
    assert (status, told["code"]) == (403, "csrf")


@pytest.mark.parametrize(("origin", "status"), [(None, 101), (OTHER, 403), ("null", 403)])
async def test_a_socket_opens_for_our_own_page_only(
    office: House, ana: Visitor, origin: str | None, status: int
) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in ana.cookies.items())
    headers = {"Origin": origin or office.own, "Cookie": cookie}
    try:
        async with ana.http.ws_connect(f"{office.own}/socket", headers=headers):
            got = 101
    except aiohttp.WSServerHandshakeError as error:
        got = error.status
    assert got == status


@pytest.mark.parametrize("origin", [None, "null", OTHER, "https://voice.example.com.elsewhere.example"])
async def test_nobody_is_signed_in_by_a_page_of_another_site(office: House, origin: str | None) -> None:
    await there_is(office, "ana")
    async with visitor(office) as ana:
        body = {"name": "ana", "password": "violet harbour 19 kites"}
        status, told = await ana.ask("POST", "/api/session", body, Origin=origin)
        assert (status, told["code"]) == (403, "elsewhere")
        assert ana.cookies == {}


async def test_a_form_of_another_site_is_no_json(office: House) -> None:
    async with visitor(office) as somebody:
        headers = {"Origin": office.own, "Content-Type": "text/plain"}
        async with somebody.http.post(f"{office.own}/api/session", data="{}", headers=headers) as response:
            assert response.status == 415


async def test_who_is_signed_out_is_led_from_a_page_to_the_sign_in(office: House) -> None:
    async with visitor(office) as somebody:
        async with somebody.http.get(f"{office.own}/page", allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (302, "/signin?next=/page")
        status, told = await somebody.ask("GET", "/agents")
        assert (status, told["code"]) == (401, "signed_out")


async def test_who_must_choose_a_password_gets_no_further(office: House) -> None:
    await there_is(office, "new", Role.ADMIN, one_time=True)
    async with visitor(office) as new:
        await new.signs_in("new")
        status, told = await new.ask("GET", "/agents")
        assert (status, told["code"]) == (403, "must_change")
        assert (await new.ask("GET", "/page"))[0] == 302


async def test_when_the_store_is_down_nobody_is_taken_for_anybody(office: House, ana: Visitor) -> None:
    office.identity.down = True
    assert (await ana.ask("GET", "/agents"))[0] == 503
