"""A caller and two agents whose telephones are answered by hand, and the way to each stage of a transfer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp

from ivr.calls.handled import handled
from ivr.calls.routing.state import Presence
from ivr.calls.transfer.state import Stage
from ivr.exchange.faults import Fault
from ivr.vocabulary.events import DeadlinePassed
from ivr.vocabulary.ids import AgentId, TransferId
from ivr.vocabulary.transfers import AgentAccepted, ConsultAsked, HoldAsked, ReturnAsked
from tests.journeys.house import ACCOUNT, TOKEN
from tests.journeys.softphone import ByHand, by_hand
from tests.journeys.transferring import WITHIN_S, Transferring, house, nothing_is_left

T, ANA, BEN = TransferId("t1"), AgentId("ana"), AgentId("ben")
CONSULTED: Final = "consulted"
"Consulting, and the colleague is in the room."


@dataclass
class Office:
    """A caller, Ana, whose telephone is of the kind that is tried, and Ben, whose line has been idle for less long."""

    at: Transferring
    ana: ByHand
    ben: ByHand

    async def nobody_is_free(self) -> None:
        """Both are there, and busy."""
        for agent in (ANA, BEN):
            await self.at.agents.directory.set_presence(agent, Presence.BUSY, self.at.agents.clock.wall_ms())

    async def reaches(self, stage: str) -> None:
        """Everything that happens until the transfer stands there."""
        at = self.at
        await at.asks()
        await self.ana.is_rung()
        if stage == Stage.BRIEFING:
            await self.ana.answers()
            await at.stage(stage)
        elif stage == Stage.JOINING:
            self._moves_slowly()
            await self._takes(self.ana, ANA)
            await at.stage(stage)
        elif stage != Stage.RINGING:
            await self._takes(self.ana, ANA)
            await at.stage(Stage.BRIDGED)
            await self._goes_on_to(stage)

    async def _goes_on_to(self, stage: str) -> None:
        at = self.at
        match stage:
            case Stage.HELD:
                await at.tell(HoldAsked(T))
                while not at.seat("caller").held:
                    await at.exchange.pacer.wait(1)
            case Stage.CONSULTING | "consulted":
                await at.tell(ConsultAsked(T, BEN))
                await self.ben.is_rung()
                if stage == CONSULTED:
                    await self.ben.answers()
                    while len(at.in_room) < 3:
                        await at.exchange.pacer.wait(1)
            case Stage.RETURNING:
                self._moves_slowly()
                await at.tell(ReturnAsked(T, "the card is blocked"))
            case Stage.WRAP_UP:
                await at.tell(ReturnAsked(T, "the card is blocked"))
                await at.hears("Anything else?")

    def _moves_slowly(self) -> None:
        """The carrier takes its time to move the caller."""
        self.fails(f"{self.at.caller.call}.json", 429, count=2)

    def fails(self, request: str, status: int, count: int = 1) -> None:
        """The carrier will not do this."""
        self.at.exchange.faults.inject(Fault("rest.status", match=request, status=status, count=count))

    async def drops_the_caller_from_the_room(self) -> None:
        """The carrier takes the caller out of the conference by itself."""
        (room,) = self.at.exchange.office.rooms.live
        url = f"http://127.0.0.1:{self.at.agents.port}/2010-04-01/Accounts/{ACCOUNT}/Conferences/{room.sid}"
        auth = aiohttp.BasicAuth(ACCOUNT, TOKEN)
        participant = f"{url}/Participants/{self.at.caller.call}.json"
        async with aiohttp.ClientSession(auth=auth) as http, http.delete(participant) as answer:
            assert answer.status == 204

    async def time_is_over(self, stage: str) -> None:
        """The stage's deadline passes: hours of it within a moment."""
        await self.at.tell(DeadlinePassed(f"transfer.{stage}"))

    async def caller_is_off_hold(self) -> None:
        while self.at.seat("caller").held:
            await self.at.exchange.pacer.wait(1)

    async def _takes(self, phone: ByHand, agent: AgentId) -> None:
        """Accepted at the desk while it rings, as the page does it."""
        await phone.is_rung()
        await self.at.tell(AgentAccepted(T, agent, "desk"))
        await phone.answers()

    async def ben_takes_the_caller(self) -> None:
        await self._takes(self.ben, BEN)
        while self.at.in_room != {"t1.2", "caller"}:
            await self.at.exchange.pacer.wait(1)

    async def is_served_by_the_assistant(self) -> None:
        await self.at.caller.speaks("what are your hours", quiet_ms=400)
        await self.at.hears("We open at nine.")

    async def told(self, agent: AgentId) -> list[str]:
        """What this agent's desk says about the call."""
        log = await self.at.there.log(self.at.caller.call)
        return [notice.what for notice in handled(log).notices if notice.agent == agent]

    async def presence(self) -> tuple[Presence, Presence]:
        return await self.at.presence("ana"), await self.at.presence("ben")


@asynccontextmanager
async def office(kind: str = "table", bens: str = "table") -> AsyncIterator[Office]:
    """Ana is asked first. Afterwards nothing is left, though both telephones could still be rung."""
    async with house() as at:
        running = at.there.running
        async with by_hand(kind, running, "client:ana") as ana, by_hand(bens, running, "client:ben") as ben:
            await at.agents.add("ana", idle_s=60)
            await at.agents.add("ben")
            async with asyncio.timeout(3 * WITHIN_S):
                yield Office(at, ana, ben)
                await nothing_is_left(at)
