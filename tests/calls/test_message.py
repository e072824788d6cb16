"""A message: when the carrier is told to record, and what is said when the caller is back."""

import pytest

from ivr.calls.effects import TakeMessage
from ivr.calls.state import Phase
from ivr.flows.schema import Script
from ivr.vocabulary.events import CallEnded, DeadlinePassed, KeyPressed, StreamLost, TakenUp
from ivr.vocabulary.ids import StreamId
from ivr.vocabulary.messages import VoicemailAsked, VoicemailTaken

from .caller import Caller
from .script import FLOW, WORDS

MESSAGE = {"kind": "voicemail", "next": "help"}


@pytest.fixture
def caller() -> Caller:
    """A caller who was asked for a message, and has heard all of it."""
    flow = FLOW | {"keys": {"0": "handover", "7": "message"}, "nodes": {**FLOW["nodes"], "message": MESSAGE}}  # type: ignore[dict-item]
    said = {
        "voicemail_ask": "After the tone.",
        "voicemail_saved": "Kept.",
        "voicemail_empty": "Nothing heard.",
        "voicemail_failed": "Not kept.",
    }
    words = WORDS | said
    caller = Caller(Script.model_validate({"flow": flow, "phrases": {"en": words}}))
    caller.dial()
    caller.press("7").listen()
    return caller


def test_after_the_words_the_carrier_records(caller: Caller) -> None:
    assert caller.said[-1] == "After the tone."
    assert caller.call.phase is Phase.RECORDING
    assert caller.effects[-1] == TakeMessage()
    assert caller.noted(VoicemailAsked) == [VoicemailAsked()]


@pytest.mark.parametrize(("seconds", "said"), [(7, "Kept."), (0, "Nothing heard.")])
def test_back_on_a_stream_the_caller_is_told_what_came_of_it_and_asked_on(
    caller: Caller, seconds: int, said: str
) -> None:
    caller.feed(StreamLost("the carrier takes a message"))
    caller.feed(VoicemailTaken("RE1", seconds))
    caller.feed(TakenUp(StreamId("MZ2"), "2"))
    caller.listen()
    assert caller.said[-2:] == [said, "Anything else?"]


def test_a_message_cannot_be_spoken_over_before_the_tone(caller: Caller) -> None:
    caller.feed(TakenUp(StreamId("MZ2"), "2"))
    caller.listen()
    caller.press("7")
    caller.say("wait", hits=())
    assert caller.call.phase is Phase.SPEAKING
    assert caller.said[-1] == "After the tone."


def test_the_key_of_a_person_works_before_the_tone(caller: Caller) -> None:
    caller.feed(TakenUp(StreamId("MZ2"), "2"))
    caller.listen()
    caller.press("7").press("0")
    assert caller.said[-1].startswith("Shall we call")


def test_a_caller_who_hangs_up_or_never_comes_back_ends_the_call(caller: Caller) -> None:
    caller.feed(KeyPressed("•"))
    assert caller.call.phase is Phase.RECORDING
    caller.feed(DeadlinePassed("recording"))
    assert caller.call.phase is Phase.LEAVING
    caller.feed(CallEnded("caller"))
    assert caller.call.phase is Phase.ENDED
