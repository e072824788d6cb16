"""People are called back when their turn comes, and who calls again after a drop is known: through the exchange."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from ivr.adapters.clock import ScaledClock
from ivr.calls.routing.state import Board, Callback, CallbackState, Plan, Presence, Queue
from ivr.calls.transfer.state import Stage
from ivr.exchange.agent_phone import MANNERS, AgentPhone
from ivr.flows.hours import Schedule
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import CallOffered
from ivr.vocabulary.ids import AgentId
from ivr.vocabulary.kept import PlaceKept
from ivr.vocabulary.transfers import TransferMoved, TransferRequested
from tests.calls.transferring import transfer_script
from tests.journeys.house import CALLER, NUMBER, SPEED, Agents, Caller, Street, street

ASKED = "An automated assistant calls back. Want somebody now?"
KNOWN = "An automated assistant. Connect you again?"
WITHIN_S = 30
"Of real time; what takes longer hangs."


@asynccontextmanager
async def house(plan: Plan | None = None) -> AsyncIterator[Street]:
    """A street with one agent, ana, who accepts when she is rung and is on a break; after it nothing is left."""
    clock = ScaledClock(SPEED)
    async with street(flow=transfer_script(), clock=clock, agents=Agents(clock, plan)) as there:
        assert there.agents is not None
        await there.agents.add("ana", presence=Presence.BREAK)
        AgentPhone(there.running.exchange, "client:ana", MANNERS["accept"])
        yield there
        await there.running.exchange.settled()
        assert there.running.exchange.live == {}
        assert there.running.exchange.office.rooms.live == []
        assert there.node.switchboard.live == 0


async def is_promised(there: Street) -> tuple[Caller, str]:
    """Somebody asks for a person, nobody is there, and they are to be called back. Their telephone, and that call."""
    caller = there.caller()
    await caller.dial()
    await caller.says("a person please")
    await caller.says("yes")
    promised = caller.call
    await caller.hangs_up()
    return caller, promised


async def comes_to_the_desk(there: Street) -> None:
    assert there.agents is not None
    await there.agents.directory.set_presence(AgentId("ana"), Presence.AVAILABLE, there.agents.clock.wall_ms())


async def until(there: Street, caller: Caller, kind: type[Event], **fields: object) -> None:
    """Wait until such an event is in the caller's log."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            for event in await there.events(caller.call):
                if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                    return
            await there.running.exchange.pacer.wait(1)


async def callback(there: Street, *states: CallbackState, outcome: str | None = None) -> Callback:
    """The callback, once it is in one of these states."""
    assert there.agents is not None
    async with asyncio.timeout(WITHIN_S):
        while True:
            for found in await there.agents.directory.callbacks():
                if found.state in states and outcome in (None, found.outcome):
                    return found
            await there.running.exchange.pacer.wait(1)


async def since_ms(there: Street) -> int:
    """The place of the one who waits, once there is one."""
    assert there.agents is not None
    while not (waiting := await there.agents.directory.waiting(there.agents.clock.wall_ms())):
        await there.running.exchange.pacer.wait(1)
    return waiting[0].waiting.since_ms


async def hours_pass(there: Street) -> None:
    """Until the next attempt is due."""
    assert there.agents is not None

    def pass_by(board: Board) -> tuple[Board, None]:
        due = {id: replace(each, due_ms=0) for id, each in board.callbacks.items()}
        return replace(board, callbacks=due, version=board.version + 1), None

    await there.agents.board.act(pass_by)


async def test_who_was_promised_a_call_is_called_when_somebody_is_free_and_meets_them() -> None:
    async with house() as there:
        caller, promised = await is_promised(there)
        caller.phone.register()
        assert (await callback(there, CallbackState.PENDING)).call == promised
        await comes_to_the_desk(there)
        assert " ".join(await caller.picks_up()) == ASKED
        caller.phone.press("1")
        await until(there, caller, TransferMoved, stage=Stage.BRIDGED)
        assert (await callback(there, CallbackState.REACHED)).attempts == 1
        events = await there.events(caller.call)
        assert events[0] == CallOffered(CALLER, NUMBER)
        assert any(isinstance(event, PlaceKept) and event.before == promised for event in events)
        await caller.hangs_up()


async def test_who_does_not_answer_is_called_again_later() -> None:
    async with house() as there:
        caller, _ = await is_promised(there)
        caller.phone.register()
        await comes_to_the_desk(there)
        await caller.phone.wait("incoming")
        caller.phone.decline()
        busy = await callback(there, CallbackState.PENDING, outcome="busy")
        assert busy.attempts == 1 and busy.due_ms - busy.state_ms == 5 * 60_000
        await caller.phone.ended_call()
        await hours_pass(there)
        assert " ".join(await caller.picks_up()) == ASKED
        await caller.speaks("yes")
        await until(there, caller, TransferMoved, stage=Stage.BRIDGED)
        assert (await callback(there, CallbackState.REACHED)).attempts == 2
        await caller.hangs_up()


async def test_a_voicemail_is_spoken_to_by_nobody_and_tried_again_later() -> None:
    async with house() as there:
        caller, promised = await is_promised(there)
        machine = AgentPhone(there.running.exchange, CALLER, MANNERS["voicemail"])
        await comes_to_the_desk(there)
        assert (await callback(there, CallbackState.PENDING, outcome="machine")).attempts == 1
        assert await there.events(machine.records[-1].sid) == []
        assert not any(isinstance(event, PlaceKept) for event in await there.events(promised))
        assert caller.call == promised


async def test_who_wants_it_no_more_is_called_never_again() -> None:
    async with house() as there:
        caller, _ = await is_promised(there)
        caller.phone.register()
        await comes_to_the_desk(there)
        assert " ".join(await caller.picks_up()) == ASKED
        caller.phone.press("2")
        assert await caller.is_hung_up_on() == ["We won't call again."]
        await callback(there, CallbackState.CANCELLED, outcome="declined")


async def test_who_hangs_up_without_a_word_is_tried_again() -> None:
    async with house() as there:
        caller, _ = await is_promised(there)
        caller.phone.register()
        await comes_to_the_desk(there)
        await caller.picks_up()
        await caller.hangs_up()
        assert (await callback(there, CallbackState.PENDING, outcome="no_answer")).attempts == 1


async def test_nobody_is_called_outside_of_the_hours_for_it() -> None:
    never = Plan({"cards": Queue("cards", callback_hours="never")}, {"never": Schedule("UTC", ((),) * 7)})
    async with house(never) as there:
        caller, _ = await is_promised(there)
        caller.phone.register()
        await comes_to_the_desk(there)
        await hours_pass(there)
        for _ in range(3):
            await there.running.exchange.pacer.wait(50)
        assert (await callback(there, CallbackState.PENDING)).attempts == 0
        assert not caller.phone.busy


async def test_who_was_cut_off_in_the_queue_and_calls_again_is_known_and_keeps_their_place() -> None:
    async with house() as there:
        assert there.agents is not None
        await there.agents.add("ben", presence=Presence.BUSY)
        caller = there.caller()
        await caller.dial()
        await caller.speaks("a person please")
        await until(there, caller, TransferRequested)
        before = caller.call
        await caller.hangs_up()
        assert " ".join(await caller.dial()) == KNOWN
        assert any(isinstance(event, PlaceKept) and event.before == before for event in await there.events(caller.call))
        await caller.speaks("yes")
        await until(there, caller, TransferRequested)
        first = next(each.wall_ms for each in await there.log(before) if isinstance(each.event, TransferRequested))
        assert await since_ms(there) == first
        await comes_to_the_desk(there)
        await until(there, caller, TransferMoved, stage=Stage.BRIDGED)
        await caller.hangs_up()
