"""Whole calls, from dialling to hanging up."""

import pytest

from ivr.calls import folds
from ivr.vocabulary.events import (
    CallbackAgreed,
    CallEnded,
    EscalationRaised,
    KeyPressed,
    NotPerceived,
    Perceived,
    PromptCut,
    PromptHeard,
    PromptStarted,
)
from tests.calls.script import script
from tests.journeys.house import EN, Street, street


async def keep_phrases(there: Street) -> None:
    """What a node renders ahead: phrases, the pieces of those with fills, digits."""
    words = script().phrases[EN]
    there.node.voice.share(
        [text.replace("{business}", "Test Bank") for text in words.values() if "{number}" not in text], EN
    )
    there.node.voice.share(["Shall we call", "Is it", *"0123456789"], EN)
    for language, sentence in there.node.voice.shared():
        await there.node.voice.render(sentence, language)


async def test_a_caller_is_greeted_answered_and_said_goodbye_to() -> None:
    async with street() as there:
        caller = there.caller()
        assert await caller.dial() == ["Hello from Test Bank, an automated assistant.", "How can I help?"]
        assert await caller.says("what are your hours") == ["We open at nine.", "Anything else?"]
        await caller.speaks("no goodbye")
        assert await caller.is_hung_up_on() == ["Goodbye."]
        events = await there.events(caller.call)
        assert events[-1] == CallEnded("assistant")
        told = folds.transcript(await there.log(caller.call))
        assert told.outcome == "answered"
        assert told.turns[0].caller == "what are your hours"
        assert told.turns[0].sources == ("hours",)
        assert told.turns[0].heard == 1.0


async def test_what_nobody_wrote_an_answer_to_is_refused() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        assert await caller.says("opera tickets") == ["I don't know that.", "Shall somebody call you back?"]
        await caller.hangs_up()
        assert folds.transcript(await there.log(caller.call)).outcome == "refused"


async def test_a_wish_for_a_person_ends_in_a_callback_to_a_confirmed_number() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        assert await caller.says("a person please") == [
            "Shall we call two zero two, five five five, zero one four three?"
        ]
        assert await caller.says("no another one") == ["Which number?"]
        assert await caller.says("415 555 2671") == ["Is it four one five, five five five, two six seven one?"]
        assert await caller.says("yes") == ["We will call you.", "Anything else?"]
        await caller.hangs_up()
        assert CallbackAgreed("+14155552671", "asked") in await there.events(caller.call)


async def test_the_same_by_keys_alone() -> None:
    async with street() as there:
        caller = there.caller("anonymous")
        await caller.dial()
        assert await caller.presses("0") == ["Which number?"]
        assert await caller.presses("4155552671#") == ["Is it four one five, five five five, two six seven one?"]
        assert await caller.presses("1") == ["We will call you.", "Anything else?"]
        await caller.hangs_up()
        assert CallbackAgreed("+14155552671", "asked") in await there.events(caller.call)


async def test_speaking_over_a_prompt_cuts_it_and_what_was_not_heard_is_not_in_the_ledger() -> None:
    long = "This is a long greeting from an automated assistant, which goes on and on, and then on. It has an end too."
    async with street(flow=script(greeting=long)) as there:
        caller = there.caller()
        caller.phone.dial("+12025550100")
        await caller.phone.wait("audio")
        await caller.speaks("what are your hours")
        heard = await caller.floor()
        assert heard[-2:] == ["We open at nine.", "Anything else?"]
        assert heard[0].endswith("…")
        await caller.hangs_up()
        (cut,) = [event for event in await there.events(caller.call) if isinstance(event, PromptCut)]
        assert 0 < cut.fraction < 0.9
        assert long.startswith(cut.heard)


async def test_with_hearing_down_the_keys_still_reach_a_person() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        there.node.hearing.down = True
        assert await caller.says("what are your hours") == [
            "I have trouble hearing you.",
            "Press zero for a person.",
        ]
        assert await caller.presses("0") == ["Shall we call two zero two, five five five, zero one four three?"]
        assert (await caller.presses("1"))[0] == "We will call you."
        await caller.hangs_up()
        events = await there.events(caller.call)
        assert any(isinstance(event, NotPerceived) for event in events)
        assert any(isinstance(event, CallbackAgreed) for event in events)


async def test_with_every_model_down_a_callback_is_agreed_from_kept_phrases() -> None:
    async with street() as there:
        await keep_phrases(there)
        caller = there.caller()
        await caller.dial()
        there.node.hearing.down = there.node.speaking.down = True
        assert await caller.presses("0") == [
            "Shall we call",
            *"two zero two five five five zero one four three".split(),
        ]
        await caller.presses("1")
        await caller.hangs_up()
        events = await there.events(caller.call)
        assert any(isinstance(event, CallbackAgreed) for event in events)
        heard = [event for event in events if isinstance(event, PromptHeard)]
        assert all(event.fraction == 1.0 for event in heard)


@pytest.mark.parametrize("ways", ["hang up", "hang up while it speaks"])
async def test_a_caller_may_leave_at_any_time(ways: str) -> None:
    async with street() as there:
        caller = there.caller()
        if ways == "hang up":
            await caller.dial()
        else:
            caller.phone.dial("+12025550100")
            await caller.phone.wait("audio")
        await caller.hangs_up()
        await there.running.exchange.settled()
        events = await there.events(caller.call)
        assert events[-1] == CallEnded("caller")
        assert await there.node.switchboard.drained(1_000)


async def test_every_prompt_that_was_heard_was_in_the_log_before() -> None:
    async with street() as there:
        caller = there.caller()
        heard = await caller.dial()
        heard += await caller.says("what about my pin")
        await caller.hangs_up()
        decided = [event.text for event in await there.events(caller.call) if isinstance(event, PromptStarted)]
        assert " ".join(decided) == " ".join(heard)


async def test_a_call_is_decided_the_same_when_it_is_replayed() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        await caller.says("what are your hours")
        await caller.says("a person")
        await caller.hangs_up()
        assert folds.differences(await there.log(caller.call), script()) == []


async def test_a_card_number_said_and_keyed_is_in_no_event() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        await caller.says("my card is four five three nine 1488")
        await caller.says("then 0343")
        caller.phone.press("6467")
        await caller.says("that was it")
        await caller.hangs_up()
        events = await there.events(caller.call)
        text = repr(events)
        assert not {"4539", "1488", "0343", "6467", "four five"} & {part for part in [*text.split(), text] if part}
        for part in ("4539", "1488", "0343", "6467", "three nine"):
            assert part not in text
        assert [event.key for event in events if isinstance(event, KeyPressed)] == ["•"] * 4
        assert any(isinstance(event, Perceived) and "•" in event.text for event in events)


async def test_asking_for_a_person_is_written_down_with_its_reason_and_words() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        await caller.says("a person please")
        await caller.hangs_up()
        (raised,) = [event for event in await there.events(caller.call) if isinstance(event, EscalationRaised)]
        assert raised == EscalationRaised("asked", ("u1",), "a person please")  # type: ignore[arg-type]
