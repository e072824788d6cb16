"""A caller is brought to an agent, through the exchange, with its telephones, its conference and its REST."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ivr.adapters.clock import ScaledClock
from ivr.calls.routing.state import Presence
from ivr.calls.transfer.state import Stage
from ivr.exchange.agent_phone import MANNERS, AgentPhone, Manner
from ivr.vocabulary.events import CallEnded
from ivr.vocabulary.transfers import (
    AgentAccepted,
    TransferMoved,
)
from tests.calls.transferring import transfer_script
from tests.journeys.house import SPEED, Agents, Caller, Street, street


@asynccontextmanager
async def house(*manners: str | Manner, **config: object) -> AsyncIterator[Street]:
    """A street whose agents ana, ben, … behave so; after it nothing is left, at the exchange or in the session."""
    clock = ScaledClock(SPEED)
    async with street(flow=transfer_script(), clock=clock, agents=Agents(clock), **config) as there:
        assert there.agents is not None
        for name, manner in zip(("ana", "ben", "eva"), manners, strict=False):
            await there.agents.add(name)
            AgentPhone(there.running.exchange, f"client:{name}", MANNERS[manner] if isinstance(manner, str) else manner)
        yield there
        await there.running.exchange.settled()
        assert there.running.exchange.live == {}
        assert there.running.exchange.office.rooms.live == []
        assert there.node.switchboard.live == 0


async def asks_for_a_person(there: Street) -> Caller:
    caller = there.caller()
    await caller.dial()
    await caller.speaks("a person please")
    return caller


async def until(there: Street, caller: Caller, kind: type, **fields: object) -> None:
    """Wait until such an event is in the caller's log."""
    while True:
        for event in await there.events(caller.call):
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                return
        await there.running.exchange.pacer.wait(1)


async def stages(there: Street, caller: Caller) -> list[str]:
    return [event.stage for event in await there.events(caller.call) if isinstance(event, TransferMoved)]


async def presence(there: Street, name: str) -> Presence:
    assert there.agents is not None
    now = {each.agent.id: each.presence for each in await there.agents.directory.agents(there.agents.clock.wall_ms())}
    return now[name]


async def test_an_agent_accepts_by_key_and_caller_and_agent_meet() -> None:
    async with house("accept") as there:
        caller = await asks_for_a_person(there)
        await until(there, caller, TransferMoved, stage=Stage.BRIDGED)
        assert await stages(there, caller) == ["ringing", "briefing", "joining", "bridged"]
        assert AgentAccepted in {type(event) for event in await there.events(caller.call)}
        (room,) = there.running.exchange.office.rooms.live
        assert len(room.seats) == 2
        await caller.hangs_up()
        await until(there, caller, CallEnded)
    assert (await there.events(caller.call))[-1] == TransferMoved("t1", Stage.WRAP_UP, "the caller hung up")
    assert await presence(there, "ana") is Presence.WRAP_UP
    leg = there.running.exchange.calls[caller.call]
    assert leg.ear.longest_ms <= 2_000
