"""Who gets a ticket and whose captions, and who does not."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType

from ivr.ports.store import Entry
from ivr.vocabulary.events import CallEnded, CallOffered, Event, KeyPressed, Logged
from ivr.vocabulary.ids import CallId
from ivr.web.captions import WAITING, Feed
from ivr.web.keys import PhoneLine
from ivr.web.phone_guard import PASS_MS, Passes
from tests.web.conftest import EXCHANGE, House

OTHER = "http://elsewhere.example"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"Origin": None}, 403),
        ({"Origin": OTHER}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": None}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Host": "elsewhere.example", "Origin": OTHER}, 403),  # a foreign name that was pointed at this machine
        ({"Host": "127.0.0.1.elsewhere.example", "Origin": "http://127.0.0.1.elsewhere.example"}, 403),
        ({"Host": "0.0.0.0", "Origin": "http://0.0.0.0"}, 403),
        ({"Host": "192.0.2.7", "Origin": "http://192.0.2.7"}, 403),
        ({"Host": "localhost:1234", "Origin": "http://localhost:1234"}, 200),
        ({"Host": "[::1]:1234", "Origin": "http://[::1]:1234"}, 200),
    ],
)
async def test_a_ticket_is_for_this_servers_own_page_on_this_machine(
    house: House, changed: dict[str, str | None], status: int
) -> None:
    headers = {name: value for name, value in {**house.from_page, **changed}.items() if value is not None}
    url = f"{house.own}/api/phone/ticket"
    async with aiohttp.ClientSession() as http, http.post(url, headers=headers) as response:
        assert response.status == status
        if status == 200:
            opens = await response.json()
            assert (opens["url"], opens["ticket"]) == (EXCHANGE, "a-ticket")
            assert response.headers["Cache-Control"] == "no-store"
        else:
            assert "a-ticket" not in await response.text()


async def test_a_ticket_is_not_to_be_had_by_following_a_link(house: House) -> None:
    url = f"{house.own}/api/phone/ticket"
    async with aiohttp.ClientSession() as http, http.get(url, headers=house.from_page) as response:
        assert response.status == 405


@pytest.mark.parametrize(("host", "line_is"), [("127.0.0.1", "local"), ("elsewhere.example", "elsewhere")])
async def test_the_page_learns_who_answers_and_whether_it_is_on_the_right_machine(
    house: House, host: str, line_is: str
) -> None:
    url = f"{house.own}/api/phone"
    async with aiohttp.ClientSession() as http, http.get(url, headers={"Host": host}) as response:
        facts = await response.json()
    assert facts == {"business": "Test Bank", "number": "+12025550100", "line": line_is}


class TestWithARealCarrier:
    @pytest.fixture
    def line(self) -> PhoneLine | None:
        return None

    async def test_there_is_a_number_and_nothing_that_opens_anything(self, house: House) -> None:
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{house.own}/api/phone") as response:
                assert (await response.json())["line"] == "carrier"
            async with http.post(f"{house.own}/api/phone/ticket", headers=house.from_page) as response:
                assert response.status == 404
            async with http.get(f"{house.own}/api/phone/captions", headers=house.from_page) as response:
                assert response.status == 404
            async with http.get(f"{house.own}/phone") as response:
                assert "ws://" not in response.headers["Content-Security-Policy"]


async def _told(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next caption of this kind."""
    while True:
        caption: dict[str, Any] = await socket.receive_json()
        if caption["kind"] == kind:
            return caption


async def test_both_sides_of_a_call_are_captioned_as_they_speak_with_digits_masked(house: House) -> None:
    async with asyncio.timeout(30), aiohttp.ClientSession() as http:
        opens = await house.a_pass(http)
        caller = house.street.caller()
        await caller.dial()
        url = f"{house.own}/api/phone/captions"
        params = {"call": caller.call, "pass": opens}
        async with http.ws_connect(url, params=params, headers={"Origin": house.own}) as socket:
            greeting = await _told(socket, "assistant")
            assert greeting["text"] == "Hello from Test Bank, an automated assistant."
            assert (await _told(socket, "heard"))["id"] == greeting["id"]
            await caller.says("what are your hours")
            assert (await _told(socket, "caller"))["text"] == "what are your hours"
            assert (await _told(socket, "assistant"))["text"] == "We open at nine."
            assert (await _told(socket, "timed"))["voice_to_voice_ms"] > 0
            await caller.says("my card is four five three nine 1488")
            said = (await _told(socket, "caller"))["text"]
            assert "•" in said
            assert not {"four", "five", "1488"} & set(said.split())
            caller.phone.press("7")
            assert (await _told(socket, "key"))["key"] == "•"
            await caller.hangs_up()
            assert (await _told(socket, "ended"))["by"] == "caller"
            assert (await socket.receive()).type is WSMsgType.CLOSE


async def test_what_happens_while_a_page_connects_is_told_once(house: House) -> None:
    call = CallId("CA" + "1" * 32)

    def entry(event: Event) -> Entry:
        return Entry(0, house.clock.wall_ms(), event)

    async with asyncio.timeout(30), aiohttp.ClientSession() as http:
        params = {"call": call, "pass": await house.a_pass(http)}
        await house.log.append(call, 0, [entry(CallOffered("+12025550143", "+12025550100"))])
        house.log.meanwhile = [(call, 1, entry(KeyPressed("1")))]
        url = f"{house.own}/api/phone/captions"
        async with http.ws_connect(url, params=params, headers={"Origin": house.own}) as socket:
            await house.log.append(call, 2, [entry(KeyPressed("2")), entry(CallEnded("caller"))])
            told = [message.json() async for message in socket]
    assert [each["kind"] for each in told] == ["key", "key", "ended"]
    assert [each["key"] for each in told[:2]] == ["1", "2"]


async def _refused(http: aiohttp.ClientSession, house: House, call: str, opens: str, **headers: str) -> int:
    url = f"{house.own}/api/phone/captions"
    try:
        params = {"call": call, "pass": opens}
        async with http.ws_connect(url, params=params, headers={"Origin": house.own} | headers):
            return 101
    except aiohttp.WSServerHandshakeError as error:
        return error.status


async def test_captions_are_only_for_the_page_that_made_the_call(house: House) -> None:
    async with aiohttp.ClientSession() as http:
        before = await house.a_pass(http)
        caller = house.street.caller()
        await caller.dial()
        after = await house.a_pass(http)
        assert await _refused(http, house, caller.call, "") == 403
        assert await _refused(http, house, caller.call, before + "x") == 403
        assert await _refused(http, house, caller.call, after) == 403, "a pass opens no call that began before it"
        assert await _refused(http, house, "CA" + "0" * 32, before) == 403
        assert await _refused(http, house, caller.call, before, Origin=OTHER) == 403
        assert await _refused(http, house, caller.call, before, Host="elsewhere.example", Origin=OTHER) == 403
        cross = {"Sec-Fetch-Site": "cross-site"}
        assert await _refused(http, house, caller.call, before, **cross) == 403
        assert await _refused(http, house, caller.call, before) == 101
        assert await _refused(http, house, caller.call, before) == 101, "the same page may come back"
        await caller.hangs_up()
        await house.street.running.exchange.settled()
        assert await _refused(http, house, caller.call, before) == 403, "captions are of live calls"


def test_a_pass_opens_one_call_and_a_call_is_opened_by_one_pass() -> None:
    passes = Passes(b"9" * 32)
    mine, yours = passes.make(1_000), passes.make(1_000)
    assert passes.admit(mine, CallId("CA1"), 2_000)
    assert not passes.admit(mine, CallId("CA2"), 2_000)
    assert not passes.admit(yours, CallId("CA1"), 2_000)
    assert passes.admit(yours, CallId("CA2"), 2_000)
    assert Passes(b"9" * 32).admit(mine, CallId("CA1"), 2_000), "a restart of the server keeps it"


@pytest.mark.parametrize(("offered_ms", "opens"), [(999, False), (1_000, True), (1_001 + PASS_MS, False)])
def test_a_pass_is_for_a_call_that_begins_soon_after_it(offered_ms: int, opens: bool) -> None:
    passes = Passes(b"9" * 32)
    assert passes.admit(passes.make(1_000), CallId("CA1"), offered_ms) is opens


@pytest.mark.parametrize("given", ["", "..", "1000.nonce.", "1000.nonce.ff", "é.ü.ß"])
def test_what_nobody_signed_is_no_pass(given: str) -> None:
    assert not Passes(b"9" * 32).admit(given, CallId("CA1"), 1_000)


async def test_a_browser_that_does_not_read_loses_the_oldest_and_holds_nobody_up() -> None:
    feed = Feed()
    events = [Logged(CallId("CA1"), seq, 0, 0, CallEnded("caller")) for seq in range(WAITING + 5)]
    for logged in events:
        feed.put(logged)
    feed.end()
    assert feed.lost == 5
    assert [logged.seq async for logged in feed.events()] == [logged.seq for logged in events[5:]]
