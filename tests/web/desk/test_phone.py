"""The telephone in the desk's page, with a real carrier."""

from collections.abc import Callable

import pytest

from ivr.web.keys import PhoneLine
from tests.web.conftest import CARRIER, House
from tests.web.desk.conftest import Agent


@pytest.fixture
def line() -> PhoneLine | None:
    return None


async def test_without_a_key_the_page_is_no_telephone_and_says_why(ana: Agent) -> None:
    status, phone = await ana.browser.ask("POST", "/api/desk/phone")
    assert (status, phone["token"], phone["identity"], phone["why"]) == (200, "", "", "no_key")


class TestWithAKey:
    @pytest.fixture
    def phone_token(self) -> Callable[[str], str] | None:
        return lambda address: f"a token for {address}"

    async def test_the_page_registers_with_the_carrier_by_token(self, ana: Agent) -> None:
        status, phone = await ana.browser.ask("POST", "/api/desk/phone")
        address = f"client:{ana.user.id}"
        assert (status, phone["token"], phone["identity"]) == (200, f"a token for {address}", address)
        assert (phone["url"], phone["ticket"], phone["why"]) == ("", "", "")

    async def test_its_page_may_reach_the_carrier_and_nobody_else(self, house: House, ana: Agent) -> None:
        async with ana.browser.http.get(f"{house.own}/phone") as response:
            policy = response.headers["Content-Security-Policy"]
        assert f"connect-src 'self' {CARRIER};" in policy

    async def test_who_takes_no_calls_gets_no_token(self, sue: Agent) -> None:
        _, phone = await sue.browser.ask("POST", "/api/desk/phone")
        assert (phone["token"], phone["why"]) == ("", "other_phone")

    async def test_only_the_pages_of_who_is_signed_in_get_one(self, house: House, ana: Agent) -> None:
        ana.browser.cookies = {}
        status, _ = await ana.browser.ask("POST", "/api/desk/phone")
        assert status == 401
