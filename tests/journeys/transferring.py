"""A house with agents in it, and what is left of a transfer when it is over: nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from ivr.adapters.clock import ScaledClock
from ivr.calls.routing.state import Presence
from ivr.exchange.agent_phone import MANNERS, AgentPhone, Manner
from ivr.exchange.conference import Seat
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import CallEnded, PromptHeard, PromptStarted
from ivr.vocabulary.ids import AgentId, CallId
from ivr.vocabulary.transfers import TransferMoved
from tests.calls.transferring import transfer_script
from tests.edges import WALKED, walked
from tests.journeys.house import NUMBER, SPEED, Agents, Caller, Street, street

NAMES = ("ana", "ben", "eva")
WITHIN_S = 20
"Of real time; what takes longer hangs."
BRISK = {**MANNERS, "accept": replace(MANNERS["accept"], rings_ms=300, listens_ms=300)}
"Agents of tests lose no time with what is no matter of theirs."


class Transferring:
    """A street with agents, and one caller."""

    def __init__(self, there: Street, agents: Agents, phones: dict[str, AgentPhone]) -> None:
        self.there, self.agents, self.phones = there, agents, phones
        self.exchange = there.running.exchange
        self.caller: Caller = there.caller()

    async def asks(self) -> None:
        """Dial, and ask for a person by key while the greeting plays: a test's matter comes after it."""
        self.caller.phone.dial(NUMBER)
        await self.caller.phone.wait("answered")
        await self.until(PromptStarted)
        self.caller.phone.press("0")

    async def asks_aloud(self) -> None:
        """Dial, hear the question, and ask for a person."""
        await self.caller.dial()
        await self.caller.speaks("a person please")

    async def until(self, kind: type[Event], **fields: object) -> Any:
        """Wait until such an event is in the caller's log."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                for event in await self.there.events(self.caller.call):
                    if isinstance(event, kind) and all(getattr(event, name) == fields[name] for name in fields):
                        return event
                await self.exchange.pacer.wait(1)

    async def stage(self, stage: str) -> None:
        await self.until(TransferMoved, stage=stage)

    async def stages(self) -> list[str]:
        events = await self.there.events(self.caller.call)
        return [event.stage for event in events if isinstance(event, TransferMoved)]

    async def events(self, kind: type[Event]) -> list[Any]:
        return [event for event in await self.there.events(self.caller.call) if isinstance(event, kind)]

    async def tell(self, fact: Event) -> None:
        """Something is done at a desk."""
        await self.there.node.switchboard.tell(CallId(self.caller.call), fact)

    async def presence(self, name: str) -> Presence:
        now = await self.agents.directory.agent(AgentId(name), self.agents.clock.wall_ms())
        assert now is not None
        return now.presence

    async def is_now(self, name: str, presence: Presence) -> None:
        """Wait until this is what an agent does. The log tells what is wanted; the directory is told it after that."""
        async with asyncio.timeout(WITHIN_S):
            while await self.presence(name) is not presence:
                await self.exchange.pacer.wait(1)

    async def hears(self, words: str) -> None:
        """Wait until the caller has heard this to its end."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                events = await self.there.events(self.caller.call)
                said = {event.prompt for event in events if isinstance(event, PromptStarted) and words in event.text}
                if any(isinstance(event, PromptHeard) and event.prompt in said for event in events):
                    return
                await self.exchange.pacer.wait(5)

    async def hangs_up(self) -> None:
        await self.caller.hangs_up()
        await self.until(CallEnded)

    def dead_air_ms(self) -> int:
        """The longest the caller heard nothing, beyond what the machine of this test itself stood still."""
        silences = self.exchange.calls[self.caller.call].ear.silences()
        return max((one.of_others_ms for one in silences if not one.spoke), default=0)

    def seat(self, label: str) -> Seat:
        """Where this one sits, in the only room."""
        (room,) = self.exchange.office.rooms.live
        return next(seat for seat in room.seats.values() if seat.label == label)

    @property
    def in_room(self) -> set[str]:
        return {seat.label for room in self.exchange.office.rooms.live for seat in room.seats.values()}


@asynccontextmanager
async def house(*manners: str | Manner, **config: object) -> AsyncIterator[Transferring]:
    """Agents ana, ben, … who behave so. After it nothing is left at the exchange, in the session or the directory."""
    clock = ScaledClock(SPEED)
    agents = Agents(clock)
    async with street(flow=transfer_script(), clock=clock, agents=agents, **config) as there:
        phones = {}
        for name, manner in zip(NAMES, manners, strict=False):
            await agents.add(name)
            behaves = BRISK[manner] if isinstance(manner, str) else manner
            phones[name] = AgentPhone(there.running.exchange, f"client:{name}", behaves)
        made = Transferring(there, agents, phones)
        yield made
        await nothing_is_left(made)


async def nothing_is_left(made: Transferring) -> None:
    """No call, no conference, no socket, no task, no reservation."""
    async with asyncio.timeout(WITHIN_S):
        await made.exchange.settled()
        while made.there.node.switchboard.live:
            await made.exchange.pacer.wait(1)
    assert made.exchange.live == {}
    assert made.exchange.office.rooms.live == []
    assert await made.agents.directory.waiting(made.agents.clock.wall_ms()) == []
    agents = await made.agents.directory.agents(made.agents.clock.wall_ms())
    assert [hold for agent in agents for hold in agent.holds if hold.until_ms is None] == []
    for row in await made.there.node.log.calls(limit=1_000):
        WALKED.update(walked(await made.there.log(row.call)))
