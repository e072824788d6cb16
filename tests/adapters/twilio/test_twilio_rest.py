"""Twilio's REST: retries, time limits, and whose fault each failure is."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ivr.adapters.twilio.rest import BACKOFF_S, TwilioCarrier
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.ids import CallId
from tests.adapters.twilio.fake_rest import ACCOUNT, CALL, TOKEN, FakeRest, number

ENDED = CallId(CALL)


@pytest.fixture
async def rest() -> AsyncIterator[FakeRest]:
    async with FakeRest().serving() as serving:
        yield serving


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
async def carrier(rest: FakeRest, pauses: list[float]) -> AsyncIterator[TwilioCarrier]:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    made = TwilioCarrier(ACCOUNT, TOKEN, base_url=rest.url + "/", sleep=pause)
    yield made
    await made.close()


@pytest.mark.parametrize("fault", [429, (429, 20429), 500, 503, "garbage"])
async def test_a_passing_failure_is_tried_again_after_growing_pauses(
    carrier: TwilioCarrier, rest: FakeRest, pauses: list[float], fault: Any
) -> None:
    rest.faults = [fault, fault]
    assert await carrier.account_name() == "Harbour Bank"
    assert pauses == list(BACKOFF_S[:2])
    rest.faults = [fault]
    await carrier.hang_up(ENDED)
    assert rest.calls[CALL] == "completed"
    rest.faults = [fault]
    assert len(await carrier.numbers()) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [(429, "too many requests"), (503, "HTTP 503"), ("garbage", "not Twilio's REST API")],
)
async def test_a_lasting_failure_is_unavailable_and_says_why(
    carrier: TwilioCarrier, rest: FakeRest, pauses: list[float], fault: Any, said: str
) -> None:
    rest.faults = [fault] * 4
    with pytest.raises(BackendUnavailable, match=said):
        await carrier.numbers()
    assert pauses == list(BACKOFF_S)
    assert len(rest.requests) == 4


async def test_a_connection_cut_is_tried_again_and_a_lasting_one_is_unavailable(
    carrier: TwilioCarrier, rest: FakeRest
) -> None:
    rest.faults = ["cut"]
    await carrier.hang_up(ENDED)
    assert rest.calls[CALL] == "completed"
    rest.faults = ["cut"] * 12  # aiohttp tries some of them again by itself
    with pytest.raises(BackendUnavailable, match="cannot be reached"):
        await carrier.account_name()


@pytest.mark.parametrize("fault", [(401, 20003), (403, 20403), (400, 20003), (400, 21201)])
async def test_a_refusal_is_rejected_at_once(
    carrier: TwilioCarrier, rest: FakeRest, pauses: list[float], fault: Any
) -> None:
    for request in (carrier.account_name, carrier.numbers, lambda: carrier.hang_up(ENDED)):
        rest.faults = [fault]
        with pytest.raises(BackendRejected, match=f"HTTP {fault[0]}"):
            await request()
    assert pauses == []


async def test_wrong_credentials_name_their_settings_and_not_themselves(rest: FakeRest) -> None:
    carrier = TwilioCarrier(ACCOUNT, "wrong-token", base_url=rest.url)
    with pytest.raises(BackendRejected, match="IVR_TWILIO_AUTH_TOKEN") as caught:
        await carrier.account_name()
    assert "wrong-token" not in str(caught.value)
    await carrier.close()


async def test_a_call_that_twilio_says_is_not_in_progress_counts_as_ended(
    carrier: TwilioCarrier, rest: FakeRest
) -> None:
    rest.calls[CALL] = "completed"
    await carrier.hang_up(ENDED)
    rest.faults = [404]
    await carrier.hang_up(ENDED)
    assert rest.forms == [{"Status": "completed"}]


async def test_an_id_that_is_no_call_is_never_put_into_a_path(carrier: TwilioCarrier, rest: FakeRest) -> None:
    with pytest.raises(BackendRejected):
        await carrier.hang_up(CallId("../Accounts"))
    assert rest.requests == []


async def test_no_answer_in_time_is_a_deadline_and_the_carrier_serves_again(rest: FakeRest) -> None:
    carrier = TwilioCarrier(ACCOUNT, TOKEN, base_url=rest.url, timeout_s=0.05)
    rest.faults = ["hang"]
    with pytest.raises(DeadlineExceeded, match=r"0\.05 s"):
        await carrier.account_name()
    await carrier.close()
    patient = TwilioCarrier(ACCOUNT, TOKEN, base_url=rest.url)
    assert await patient.account_name() == "Harbour Bank"
    await patient.close()


async def test_nobody_listening_is_unavailable(pauses: list[float]) -> None:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    carrier = TwilioCarrier(ACCOUNT, TOKEN, base_url="http://127.0.0.1:1", sleep=pause)
    with pytest.raises(BackendUnavailable, match="cannot be reached"):
        await carrier.account_name()
    await carrier.close()


async def test_all_pages_of_numbers_are_read(carrier: TwilioCarrier, rest: FakeRest) -> None:
    rest.numbers = [number(f"+1555000{index:04}") for index in range(130)]
    assert [facts.number for facts in await carrier.numbers()] == [row["phone_number"] for row in rest.numbers]


async def test_a_number_answered_by_an_application_or_a_trunk_shows_what_that_does(
    carrier: TwilioCarrier, rest: FakeRest
) -> None:
    rest.applications["AP1"] = {"voice_url": "https://app.example/v", "voice_method": "GET", "status_callback": None}
    rest.numbers = [number(voice_application_sid="AP1"), number("+15550003333", trunk_sid="TK1")]
    by_application, by_trunk = await carrier.numbers()
    assert (by_application.voice_url, by_application.voice_method) == ("https://app.example/v", "GET")
    assert (by_application.fallback_url, by_application.status_url) == ("", "")
    assert by_trunk.voice_url == "trunk:TK1"


async def test_telephone_numbers_and_the_token_stay_out_of_the_log(
    carrier: TwilioCarrier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await carrier.numbers()
    await carrier.hang_up(ENDED)
    ours = "\n".join(one.getMessage() for one in caplog.records if one.name != "aiohttp.access")  # that is the fake's
    for secret in (TOKEN, ACCOUNT, CALL, "+15550002222"):
        assert secret not in ours
