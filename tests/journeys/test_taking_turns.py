"""Who speaks when: nods, short answers, interruptions, and pauses that were not the end."""

from ivr.adapters.scripted.codec import encode
from ivr.audio import g711
from ivr.calls import folds
from ivr.turns.floor import TurnRules
from ivr.vocabulary.events import PauseJudged, PromptCut, UtteranceClosed
from ivr.vocabulary.units import MULAW_SILENCE
from tests.calls.script import script
from tests.journeys.house import ANSWERS, Caller, street

A_BREATH = bytes([MULAW_SILENCE]) * 8 * 200
LONG = "Our branches open at nine. On Saturdays they open at ten. On Sundays all of them are closed."


async def while_it_answers(caller: Caller, says: str) -> list[str]:
    """Ask, and say something while the answer is being given; what was heard from the answer on."""
    await caller.dial()
    await caller.speaks("what are your hours")
    while not (await caller.phone.wait("audio")).on:
        pass
    await caller.speaks(says, quiet_ms=1_500)
    return await caller.floor()


async def test_okay_while_an_answer_is_given_does_not_stop_it(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setitem(ANSWERS, "hours", LONG)
    async with street() as there:
        caller = there.caller()
        heard = await while_it_answers(caller, "okay")
        assert " ".join(heard) == f"{LONG} Anything else?"
        await caller.hangs_up()
        assert not any(isinstance(event, PromptCut) for event in await there.events(caller.call))


async def test_a_short_word_that_is_no_nod_stops_the_answer(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setitem(ANSWERS, "hours", LONG)
    async with street() as there:
        caller = there.caller()
        heard = await while_it_answers(caller, "person")
        assert heard[-1] == "Shall we call two zero two, five five five, zero one four three?"
        await caller.hangs_up()
        (cut,) = [event for event in await there.events(caller.call) if isinstance(event, PromptCut)]
        assert cut.fraction < 1


async def test_a_short_yes_to_a_question_still_being_asked_is_an_answer() -> None:
    long = "Shall we call {number}? You can say yes, or say no, or press one or two on your keypad now."
    async with street(flow=script(offer=long)) as there:
        caller = there.caller()
        await caller.dial()
        await caller.speaks("a person please")
        while not (await caller.phone.wait("audio")).on:
            pass
        await caller.speaks("yes", quiet_ms=1_500)
        assert (await caller.floor())[-2:] == ["We will call you.", "Anything else?"]
        await caller.hangs_up()


async def test_a_caller_who_goes_on_after_a_pause_is_heard_as_one() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        await caller.speaks("what are your hours", quiet_ms=700)
        heard = await caller.says("and a person please")
        assert heard[-1] == "Shall we call two zero two, five five five, zero one four three?"
        await caller.hangs_up()
        closed = [event for event in await there.events(caller.call) if isinstance(event, UtteranceClosed)]
        assert closed[-1].start_ms == closed[0].start_ms
        (turn,) = folds.transcript(await there.log(caller.call)).turns
        assert turn.caller == "what are your hours and a person please"


async def test_a_caller_who_speaks_on_and_on_is_interrupted_and_hears_it_to_its_end() -> None:
    interruption = "Sorry to interrupt. In a sentence, please?"
    async with street(rules=TurnRules(longest_ms=6_000)) as there:
        caller = there.caller()
        await caller.dial()
        for _ in range(4):  # with the gaps that speech has: what never pauses is taken for noise in time
            caller.phone.say(g711.encode(encode("and then my neighbour said something else")) + A_BREATH)
        assert " ".join((await caller.floor())[-2:]) == interruption
        assert (await caller.says("the pin"))[-2:] == ["Change it in the app.", "Anything else?"]
        await caller.hangs_up()
        events = await there.events(caller.call)
        assert any(isinstance(event, UtteranceClosed) and event.going_on for event in events)


async def test_words_that_hang_in_the_air_are_waited_for() -> None:
    async with street() as there:
        caller = there.caller()
        await caller.dial()
        await caller.speaks("what are your hours and", quiet_ms=1_200)
        await caller.says("what about the pin")
        await caller.hangs_up()
        events = await there.events(caller.call)
        assert len([event for event in events if isinstance(event, UtteranceClosed)]) == 1
        assert next(event.completeness for event in events if isinstance(event, PauseJudged)) == "hanging"
