"""What is offered when no agent can be had: a call back or a message, as the queue has it; and a message instead of
waiting."""

import pytest

from ivr.calls.effects import Promise, TakeMessage
from ivr.calls.state import Asked, Phase
from ivr.calls.transfer.state import DropLeg, LeaveQueue, Stage
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import CallerSilent, DeadlinePassed, StreamLost, TakenUp
from ivr.vocabulary.ids import AgentId, LegId, StreamId, TransferId
from ivr.vocabulary.messages import VoicemailAsked, VoicemailTaken
from ivr.vocabulary.transfers import AgentAnswered, AgentReserved, NobodyFree, QueuesSeen
from tests.calls.caller import Caller
from tests.calls.transferring import message_script, transfer_script

T, ANA, LEG = TransferId("t1"), AgentId("ana"), LegId("t1.1")
CLOSED = NobodyFree(T, "closed", opens="2026-11-27T08:00", in_days=1)
RINGING: list[Event] = [AgentReserved(T, ANA, "Ana")]
SHUT = "We are closed. We are back tomorrow at eight."
EITHER, OTHER, MESSAGE = "Call back, one, or message, two?", "Message, one, or call back, two?", "A message?"
OFFER = "Shall we call 2 0 2, 5 5 5, 0 1 4 3?"
NAMES = {"cards": {"en": "our card team", "de": "unserem Kartenteam"}}


def waiting(*offers: str, listed: bool = True, **words: str) -> Caller:
    """Somebody who asked for a person, in a queue that offers this, and heard that they are connected."""
    made = Caller(message_script(**words))
    made.offered()
    if listed:
        made.feed(QueuesSeen(NAMES, {"cards": list(offers)}))
    return made.listen().say("a person", person=0.97).listen()


def told(*offers: str, fact: Event = CLOSED, listed: bool = True) -> Caller:
    """The same, and nobody can be had."""
    made = waiting(*offers, listed=listed)
    made.feed(fact)
    return made


@pytest.mark.parametrize(
    ("offers", "words", "node"),
    [
        (("callback", "voicemail"), [f"{SHUT} {EITHER}"], "handover"),
        (("voicemail", "callback"), [f"{SHUT} {OTHER}"], "handover"),
        (("voicemail",), [f"{SHUT} {MESSAGE}"], "handover"),
        (("callback",), [SHUT, OFFER], "call_back"),
        ((), [SHUT, "Anything else?"], "help"),
    ],
)
def test_a_closed_queue_says_when_it_is_back_and_offers_what_it_lists_in_its_order(
    offers: tuple[str, ...], words: list[str], node: str
) -> None:
    made = told(*offers).listen()
    assert made.said[-len(words) :] == words
    assert made.call.node == node


def test_a_queue_of_which_nothing_was_told_offers_both() -> None:
    assert told(listed=False).said[-1] == f"{SHUT} {EITHER}"


def test_without_a_place_for_messages_in_the_flow_only_a_call_back_is_offered() -> None:
    made = Caller(transfer_script()).dial().say("a person", person=0.97).listen()
    made.feed(CLOSED)
    assert made.listen().said[-2:] == [SHUT, OFFER]


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (NobodyFree(T, "closed"), "We are closed. "),
        (
            NobodyFree(T, "closed", opens="2026-11-30T09:30", in_days=4),
            "We are closed. We are back on Monday at nine thirty. ",
        ),
        (NobodyFree(T, "closed", opens="2026-11-27T08:00"), "We are closed. We are back today at eight. "),
        (NobodyFree(T, "nobody_there"), "Nobody could take it. "),
        (NobodyFree(T, "too_long"), "Nobody could take it. "),
    ],
)
def test_whyever_nobody_can_be_had_the_same_is_offered(fact: Event, words: str) -> None:
    assert told("callback", "voicemail", fact=fact).said[-1] == words + EITHER


def test_that_they_are_connected_is_not_said_to_the_end_when_nobody_can_be_had() -> None:
    made = Caller(message_script()).dial().say("a person", person=0.97)
    made.feed(CLOSED)
    assert made.said[-2:] == ["I am connecting you.", f"{SHUT} {EITHER}"]
    assert made.call.phase is Phase.SPEAKING


def test_a_call_back_is_chosen_by_voice_or_key_and_keeps_the_queue() -> None:
    for offers, key in ((("callback", "voicemail"), "1"), (("voicemail", "callback"), "2")):
        for made in (told(*offers).listen().say("call me", callback=0.97), told(*offers).press(key)):
            assert made.said[-1] == OFFER
            assert Promise("+12025550143", "asked", "cards") in made.press("1").effects


def test_a_message_is_chosen_by_voice_or_key_and_recorded() -> None:
    for offers, key in ((("callback", "voicemail"), "2"), (("voicemail", "callback"), "1"), (("voicemail",), "1")):
        for made in (told(*offers).listen().say("a message", voicemail=0.97), told(*offers).press(key)):
            assert made.said[-1] == "Speak after the tone."
            assert made.listen().effects[-1] == TakeMessage()
            assert made.noted(VoicemailAsked)


def test_a_bare_yes_is_what_was_offered_first() -> None:
    assert told("callback", "voicemail").listen().say("yes", yes=0.98).said[-1] == OFFER
    assert told("voicemail").listen().say("yes", yes=0.98).said[-1] == "Speak after the tone."


def test_neither_leads_back_to_the_assistant() -> None:
    offers = ("callback", "voicemail")
    for made in (
        told(*offers).listen().say("no", no=0.98),
        told(*offers).listen().say("never mind", never_mind=0.98),
        told("voicemail").press("2"),
    ):
        assert made.listen().said[-2:] == ["With you again.", "Anything else?"]
        assert made.call.node == "help" and made.call.asked is Asked.ANYTHING_ELSE


def test_a_goodbye_ends_the_call() -> None:
    assert told("callback", "voicemail").listen().say("bye", goodbye=0.98).said[-1] == "Goodbye."


def test_a_question_is_answered_and_the_offer_made_again() -> None:
    made = told("callback", "voicemail").listen().say("hours", hits=(("hours", 0.9),)).answer("We open at nine.")
    assert made.said[-1] == "We open at nine."
    assert made.listen().said[-1] == EITHER
    assert made.press("2").said[-1] == "Speak after the tone."


def test_who_asks_for_the_person_again_is_made_the_offer_again() -> None:
    made = told("callback", "voicemail").listen().press("0")
    assert made.said[-1] == EITHER
    assert made.listen().say("a person", person=0.97).said[-1] == EITHER


def test_what_is_not_clear_is_asked_again_twice_and_then_the_assistant_goes_on() -> None:
    made = told("callback", "voicemail").listen()
    for _ in range(2):
        assert made.say("purple").listen().said[-1] == EITHER
    assert made.say("purple").listen().said[-1] == "Anything else?"


def test_silence_is_asked_again_twice_and_then_the_assistant_goes_on() -> None:
    made = told("callback", "voicemail").listen()
    for _ in range(2):
        made.feed(CallerSilent(0))
        assert made.listen().said[-1] == EITHER
    made.feed(CallerSilent(0))
    assert made.listen().said[-2:] == ["With you again.", "Anything else?"]


def test_after_a_line_that_broke_the_offer_is_made_again() -> None:
    made = told("callback", "voicemail").listen()
    made.feed(StreamLost("gone"))
    made.feed(TakenUp(StreamId("MZ2"), "n2"))
    assert made.listen().said[-2:] == ["Sorry, the line broke.", EITHER]


# ── a message instead of waiting ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("facts", [[], RINGING, [*RINGING, AgentAnswered(T, LEG)]])
def test_who_waits_may_leave_a_message_instead(facts: list[Event]) -> None:
    def made() -> Caller:
        waits = waiting("callback", "voicemail")
        for fact in facts:
            waits.feed(fact)
        return waits

    for caller in (made().say("I'd rather leave a message", voicemail=0.97), made().press("3")):
        assert caller.said[-1] == "Speak after the tone."
        assert caller.effects.count(LeaveQueue()) == 1
        assert (DropLeg(LEG) in caller.effects) is bool(facts)
        assert caller.call.transfer is not None and caller.call.transfer.stage is Stage.DONE
        assert caller.call.transfer.outcome == "voicemail"


def test_where_no_message_can_be_left_the_wish_for_one_changes_nothing() -> None:
    made = Caller(transfer_script()).dial().say("a person", person=0.97).listen()
    assert made.say("leave a message", voicemail=0.97).call.phase is Phase.WAITING
    assert made.press("3").call.phase is Phase.WAITING


def test_after_the_message_the_assistant_goes_on() -> None:
    made = waiting("callback", "voicemail").press("3").listen()
    for fact in (StreamLost("moved"), VoicemailTaken("RE1", 7), TakenUp(StreamId("MZ2"), "n2")):
        made.feed(fact)
    assert made.listen().said[-2:] == ["Your message was kept.", "Anything else?"]


def test_a_message_that_the_carrier_could_not_record_is_said_so_and_a_call_back_offered() -> None:
    made = told("callback", "voicemail").press("2").listen()
    for fact in (StreamLost("moved"), VoicemailTaken("", 0, failed=True), TakenUp(StreamId("MZ2"), "n2")):
        made.feed(fact)
    assert made.listen().said[-2:] == ["It could not be recorded.", OFFER]
    assert Promise("+12025550143", "asked", "cards") in made.press("1").effects


# ── whom they wait for ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_queue_is_called_by_its_name_in_the_language_of_the_call() -> None:
    made = waiting("callback", connecting="I'm connecting you with {queue}.", transfer_still="Still asking {queue}.")
    assert made.said[-1] == "I'm connecting you with our card team."
    made.feed(DeadlinePassed(Phase.WAITING))
    assert made.said[-1] == "Still asking our card team."


def test_a_queue_without_a_name_in_the_language_is_anybody() -> None:
    made = Caller(message_script(connecting="I'm connecting you with {queue}."))
    made.offered()
    made.feed(QueuesSeen({"cards": {"de": "unserem Kartenteam"}}, {}))
    made.listen().say("a person", person=0.97)
    assert made.said[-1] == "I'm connecting you with a colleague."
