"""Caller and agent speak with each other, and the desk reads along: each side's words, from a copy of the line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from ivr.adapters.clock import ScaledClock
from ivr.adapters.scripted import codec
from ivr.audio import g711
from ivr.calls.transfer.state import Stage
from ivr.exchange.agent_phone import MANNERS, AgentPhone
from ivr.exchange.signature import sign
from ivr.vocabulary.events import CallEnded, RoomSpoken
from ivr.vocabulary.ids import CallId, TransferId
from ivr.vocabulary.transfers import HoldAsked, TransferMoved
from tests.calls.transferring import transfer_script
from tests.journeys.house import SPEED, TOKEN, Agents, Caller, Street, street
from tests.journeys.test_transfers import asks_for_a_person, until


@asynccontextmanager
async def met() -> AsyncIterator[tuple[Street, Caller, AgentPhone]]:
    """A caller and the agent Ana speak with each other; afterwards nothing is left."""
    clock = ScaledClock(SPEED)
    async with street(flow=transfer_script(), clock=clock, agents=Agents(clock)) as there:
        assert there.agents is not None
        await there.agents.add("ana")
        ana = AgentPhone(there.running.exchange, "client:ana", MANNERS["accept"])
        caller = await asks_for_a_person(there)
        await until(there, caller, TransferMoved, stage=Stage.BRIDGED)
        yield there, caller, ana
        await caller.hangs_up()
        await until(there, caller, CallEnded)
        await there.running.exchange.settled()
        assert there.running.exchange.live == {}
        assert there.node.switchboard.live == 0


def words(text: str) -> bytes:
    return g711.encode(codec.encode(text))


async def test_what_both_say_is_written_down_as_theirs() -> None:
    async with met() as (there, caller, ana):
        caller.phone.say(words("somebody took my card"))
        await until(there, caller, RoomSpoken, speaker="caller", text="somebody took my card")
        ana.say(words("I have blocked it"))
        await until(there, caller, RoomSpoken, speaker="agent", name="Ana", text="I have blocked it")
        spoken = [event for event in await there.events(caller.call) if isinstance(event, RoomSpoken)]
        assert [event.speaker for event in spoken] == ["caller", "agent"]


async def test_digits_said_in_the_room_are_masked() -> None:
    async with met() as (there, caller, _):
        caller.phone.say(words("it is 4111 1111 1111 1111"))
        await until(there, caller, RoomSpoken, speaker="caller")
        (spoken,) = [event for event in await there.events(caller.call) if isinstance(event, RoomSpoken)]
        assert "4111" not in spoken.text
        assert spoken.text.startswith("it is")


async def test_nobody_is_listened_to_while_the_caller_is_on_hold() -> None:
    async with met() as (there, caller, _):
        assert await there.node.switchboard.tell(CallId(caller.call), HoldAsked(TransferId("t1")))
        await until(there, caller, TransferMoved, stage=Stage.HELD)
        caller.phone.say(words("can they hear me now"))
        await there.running.exchange.pacer.wait(150)
        assert not any(isinstance(event, RoomSpoken) for event in await there.events(caller.call))


async def test_a_copy_with_another_token_is_closed() -> None:
    async with met() as (there, caller, _):
        url = f"ws{there.node.url.removeprefix('http')}/twilio/copy"
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(url, headers={"x-twilio-signature": sign(TOKEN, url)}) as socket,
        ):
            ids = {"accountSid": there.running.exchange.config.account_sid, "callSid": caller.call}
            start = {**ids, "streamSid": "MZ" + "0" * 32, "tracks": ["inbound"], "customParameters": {"token": "guess"},
                     "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8_000, "channels": 1}}  # fmt: skip
            await socket.send_json(
                {"event": "start", "sequenceNumber": "1", "streamSid": "MZ" + "0" * 32, "start": start}
            )
            closed = await socket.receive()
            assert closed.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
            assert socket.close_code == aiohttp.WSCloseCode.POLICY_VIOLATION
