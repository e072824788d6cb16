"""What every `Carrier` keeps to when it says how legs in a room take part in it, and so who hears whom."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web

from ivr.adapters.scripted.carrier import ScriptedCarrier
from ivr.adapters.twilio.rest import TwilioCarrier
from ivr.exchange import mixer
from ivr.exchange.app import run_exchange
from ivr.exchange.config import ExchangeConfig, Number
from ivr.exchange.phone import Phone
from ivr.ports.carrier import Carrier, JoinRoom, Part
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.ids import CallId
from tests.exchange.product import ACCOUNT, NUMBER, TOKEN, run_product

ROOM, LEFT = "CA1.t1", "https://h.example/left"
WITHIN_S = 10
GONE = CallId("CA" + "9" * 32)


@dataclass
class Meeting:
    """A caller and an agent in a room, and a supervisor who was brought in muted.

    hears  whether the first of two legs hears the second.
    sound  where there is something to be said; `said` waits until it was fetched, or noted.
    """

    carrier: Carrier
    caller: CallId
    agent: CallId
    supervisor: CallId
    hears: Callable[[CallId, CallId], bool]
    sound: str
    said: Callable[[], Awaitable[None]]

    async def takes(self, part: Part, to: CallId | None = None) -> None:
        await self.carrier.take_part(ROOM, self.supervisor, part, to)

    @property
    def heard_by(self) -> set[str]:
        """Who hears the supervisor."""
        others = {"caller": self.caller, "agent": self.agent}
        return {name for name, call in others.items() if self.hears(call, self.supervisor)}


async def _together(carrier: Carrier, calls: list[CallId], joined: Callable[[CallId], Awaitable[None]]) -> None:
    for place, call in enumerate(calls):
        await carrier.redirect(call, JoinRoom(ROOM, f"leg{place}", LEFT, muted=place == 2))
        await joined(call)


async def _scripted() -> AsyncIterator[Meeting]:
    carrier = ScriptedCarrier()
    calls = [CallId(f"CA{number:032x}") for number in (1, 2, 3)]
    carrier.calls = dict.fromkeys(calls, "in-progress")

    async def joined(_: CallId) -> None:
        pass

    def hears(listener: CallId, speaker: CallId) -> bool:
        part, to = carrier.parts[speaker]
        return part is Part.SPEAKS or (part is Part.WHISPERS and to == listener)

    async def said() -> None:
        assert carrier.said == [(ROOM, "https://h.example/sound")]

    await _together(carrier, calls, joined)
    yield Meeting(carrier, calls[0], calls[1], calls[2], hears, "https://h.example/sound", said)


async def _twilio() -> AsyncIterator[Meeting]:
    """The real client, against the exchange's conferences."""
    async with run_product() as product:
        product.twiml["/voice"] = "<Response><Pause length='600'/></Response>"
        numbers = (Number(NUMBER, f"{product.url}/voice"),)
        config = ExchangeConfig(ACCOUNT, TOKEN, "control", numbers, speed=20.0, strict=True, rest_calls_per_second=0)
        async with run_exchange(config) as running, asyncio.timeout(WITHIN_S):
            exchange = running.exchange
            carrier = TwilioCarrier(ACCOUNT, TOKEN, base_url=running.url)
            phones = [Phone(exchange, f"+1555000000{number}") for number in (1, 2, 3)]
            for phone in phones:
                phone.dial(NUMBER)
                await phone.wait("answered")

            def roles() -> dict[str, mixer.Role]:
                return {seat.sid: seat.role for room in exchange.office.rooms.live for seat in room.seats.values()}

            async def joined(call: CallId) -> None:
                while call not in roles():
                    await exchange.pacer.wait(1)

            await _together(carrier, [CallId(phone.call_sid) for phone in phones], joined)

            async def said() -> None:
                await product.asked("/sound")

            product.twiml["/sound"] = lambda _: web.Response(body=bytes([0x10]) * 160, content_type="audio/basic")
            caller, agent, supervisor = (CallId(phone.call_sid) for phone in phones)
            yield Meeting(
                carrier,
                caller,
                agent,
                supervisor,
                lambda one, other: mixer.hears(roles()[one], roles()[other]),
                f"{product.url}/sound",
                said,
            )
            for phone in phones:
                phone.hang_up()
            await exchange.settled()
            await carrier.close()
            assert exchange.violations.as_json()["violations"] == []


@pytest.fixture(params=[_scripted, _twilio], ids=["scripted", "twilio"])
async def meeting(request: pytest.FixtureRequest) -> AsyncIterator[Meeting]:
    async for made in request.param():
        yield made


async def test_who_comes_in_muted_hears_and_is_heard_by_nobody(meeting: Meeting) -> None:
    assert meeting.heard_by == set()
    assert meeting.hears(meeting.supervisor, meeting.caller) and meeting.hears(meeting.supervisor, meeting.agent)


async def test_who_whispers_is_heard_by_one_and_who_speaks_by_all(meeting: Meeting) -> None:
    await meeting.takes(Part.WHISPERS, meeting.agent)
    assert meeting.heard_by == {"agent"}
    await meeting.takes(Part.SPEAKS)
    assert meeting.heard_by == {"caller", "agent"}
    await meeting.takes(Part.WHISPERS, meeting.caller)
    assert meeting.heard_by == {"caller"}
    await meeting.takes(Part.LISTENS)
    assert meeting.heard_by == set()


async def test_every_part_may_be_taken_twice(meeting: Meeting) -> None:
    for part, to in ((Part.SPEAKS, None), (Part.WHISPERS, meeting.agent), (Part.LISTENS, None)):
        await meeting.takes(part, to)
        heard_by = meeting.heard_by
        await meeting.takes(part, to)
        assert meeting.heard_by == heard_by


@pytest.mark.parametrize("to", [None, GONE])
async def test_nobody_whispers_to_who_is_not_there(meeting: Meeting, to: CallId | None) -> None:
    with pytest.raises(BackendRejected):
        await meeting.takes(Part.WHISPERS, to)
    assert meeting.heard_by == set()


async def test_something_is_said_in_a_room_and_in_none_that_is_over(meeting: Meeting) -> None:
    await meeting.carrier.say(ROOM, meeting.sound)
    await meeting.said()
    with pytest.raises(BackendRejected):
        await meeting.carrier.say("no-room", meeting.sound)


@pytest.mark.parametrize("room", [ROOM, "no-room"])
async def test_who_is_not_in_the_room_takes_no_part_in_it(meeting: Meeting, room: str) -> None:
    with pytest.raises(BackendRejected):
        await meeting.carrier.take_part(room, GONE, Part.SPEAKS)
