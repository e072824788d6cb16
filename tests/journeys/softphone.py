"""Agents' telephones that a test answers, hangs up and kills by hand: one in a browser, one on a table."""

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import aiohttp

from ivr.exchange.agent_phone import AgentPhone, Manner
from ivr.exchange.app import RunningExchange
from ivr.exchange.sources import CallEnd
from tests.journeys.house import CONTROL

NOT_BY_ITSELF = Manner(picks_up=False)


class ByHand(Protocol):
    """A telephone at an agent's desk."""

    async def is_rung(self) -> None:
        """Wait until it rings."""
        ...

    async def answers(self) -> None:
        """Pick up, once it rings."""
        ...

    async def drops(self) -> None:
        """Be gone, from one moment to the next."""
        ...

    async def is_quiet(self) -> None:
        """Wait until it has no call: it was hung up on, or is gone."""
        ...


class InTheBrowser:
    """The telephone in a desk's page, on the exchange's own socket. Killed, it leaves without a word."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._told = asyncio.Event()
        self.rings = self.is_on = False

    async def listen(self) -> None:
        """Follow the socket until it ends."""
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(json.loads(message.data)["event"])
        self._take("ended")

    def _take(self, event: str) -> None:
        self.rings = event == "incoming" or (self.rings and event not in {"answered", "ended"})
        self.is_on = event in {"incoming", "answered"} or (self.is_on and event != "ended")
        self._told.set()

    async def is_rung(self) -> None:
        while not self.rings:
            self._told.clear()
            await self._told.wait()

    async def answers(self) -> None:
        await self.is_rung()
        await self._socket.send_json({"event": "answer"})

    async def drops(self) -> None:
        wire = self._socket.get_extra_info("socket")
        wire.shutdown(sockets.SHUT_RDWR)

    async def is_quiet(self) -> None:
        while self.is_on:
            self._told.clear()
            await self._told.wait()


class OnTheTable:
    """An ordinary telephone, whose line breaks at the carrier."""

    def __init__(self, running: RunningExchange, identity: str) -> None:
        self._exchange = running.exchange
        self.phone = AgentPhone(running.exchange, identity, NOT_BY_ITSELF, frames=True)

    async def is_rung(self) -> None:
        while not self.phone.busy:
            await self._exchange.pacer.wait(1)

    async def answers(self) -> None:
        await self.is_rung()
        self.phone.answer()

    async def drops(self) -> None:
        if (call := self._exchange.live.get(self.phone.call_sid)) is not None:
            call.hang_up(CallEnd("error", "failed", "the line broke"))

    async def is_quiet(self) -> None:
        while self.phone.busy:
            await self._exchange.pacer.wait(1)


@asynccontextmanager
async def by_hand(kind: str, running: RunningExchange, identity: str) -> AsyncIterator[ByHand]:
    """A telephone of this kind, `browser` or `table`, registered under the agent's name."""
    if kind == "table":
        yield OnTheTable(running, identity)
        return
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{running.phone_url}?token={CONTROL}") as socket,
        asyncio.TaskGroup() as tasks,
    ):
        await socket.send_json({"event": "register", "number": identity, "frames": True})
        assert (await socket.receive_json())["event"] == "registered"
        phone = InTheBrowser(socket)
        listening = tasks.create_task(phone.listen())
        try:
            yield phone
        finally:
            listening.cancel()
