"""The Calls REST API, asked by the carrier's own, unmodified client."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.exchange.app import RunningExchange
from ivr.exchange.faults import Fault
from ivr.exchange.phone import Phone
from tests.exchange.conftest import exchange_for
from tests.exchange.product import ACCOUNT, NUMBER, TOKEN, MediaPeer, Product

AGENT = "+15550001111"


def client_of(running: RunningExchange, http: Any, token: str = TOKEN) -> Client:
    client = Client(ACCOUNT, token, http_client=http)
    client.edge = client.region = None
    client.api.base_url = running.url
    return client


@pytest.fixture
async def client(running: RunningExchange) -> AsyncIterator[Client]:
    async with AsyncTwilioHttpClient() as http:
        yield client_of(running, http)


@pytest.fixture
def agent(running: RunningExchange) -> Phone:
    phone = Phone(running.exchange, AGENT)
    phone.register()
    return phone


async def refused(work: Any, status: int, code: int) -> None:
    with pytest.raises(TwilioRestException) as failed:
        await work
    assert (failed.value.status, failed.value.code) == (status, code)


async def test_a_created_call_rings_a_registered_phone_and_runs_its_url(
    product: Product, client: Client, agent: Phone
) -> None:
    product.twiml["/agent"] = "<Response><Pause/></Response>"
    made = await client.calls.create_async(
        to=AGENT,
        from_=NUMBER,
        url=f"{product.url}/agent",
        status_callback=f"{product.url}/status",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert made.status in ("queued", "ringing") and made.direction == "outbound-api" and made._from == NUMBER
    assert isinstance(made.date_created, datetime)
    incoming = await agent.wait("incoming")
    assert incoming.name == NUMBER
    agent.answer()
    await agent.wait("answered")
    assert (await agent.ended_call()).status == "completed"
    assert (await product.asked("/agent"))["CallStatus"] == "in-progress"
    await product.asked("/status", 4)
    assert [entry["CallStatus"] for entry in product.seen("/status")] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    fetched = await client.calls(made.sid).fetch_async()
    assert fetched.status == "completed" and int(fetched.duration or 0) >= 1 and fetched.end_time is not None


@pytest.mark.parametrize(("how", "status"), [("decline", "busy"), ("ignore", "no-answer"), ("nobody", "failed")])
async def test_a_call_that_is_not_answered_says_why(
    product: Product, client: Client, running: RunningExchange, how: str, status: str
) -> None:
    if how != "nobody":
        agent = Phone(running.exchange, AGENT)
        agent.register()
    made = await client.calls.create_async(
        to=AGENT, from_=NUMBER, url=f"{product.url}/agent", timeout=1, status_callback=f"{product.url}/status"
    )
    if how == "decline":
        await agent.wait("incoming")
        agent.decline()
    params = await product.asked("/status")
    assert params["CallStatus"] == status and product.seen("/agent") == []
    assert (await client.calls(made.sid).fetch_async()).duration is None


async def test_a_busy_phone_is_busy(product: Product, client: Client, agent: Phone) -> None:
    product.twiml["/voice"] = "<Response><Pause length='60'/></Response>"
    agent.dial(NUMBER)
    await agent.wait("answered")
    made = await client.calls.create_async(
        to=AGENT, from_=NUMBER, twiml="<Response/>", status_callback=f"{product.url}/status"
    )
    assert (await product.asked("/status"))["CallStatus"] == "busy"
    assert (await client.calls(made.sid).fetch_async()).status == "busy"


async def test_a_ringing_call_can_be_canceled(product: Product, client: Client, agent: Phone) -> None:
    made = await client.calls.create_async(to=AGENT, from_=NUMBER, twiml="<Response/>")
    await agent.wait("incoming")
    assert (await client.calls(made.sid).update_async(status="canceled")).status == "canceled"
    assert (await agent.ended_call()).status == "canceled"


async def test_a_live_call_is_redirected_and_its_stream_gets_stop(
    product: Product, client: Client, phone: Phone
) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.until_stop()

    product.script = script
    product.twiml["/voice"] = product.connect(after="<Redirect>/never</Redirect>")
    product.twiml["/other"] = "<Response><Pause length='60'/></Response>"
    phone.dial(NUMBER)
    await phone.wait("answered")
    while not product.peers or not product.peers[0].start:
        await product.arrived.wait()
        await asyncio.sleep(0)
    updated = await client.calls(phone.call_sid).update_async(url=f"{product.url}/other")
    assert updated.status == "in-progress"
    await product.asked("/other")
    await product.peers[0].done.wait()
    assert product.peers[0].received[-1]["event"] == "stop"
    assert (await client.calls(phone.call_sid).update_async(status="completed")).status == "completed"
    end = await phone.ended_call()
    assert end.reason == "far-end" and product.seen("/never") == []


async def test_inline_twiml_runs_and_needs_absolute_actions(product: Product, client: Client, phone: Phone) -> None:
    product.twiml["/voice"] = "<Response><Pause length='60'/></Response>"
    phone.dial(NUMBER)
    await phone.wait("answered")
    inline = f"<Response><Redirect>{product.url}/next</Redirect></Response>"
    product.twiml["/next"] = "<Response><Pause length='60'/></Response>"
    await client.calls(phone.call_sid).update_async(twiml=inline)
    await product.asked("/next")
    await client.calls(phone.call_sid).update_async(twiml="<Response><Redirect>/relative</Redirect></Response>")
    assert (await phone.ended_call()).detail.startswith("11100")


async def test_refusals_carry_the_carriers_codes(
    product: Product, client: Client, running: RunningExchange, phone: Phone
) -> None:
    product.twiml["/voice"] = "<Response/>"
    phone.dial(NUMBER)
    await phone.ended_call()
    calls = client.calls
    await refused(calls("CA" + "0" * 32).fetch_async(), 404, 20404)
    await refused(calls(phone.call_sid).update_async(status="completed"), 400, 21220)
    await refused(calls.create_async(to="12", from_=NUMBER, twiml="<Response/>"), 400, 21211)
    await refused(calls.create_async(to=AGENT, from_="+15559999999", twiml="<Response/>"), 400, 21210)
    await refused(calls.create_async(to=AGENT, from_=NUMBER, url="ftp://x"), 400, 21205)
    await refused(calls.create_async(to=AGENT, from_=NUMBER, twiml="x" * 4_001), 400, 20001)
    async with AsyncTwilioHttpClient() as http:
        await refused(client_of(running, http, "wrong").calls(phone.call_sid).fetch_async(), 401, 20003)
    async with aiohttp.ClientSession() as bare, bare.get(f"{running.url}/2010-04-01/Accounts/{ACCOUNT}.json") as answer:
        assert answer.status == 401
        assert (await answer.json())["code"] == 20003


async def test_calls_are_listed_in_pages_newest_first_and_filtered(
    product: Product, client: Client, running: RunningExchange
) -> None:
    product.twiml["/voice"] = "<Response/>"
    sids = []
    for last in range(5):
        phone = Phone(running.exchange, f"+1555000000{last}")
        phone.dial(NUMBER)
        await phone.ended_call()
        sids.append(phone.call_sid)
    listed = await client.calls.list_async(page_size=2)
    assert [call.sid for call in listed] == sids[::-1]
    assert [call.sid for call in await client.calls.list_async(from_="+15550000003")] == [sids[3]]
    assert await client.calls.list_async(status="busy") == []
    assert len(await client.calls.list_async(limit=3)) == 3
    today = datetime.now(UTC).date()
    assert len(await client.calls.list_async(start_time=today)) == 5
    assert await client.calls.list_async(start_time_after=datetime(2999, 1, 1)) == []
    await client.calls(sids[0]).delete_async()
    assert len(await client.calls.list_async()) == 4


async def test_a_number_is_found_and_pointed_elsewhere(product: Product, client: Client, phone: Phone) -> None:
    (number,) = await client.incoming_phone_numbers.list_async(phone_number=NUMBER)
    assert number.voice_url == f"{product.url}/voice"
    changed = await client.incoming_phone_numbers(number.sid).update_async(
        voice_url=f"{product.url}/elsewhere", status_callback=f"{product.url}/status"
    )
    assert changed.voice_url == f"{product.url}/elsewhere"
    assert (await client.incoming_phone_numbers(number.sid).fetch_async()).status_callback == f"{product.url}/status"
    product.twiml["/elsewhere"] = "<Response/>"
    phone.dial(NUMBER)
    await phone.ended_call()
    assert len(product.seen("/elsewhere")) == 1
    await product.asked("/status")
    await refused(client.incoming_phone_numbers("PN" + "0" * 32).fetch_async(), 404, 20404)
    assert (await client.api.accounts(ACCOUNT).fetch_async()).status == "active"


async def test_the_synchronous_client_works_as_well(running: RunningExchange) -> None:
    def ask() -> list[Any]:
        return list(client_of(running, TwilioHttpClient()).calls.list())

    assert await asyncio.to_thread(ask) == []


async def test_two_creates_within_a_second_are_one_too_many(product: Product) -> None:
    async with exchange_for(product, rest_calls_per_second=0.001) as running, AsyncTwilioHttpClient() as http:
        client = client_of(running, http)
        await client.calls.create_async(to=AGENT, from_=NUMBER, twiml="<Response/>")
        await refused(client.calls.create_async(to=AGENT, from_=NUMBER, twiml="<Response/>"), 429, 20429)


async def test_rest_can_fail_before_or_after_the_deed(
    product: Product, client: Client, running: RunningExchange, agent: Phone
) -> None:
    running.exchange.faults.inject(Fault("rest.status", status=503, match="POST"))
    running.exchange.faults.inject(Fault("rest.status", status=429, match="POST"))
    await refused(client.calls.create_async(to=AGENT, from_=NUMBER, twiml="<Response/>"), 503, 20503)
    await refused(client.calls.create_async(to=AGENT, from_=NUMBER, twiml="<Response/>"), 429, 20429)
    assert len(running.exchange.calls) == 0
    running.exchange.faults.inject(Fault("rest.timeout", ms=60_000, match="POST"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await client.calls.create_async(to=AGENT, from_=NUMBER, twiml="<Response/>")
    assert len(running.exchange.calls) == 1
    await agent.wait("incoming")


async def test_a_login_is_not_compared_by_prefix(running: RunningExchange) -> None:
    url = f"{running.url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    async with aiohttp.ClientSession() as http:
        for login in ("", f"{ACCOUNT}:", f"{ACCOUNT}:{TOKEN[:-1]}", f"x:{TOKEN}"):
            header = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}
            async with http.get(url, headers=header) as response:
                assert response.status == 401
        good = aiohttp.BasicAuth(ACCOUNT, TOKEN)
        async with http.get(url.replace(ACCOUNT, "AC" + "1" * 32), auth=good) as response:
            assert (response.status, (await response.json())["code"]) == (404, 20404)


@pytest.mark.parametrize("answers_as", ["human", "machine_start", "fax"])
async def test_machine_detection_says_who_answered_before_the_document_runs(
    product: Product, client: Client, agent: Phone, answers_as: str
) -> None:
    agent.answers_as = answers_as
    product.twiml["/agent"] = "<Response><Hangup/></Response>"
    made = await client.calls.create_async(
        to=AGENT,
        from_=NUMBER,
        url=f"{product.url}/agent",
        machine_detection="Enable",
        status_callback=f"{product.url}/status",
    )
    await agent.wait("incoming")
    agent.answer()
    end = await agent.ended_call()
    assert (await product.asked("/agent"))["AnsweredBy"] == answers_as and end.tick > 50
    assert (await product.asked("/status"))["AnsweredBy"] == answers_as
    assert (await client.calls(made.sid).fetch_async()).answered_by == answers_as


async def test_a_machine_may_finish_its_greeting_first(product: Product, client: Client, agent: Phone) -> None:
    agent.answers_as = "machine_start"
    product.twiml["/agent"] = "<Response><Hangup/></Response>"
    await client.calls.create_async(
        to=AGENT, from_=NUMBER, url=f"{product.url}/agent", machine_detection="DetectMessageEnd"
    )
    await agent.wait("incoming")
    agent.answer()
    await agent.wait("answered")
    agent.say(b"\x10" * 8_000 * 5)
    end = await agent.ended_call()
    assert end.tick >= 250 and product.seen("/agent")[0]["AnsweredBy"] == "machine_end_beep"


async def test_machine_detection_may_run_beside_the_document(product: Product, client: Client, agent: Phone) -> None:
    agent.answers_as = "machine_start"
    product.twiml["/agent"] = "<Response><Pause length='60'/></Response>"
    await client.calls.create_async(
        to=AGENT,
        from_=NUMBER,
        url=f"{product.url}/agent",
        machine_detection="Enable",
        async_amd="true",
        async_amd_status_callback=f"{product.url}/amd",
    )
    await agent.wait("incoming")
    agent.answer()
    assert "AnsweredBy" not in await product.asked("/agent")
    told = await product.asked("/amd")
    assert told["AnsweredBy"] == "machine_start" and int(told["MachineDetectionDuration"]) >= 2_000
    agent.hang_up()
    await agent.ended_call()
