"""Replies that are late: what bridges the wait, and what is counted as the answer."""

from ivr.adapters.scripted.codec import encode
from ivr.audio import g711
from ivr.calls import folds
from ivr.calls.waiting import LATE_MS
from ivr.measure.caller import Speak, fetch, merged, place
from ivr.measure.phone import Exchange
from ivr.vocabulary.events import PromptCut, ReplyLate
from tests.calls.script import script
from tests.journeys.house import API, CALLER, CONTROL, EN, NUMBER, Street, street

SLOW_MS = 3_000.0
LATE, VERY_LATE = LATE_MS


async def warmed(there: Street) -> None:
    """The node has rendered its fillers ahead."""
    waiting = script().flow.waiting
    for key in (*waiting.fillers, waiting.still_looking):
        await there.node.voice.render(script().phrase(key, EN), EN)


async def test_a_late_answer_is_bridged_by_a_filler_and_follows_it_whole() -> None:
    async with street() as there:
        await warmed(there)
        caller = there.caller()
        await caller.dial()
        there.node.hearing.delay_ms = SLOW_MS
        assert await caller.says("what are your hours") == ["Let me see.", "We open at nine.", "Anything else?"]
        await caller.hangs_up()
        events = await there.events(caller.call)
        assert [event.for_ms for event in events if isinstance(event, ReplyLate)] == [LATE]
        assert not any(isinstance(event, PromptCut) for event in events)
        (turn,) = folds.transcript(await there.log(caller.call)).turns
        assert turn.assistant == ("We open at nine.", "Anything else?")
        assert turn.fillers == ("Let me see.",)
        assert turn.filler_ms is not None
        assert turn.filler_ms < sum(turn.stages_ms[name] for name in ("endpoint", "wait", "decide", "speech"))


async def test_a_very_late_answer_is_bridged_twice() -> None:
    async with street() as there:
        await warmed(there)
        caller = there.caller()
        await caller.dial()
        there.node.hearing.delay_ms = VERY_LATE + 2_000.0
        assert (await caller.says("what are your hours"))[:3] == [
            "Let me see.",
            "I'm still looking.",
            "We open at nine.",
        ]
        await caller.hangs_up()


async def test_an_answer_in_time_has_no_filler_before_it() -> None:
    async with street() as there:
        await warmed(there)
        caller = there.caller()
        await caller.dial()
        assert await caller.says("what are your hours") == ["We open at nine.", "Anything else?"]
        await caller.hangs_up()
        assert not any(isinstance(event, ReplyLate) for event in await there.events(caller.call))


async def test_a_caller_who_goes_on_cuts_the_filler_and_is_heard_as_one() -> None:
    long = "Let me see, that may take a moment or two, please hold the line a little."
    async with street(flow=script(filler_first=long)) as there:
        await there.node.voice.render(long, EN)
        caller = there.caller()
        await caller.dial()
        there.node.hearing.delay_ms = SLOW_MS
        await caller.speaks("what are your hours")
        while not (await caller.phone.wait("audio")).on:
            pass
        there.node.hearing.delay_ms = 0
        heard = await caller.says("on a saturday please")
        assert heard[0].endswith("…")
        assert heard[-2:] == ["We open at nine.", "Anything else?"]
        await caller.hangs_up()
        (turn,) = folds.transcript(await there.log(caller.call)).turns
        assert turn.caller == "what are your hours on a saturday please"


async def test_what_the_caller_measures_counts_fillers_and_answers_apart() -> None:
    async with street() as there:
        await warmed(there)
        there.node.hearing.delay_ms = SLOW_MS
        exchange = Exchange(there.running.port, CONTROL, NUMBER)
        heard = await place(exchange, CALLER, [Speak(g711.encode(encode("what are your hours")))])
        told = await fetch(int(there.node.url.rpartition(":")[2]), API, heard.call)
        (turn,) = merged(told, heard)["turns"]
        assert turn["fillers"] == ["Let me see."]
        assert LATE < turn["filler_ms"] < SLOW_MS - 200
        assert turn["voice_to_voice_ms"] > SLOW_MS
