"""What a person does at a desk enters the log of the call: while it is live, and after it is over."""

from ivr.vocabulary.answered import TurnMarkedWrong
from ivr.vocabulary.ids import CallId, PromptId, UserId
from tests.journeys.house import street

WRONG = TurnMarkedWrong(PromptId("p1"), UserId("u1"), "we open at ten")


async def test_a_fact_enters_a_live_call_and_changes_nothing_else_in_it() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        assert await there.node.switchboard.tell(CallId(caller.call), WRONG)
        assert (await there.events(caller.call))[-1] == WRONG
        assert await caller.says("what are your hours") == ["We open at nine.", "Anything else?"]
        await caller.hangs_up()


async def test_a_fact_enters_a_call_that_is_over() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        await caller.speaks("goodbye")
        await caller.is_hung_up_on()
        await there.running.exchange.settled()
        assert await there.node.switchboard.tell(CallId(caller.call), WRONG)
        assert (await there.events(caller.call))[-1] == WRONG


async def test_there_is_no_call_to_tell() -> None:
    async with street() as there:
        assert not await there.node.switchboard.tell(CallId("CA0"), WRONG)
