"""What every `Carrier` keeps to when it calls agents, and moves and ends legs."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ivr.adapters.scripted.carrier import ScriptedCarrier
from ivr.adapters.twilio.rest import TwilioCarrier
from ivr.exchange.agent_phone import MANNERS, AgentPhone
from ivr.exchange.app import RunningExchange, run_exchange
from ivr.exchange.config import ExchangeConfig, Number
from ivr.exchange.faults import Fault
from ivr.ports.carrier import Carrier, HangUp, JoinRoom
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.ids import CallId

ACCOUNT, TOKEN, NUMBER, ANNA = "AC" + "a" * 32, "f00d" * 8, "+15550002222", "client:anna"
NOWHERE = "http://127.0.0.1:1"
GONE = CallId("CA" + "9" * 32)


@pytest.fixture
async def exchange() -> AsyncIterator[RunningExchange]:
    number = Number(NUMBER, f"{NOWHERE}/twilio/voice")
    config = ExchangeConfig(ACCOUNT, TOKEN, "control", (number,), speed=20.0, rest_calls_per_second=0)
    async with run_exchange(config) as running:
        AgentPhone(running.exchange, ANNA, MANNERS["none"])
        yield running


async def at_once(_: float) -> None:
    pass


@pytest.fixture
async def twilio(exchange: RunningExchange) -> AsyncIterator[TwilioCarrier]:
    carrier = TwilioCarrier(ACCOUNT, TOKEN, base_url=exchange.url, sleep=at_once)
    yield carrier
    await carrier.close()


@pytest.fixture(params=["scripted", "twilio"])
def carrier(request: pytest.FixtureRequest) -> Carrier:
    if request.param == "scripted":
        return ScriptedCarrier()
    made: Carrier = request.getfixturevalue("twilio")
    return made


async def ring(carrier: Carrier) -> CallId:
    return await carrier.ring(ANNA, NUMBER, f"{NOWHERE}/briefing", f"{NOWHERE}/status", ring_s=20)


async def test_every_call_to_an_agent_has_its_own_id_and_is_ended_while_it_rings(carrier: Carrier) -> None:
    call = await ring(carrier)
    await carrier.hang_up(call)
    await carrier.hang_up(call)
    assert await ring(carrier) != call


@pytest.mark.parametrize("told", [HangUp(), JoinRoom("room", "agent", f"{NOWHERE}/left")])
async def test_a_call_that_is_over_cannot_be_redirected(carrier: Carrier, told: Any) -> None:
    with pytest.raises(BackendRejected):
        await carrier.redirect(GONE, told)


async def test_nobody_is_held_in_a_room_that_is_not_there_and_ending_it_is_done_already(carrier: Carrier) -> None:
    with pytest.raises(BackendRejected):
        await carrier.hold("no-room", GONE, on=True)
    await carrier.end_room("no-room")


# ── Twilio alone: what its REST suffers ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 503}, {"status": 500, "count": 2}])
async def test_a_new_call_that_was_not_carried_out_is_made_once(
    exchange: RunningExchange, twilio: TwilioCarrier, fault: dict[str, int]
) -> None:
    exchange.exchange.faults.inject(Fault("rest.status", match="Calls.json", **fault))
    assert [await ring(twilio)] == list(exchange.exchange.live)


async def test_a_new_call_whose_answer_is_lost_is_found_and_not_made_again(
    exchange: RunningExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.adapters.twilio.rest.NEW_CALL_S", 0.2)
    exchange.exchange.faults.inject(Fault("rest.timeout", match="Calls.json", ms=2_000))
    twilio = TwilioCarrier(ACCOUNT, TOKEN, base_url=exchange.url, sleep=at_once)
    try:
        assert [await ring(twilio)] == list(exchange.exchange.live)
    finally:
        await twilio.close()


async def test_a_new_call_that_cannot_be_made_says_whose_fault_it_is(
    exchange: RunningExchange, twilio: TwilioCarrier
) -> None:
    exchange.exchange.faults.inject(Fault("rest.status", match="Calls.json", status=503, count=40))
    with pytest.raises(BackendUnavailable):
        await ring(twilio)
    exchange.exchange.faults.clear()
    with pytest.raises(BackendRejected):
        await twilio.ring(ANNA, "+15559999999", f"{NOWHERE}/briefing", f"{NOWHERE}/status", ring_s=20)


async def test_a_new_call_that_nobody_answers_for_in_time_is_a_deadline(exchange: RunningExchange) -> None:
    exchange.exchange.faults.inject(Fault("rest.timeout", ms=2_000, count=20))
    hasty = TwilioCarrier(ACCOUNT, TOKEN, base_url=exchange.url, timeout_s=0.3, sleep=at_once)
    with pytest.raises((DeadlineExceeded, BackendUnavailable)):
        await ring(hasty)
    await hasty.close()
