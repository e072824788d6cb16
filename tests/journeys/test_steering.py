"""Callers who steer the talking, over the line: slower, spell that, hold on."""

from ivr.adapters.scripted.codec import encode
from ivr.audio import g711
from ivr.calls import folds
from ivr.measure.caller import Speak, fetch, merged, place
from ivr.measure.phone import Exchange
from tests.calls.script import script
from tests.journeys.house import ANSWERS, API, CALLER, CONTROL, NUMBER, street


async def test_slower_says_the_answer_again_slower_and_everything_after_it() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        await caller.says("what are your hours")
        before = len(caller.phone.heard_frames)
        assert await caller.says("slower") == ["We open at nine."]
        slow = len(caller.phone.heard_frames) - before
        before = len(caller.phone.heard_frames)
        there.node.speaking.down = True  # what was rendered at this pace is kept
        assert await caller.says("repeat") == ["We open at nine."]
        again = len(caller.phone.heard_frames) - before
        await caller.hangs_up()
        usual = len(encode("We open at nine.", "en")) // 320
        slower = len(encode("We open at nine.", "en", 0.8)) // 320
        assert usual < slower <= min(slow, again)
        assert folds.differences(await there.log(caller.call), script()) == []


async def test_spell_that_spells(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setitem(ANSWERS, "hours", "Ask at any branch of Test Bank.")
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        await caller.says("what are your hours")
        assert await caller.says("spell") == ["Test: T, E, S, T.", "Bank: B, A, N, K."]
        await caller.hangs_up()


async def test_hold_on_waits_and_then_goes_on_where_the_call_was() -> None:
    async with street() as there:
        exchange = Exchange(there.running.port, CONTROL, NUMBER)
        turns = [Speak(g711.encode(encode(text))) for text in ("what are your hours", "hold_on", "here we are")]
        heard = await place(exchange, CALLER, turns)
        told = await fetch(int(there.node.url.rpartition(":")[2]), API, heard.call)
        replies = [turn["assistant"] for turn in merged(told, heard)["turns"]]
        assert replies == ["We open at nine. Anything else?", "Take your time.", "Anything else?"]
