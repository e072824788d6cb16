"""What else can happen in each stage of a transfer: its time passes, one thinks better of it, the carrier fails."""

import pytest

from ivr.calls.routing.state import Presence
from ivr.calls.transfer.state import Stage
from ivr.exchange.agent_phone import AgentPhone, Manner
from ivr.exchange.faults import Fault
from ivr.vocabulary.events import TakenUp
from ivr.vocabulary.ids import AgentId, LegId
from ivr.vocabulary.supervision import SuperviseAsked
from ivr.vocabulary.transfers import (
    AgentDeclined,
    AgentJoined,
    AgentUnreachable,
    CallerOut,
    CarrierFailed,
    ConsultAsked,
    NobodyFree,
    PlaceMoved,
    ReturnAsked,
    TakenOver,
    TransferMoved,
)
from tests.journeys.offices import ANA, BEN, CONSULTED, T, office

FIRST = LegId("t1.1")
PICKS_UP = Manner(rings_ms=500)
OFFER = "Shall we call 2 0 2, 5 5 5, 0 1 4 3?"


# ── its time passes ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_caller_who_has_waited_a_minute_has_everybody_asked_again() -> None:
    async with office() as here:
        await here.nobody_is_free()
        await here.at.asks()
        await here.at.until(NobodyFree)
        await here.at.agents.directory.set_presence(BEN, Presence.AVAILABLE, here.at.agents.clock.wall_ms())
        await here.time_is_over(Stage.QUEUED)
        await here.ben.is_rung()
        await here.at.hangs_up()


async def test_a_telephone_that_rings_too_long_is_given_up_and_its_agent_is_away() -> None:
    async with office() as here:
        await here.reaches(Stage.RINGING)
        await here.time_is_over(Stage.RINGING)
        await here.ana.is_quiet()
        await here.ben.is_rung()
        assert (await here.presence())[0] is Presence.AWAY
        await here.at.hangs_up()


async def test_an_agent_who_never_decides_is_away() -> None:
    async with office() as here:
        await here.reaches(Stage.BRIEFING)
        await here.time_is_over(Stage.BRIEFING)
        await here.ana.is_quiet()
        await here.ben.is_rung()
        assert (await here.presence())[0] is Presence.AWAY
        await here.at.hangs_up()


async def test_two_who_do_not_come_together_in_time_are_parted_and_the_next_agent_is_asked() -> None:
    async with office() as here:
        await here.reaches(Stage.JOINING)
        await here.time_is_over(Stage.JOINING)
        await here.ana.is_quiet()
        await here.ben_takes_the_caller()
        await here.at.hangs_up()


async def test_a_bridge_of_hours_is_ended_and_the_caller_asked_whether_they_are_there() -> None:
    async with office() as here:
        await here.reaches(Stage.BRIDGED)
        await here.time_is_over(Stage.BRIDGED)
        await here.at.hears("The line broke off.")
        await here.ana.is_quiet()
        await here.at.hangs_up()


async def test_nobody_is_on_hold_for_ever() -> None:
    async with office() as here:
        await here.reaches(Stage.HELD)
        await here.time_is_over(Stage.HELD)
        await here.caller_is_off_hold()
        await here.at.hangs_up()


async def test_a_consultation_has_an_end() -> None:
    async with office() as here:
        await here.reaches(CONSULTED)
        await here.time_is_over(Stage.CONSULTING)
        await here.caller_is_off_hold()
        await here.ben.is_quiet()
        assert here.at.in_room == {"t1.1", "caller"}
        await here.at.hangs_up()


async def test_a_caller_who_does_not_come_back_is_let_out_of_the_room() -> None:
    async with office() as here:
        await here.reaches(Stage.BRIDGED)
        here.fails(f"{here.at.caller.call}.json", 503, count=2)
        await here.at.tell(ReturnAsked(T, ""))
        await here.time_is_over(Stage.RETURNING)
        await here.ana.is_quiet()
        await here.at.hears("Anything else?")
        await here.is_served_by_the_assistant()
        assert len(await here.at.events(TakenUp)) == 1
        assert here.at.in_room == set()
        await here.at.hangs_up()


async def test_wrap_up_has_an_end() -> None:
    async with office() as here:
        await here.reaches(Stage.WRAP_UP)
        await here.time_is_over(Stage.WRAP_UP)
        await here.at.until(TransferMoved, stage="done")
        assert (await here.presence())[0] is Presence.AVAILABLE
        await here.at.hangs_up()


# ── somebody thinks better of it ─────────────────────────────────────────────────────────────────────────────────


async def test_a_caller_who_moves_up_in_the_queue_is_told() -> None:
    async with office() as here:
        await here.nobody_is_free()
        before = here.at.there.caller("+12025550144")
        await before.dial()
        await before.speaks("a person please")
        while not await here.at.agents.directory.waiting(here.at.agents.clock.wall_ms()):
            await here.at.exchange.pacer.wait(1)
        await here.at.asks()
        await here.at.hears("You are number 2.")
        await before.hangs_up()
        assert (await here.at.until(PlaceMoved)).position == 1
        await here.at.hears("You are next.")
        await here.at.hangs_up()


@pytest.mark.parametrize("stage", [Stage.RINGING, Stage.BRIEFING])
async def test_a_caller_who_would_rather_be_called_back_rings_nobody_any_more(stage: Stage) -> None:
    async with office() as here:
        await here.reaches(stage)
        here.at.caller.phone.press("1")
        await here.at.hears(OFFER)
        await here.ana.is_quiet()
        assert await here.presence() == (Presence.AVAILABLE, Presence.AVAILABLE)
        await here.at.hangs_up()


async def test_an_agent_who_declines_while_it_rings_is_followed_by_the_next() -> None:
    async with office() as here:
        await here.reaches(Stage.RINGING)
        await here.at.tell(AgentDeclined(T, ANA, "desk"))
        await here.ana.is_quiet()
        await here.ben.is_rung()
        assert (await here.presence())[0] is Presence.AVAILABLE
        await here.at.hangs_up()


async def test_a_colleague_who_declines_leaves_the_caller_with_the_first_agent() -> None:
    async with office() as here:
        await here.reaches(Stage.CONSULTING)
        await here.at.tell(AgentDeclined(T, BEN, "desk"))
        await here.ben.is_quiet()
        await here.caller_is_off_hold()
        assert await here.told(ANA) == ["second_unreachable"]
        await here.at.hangs_up()


async def test_a_colleague_is_asked_while_the_caller_is_on_hold_already() -> None:
    async with office() as here:
        await here.reaches(Stage.HELD)
        await here.at.tell(ConsultAsked(T, BEN))
        await here.ben.is_rung()
        assert here.at.seat("caller").held
        await here.at.hangs_up()


@pytest.mark.parametrize("stage", [Stage.HELD, Stage.CONSULTING])
async def test_a_caller_is_handed_back_out_of_any_conversation(stage: Stage) -> None:
    async with office() as here:
        await here.reaches(stage)
        await here.at.tell(ReturnAsked(T, "the card is blocked"))
        await here.at.hears("Back with me: the card is blocked")
        await here.ana.is_quiet()
        await here.ben.is_quiet()
        await here.at.hangs_up()


@pytest.mark.parametrize("stage", [Stage.HELD, CONSULTED])
async def test_a_supervisor_takes_over_and_the_caller_is_on_hold_no_longer(stage: str) -> None:
    async with office() as here:
        await here.reaches(stage)
        await here.at.agents.add("sue", Presence.BUSY)
        AgentPhone(here.at.exchange, "client:sue", PICKS_UP)
        await here.at.tell(SuperviseAsked(T, AgentId("sue"), "Sue", "take_over"))
        await here.at.until(TakenOver)
        await here.ana.is_quiet()
        await here.ben.is_quiet()
        await here.caller_is_off_hold()
        assert here.at.in_room == {"t1.s1", "caller"}
        assert await here.presence() == (Presence.WRAP_UP, Presence.AVAILABLE)
        await here.at.hangs_up()


# ── the carrier fails ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stage", [Stage.BRIEFING, Stage.JOINING])
async def test_a_leg_that_the_carrier_gives_up_after_its_answer_is_replaced(stage: Stage) -> None:
    async with office() as here:
        await here.reaches(stage)
        await here.at.tell(AgentUnreachable(T, FIRST, "failed"))
        await here.ana.is_quiet()
        await here.ben_takes_the_caller()
        await here.at.hangs_up()


async def test_a_caller_whom_the_room_does_not_keep_is_brought_to_the_next_agent() -> None:
    async with office() as here:
        await here.reaches(Stage.JOINING)
        await here.at.until(AgentJoined)
        here.at.exchange.faults.inject(Fault("callback.drop", match=f"/room/{here.at.caller.call}", count=2))
        while "caller" not in here.at.in_room:
            await here.at.exchange.pacer.wait(1)
        await here.drops_the_caller_from_the_room()
        await here.ben_takes_the_caller()
        assert await here.at.events(CallerOut)
        await here.at.hangs_up()


@pytest.mark.parametrize("stage", [Stage.BRIDGED, Stage.HELD, Stage.CONSULTING])
async def test_a_caller_who_is_dropped_from_the_room_is_with_the_assistant(stage: Stage) -> None:
    async with office() as here:
        await here.reaches(stage)
        await here.drops_the_caller_from_the_room()
        await here.at.hears("The line broke off.")
        await here.ana.is_quiet()
        await here.ben.is_quiet()
        assert await here.presence() == (Presence.WRAP_UP, Presence.AVAILABLE)
        await here.at.hangs_up()


async def test_a_colleague_whom_the_carrier_will_not_ring_is_told_and_they_go_on_talking() -> None:
    async with office() as here:
        await here.reaches(Stage.BRIDGED)
        here.fails("Calls.json", 400)
        await here.at.tell(ConsultAsked(T, BEN))
        assert (await here.at.until(CarrierFailed)).what == "ring"
        await here.caller_is_off_hold()
        assert await here.told(ANA) == ["second_unreachable"]
        await here.at.hangs_up()


async def test_a_caller_who_cannot_be_brought_back_stays_with_the_agent() -> None:
    async with office() as here:
        await here.reaches(Stage.BRIDGED)
        here.fails(f"{here.at.caller.call}.json", 400)
        await here.at.tell(ReturnAsked(T, ""))
        assert (await here.at.until(CarrierFailed)).what == "bring_back"
        assert here.at.in_room == {"t1.1", "caller"}
        assert await here.told(ANA) == ["not_returned"]
        await here.at.hangs_up()
