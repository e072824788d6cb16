"""Composed answers through the exchange: spoken when they are there, bridged when they are late."""

import asyncio

from ivr.adapters.clock import ScaledClock
from ivr.answers.compose import Question
from ivr.calls import folds
from ivr.vocabulary.answered import SentenceJudged
from ivr.vocabulary.events import AnswerReady, AnswerRequested, PromptStarted
from tests.journeys.house import PASSAGES, SPEED, street

SLOW_MS = 2_500.0
QUESTION = "what does the baggage insurance cover"


async def test_a_composed_answer_is_spoken_and_the_gates_judgement_is_in_the_log() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        assert await caller.says(QUESTION) == [PASSAGES["insurance"], "Anything else?"]
        await caller.hangs_up()
        events = await there.events(caller.call)
        judged = [event for event in events if isinstance(event, SentenceJudged)]
        assert [(each.passed, each.reason) for each in judged] == [(False, "number"), (True, "extract")]
        (ready,) = [event for event in events if isinstance(event, AnswerReady)]
        assert (ready.answer_kind, ready.sources) == ("composed", ("insurance#1",))
        (answer,) = [event for event in events if isinstance(event, PromptStarted) and event.purpose == "answer"]
        assert answer.sources == ("insurance#1",)
        (turn,) = folds.transcript(await there.log(caller.call)).turns
        assert turn.kind == "composed"


async def test_an_answer_that_takes_its_time_is_bridged_by_a_filler() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        clock = ScaledClock(SPEED)

        async def slow(_: Question) -> None:
            await clock.sleep_until(clock.now_ms() + SLOW_MS)

        there.node.knows.composing = slow
        heard = await caller.says(QUESTION)
        assert heard[-2:] == [PASSAGES["insurance"], "Anything else?"] and len(heard) == 3
        await caller.hangs_up()


async def test_who_wants_to_hear_on_is_told_what_the_passage_says_next() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        there.node.knows.more = "Keep the receipts."
        assert await caller.says(QUESTION) == [PASSAGES["insurance"], "There is more.", "Shall I go on?"]
        assert await caller.says("yes") == ["Keep the receipts.", "Anything else?"]
        await caller.hangs_up()
        assert [asked.told for asked in there.node.knows.composed][-1] == PASSAGES["insurance"]
        _, turn = folds.transcript(await there.log(caller.call)).turns
        assert (turn.kind, turn.sources) == ("composed", ("insurance#1",))


async def test_who_asks_something_else_meanwhile_gets_that_and_not_both() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        never = asyncio.Event()

        async def stuck(_: Question) -> None:
            await never.wait()

        there.node.knows.composing = stuck
        await caller.speaks(QUESTION, quiet_ms=1_600)
        assert (await caller.says("what are your hours"))[-2:] == ["We open at nine.", "Anything else?"]
        await caller.hangs_up()
        requested = [event for event in await there.events(caller.call) if isinstance(event, AnswerRequested)]
        assert [event.passages for event in requested] == [("insurance#1",), ()]


async def test_a_model_that_never_answers_ends_in_an_honest_word_and_the_offer_of_a_person() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        never = asyncio.Event()

        async def stuck(_: Question) -> None:
            await never.wait()

        there.node.knows.composing = stuck
        heard = await caller.says(QUESTION)
        assert "I don't know that." in heard[-1] or "call you back" in heard[-1]
        await caller.hangs_up()
