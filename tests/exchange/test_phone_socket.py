"""The phone over a WebSocket, and the control endpoints beside it."""

from __future__ import annotations

import base64
import struct
from typing import Any

import aiohttp
import pytest

from ivr.exchange.app import RunningExchange
from tests.exchange.product import CALLER, CONTROL, NUMBER, MediaPeer, Product

TONE = bytes([0x20]) * 160
BEARER = {"Authorization": f"Bearer {CONTROL}"}


async def until(socket: aiohttp.ClientWebSocketResponse, event: str) -> dict[str, Any]:
    while True:
        message = await socket.receive()
        assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), message
        if message.type is aiohttp.WSMsgType.TEXT and message.json()["event"] == event:
            return dict(message.json())


async def test_a_phone_dials_speaks_hears_and_hangs_up(product: Product, running: RunningExchange) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        while True:
            frame = base64.b64decode((await peer.next("media"))["media"]["payload"])
            if frame == TONE:
                break
        await peer.play(base64.b64encode(TONE * 3).decode())
        await peer.mark("echo")
        digit = await peer.next("dtmf")
        assert digit["dtmf"]["digit"] == "5"
        await peer.send("clear")
        await peer.until_stop()

    product.script = script
    product.twiml["/voice"] = product.connect()
    async with (
        aiohttp.ClientSession(headers=BEARER) as http,
        http.ws_connect(running.phone_url) as socket,
    ):
        await socket.send_json({"event": "dial", "to": NUMBER, "from": CALLER, "frames": True})
        ringing = await until(socket, "ringing")
        assert ringing["callSid"].startswith("CA")
        assert await until(socket, "answered") == {"event": "answered", "tick": 0}
        await socket.send_bytes(TONE * 2)
        await socket.send_json({"event": "mark", "name": "said"})
        heard = []
        spoken = mark = None
        while mark is None:
            message = await socket.receive()
            if message.type is aiohttp.WSMsgType.BINARY:
                heard.append((struct.unpack(">I", message.data[:4])[0], message.data[4:]))
            elif message.json()["event"] == "spoken":
                spoken = message.json()
            elif message.json()["event"] == "mark":
                mark = message.json()
        assert spoken is not None and spoken["name"] == "said" and mark["name"] == "echo"
        assert [tick for tick, _ in heard] == list(range(len(heard)))
        assert sum(frame == TONE for _, frame in heard) == 3
        await socket.send_json({"event": "key", "digit": "5"})
        await until(socket, "cleared")
        await socket.send_json({"event": "hangup"})
        ended = await until(socket, "ended")
        assert (ended["reason"], ended["status"]) == ("caller", "completed")


async def test_a_phone_that_vanishes_hangs_up(product: Product, running: RunningExchange) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.until_stop()

    product.script = script
    product.twiml["/voice"] = product.connect()
    async with aiohttp.ClientSession(headers=BEARER) as http:
        async with http.ws_connect(running.phone_url) as socket:
            await socket.send_json({"event": "dial", "to": NUMBER, "from": CALLER, "frames": False})
            await until(socket, "answered")
            call = next(iter(running.exchange.live.values()))
        await call.ended.wait()
        assert call.record.status == "completed"


async def test_nonsense_gets_an_error_and_the_call_goes_on(product: Product, running: RunningExchange) -> None:
    product.twiml["/voice"] = "<Response><Pause length='600'/></Response>"
    async with (
        aiohttp.ClientSession(headers=BEARER) as http,
        http.ws_connect(running.phone_url) as socket,
    ):
        await socket.send_json({"event": "key", "digit": "1"})
        assert "no call" in (await until(socket, "error"))["detail"]
        await socket.send_json({"event": "dial", "to": NUMBER, "from": CALLER})
        await until(socket, "answered")
        for nonsense in ("{", "[]", '{"event":"sing"}', '{"event":"key","digit":"12"}', '{"event":"mark"}'):
            await socket.send_str(nonsense)
            await until(socket, "error")
        await socket.send_json({"event": "hangup"})
        await until(socket, "ended")


@pytest.mark.parametrize("path", ["phone", "violations", "faults", "status"])
async def test_without_the_control_token_every_door_is_shut(running: RunningExchange, path: str) -> None:
    async with aiohttp.ClientSession() as http:
        url = f"{running.url}/exchange/{path}"
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            async with http.get(url, headers=headers) as response:
                assert response.status == 401
        async with http.get(url, headers=BEARER | {"Origin": "http://evil.example"}) as response:
            assert response.status == 403


async def test_the_token_may_stand_in_the_query_for_browsers(running: RunningExchange) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{running.url}/exchange/status?token={CONTROL}") as response,
    ):
        assert response.status == 200
        assert (await response.json())["numbers"] == [NUMBER]
