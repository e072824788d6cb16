"""Agents' telephones that act by themselves, and how long a leg heard nothing."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from ivr.exchange.agent_phone import MANNERS, AgentPhone, manner_of
from ivr.exchange.app import RunningExchange
from ivr.exchange.dead_air import DeadAir
from ivr.exchange.phone import Phone
from ivr.exchange.playout import SILENCE
from ivr.exchange.sounds import wav
from ivr.vocabulary.units import MuLaw
from tests.exchange.product import NUMBER, Product
from tests.exchange.test_phone_socket import BEARER, until
from tests.exchange.test_rest import client_of

ANNA = "client:anna"
LOUD = bytes([0x10]) * 160


@pytest.fixture
async def client(running: RunningExchange) -> AsyncIterator[Client]:
    async with AsyncTwilioHttpClient() as http:
        yield client_of(running, http)


async def rung(product: Product, client: Client, **more: Any) -> dict[str, str]:
    """An agent is called with a briefing; the final callback."""
    product.twiml["/briefing"] = (
        "<Response><Gather numDigits='1' action='/key' timeout='3'><Play loop='5'>/sound</Play></Gather>"
        "<Redirect>/nothing</Redirect></Response>"
    )
    product.twiml["/sound"] = lambda params: web.Response(body=LOUD * 50, content_type="audio/basic")
    product.twiml["/key"] = "<Response><Pause length='3'/></Response>"
    product.twiml["/nothing"] = "<Response/>"
    await client.calls.create_async(
        to=ANNA,
        from_=NUMBER,
        url=f"{product.url}/briefing",
        timeout=4,
        status_callback=f"{product.url}/leg",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        **more,
    )
    while not (legs := product.seen("/leg")) or legs[-1]["CallStatus"] in ("initiated", "ringing", "in-progress"):
        product.arrived.clear()
        await product.arrived.wait()
    return legs[-1]


@pytest.mark.parametrize(
    ("manner", "status", "digit", "nothing"),
    [
        ("accept", "completed", "1", 0),
        ("refuse", "completed", "2", 0),
        ("decline", "busy", None, 0),
        ("none", "no-answer", None, 0),
        ("silent", "completed", None, 1),
        ("voicemail", "completed", None, 1),
        ("drop", "completed", None, 0),
    ],
)
async def test_an_agent_acts_in_its_manner(
    product: Product,
    running: RunningExchange,
    client: Client,
    manner: str,
    status: str,
    digit: str | None,
    nothing: int,
) -> None:
    agent = AgentPhone(running.exchange, ANNA, MANNERS[manner])
    final = await rung(product, client)
    assert final["CallStatus"] == status
    assert [params["Digits"] for params in product.seen("/key")] == ([digit] if digit else [])
    assert len(product.seen("/nothing")) == nothing
    agent.withdraw()
    await running.exchange.settled()
    assert running.exchange.stations == {} and running.exchange.pacer._subscribers == {}


async def test_a_voicemail_is_told_from_a_person(product: Product, running: RunningExchange, client: Client) -> None:
    agent = AgentPhone(running.exchange, ANNA, MANNERS["voicemail"])
    await rung(product, client, machine_detection="Enable")
    assert product.seen("/briefing")[0]["AnsweredBy"] == "machine_start"
    agent.withdraw()


async def test_an_agent_says_what_it_was_given_to_say(
    product: Product, running: RunningExchange, client: Client
) -> None:
    agent = AgentPhone(running.exchange, ANNA, manner_of({"manner": "accept"}, LOUD * 10))
    heard: list[bytes] = []
    inline = (
        f"<Response><Gather numDigits='1' action='{product.url}/said'>"
        f"<Play loop='5'>{product.url}/sound</Play></Gather></Response>"
    )
    await client.calls.create_async(to=ANNA, from_=NUMBER, twiml=inline)
    product.twiml["/sound"] = lambda params: web.Response(body=LOUD * 50, content_type="audio/basic")
    product.twiml["/said"] = "<Response><Pause length='5'/></Response>"
    await product.asked("/said")
    assert agent._call is not None
    agent._call.line.listener = lambda tick, frame: heard.append(frame)
    await agent.ended_call()
    assert heard.count(LOUD) == 10
    agent.withdraw()


async def test_agents_come_and_go_over_http(product: Product, running: RunningExchange, client: Client) -> None:
    url = f"{running.url}/exchange/agents"
    async with aiohttp.ClientSession(headers=BEARER) as http:
        body = {"identity": ANNA, "manner": "accept", "ringsMs": 200, "keys": "12"}
        body["says"] = base64.b64encode(wav(MuLaw(LOUD))).decode()
        async with http.post(url, json=body) as response:
            assert response.status == 201 and (await response.json())["calls"] == []
        assert (await rung(product, client))["CallStatus"] == "completed"
        async with http.get(f"{url}/{ANNA}") as response:
            (call,) = (await response.json())["calls"]
        assert call["status"] == "completed" and call["to"] == ANNA and call["deadAirMs"] > 1_000
        async with http.get(f"{running.url}/exchange/legs/{call['callSid']}") as response:
            assert await response.json() == call
        async with http.delete(f"{url}/{ANNA}") as response:
            assert response.status == 204
        for path in (f"agents/{ANNA}", "legs/CA0"):
            async with http.get(f"{running.url}/exchange/{path}") as response:
                assert response.status == 404
        for bad in (
            {},
            {"identity": "two words"},
            {"identity": ANNA, "manner": "sulk"},
            {"identity": ANNA, "says": "?"},
        ):
            async with http.post(url, json=bad) as response:
                assert response.status == 400, bad
    assert running.exchange.stations == {}


async def test_a_browser_is_an_agents_telephone_over_the_phone_socket(
    product: Product, running: RunningExchange, client: Client
) -> None:
    product.twiml["/agent"] = "<Response><Play>/sound</Play><Hangup/></Response>"
    product.twiml["/sound"] = lambda params: web.Response(body=LOUD * 5, content_type="audio/basic")
    async with aiohttp.ClientSession(headers=BEARER) as http, http.ws_connect(running.phone_url) as socket:
        await socket.send_json({"event": "register", "number": ANNA, "frames": True, "answersAs": "fax"})
        await until(socket, "registered")
        made = await client.calls.create_async(
            to=ANNA, from_=NUMBER, url=f"{product.url}/agent", machine_detection="Enable"
        )
        assert (await until(socket, "incoming"))["callSid"] == made.sid
        await socket.send_json({"event": "answer"})
        await until(socket, "answered")
        ended = await until(socket, "ended")
        assert ended["status"] == "completed" and ended["deadAirMs"] >= 1_400
    assert (await client.calls(made.sid).fetch_async()).answered_by == "fax"


async def test_dead_air_is_what_no_sound_reached(product: Product, phone: Phone, running: RunningExchange) -> None:
    product.twiml["/voice"] = (
        "<Response><Play>/sound</Play><Pause length='3'/><Play>/sound</Play><Pause length='1'/></Response>"
    )
    product.twiml["/sound"] = lambda params: web.Response(body=LOUD * 50, content_type="audio/basic")
    phone.dial(NUMBER)
    end = await phone.ended_call()
    assert 3_000 <= end.dead_air_ms <= 3_300
    record = running.exchange.calls[phone.call_sid]
    assert [round(one.ms, -3) for one in record.ear.silences()] == [3_000, 1_000]


FRAME = st.sampled_from([SILENCE, None, LOUD, bytes([0xFE]) * 160])


@given(st.lists(st.tuples(FRAME, st.sampled_from([SILENCE, LOUD])), max_size=200))
def test_the_longest_silence_is_found_wherever_it_is(frames: list[tuple[bytes | None, bytes]]) -> None:
    ear, longest, run = DeadAir(), 0, 0
    for tick, (heard, said) in enumerate(frames):
        ear.frame(tick, heard, said)
        run = 0 if heard == LOUD else run + 1
        longest = max(longest, run)
    assert ear.longest_ms == longest * 20
    kept = [one.ms for one in ear.silences()]
    assert max(kept, default=0) == (longest * 20 if longest >= 25 else 0)
    assert ear.longest_between_ms(0, len(frames)) == max(kept, default=0)


def test_who_speaks_does_not_wait() -> None:
    ear = DeadAir()
    for tick in range(60):
        ear.frame(tick, None, LOUD if tick == 30 else SILENCE)
    ear.frame(60, LOUD, SILENCE)
    for tick in range(61, 121):
        ear.frame(tick, None, SILENCE)
    assert [(one.from_tick, one.to_tick, one.spoke) for one in ear.silences()] == [(0, 60, True), (61, 121, False)]
    assert ear.longest_between_ms(40, 100) == 39 * 20


def test_what_the_exchange_itself_stood_still_is_told_apart() -> None:
    ear = DeadAir()
    for tick in range(100):
        ear.frame(tick, None, SILENCE, caught_up=10 <= tick < 70)
    ear.frame(100, LOUD, SILENCE)
    for tick in range(101, 131):
        ear.frame(tick, None, SILENCE)
    assert [(one.ms, one.of_others_ms) for one in ear.silences()] == [(2_000, 800), (600, 600)]
    assert ear.longest_ms == 2_000
