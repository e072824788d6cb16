"""Whatever breaks in a transfer, the caller ends with somebody who knows what happened, and nothing is left over."""

import aiohttp
import pytest

from ivr.calls.routing.state import Presence
from ivr.exchange.agent_phone import MANNERS, Manner
from ivr.exchange.faults import Fault
from ivr.vocabulary.ids import AgentId, LegId, TransferId
from ivr.vocabulary.transfers import AgentAccepted, AgentLeft, AgentUnreachable, CarrierFailed, HoldAsked, TransferMoved
from tests.journeys.house import ACCOUNT
from tests.journeys.transferring import house

T, ANA, BEN = TransferId("t1"), AgentId("ana"), AgentId("ben")
OFFER = "Shall we call 2 0 2, 5 5 5, 0 1 4 3?"
SLOWLY = Manner(rings_ms=4_000, keys="1", listens_ms=6_000)


async def test_a_caller_who_hangs_up_in_the_queue_gives_up_their_place() -> None:
    async with house("none") as at:
        await at.agents.directory.set_presence(ANA, Presence.BREAK, at.agents.clock.wall_ms())
        await at.agents.add("eva", languages=("en",))
        await at.agents.directory.set_presence(AgentId("eva"), Presence.BUSY, at.agents.clock.wall_ms())
        await at.asks()
        await at.hears("You are next.")
        await at.hangs_up()
        assert (await at.until(TransferMoved, stage="done")).why == "the caller hung up"


async def test_an_agents_leg_that_drops_before_they_meet_brings_the_next_agent() -> None:
    async with house("drop", "accept") as at:
        await at.asks()
        await at.until(AgentLeft)
        await at.stage("bridged")
        assert at.in_room == {"t1.2", "caller"}
        await at.hangs_up()


async def test_a_room_that_the_carrier_ends_brings_the_caller_back() -> None:
    async with house("accept") as at:
        await at.asks()
        await at.stage("bridged")
        await at.agents.carrier.end_room(f"{at.caller.call}.t1")
        await at.hears("The line broke off.")
        await at.hangs_up()


@pytest.mark.parametrize("fault", [Fault("rest.status", status=429), Fault("rest.status", status=503)])
async def test_a_carrier_that_stumbles_is_asked_again(fault: Fault) -> None:
    async with house("accept") as at:
        at.exchange.faults.inject(fault)
        await at.asks()
        await at.stage("bridged")
        assert len(at.phones["ana"].records) == 1
        await at.hangs_up()


@pytest.mark.parametrize("status", [404, 429, 500])
async def test_a_carrier_that_will_not_ring_is_told_to_the_caller(status: int) -> None:
    async with house("accept", "accept") as at:
        at.exchange.faults.inject(Fault("rest.status", match="Calls.json", status=status, count=40))
        await at.asks()
        await at.hears("Our lines fail.")
        await at.hears(OFFER)
        assert [failed.what for failed in await at.events(CarrierFailed)] == ["ring", "ring"]
        at.exchange.faults.clear()
        await at.hangs_up()


async def test_a_new_call_whose_answer_is_lost_rings_one_telephone_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.adapters.twilio.rest.NEW_CALL_S", 0.3)
    async with house(MANNERS["accept"]) as at:  # in no hurry: the call is looked for while it is under way
        at.exchange.faults.inject(Fault("rest.timeout", match="Calls.json", ms=1_500))
        await at.asks()
        await at.stage("bridged")
        assert len(at.phones["ana"].records) == 1
        await at.hangs_up()


async def test_a_caller_who_cannot_be_moved_never_left_the_assistant() -> None:
    async with house("accept", "none") as at:
        await at.caller.dial()
        at.exchange.faults.inject(Fault("rest.status", match=f"{at.caller.call}.json", status=400, count=2))
        await at.caller.speaks("a person please")
        failed = await at.until(CarrierFailed)
        assert failed.what == "move"
        await at.phones["ana"].ended_call()
        assert (await at.stages())[:4] == ["ringing", "briefing", "joining", "queued"]
        await at.hangs_up()


async def test_a_hold_that_fails_is_told_and_they_go_on_talking() -> None:
    async with house("accept") as at:
        await at.asks()
        await at.stage("bridged")
        at.exchange.faults.inject(Fault("rest.status", match="Participants", status=404))
        await at.tell(HoldAsked(T))
        await at.until(CarrierFailed, what="hold")
        assert (await at.stages())[-1] == "bridged"
        await at.hangs_up()


async def test_of_two_who_accept_at_once_one_has_the_caller() -> None:
    async with house(SLOWLY, "none") as at:
        await at.asks()
        await at.stage("briefing")
        (asked,) = {name for name, phone in at.phones.items() if phone.records}
        other = BEN if asked == "ana" else ANA
        await at.tell(AgentAccepted(T, other, "desk"))
        await at.tell(AgentAccepted(T, AgentId(asked), "desk"))
        await at.tell(AgentAccepted(T, AgentId(asked), "key"))
        await at.stage("bridged")
        assert at.in_room == {"t1.1", "caller"}
        await at.hangs_up()


@pytest.mark.parametrize("fault", ["callback.duplicate", "callback.reorder", "callback.drop"])
async def test_callbacks_that_come_twice_late_or_never_change_nothing(fault: str) -> None:
    async with house("accept") as at:
        at.exchange.faults.inject(Fault(fault, match="/agent/", count=6))
        await at.asks()
        await at.stage("bridged")
        await at.hangs_up()


async def test_a_directory_that_is_down_leads_to_a_call_back() -> None:
    async with house("accept") as at:
        at.agents.board.down = True
        await at.asks()
        await at.hears("Nobody could take it.")
        await at.hears(OFFER)
        at.agents.board.down = False
        await at.hangs_up()


async def test_a_late_answer_is_hung_up_on() -> None:
    async with house("none") as at:
        await at.asks()
        await at.stage("ringing")
        await at.tell(AgentUnreachable(T, LegId("t1.1"), "no_answer"))
        await at.phones["ana"].ended_call()
        await at.hears("Nobody could take it.")
        await at.hangs_up()


@pytest.mark.parametrize("what", ["briefing", "key", "left", "status"])
async def test_what_is_not_signed_by_the_carrier_moves_no_transfer(what: str) -> None:
    async with house(SLOWLY) as at, aiohttp.ClientSession() as anybody:
        await at.asks()
        await at.stage("briefing")
        form = {"CallSid": "CA" + "1" * 32, "AccountSid": ACCOUNT, "CallStatus": "completed", "Digits": "2"}
        call = at.caller.call
        for path in (f"agent/{call}/t1.1/{what}", f"room/{call}/t1", f"room/{call}/t1/left"):
            async with anybody.post(f"{at.there.node.url}/twilio/{path}", data=form) as answer:
                assert answer.status == 403
        assert (await at.stages())[-1] == "briefing"
        await at.hangs_up()


async def test_an_agent_who_is_gone_as_they_join_leaves_nobody_in_a_room_alone() -> None:
    async with house("accept") as at:
        await at.asks()
        await at.stage("joining")
        at.phones["ana"].hang_up()
        await at.hears("Nobody could take it.")
        await at.hears(OFFER)
        await at.hangs_up()


@pytest.mark.parametrize("then", ["the agent hangs up", "the caller hangs up"])
async def test_a_process_that_lets_go_of_two_who_talk_costs_neither_of_them(then: str) -> None:
    async with house("accept") as at:
        await at.asks()
        await at.stage("bridged")
        await at.there.node.switchboard.drained(0)
        while at.there.node.switchboard.live:
            await at.exchange.pacer.wait(1)
        assert at.in_room == {"t1.1", "caller"}
        if then == "the agent hangs up":
            at.phones["ana"].hang_up()
            await at.hears("The line broke off.")
            await at.hangs_up()
        else:
            await at.hangs_up()
            await at.phones["ana"].ended_call()
