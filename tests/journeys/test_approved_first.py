"""Answers that a person looks at first, through the exchange: what the caller really hears."""

from contextlib import AbstractAsyncContextManager

from ivr.answers.governed import Held
from ivr.calls import folds
from ivr.flows.policies import Policies
from ivr.vocabulary.answered import AnswerPolicy, DraftApproved
from ivr.vocabulary.ids import CallId, RequestId, UserId
from tests.calls.script import script
from tests.journeys.house import PASSAGES, Caller, Street, street

WAIT = "A colleague looks at my answer first."


def house(*, someone: bool = True) -> AbstractAsyncContextManager[Street]:
    """A street where somebody looks at answers about hours and insurance first."""
    policies = Policies(dict.fromkeys(("hours", "insurance"), AnswerPolicy.APPROVE_FIRST))
    return street(held=Held(lambda source: source.partition("#")[0], lambda: policies, lambda: someone))


async def asks(caller: Caller, question: str) -> None:
    """Ask, and hear why one waits."""
    await caller.dial()
    await caller.speaks(question)
    while not (await caller.phone.wait("mark")).name.endswith(".end"):
        pass
    assert caller.heard() == [WAIT]


async def approves(there: Street, caller: Caller, text: str) -> list[str]:
    decided = DraftApproved(RequestId("a1"), text, UserId("ana"))
    assert await there.node.switchboard.tell(CallId(caller.call), decided)
    return await caller.floor()


async def test_a_composed_answer_that_a_person_let_pass_is_what_the_caller_hears() -> None:
    async with house() as there:
        caller = there.caller()
        await asks(caller, "what does the baggage insurance cover")
        text = PASSAGES["insurance"]
        assert await approves(there, caller, text) == [text, "Anything else?"]
        await caller.hangs_up()
        (turn,) = folds.transcript(await there.log(caller.call)).turns
        assert (turn.assistant, turn.kind, turn.fillers) == ((text, "Anything else?"), "composed", (WAIT,))
        assert folds.differences(await there.log(caller.call), script()) == []


async def test_nobody_is_made_to_wait_for_nobody() -> None:
    async with house(someone=False) as there:
        caller = there.caller()
        await caller.dial()
        heard = await caller.says("what does the baggage insurance cover")
        assert heard[0] == "Nobody can look at it now." and heard[1].startswith("Shall we call")
        assert there.node.knows.composed == []
        await caller.hangs_up()
