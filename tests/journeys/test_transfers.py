"""A caller is brought to an agent through the exchange: its telephones, its conference, its REST, its callbacks."""

import pytest

from ivr.calls import folds
from ivr.calls.routing.state import Presence
from ivr.calls.transferred import transferred
from ivr.exchange.agent_phone import MANNERS, AgentPhone, Manner
from ivr.vocabulary.events import CallbackAgreed
from ivr.vocabulary.ids import AgentId, TransferId
from ivr.vocabulary.transfers import (
    AgentAccepted,
    AgentUnreachable,
    ConsultAsked,
    ConsultEnded,
    HoldAsked,
    NobodyFree,
    ReturnAsked,
    TransferRequested,
    UnholdAsked,
    WrappedUp,
)
from tests.journeys.house import CALLER, SPEED
from tests.journeys.transferring import house

T, ANA, BEN = TransferId("t1"), AgentId("ana"), AgentId("ben")
MOST_DEAD_AIR_MS = 2_000
OFFER = "Shall we call 2 0 2, 5 5 5, 0 1 4 3?"


async def test_an_agent_accepts_by_key_and_caller_and_agent_meet_without_dead_air() -> None:
    async with house("accept") as at:
        await at.asks_aloud()
        await at.stage("bridged")
        assert at.in_room == {"t1.1", "caller"}
        assert await at.stages() == ["ringing", "briefing", "joining", "bridged"]
        log, dead_air_ms = await at.there.log(at.caller.call), at.dead_air_ms()
        await at.hangs_up()
        told = transferred(log)
        assert told is not None and told.rung_ms is not None
        assert (told.state, told.reason, told.agent, told.signals) == ("bridged", "asked", "Ana", ("person",))
        assert told.rung_ms <= 2_000 * SPEED  # what is slow here is this machine, which runs at its own speed
        assert dead_air_ms <= MOST_DEAD_AIR_MS
        await at.is_now("ana", Presence.WRAP_UP)
    assert folds.transcript(await at.there.log(at.caller.call)).outcome == "transferred"


async def test_the_agent_hears_the_briefing_before_they_choose() -> None:
    async with house("accept") as at:
        await at.asks()
        await at.stage("bridged")
        assert at.agents.briefed
        await at.hangs_up()


async def test_who_declines_is_followed_by_the_next_agent() -> None:
    async with house("refuse", "accept") as at:
        await at.asks()
        await at.stage("bridged")
        assert await at.stages() == ["ringing", "briefing", "queued", "ringing", "briefing", "joining", "bridged"]
        assert at.in_room == {"t1.2", "caller"}
        await at.is_now("ana", Presence.AVAILABLE)
        assert at.dead_air_ms() <= MOST_DEAD_AIR_MS
        await at.hangs_up()


@pytest.mark.parametrize(
    ("manner", "presence"),
    [
        ("decline", Presence.AVAILABLE),
        ("refuse", Presence.AVAILABLE),
        ("none", Presence.AWAY),
        ("silent", Presence.AWAY),
        ("drop", Presence.AVAILABLE),
    ],
)
async def test_when_nobody_takes_the_call_the_assistant_says_so_and_offers_a_call_back(
    manner: str, presence: Presence
) -> None:
    async with house(manner) as at:
        await at.asks()
        assert at.dead_air_ms() <= MOST_DEAD_AIR_MS
        await at.hears(OFFER)
        await at.hears("Nobody could take it.")
        await at.is_now("ana", presence)
        # Or they are called back at once, by the agent who is available again.
        await at.agents.directory.set_presence(ANA, Presence.BREAK, at.agents.clock.wall_ms())
        await at.caller.presses("1")
        await at.hangs_up()
        assert await at.events(CallbackAgreed)
        (promised,) = await at.agents.directory.callbacks()
        assert (promised.number, promised.queue) == ("+12025550143", "cards")


async def test_a_voicemail_gets_no_caller() -> None:
    async with house() as at:
        await at.agents.add("ana", address="+12025550111")
        AgentPhone(at.exchange, "+12025550111", MANNERS["voicemail"])
        await at.asks()
        unreachable = await at.until(AgentUnreachable)
        assert unreachable.why == "voicemail"
        await at.hears("Nobody could take it.")
        await at.hangs_up()


async def test_with_nobody_signed_in_no_telephone_rings() -> None:
    async with house() as at:
        await at.asks()
        await at.hears(OFFER)
        assert (await at.until(NobodyFree)).why == "nobody_there"
        await at.hangs_up()


async def test_who_waits_hears_music_and_their_place_and_is_answered_meanwhile() -> None:
    async with house("none") as at:
        await at.agents.directory.set_presence(ANA, Presence.BUSY, at.agents.clock.wall_ms())
        await at.asks()
        await at.hears("You are next.")
        assert (await at.until(NobodyFree)).why == "busy"
        await at.caller.speaks("what are your hours", quiet_ms=400)
        await at.hears("We open at nine.")
        assert at.dead_air_ms() <= MOST_DEAD_AIR_MS
        await at.caller.speaks("call me back callback", quiet_ms=400)
        await at.hears(OFFER)
        await at.hangs_up()
        await at.agents.directory.set_presence(ANA, Presence.AVAILABLE, at.agents.clock.wall_ms())


async def test_an_agent_who_becomes_free_gets_who_waits() -> None:
    async with house("accept") as at:
        await at.agents.directory.set_presence(ANA, Presence.BUSY, at.agents.clock.wall_ms())
        await at.asks()
        await at.until(NobodyFree)
        await at.agents.directory.set_presence(ANA, Presence.AVAILABLE, at.agents.clock.wall_ms())
        await at.stage("bridged")
        await at.hangs_up()


async def test_accepted_on_the_desk_the_briefing_is_left() -> None:
    async with house("silent") as at:
        await at.asks()
        await at.stage("briefing")
        await at.tell(AgentAccepted(T, ANA, "desk"))
        await at.stage("bridged")
        await at.hangs_up()


async def test_accepted_on_the_desk_while_it_rings_nothing_is_read_out() -> None:
    async with house(Manner(rings_ms=3_000)) as at:
        await at.asks()
        await at.stage("ringing")
        await at.tell(AgentAccepted(T, ANA, "desk"))
        await at.stage("bridged")
        assert at.agents.briefed == []
        await at.hangs_up()


async def test_the_caller_is_held_and_taken_off_hold() -> None:
    async with house("accept") as at:
        await at.asks()
        await at.stage("bridged")
        await at.tell(HoldAsked(T))
        seats = {seat.label: seat for room in at.exchange.office.rooms.live for seat in room.seats.values()}
        await at.there.running.exchange.pacer.wait(50)
        assert seats["caller"].held
        await at.tell(UnholdAsked(T))
        await at.there.running.exchange.pacer.wait(50)
        assert not seats["caller"].held
        await at.hangs_up()


async def test_a_second_agent_is_asked_and_takes_the_caller() -> None:
    async with house("accept", "accept") as at:
        await at.asks()
        await at.stage("bridged")
        (first,) = at.in_room - {"caller"}
        await at.tell(ConsultAsked(T, BEN if first == "t1.1" else ANA))
        while len(at.in_room) < 3:
            await at.exchange.pacer.wait(1)
        await at.exchange.pacer.wait(20)
        await at.tell(ConsultEnded(T, onward=True))
        while len(at.in_room) != 2:
            await at.exchange.pacer.wait(1)
        assert at.in_room == {"t1.2", "caller"}
        await at.hangs_up()


async def test_an_agent_gives_the_caller_back_with_a_note() -> None:
    async with house("accept") as at:
        await at.asks()
        await at.stage("bridged")
        await at.tell(ReturnAsked(T, "the card is blocked"))
        await at.hears("Back with me: the card is blocked")
        await at.hears("Anything else?")
        await at.caller.speaks("what are your hours", quiet_ms=400)
        await at.hears("We open at nine.")
        assert at.in_room == set()
        await at.tell(WrappedUp(T, "solved", "blocked it"))
        await at.hangs_up()
        await at.is_now("ana", Presence.AVAILABLE)


@pytest.mark.parametrize("written_up", [True, False])
async def test_who_was_served_is_known_as_cut_off_until_the_agent_has_written_the_call_up(written_up: bool) -> None:
    async with house("accept") as at:
        await at.asks()
        await at.stage("bridged")
        await at.hangs_up()
        if written_up:
            await at.tell(WrappedUp(T, "solved", "blocked it"))
            await at.stage("done")
        await at.is_now("ana", Presence.AVAILABLE if written_up else Presence.WRAP_UP)
        known = await at.agents.directory.returning(CALLER, at.agents.clock.wall_ms())
        assert (known is None) is written_up


async def test_a_caller_may_be_brought_to_an_agent_twice() -> None:
    async with house("accept", "accept") as at:
        await at.asks()
        await at.stage("bridged")
        await at.tell(ReturnAsked(T, "ask again"))
        await at.hears("Anything else?")
        await at.caller.speaks("a person please", quiet_ms=400)
        await at.until(TransferRequested, transfer=TransferId("t2"))
        while at.in_room != {"t2.1", "caller"}:
            await at.exchange.pacer.wait(1)
        await at.hangs_up()
