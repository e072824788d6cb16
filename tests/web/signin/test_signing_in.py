"""Signing in and out: who is let in, for how long, and what a browser is given."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from ivr.ports.identity import Role
from ivr.web.signin.sessions import IDLE_MS, LOCAL_COOKIE, LONGEST_MS, MOST, SECURE_COOKIE
from tests.web.conftest import PUBLIC, House
from tests.web.visitor import OTHER_PASSWORD, PASSWORD, Visitor, there_is, visitor


@pytest.fixture
async def ana(house: House) -> AsyncIterator[Visitor]:
    """A browser of Ana's, who is an agent and not signed in yet."""
    await there_is(house, "ana")
    async with visitor(house) as one:
        yield one


async def test_who_has_name_and_password_is_in_and_can_sign_out_again(ana: Visitor) -> None:
    assert not await ana.is_in()
    status, who = await ana.ask("POST", "/api/session", {"name": " ANA ", "password": PASSWORD})
    assert status == 200
    assert (who["person"]["name"], who["person"]["role"], who["must_change"]) == ("ana", "agent", False)
    assert await ana.is_in()
    kept = ana.token
    assert await ana.ask("DELETE", "/api/session") == (204, "")
    assert ana.token == ""
    ana.cookies[LOCAL_COOKIE] = kept
    assert not await ana.is_in(), "the server has forgotten it too"


@pytest.mark.parametrize(("name", "password"), [("ana", "wrong wrong wrong"), ("nobody", PASSWORD), ("ana", "")])
async def test_a_wrong_name_and_a_wrong_password_are_refused_alike_and_after_the_same_work(
    house: House, ana: Visitor, name: str, password: str
) -> None:
    status, told = await ana.ask("POST", "/api/session", {"name": name, "password": password})
    assert (status, told["code"]) == (401, "wrong")
    assert ana.cookies == {}
    assert len(house.passwords.checked) == 1


async def test_a_disabled_person_is_refused_like_anybody_and_an_open_session_ends_at_once(
    house: House, ana: Visitor
) -> None:
    await ana.signs_in("ana")
    await house.identity.set_disabled((await house.identity.users())[0].id, True)
    assert not await ana.is_in()
    assert await ana.signs_in("ana") == 401


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(house: House, ana: Visitor) -> None:
    async with aiohttp.ClientSession() as http:
        body = {"name": "ana", "password": PASSWORD}
        headers = {"Origin": house.own}
        async with http.post(f"{house.own}/api/session", json=body, headers=headers) as response:
            cookie = response.cookies[LOCAL_COOKIE]
            assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
            assert not cookie["secure"], "this machine itself speaks http"
            assert response.headers["Cache-Control"] == "no-store"
        async with http.post(f"{house.own}/api/session", json=body, headers={"Origin": PUBLIC}) as response:
            cookie = response.cookies[SECURE_COOKIE]
            assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Strict", True)


async def test_the_store_holds_digests_and_no_token(house: House, ana: Visitor) -> None:
    await ana.signs_in("ana")
    assert ana.token
    assert ana.token not in str(vars(house.identity))


async def test_a_token_that_was_there_before_is_never_taken_over(house: House, ana: Visitor) -> None:
    """Fixation: somebody planted a token, perhaps one of a session of their own, and waits for Ana to sign in."""
    await there_is(house, "eve")
    async with visitor(house) as eve:
        await eve.signs_in("eve")
        for planted in ("chosen-by-eve", eve.token):
            ana.cookies = {LOCAL_COOKIE: planted}
            assert await ana.signs_in("ana") == 200
            assert ana.token != planted
            eve.cookies = {LOCAL_COOKIE: planted}
            assert not await eve.is_in(), "what she knows opens nothing any more"


@pytest.mark.parametrize("forged", ["", "x", "0" * 64, "é"])
async def test_a_made_up_token_is_nobody(ana: Visitor, forged: str) -> None:
    ana.cookies = {LOCAL_COOKIE: forged.encode().hex() if not forged.isascii() else forged}
    assert not await ana.is_in()
    status, _ = await ana.ask("POST", "/api/password", {"current": PASSWORD, "new": OTHER_PASSWORD})
    assert status == 401


async def test_a_local_cookie_is_for_this_machine_only(ana: Visitor) -> None:
    await ana.signs_in("ana")
    _, who = await ana.ask("GET", "/api/session", Host="voice.example.com")
    assert who["person"] is None


async def test_a_session_ends_when_nothing_was_done_for_two_hours(house: House, ana: Visitor) -> None:
    await ana.signs_in("ana")
    for _ in range(3):
        await house.people_clock.advance(IDLE_MS - 60_000)
        assert await ana.is_in(), "each request counts as doing something"
    await house.people_clock.advance(IDLE_MS)
    assert not await ana.is_in()


async def test_a_session_ends_after_its_longest_time_however_busy_it_was(house: House, ana: Visitor) -> None:
    await ana.signs_in("ana")
    for _ in range(LONGEST_MS // (IDLE_MS // 2) - 1):
        await house.people_clock.advance(IDLE_MS // 2)
        assert await ana.is_in()
    await house.people_clock.advance(IDLE_MS // 2)
    assert not await ana.is_in()


async def test_a_person_has_a_few_sessions_and_the_oldest_goes(house: House, ana: Visitor) -> None:
    await ana.signs_in("ana")
    async with visitor(house) as other:
        for _ in range(MOST):
            await house.people_clock.advance(1_000)
            other.cookies = {}
            await other.signs_in("ana")
        assert await other.is_in()
    assert not await ana.is_in()


async def test_a_new_password_signs_out_every_other_browser_and_renews_this_one(house: House, ana: Visitor) -> None:
    await ana.signs_in("ana")
    async with visitor(house) as elsewhere:
        await elsewhere.signs_in("ana")
        before = ana.token
        status, _ = await ana.ask("POST", "/api/password", {"current": PASSWORD, "new": OTHER_PASSWORD})
        assert status == 200
        assert ana.token != before
        assert await ana.is_in()
        assert not await elsewhere.is_in()
        assert await elsewhere.signs_in("ana") == 401
        assert await elsewhere.signs_in("ana", OTHER_PASSWORD) == 200


@pytest.mark.parametrize(
    ("current", "new", "status", "code"),
    [
        ("not it at all", OTHER_PASSWORD, 401, "wrong"),
        (PASSWORD, "short", 422, "weak"),
        (PASSWORD, "passwordpassword", 422, "weak"),
        (PASSWORD, PASSWORD, 422, "weak"),
    ],
)
async def test_a_password_that_will_not_do_changes_nothing(
    ana: Visitor, current: str, new: str, status: int, code: str
) -> None:
    await ana.signs_in("ana")
    given, told = await ana.ask("POST", "/api/password", {"current": current, "new": new})
    assert (given, told["code"]) == (status, code)
    assert await ana.is_in()
    assert await ana.signs_in("ana") == 200


async def test_signing_out_everywhere_ends_every_session(house: House, ana: Visitor) -> None:
    await ana.signs_in("ana")
    async with visitor(house) as elsewhere:
        await elsewhere.signs_in("ana")
        assert await ana.ask("DELETE", "/api/session?everywhere=1") == (204, "")
        assert not await elsewhere.is_in()


async def test_a_password_kept_in_a_weaker_form_is_renewed_when_it_is_used(house: House, ana: Visitor) -> None:
    house.passwords.stale = True
    account = await house.identity.named("ana")
    assert await ana.signs_in("ana") == 200
    renewed = await house.identity.named("ana")
    assert account is not None
    assert renewed is not None
    assert account.hashed != renewed.hashed


@pytest.mark.parametrize("broken", ["identity", "passwords"])
async def test_when_nobody_can_be_checked_that_is_said_and_nobody_is_let_in(
    house: House, ana: Visitor, broken: str
) -> None:
    house.identity.down = broken == "identity"
    house.passwords.busy = broken == "passwords"
    assert await ana.signs_in("ana") == 503
    assert ana.cookies == {}


@pytest.mark.parametrize(
    "body", [{}, {"name": "ana"}, {"name": "ana", "password": 7}, {"name": "a", "password": "b", "c": 1}, []]
)
async def test_what_is_no_sign_in_is_not_understood(ana: Visitor, body: object) -> None:
    status, told = await ana.ask("POST", "/api/session", body)
    assert (status, told["code"]) == (422, "not_understood")


async def test_who_has_a_one_time_password_may_only_choose_their_own(house: House) -> None:
    await there_is(house, "admin", Role.ADMIN, one_time=True)
    async with visitor(house) as admin:
        status, who = await admin.ask("POST", "/api/session", {"name": "admin", "password": PASSWORD})
        assert (status, who["must_change"]) == (200, True)
        status, who = await admin.ask("POST", "/api/password", {"current": PASSWORD, "new": OTHER_PASSWORD})
        assert (status, who["must_change"]) == (200, False)
