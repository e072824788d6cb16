"""`ivr twilio check`: what is wrong with the account, the URL or the number, and where to put it right."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ivr.adapters.findings import Finding
from ivr.adapters.twilio.check import check_number
from ivr.adapters.twilio.rest import TwilioCarrier
from tests.adapters.twilio.fake_rest import ACCOUNT, TOKEN, FakeRest, number

PUBLIC = "https://ivr.example.com"


@pytest.fixture
async def rest() -> AsyncIterator[FakeRest]:
    async with FakeRest().serving() as serving:
        yield serving


async def found(
    rest: FakeRest, public_url: str = PUBLIC, dialled: str | None = None, token: str = TOKEN
) -> list[Finding]:
    async def at_once(_: float) -> None:
        pass

    carrier = TwilioCarrier(ACCOUNT, token, base_url=rest.url, sleep=at_once)
    try:
        return await check_number(carrier, public_url, dialled)
    finally:
        await carrier.close()


@pytest.mark.parametrize("public_url", [PUBLIC, PUBLIC + "/", "https://IVR.example.com", "https://ivr.example.com:443"])
async def test_a_number_set_up_well_has_no_findings(rest: FakeRest, public_url: str) -> None:
    assert await found(rest, public_url, "+1 555 000 2222") == []


async def test_time_limits_in_the_fragment_of_a_url_are_fine(rest: FakeRest) -> None:
    rest.numbers = [number(voice_url=PUBLIC + "/twilio/voice#rt=5000&rc=2")]
    assert await found(rest) == []


@pytest.mark.parametrize(
    ("changes", "setting", "fix"),
    [
        ({"voice_url": "https://demo.twilio.com/welcome/voice/"}, "A call comes in", "/twilio/voice and HTTP POST"),
        ({"voice_url": PUBLIC + "/twilio/voice/"}, "A call comes in", "/twilio/voice and HTTP POST"),
        ({"voice_url": "http://ivr.example.com/twilio/voice"}, "A call comes in", "/twilio/voice and HTTP POST"),
        ({"voice_url": None}, "A call comes in", "/twilio/voice and HTTP POST"),
        ({"trunk_sid": "TK1"}, "A call comes in", "/twilio/voice and HTTP POST"),
        ({"voice_method": "GET"}, "A call comes in", "Choose HTTP POST"),
        ({"voice_fallback_url": ""}, "Primary handler fails", "/twilio/fallback and HTTP POST"),
        ({"voice_fallback_url": PUBLIC + "/twilio/voice"}, "Primary handler fails", "/twilio/fallback"),
        ({"status_callback": None}, "Call status changes", "/twilio/status and HTTP POST"),
    ],
)
async def test_a_wrong_setting_names_itself_and_its_fix(
    rest: FakeRest, changes: dict[str, Any], setting: str, fix: str
) -> None:
    rest.numbers = [number(**changes)]
    (one,) = await found(rest, dialled="+15550002222")
    assert f"“{setting}”" in one.where
    assert "+15550002222" in one.where
    assert fix in one.fix


@pytest.mark.parametrize(
    "public_url",
    [
        "http://ivr.example.com",
        "ivr.example.com",
        "",
        "https://",
        "https://localhost",
        "https://127.0.0.1",
        "https://192.168.1.4:8080",
        "https://[::1]",
        "https://box.local",
        "https://h.example:port",
        "https://ivr.example.com/?a=1",
        "https://user@ivr.example.com",
    ],
)
async def test_a_public_url_twilio_cannot_use_is_found(rest: FakeRest, public_url: str) -> None:
    assert (await found(rest, public_url))[0].where == "IVR_PUBLIC_URL"


async def test_wrong_credentials_are_the_only_finding_then(rest: FakeRest) -> None:
    (one,) = await found(rest, token="wrong")
    assert "IVR_TWILIO_AUTH_TOKEN" in one.where
    assert "Account Info" in one.fix


async def test_twilio_out_of_reach_is_told_apart_from_wrong_credentials(rest: FakeRest) -> None:
    rest.faults = ["cut"] * 12
    (one,) = await found(rest)
    assert one.where == "Twilio's REST API"


async def test_a_number_the_account_does_not_have_is_found(rest: FakeRest) -> None:
    (one,) = await found(rest, dialled="+15559999999")
    assert "+15559999999" in one.what


async def test_without_a_number_those_that_point_here_are_checked(rest: FakeRest) -> None:
    elsewhere = number("+15550009999", voice_url="https://other.example/voice", status_callback="")
    rest.numbers = [elsewhere, number(status_callback="")]
    (one,) = await found(rest)
    assert "+15550002222" in one.where
    rest.numbers = [elsewhere, elsewhere]
    (one,) = await found(rest)
    assert "none of the account's numbers points here" in one.what
    assert one.where == "IVR_TWILIO_NUMBER"
    rest.numbers = []
    (one,) = await found(rest)
    assert "no telephone number" in one.what


async def test_checking_changes_nothing(rest: FakeRest) -> None:
    rest.numbers = [number(voice_url="")]
    await found(rest)
    assert {method for method, _ in rest.requests} == {"GET"}
