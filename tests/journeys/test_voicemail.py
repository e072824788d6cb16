"""A caller leaves a message: recorded by the carrier, fetched, made out, and kept here alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ivr.adapters.clock import ScaledClock
from ivr.adapters.scripted.codec import listen
from ivr.audio import g711
from ivr.calls import folds
from ivr.flows.schema import Script
from ivr.vocabulary.events import CallEnded, Event
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.messages import VoicemailAsked, VoicemailLeft, VoicemailTaken
from ivr.vocabulary.units import Pcm16
from tests.calls.script import FLOW, WORDS
from tests.journeys.house import SPEED, Agents, Caller, Street, street

ASK, SAVED, EMPTY = "Speak after the tone.", "Your message was kept.", "I heard nothing."
FAILED = "It could not be recorded."
TONE_TICKS = 100
"Two seconds: the stream ends, the carrier asks, and sounds its tone."
MESSAGE = {"kind": "voicemail", "next": "help"}


def leaving() -> Script:
    """The test flow, with a message at the key 7."""
    flow = FLOW | {"keys": {"0": "handover", "7": "message"}, "nodes": FLOW["nodes"] | {"message": MESSAGE}}  # type: ignore[operator]
    words = WORDS | {
        "voicemail_ask": ASK,
        "voicemail_saved": SAVED,
        "voicemail_empty": EMPTY,
        "voicemail_failed": FAILED,
    }
    return Script.model_validate({"flow": flow, "phrases": {"en": words}})


@asynccontextmanager
async def house() -> AsyncIterator[Street]:
    """A street at whose end no recording is left at the carrier."""
    clock = ScaledClock(SPEED)
    async with street(flow=leaving(), clock=clock, agents=Agents(clock)) as there:
        yield there
        await there.running.exchange.settled()
        assert there.running.exchange.office.recordings.of() == []


async def until(there: Street, caller: Caller, kind: type[Event]) -> None:
    """Wait until such an event is in the caller's log."""
    while not any(isinstance(event, kind) for event in await there.events(caller.call)):
        await there.running.exchange.pacer.wait(1)


async def _at_the_tone(there: Street) -> Caller:
    caller = there.caller()
    await caller.dial()
    caller.phone.press("7")
    await until(there, caller, VoicemailAsked)
    await there.running.exchange.pacer.wait(TONE_TICKS)
    return caller


async def _left(there: Street, caller: Caller) -> VoicemailLeft:
    """The message, once it is kept here and the carrier has none any more."""
    await until(there, caller, VoicemailLeft)
    while there.running.exchange.office.recordings.of():
        await there.running.exchange.pacer.wait(1)
    (left,) = [event for event in await there.events(caller.call) if isinstance(event, VoicemailLeft)]
    return left


def _heard(there: Street, caller: Caller, left: VoicemailLeft) -> list[str]:
    audio = there.node.recordings.kept[CallId(caller.call), left.recording]
    return [each.text for each in listen(Pcm16(g711.decode(audio)))]


async def test_a_message_is_kept_with_its_words_and_the_caller_goes_on_with_the_assistant() -> None:
    async with house() as there:
        caller = await _at_the_tone(there)
        await caller.speaks("please call me about my card", quiet_ms=300)
        heard = await caller.presses("#")
        assert SAVED in heard
        left = await _left(there, caller)
        assert (left.words, left.language) == ("please call me about my card", "en")
        assert _heard(there, caller, left) == ["please call me about my card"]
        assert (await caller.says("what are your hours"))[0] == "We open at nine."
        await caller.hangs_up()
        assert folds.transcript(await there.log(caller.call)).outcome == "voicemail"
        assert folds.differences(await there.log(caller.call), leaving()) == []


async def test_a_caller_who_hangs_up_after_their_words_has_left_a_message() -> None:
    async with house() as there:
        caller = await _at_the_tone(there)
        await caller.speaks("please call me")
        await caller.hangs_up()
        left = await _left(there, caller)
        assert left.words == "please call me"
        assert _heard(there, caller, left) == ["please call me"]


async def test_who_says_nothing_is_told_so_and_asked_on() -> None:
    async with house() as there:
        caller = await _at_the_tone(there)
        heard = await caller.floor()
        assert EMPTY in heard
        assert VoicemailTaken("", 0) in await there.events(caller.call)
        await caller.hangs_up()


async def test_a_card_number_in_a_message_is_in_no_word_and_in_no_sound_of_what_is_kept() -> None:
    async with house() as there:
        caller = await _at_the_tone(there)
        await caller.speaks("my card number is 4539 1488 0343 6467", quiet_ms=300)
        await caller.presses("#")
        left = await _left(there, caller)
        assert left.words == "my card number is ••••••••••••••••"
        assert _heard(there, caller, left) == []
        await caller.hangs_up()


async def test_a_number_in_a_message_is_written_down_masked() -> None:
    async with house() as there:
        caller = await _at_the_tone(there)
        await caller.speaks("my card is 4539 1488 0343 6467")
        await caller.hangs_up()
        left = await _left(there, caller)
        assert "4539" not in left.words
        assert left.words.startswith("my card is •")


async def test_a_message_that_nobody_can_make_out_is_kept_without_words() -> None:
    async with house() as there:
        caller = await _at_the_tone(there)
        await caller.speaks("please call me")
        there.node.hearing.down = True
        await caller.hangs_up()
        left = await _left(there, caller)
        assert left.words == ""
        assert _heard(there, caller, left) == ["please call me"]


async def test_what_cannot_be_kept_yet_is_kept_later() -> None:
    async with house() as there:
        there.node.recordings.down = True
        caller = await _at_the_tone(there)
        await caller.speaks("please call me")
        await caller.hangs_up()
        await until(there, caller, CallEnded)
        while not there.running.exchange.office.recordings.of():
            await there.running.exchange.pacer.wait(1)
        there.node.recordings.down = False
        assert (await _left(there, caller)).words == "please call me"


async def test_a_message_of_a_call_that_was_erased_is_kept_by_nobody() -> None:
    async with house() as there:
        there.node.recordings.down = True
        caller = await _at_the_tone(there)
        await caller.speaks("please call me")
        await caller.hangs_up()
        await until(there, caller, CallEnded)
        while not there.running.exchange.office.recordings.of():
            await there.running.exchange.pacer.wait(1)
        await there.node.log.erase(CallId(caller.call))
        there.node.recordings.down = False
        while there.running.exchange.office.recordings.of():
            await there.running.exchange.pacer.wait(1)
        assert there.node.recordings.kept == {}
