"""A supervisor listens to a call, whispers to its agent, joins them and takes the call over: through the exchange."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ivr.adapters.scripted import codec
from ivr.audio import g711
from ivr.calls.routing.state import Presence, Waiting
from ivr.calls.transferred import transferred
from ivr.exchange.agent_phone import MANNERS, AgentPhone, Manner
from ivr.exchange.faults import Fault
from ivr.exchange.phone import Phone
from ivr.vocabulary.events import CallEnded, RoomSpoken
from ivr.vocabulary.ids import AgentId, CallId, TransferId
from ivr.vocabulary.supervision import SuperviseAsked, SuperviseFailed, SuperviseStopped, SupervisionMoved
from ivr.vocabulary.transfers import (
    AgentLeft,
    AgentReserved,
    HoldAsked,
    NobodyFree,
    ReturnAsked,
    TakenOver,
    UnholdAsked,
    WrappedUp,
)
from ivr.vocabulary.units import MuLaw, Pcm16
from tests.journeys.house import CALLER, EN
from tests.journeys.transferring import WITHIN_S, Transferring, house

T, ANA, SUE = TransferId("t1"), AgentId("ana"), AgentId("sue")
STATES = {"listen": "listening", "whisper": "whispering", "join": "joined"}
PICKS_UP = Manner(rings_ms=500)


class Floor:
    """A call that Ana has, and Sue, who supervises."""

    def __init__(self, at: Transferring, sue: AgentPhone) -> None:
        self.at = at
        self.phones: dict[str, Phone] = {"caller": at.caller.phone, "ana": at.phones["ana"], "sue": sue}

    async def asks(self, mode: str) -> None:
        await self.at.tell(SuperviseAsked(T, SUE, "Sue", mode))

    async def is_now(self, mode: str) -> None:
        """Ask for it, and wait until the carrier has done it."""
        await self.asks(mode)
        await self.stands(STATES[mode])

    async def stands(self, state: str) -> SupervisionMoved:
        """Wait until this is where Sue stands."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                moves = await self.at.events(SupervisionMoved)
                if moves and moves[-1].state == state:
                    last: SupervisionMoved = moves[-1]
                    return last
                await self.at.exchange.pacer.wait(1)

    async def hear(self, speaker: str, *others: str) -> None:
        """`speaker` says something; these hear it to its end, and the others nothing at all."""
        said = f"this is {speaker}"
        for phone in self.phones.values():
            phone.heard_frames.clear()
        self.phones[speaker].say(g711.encode(codec.encode(said)))
        async with asyncio.timeout(WITHIN_S):
            while any(said not in self._heard(name) for name in others):
                await self.at.exchange.pacer.wait(5)
        await self.at.exchange.pacer.wait(60)  # longer than it took to say
        assert {name for name in self.phones if self._heard(name)} == set(others)

    def _heard(self, name: str) -> list[str]:
        frames = b"".join(frame for _, frame in list(self.phones[name].heard_frames))
        return [each.text for each in codec.listen(Pcm16(g711.decode(MuLaw(frames))))]


@asynccontextmanager
async def floor(manner: Manner = PICKS_UP, presence: Presence = Presence.BUSY) -> AsyncIterator[Floor]:
    """Ana and the caller have met; afterwards nothing is left of anybody."""
    async with house("accept") as at, asyncio.timeout(3 * WITHIN_S):
        at.phones["ana"].wants_frames = True
        await at.agents.add("sue", presence)
        sue = AgentPhone(at.exchange, "client:sue", manner, frames=True)
        await at.asks()
        await at.stage("bridged")
        yield Floor(at, sue)
        if at.caller.phone.busy:
            await at.hangs_up()
        await at.exchange.settled()
        while await is_kept(at):
            await at.exchange.pacer.wait(1)


async def is_kept(at: Transferring) -> bool:
    """Whether Sue is still kept for the call. She is let go of after its log has told that it ended."""
    now = await at.agents.directory.agent(SUE, at.agents.clock.wall_ms())
    assert now is not None
    return any(hold.until_ms is None for hold in now.holds)


async def test_who_listens_hears_both_and_neither_hears_them() -> None:
    async with floor() as on:
        await on.is_now("listen")
        assert on.at.in_room == {"t1.1", "caller", "t1.s1"}
        await on.hear("caller", "ana", "sue")
        await on.hear("ana", "caller", "sue")
        await on.hear("sue")


async def test_who_whispers_is_heard_by_the_agent_alone() -> None:
    async with floor() as on:
        await on.is_now("whisper")
        await on.hear("sue", "ana")
        await on.hear("caller", "ana", "sue")


async def test_who_joins_is_heard_by_both_and_may_go_back_to_listening() -> None:
    async with floor() as on:
        await on.is_now("join")
        await on.hear("sue", "ana", "caller")
        await on.is_now("listen")
        await on.hear("sue")


async def test_the_log_tells_who_took_part_when_and_how() -> None:
    async with floor() as on:
        for mode in STATES:
            await on.is_now(mode)
        await on.at.tell(SuperviseStopped(T, SUE))
        await on.stands("off")
        moves = await on.at.events(SupervisionMoved)
        assert [(move.agent, move.name, move.state) for move in moves] == [
            (SUE, "Sue", state) for state in ("dialling", "listening", "whispering", "joined", "off")
        ]
        await on.phones["sue"].ended_call()
        await on.hear("ana", "caller")


async def test_what_a_supervisor_says_to_the_caller_is_not_written_down_as_the_agents() -> None:
    async with floor() as on:
        await on.is_now("join")
        on.phones["sue"].say(g711.encode(codec.encode("let me help")))
        spoken = await on.at.until(RoomSpoken, text="let me help")
        assert (spoken.speaker, spoken.name) == ("agent", "Ana, Sue")


async def test_whispered_words_are_not_written_down() -> None:
    async with floor() as on:
        await on.is_now("whisper")
        await on.hear("sue", "ana")
        await on.hear("ana", "caller", "sue")
        await on.at.until(RoomSpoken, text="this is ana")
        assert [event.text for event in await on.at.events(RoomSpoken)] == ["this is ana"]


@pytest.mark.parametrize("before", [None, "listen", "whisper", "join"])
async def test_who_takes_over_has_the_caller_and_the_agent_is_let_go(before: str | None) -> None:
    async with floor() as on:
        if before is not None:
            await on.is_now(before)
        await on.asks("take_over")
        await on.at.until(TakenOver)
        await on.phones["ana"].ended_call()
        await on.at.exchange.pacer.wait(20)
        assert on.at.in_room == {"t1.s1", "caller"}
        await on.at.is_now("ana", Presence.WRAP_UP)
        del on.phones["ana"]
        await on.hear("sue", "caller")
        await on.hear("caller", "sue")
        told = transferred(await on.at.there.log(on.at.caller.call))
        assert told is not None and (told.agent, told.state) == ("Sue", "bridged")


async def test_who_has_taken_over_holds_hands_back_and_writes_it_down() -> None:
    async with floor() as on:
        await on.asks("take_over")
        await on.at.until(TakenOver)
        await on.at.tell(HoldAsked(T))
        await on.at.stage("held")
        await on.at.tell(UnholdAsked(T))
        await on.at.tell(ReturnAsked(T, "the card is blocked"))
        await on.at.hears("Back with me: the card is blocked")
        await on.phones["sue"].ended_call()
        await on.at.tell(WrappedUp(T, "solved", "blocked it"))
        await on.at.stage("done")


@pytest.mark.parametrize("mode", list(STATES))
async def test_a_caller_who_hangs_up_ends_the_supervisors_leg_at_once(mode: str) -> None:
    async with floor() as on:
        await on.is_now(mode)
        await on.at.hangs_up()
        await on.phones["sue"].ended_call()
        await on.phones["ana"].ended_call()


async def test_a_caller_who_hangs_up_stops_the_supervisors_telephone_ringing() -> None:
    async with floor(MANNERS["none"]) as on:
        await on.asks("listen")
        await on.phones["sue"].wait("incoming")
        await on.at.hangs_up()
        await on.phones["sue"].ended_call()


@pytest.mark.parametrize("mode", list(STATES))
async def test_a_supervisors_line_that_ends_costs_the_two_nothing(mode: str) -> None:
    async with floor() as on:
        await on.is_now(mode)
        on.phones["sue"].hang_up()
        assert (await on.stands("off")).why == "hung up"
        assert (await on.at.stages())[-1] == "bridged"
        await on.hear("ana", "caller")


async def test_when_the_line_of_the_agent_ends_a_supervisor_who_speaks_with_the_caller_has_them() -> None:
    async with floor() as on:
        await on.is_now("join")
        on.phones["ana"].hang_up()
        await on.at.until(AgentLeft)
        await on.stands("off")
        await on.at.exchange.pacer.wait(50)
        assert on.at.in_room == {"t1.s1", "caller"}
        assert (await on.at.stages())[-1] == "bridged"


async def test_when_the_line_of_the_agent_ends_who_listens_is_let_go_and_the_caller_is_not_left_alone() -> None:
    async with floor() as on:
        await on.is_now("listen")
        on.phones["ana"].hang_up()
        await on.at.hears("The line broke off.")
        await on.phones["sue"].ended_call()


@pytest.mark.parametrize(("manner", "why"), [("decline", "busy"), ("none", "no_answer")])
async def test_a_supervisor_who_does_not_answer_changes_nothing(manner: str, why: str) -> None:
    async with floor(MANNERS[manner]) as on:
        await on.asks("listen")
        assert (await on.stands("off")).why == why
        assert (await on.at.stages())[-1] == "bridged"
        await on.at.is_now("sue", Presence.BUSY)


async def test_a_supervisor_by_telephone_is_rung_there_and_a_voicemail_does_not_listen() -> None:
    async with floor() as on:
        number = "+12025550177"
        await on.at.agents.add("eva", address=number)
        AgentPhone(on.at.exchange, number, MANNERS["voicemail"])
        await on.at.tell(SuperviseAsked(T, AgentId("eva"), "Eva", "join"))
        assert (await on.stands("off")).why == "voicemail"
        assert on.at.in_room == {"t1.1", "caller"}


async def test_who_has_a_call_of_their_own_is_not_rung() -> None:
    async with floor(presence=Presence.AVAILABLE) as on:
        other = on.at.there.caller("+12025550188")
        await other.dial()
        await other.speaks("a person please")
        await on.phones["sue"].wait("incoming")
        await on.asks("listen")
        assert (await on.stands("off")).why == "busy"
        await other.hangs_up()
        await on.phones["sue"].ended_call()


async def test_a_carrier_that_will_not_ring_the_supervisor_says_so() -> None:
    async with floor() as on:
        on.at.exchange.faults.inject(Fault("rest.status", match="Calls.json", status=500, count=40))
        await on.asks("listen")
        assert (await on.stands("off")).why == "failed"
        on.at.exchange.faults.clear()
        assert (await on.at.stages())[-1] == "bridged"


@pytest.mark.parametrize("mode", ["whisper", "join", "take_over"])
async def test_a_part_that_the_carrier_refuses_leaves_everything_as_it_was(mode: str) -> None:
    async with floor() as on:
        await on.is_now("listen")
        on.at.exchange.faults.inject(Fault("rest.status", match="Participants", status=404))
        await on.asks(mode)
        assert (await on.at.until(SuperviseFailed)).what == mode
        await on.hear("sue")
        await on.is_now("whisper")


@pytest.mark.parametrize("mode", ["join", "take_over"])
async def test_a_part_of_which_nothing_is_known_ends_the_supervisors_leg(mode: str) -> None:
    async with floor() as on:
        await on.is_now("listen")
        on.at.exchange.faults.inject(Fault("rest.status", match="Participants", status=500, count=10))
        await on.asks(mode)
        assert (await on.stands("off")).why == "failed"
        await on.phones["sue"].ended_call()
        on.at.exchange.faults.clear()
        await on.hear("ana", "caller")


async def test_a_process_that_lets_go_of_the_call_costs_the_supervisor_nothing() -> None:
    async with floor() as on:
        await on.is_now("listen")
        await on.at.there.node.switchboard.drained(0)
        while on.at.there.node.switchboard.live:
            await on.at.exchange.pacer.wait(1)
        assert on.at.in_room == {"t1.1", "caller", "t1.s1"}
        await on.at.caller.hangs_up()
        await on.at.until(CallEnded)
        await on.phones["sue"].ended_call()
        await on.phones["ana"].ended_call()


async def test_a_caller_who_waits_is_fetched_by_a_supervisor_who_is_rung_as_an_agent() -> None:
    async with house("none") as at:
        await at.agents.directory.set_presence(ANA, Presence.BUSY, at.agents.clock.wall_ms())
        await at.agents.add("sue", Presence.BUSY)
        AgentPhone(at.exchange, "client:sue", MANNERS["accept"])
        await at.asks()
        await at.until(NobodyFree, why="busy")
        call = CallId(at.caller.call)
        waiting = Waiting(call, T, "cards", CALLER, EN, "asked", int(at.agents.clock.wall_ms()))
        assert await at.agents.directory.attend(SUE, waiting, int(at.agents.clock.wall_ms()))
        await at.tell(AgentReserved(T, SUE, "Sue"))
        await at.stage("bridged")
        assert at.in_room == {"t1.1", "caller"}
        await at.hangs_up()
        await at.agents.directory.set_presence(ANA, Presence.AVAILABLE, at.agents.clock.wall_ms())
