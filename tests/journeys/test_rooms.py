"""Caller and agent speak with each other, and the desk reads along: each side's words, from a copy of the line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from ivr.adapters.scripted import codec
from ivr.audio import g711
from ivr.calls.transfer.state import Stage
from ivr.exchange.signature import sign
from ivr.vocabulary.events import RoomSpoken
from ivr.vocabulary.ids import CallId, TransferId
from ivr.vocabulary.transfers import HoldAsked
from tests.journeys.house import TOKEN
from tests.journeys.transferring import Transferring, house


@asynccontextmanager
async def met() -> AsyncIterator[Transferring]:
    """A caller and the agent Ana speak with each other; afterwards nothing is left."""
    async with house("accept") as at:
        await at.asks()
        await at.stage(Stage.BRIDGED)
        yield at
        await at.hangs_up()


def words(text: str) -> bytes:
    return g711.encode(codec.encode(text))


async def test_what_both_say_is_written_down_as_theirs() -> None:
    async with met() as at:
        at.caller.phone.say(words("somebody took my card"))
        await at.until(RoomSpoken, speaker="caller", text="somebody took my card")
        at.phones["ana"].say(words("I have blocked it"))
        await at.until(RoomSpoken, speaker="agent", name="Ana", text="I have blocked it")
        spoken = await at.events(RoomSpoken)
        assert [event.speaker for event in spoken] == ["caller", "agent"]


async def test_digits_said_in_the_room_are_masked() -> None:
    async with met() as at:
        at.caller.phone.say(words("it is 4111 1111 1111 1111"))
        await at.until(RoomSpoken, speaker="caller")
        (spoken,) = await at.events(RoomSpoken)
        assert "4111" not in spoken.text
        assert spoken.text.startswith("it is")


async def test_nobody_is_listened_to_while_the_caller_is_on_hold() -> None:
    async with met() as at:
        assert await at.there.node.switchboard.tell(CallId(at.caller.call), HoldAsked(TransferId("t1")))
        await at.stage(Stage.HELD)
        at.caller.phone.say(words("can they hear me now"))
        await at.exchange.pacer.wait(150)
        assert await at.events(RoomSpoken) == []


async def test_a_copy_with_another_token_is_closed() -> None:
    async with met() as at:
        url = f"ws{at.there.node.url.removeprefix('http')}/twilio/copy"
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(url, headers={"x-twilio-signature": sign(TOKEN, url)}) as socket,
        ):
            ids = {"accountSid": at.exchange.config.account_sid, "callSid": at.caller.call}
            start = {**ids, "streamSid": "MZ" + "0" * 32, "tracks": ["inbound"], "customParameters": {"token": "guess"},
                     "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8_000, "channels": 1}}  # fmt: skip
            await socket.send_json(
                {"event": "start", "sequenceNumber": "1", "streamSid": "MZ" + "0" * 32, "start": start}
            )
            closed = await socket.receive()
            assert closed.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
            assert socket.close_code == aiohttp.WSCloseCode.POLICY_VIOLATION
