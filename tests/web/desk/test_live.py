"""The desk's socket: what changes is pushed, and who was gone misses nothing."""

import asyncio

import aiohttp
import pytest
from aiohttp import WSMsgType

from ivr.vocabulary.events import PromptStarted
from ivr.vocabulary.ids import PromptId
from ivr.vocabulary.transfers import TransferMoved
from ivr.web.desk.hub import GONE_MS
from ivr.web.desk.live import SIGNED_OUT
from tests.web.desk.conftest import CALL, EN, Agent, Office, T, told

SAYS = PromptStarted(PromptId("p2"), "answer", "Your card is blocked.", EN)


async def test_the_socket_begins_with_how_everything_stands(office: Office, ana: Agent) -> None:
    await office.rings(ana.user)
    async with ana.live() as socket:
        first = await told(socket)
        assert first["seq"] == 1
        assert first["desk"]["cards"][0]["stage"] == "ringing"
        assert [caption["kind"] for caption in first["said"][0]["captions"]][-1] == "stage"


async def test_what_is_said_and_what_changes_comes_by_itself_and_once(office: Office, ana: Agent) -> None:
    async with ana.live() as socket:
        assert (await told(socket))["desk"]["cards"] == []
        await office.rings(ana.user)
        second = await told(socket)
        assert (second["seq"], second["desk"]["cards"][0]["call"]) == (2, CALL)
        await office.happens(SAYS)
        third = await told(socket)
        assert third["seq"] == 3
        (said,) = third["said"]
        assert [caption.get("text") for caption in said["captions"]] == ["Your card is blocked."]


async def test_who_was_gone_is_told_all_of_it_when_they_are_back(office: Office, ana: Agent) -> None:
    async with ana.live() as socket:
        await told(socket)
        await office.rings(ana.user)
        await told(socket)
    await office.happens(SAYS, TransferMoved(T, "queued", "no answer"))
    async with ana.live() as socket:
        back = await told(socket)
        seqs = [caption["seq"] for caption in back["said"][0]["captions"]]
        assert seqs == sorted(set(seqs))
        assert seqs[-1] == len(await office.log()), "up to the last entry"


async def test_what_happens_while_nobody_reads_is_told_together(office: Office, ana: Agent) -> None:
    await office.rings(ana.user)
    async with ana.live() as socket:
        await told(socket)
        for number in range(3, 60):
            await office.happens(PromptStarted(PromptId(f"p{number}"), "answer", f"Sentence {number}.", EN))
        heard: list[str] = []
        seq = 1
        while len(heard) < 57:
            message = await told(socket)
            assert message["seq"] == (seq := seq + 1)
            heard += [caption["text"] for said in message["said"] for caption in said["captions"]]
        assert heard == [f"Sentence {number}." for number in range(3, 60)]


async def test_who_is_signed_out_is_let_go_of(office: Office, ana: Agent) -> None:
    async with ana.live() as socket:
        await told(socket)
        await office.house.identity.end_all(ana.user.id)
        await office.house.desk.hub.look()
        message = await socket.receive(timeout=10)
        assert (message.type, socket.close_code) == (WSMsgType.CLOSE, SIGNED_OUT)


async def test_a_node_that_goes_lets_go_of_every_desk(office: Office, ana: Agent) -> None:
    async with ana.live() as socket:
        await told(socket)
        office.house.desk.hub.close()
        message = await socket.receive(timeout=10)
        assert message.type is WSMsgType.CLOSE


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null"])
async def test_the_socket_is_for_our_own_page(ana: Agent, origin: str) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in ana.browser.cookies.items())
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with ana.browser.http.ws_connect(
            f"{ana.browser.own}/api/desk/live", headers={"Origin": origin, "Cookie": cookie}
        ):
            pass
    assert refused.value.status == 403


async def test_who_closes_the_desk_gets_no_calls_after_a_while(office: Office, ana: Agent) -> None:
    hub, clock = office.house.desk.hub, office.house.people_clock
    async with ana.live() as socket:
        await told(socket)
        await clock.advance(GONE_MS)
        await hub.look()
        assert (await ana.desk())["me"]["presence"] == "available", "the page is open"
    async with asyncio.timeout(10):
        while hub.viewers:  # noqa: ASYNC110  the socket's own close wakes the loop in between
            await asyncio.sleep(0)
    await clock.advance(GONE_MS - 1)
    assert (await ana.desk())["me"]["presence"] == "available", "a page that is loaded again is soon back"
    await clock.advance(1)
    await hub.look()
    assert (await ana.desk())["me"]["presence"] == "offline"
