"""The caller's side of a transfer: what they hear and may say while they wait, and when they are back."""

import pytest

from ivr.calls import folds
from ivr.calls.effects import Promise
from ivr.calls.state import Phase, Then
from ivr.calls.transfer.state import BringBack, DropLeg, FindAgent, LeaveQueue, LetIn, MoveCaller, Ring, Stage
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import (
    CallbackAgreed,
    CallEnded,
    DeadlinePassed,
    EscalationRaised,
    Logged,
    PromptHeard,
    PromptStarted,
    StreamLost,
    TakenUp,
)
from ivr.vocabulary.ids import AgentId, CallId, LegId, StreamId, TransferId
from ivr.vocabulary.transfers import (
    AgentAccepted,
    AgentAnswered,
    AgentDeclined,
    AgentJoined,
    AgentLeft,
    AgentReserved,
    CallerJoined,
    CallerOut,
    CarrierFailed,
    GiveUpAsked,
    NobodyFree,
    ReturnAsked,
    TransferRequested,
)
from tests.calls.caller import Caller
from tests.calls.transferring import transfer_script

T, ANA, LEG = TransferId("t1"), AgentId("ana"), LegId("t1.1")
BACK = TakenUp(StreamId("MZ2"), "n2")
RINGING: list[Event] = [AgentReserved(T, ANA, "Ana")]
JOINING: list[Event] = [*RINGING, AgentAnswered(T, LEG), AgentAccepted(T, ANA, "key")]
MOVING: list[Event] = [*JOINING, AgentJoined(T, LEG)]
BRIDGED: list[Event] = [*MOVING, StreamLost("moved"), CallerJoined(T)]


def caller(*facts: Event, heard: bool = True) -> Caller:
    """Somebody who asked for a person, heard that they are connected, and then these facts."""
    made = Caller(transfer_script()).dial().say("a person", person=0.97)
    if heard:
        made.listen()
    for fact in facts:
        made.feed(fact)
    return made


def stage(made: Caller) -> Stage:
    assert made.call.transfer is not None
    return made.call.transfer.stage


def test_saying_that_a_person_is_fetched_and_fetching_one_is_one_step() -> None:
    made = caller(heard=False)
    assert made.said[-1] == "I am connecting you."
    assert made.effects[-1] == FindAgent("cards", ())
    told = [type(note) for note in made.notes[-4:]]
    assert told[-2:] == [TransferRequested, PromptStarted] and EscalationRaised in told
    assert made.call.phase is Phase.SPEAKING and made.call.then is Then.WAIT


def test_then_there_is_music() -> None:
    assert caller().call.phase is Phase.WAITING


def test_a_place_in_the_queue_is_told_when_nothing_else_is_being_said() -> None:
    made = caller(NobodyFree(T, "busy", 3, 240), heard=False)
    assert made.said[-1] == "I am connecting you."
    made.listen()
    assert made.said[-1] == "You are number 3. About 4 minutes."
    assert made.call.phase is Phase.WAITING


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (NobodyFree(T, "busy", 1, 40), "You are next. About a minute."),
        (NobodyFree(T, "busy", 2), "You are number 2."),
        (NobodyFree(T, "busy"), "Still looking."),
    ],
)
def test_the_wait_is_told_as_far_as_it_is_known(fact: Event, words: str) -> None:
    assert caller(fact).said[-1] == words


def test_music_is_broken_by_a_word_from_time_to_time() -> None:
    made = caller(*RINGING, DeadlinePassed(Phase.WAITING))
    assert made.said[-1] == "Still looking."
    assert made.listen().call.phase is Phase.WAITING


@pytest.mark.parametrize(
    ("why", "words"), [("closed", "We are closed."), ("nobody_there", "Nobody could take it."), ("too_long", "Nobody")]
)
def test_when_nobody_can_be_had_that_is_said_and_a_call_back_is_offered(why: str, words: str) -> None:
    made = caller(NobodyFree(T, why)).listen()
    assert made.said[-2].startswith(words)
    assert made.said[-1].startswith("Shall we call")
    assert made.call.node == "call_back" and stage(made) is Stage.DONE


def test_lines_that_fail_are_said_to_have_failed() -> None:
    failed = CarrierFailed(T, "ring", "500")
    made = caller(*RINGING, failed, AgentReserved(T, AgentId("ben"), "Ben"), failed).listen()
    assert made.said[-2:] == ["Our lines fail.", "Shall we call 2 0 2, 5 5 5, 0 1 4 3?"]


def test_a_call_back_agreed_after_waiting_keeps_the_queue() -> None:
    made = caller(NobodyFree(T, "closed")).listen().press("1")
    assert made.noted(CallbackAgreed)
    assert Promise("+12025550143", "asked", "cards") in made.effects


@pytest.mark.parametrize("facts", [[], RINGING, [*RINGING, AgentAnswered(T, LEG)]])
def test_who_waits_may_be_called_back_instead(facts: list[Event]) -> None:
    for made in (caller(*facts).say("call me back", callback=0.97), caller(*facts).press("1")):
        assert made.said[-1].startswith("Shall we call")
        assert made.effects.count(LeaveQueue()) == 1
        assert (DropLeg(LEG) in made.effects) is bool(facts)


@pytest.mark.parametrize("facts", [[], RINGING, [*RINGING, AgentAnswered(T, LEG)]])
def test_who_waits_may_have_the_assistant_again(facts: list[Event]) -> None:
    for made in (caller(*facts).say("never mind", never_mind=0.98), caller(*facts).press("2")):
        assert made.listen().said[-2:] == ["With you again.", "Anything else?"]
        assert made.call.node == "help" and LeaveQueue() in made.effects


def test_a_question_is_answered_while_the_caller_waits_and_they_keep_their_place() -> None:
    made = caller(*RINGING).say("what are your hours", hits=(("hours", 0.9),)).answer("We open at nine.")
    assert made.said[-1] == "We open at nine."
    assert made.listen().call.phase is Phase.WAITING and stage(made) is Stage.RINGING


def test_what_is_said_beside_the_telephone_brings_the_music_back() -> None:
    for words in ("did you feed the cat", ""):
        made = caller(*RINGING).say(words)
        assert made.call.phase is Phase.WAITING
        assert made.said[-1] == "I am connecting you."


def test_asking_for_the_person_again_brings_the_place_and_no_second_transfer() -> None:
    made = caller(NobodyFree(T, "busy", 2, 30)).listen().say("a person", person=0.97)
    assert made.said[-1] == "You are number 2. About a minute."
    assert made.listen().press("0").said[-1] == "You are number 2. About a minute."
    assert len(made.noted(TransferRequested)) == 1


def test_words_that_end_the_wait_come_after_an_answer_that_plays() -> None:
    made = caller(*RINGING).say("hours", hits=(("hours", 0.9),)).answer("We open at nine.")
    made.feed(AgentDeclined(T, ANA, "key"))
    made.feed(NobodyFree(T, "nobody_there"))
    assert made.said[-1] == "We open at nine."
    assert made.listen().said[-2:] == ["Nobody could take it.", "Shall we call 2 0 2, 5 5 5, 0 1 4 3?"]


def test_speaking_over_the_bad_news_brings_the_call_back() -> None:
    made = caller(NobodyFree(T, "closed")).say("oh no what a pity")
    assert made.said[-1].startswith("Shall we call")


def test_the_caller_is_moved_once_the_agent_is_in_the_room() -> None:
    made = caller(*MOVING)
    assert made.effects[-3:] == [Ring(ANA, LEG), LetIn(LEG), MoveCaller()]
    assert made.call.phase is Phase.TRANSFERRED
    made.feed(StreamLost("moved"))
    made.feed(CallerJoined(T))
    assert made.call.phase is Phase.TRANSFERRED and made.call.stream is None and stage(made) is Stage.BRIDGED


def test_a_prompt_that_plays_then_is_stopped() -> None:
    made = caller(*RINGING, DeadlinePassed(Phase.WAITING), *JOINING[1:], AgentJoined(T, LEG))
    assert made.call.phase is Phase.TRANSFERRED and made.call.prompt is None


def test_who_asks_for_the_assistant_as_the_agent_accepts_is_on_their_way() -> None:
    made = caller(*JOINING).press("2")
    assert made.call.phase is Phase.WAITING and stage(made) is Stage.JOINING


def test_an_agent_gives_the_caller_back_with_a_note_that_is_told() -> None:
    made = caller(*BRIDGED, ReturnAsked(T, "the card is blocked"))
    assert made.effects[-1] == BringBack()
    made.feed(BACK)
    assert made.listen().said[-2:] == ["Back with me: the card is blocked", "Anything else?"]
    assert made.call.node == "help"


@pytest.mark.parametrize("fact", [AgentLeft(T, LEG), CallerOut(T)])
def test_a_line_that_breaks_after_they_met_brings_the_caller_back(fact: Event) -> None:
    made = caller(*BRIDGED, fact, BACK).listen()
    assert made.said[-2:] == ["The line broke off.", "Anything else?"]


def test_who_met_nobody_waits_on() -> None:
    made = caller(*MOVING, StreamLost("moved"), AgentLeft(T, LEG), BACK)
    assert made.said[-1] == "That did not work."
    assert made.listen().call.phase is Phase.WAITING
    assert made.effects[-2] == FindAgent("cards", (ANA,))


def test_who_cannot_be_moved_has_never_left() -> None:
    made = caller(*MOVING, CarrierFailed(T, "move", "500"))
    assert made.call.phase is Phase.WAITING and stage(made) is Stage.QUEUED


@pytest.mark.parametrize("facts", [[], RINGING, JOINING, MOVING, BRIDGED])
def test_a_caller_who_hangs_up_leaves_nothing_behind(facts: list[Event]) -> None:
    made = caller(*facts, CallEnded("caller"))
    assert made.call.phase is Phase.ENDED
    assert (DropLeg(LEG) in made.effects) is bool(facts)
    assert stage(made) is (Stage.WRAP_UP if facts is BRIDGED else Stage.DONE)


def test_a_leg_that_answers_after_the_end_is_hung_up_on() -> None:
    made = caller(*RINGING, CallEnded("caller"), AgentAnswered(T, LEG))
    assert made.effects[-1] == DropLeg(LEG)


def test_a_stream_that_breaks_while_they_wait_keeps_the_place() -> None:
    made = caller(*RINGING, StreamLost("gone"), BACK).listen()
    assert made.said[-1] == "Sorry, the line broke."
    assert made.call.phase is Phase.WAITING and stage(made) is Stage.RINGING


def test_an_agent_may_take_a_caller_whose_stream_has_just_broken() -> None:
    assert caller(*JOINING, StreamLost("gone"), AgentJoined(T, LEG)).effects[-1] == MoveCaller()


def test_the_transfer_has_deadlines_of_its_own() -> None:
    made = caller(*RINGING, DeadlinePassed("transfer.ringing"))
    assert stage(made) is Stage.QUEUED and made.call.phase is Phase.WAITING
    made.feed(DeadlinePassed("transfer.briefing"))
    assert stage(made) is Stage.QUEUED


def test_facts_of_another_transfer_change_nothing() -> None:
    assert stage(caller(AgentReserved(TransferId("t9"), ANA, "Ana"))) is Stage.QUEUED


def test_a_wait_given_up_on_the_desk_ends_with_the_assistant() -> None:
    made = caller(GiveUpAsked(T, "assistant")).listen()
    assert made.call.node == "help"


def test_a_prompt_whose_end_was_never_told_is_followed_by_music() -> None:
    assert caller(DeadlinePassed(Phase.SPEAKING), heard=False).call.phase is Phase.WAITING


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [(BRIDGED, "transferred"), (RINGING, "abandoned"), ([NobodyFree(T, "closed")], "person_offered")],
)
def test_the_outcome_says_whether_they_met(facts: list[Event], outcome: str) -> None:
    made = Caller(transfer_script())
    log: list[Logged] = []

    def logged(event: Event) -> None:
        log.append(Logged(CallId("CA1"), len(log) + 1, 0, 0, event))

    fed = made.feed

    def feed(event: Event) -> None:
        before = len(made.notes)
        fed(event)
        for each in (event, *made.notes[before:]):
            logged(each)

    made.feed = feed  # type: ignore[method-assign]
    made.dial().say("a person", person=0.97).listen()
    for fact in (*facts, CallEnded("caller")):
        made.feed(fact)
    assert folds.transcript(log).outcome == outcome
    assert folds.differences(log, transfer_script()) == []
    assert PromptHeard in {type(each.event) for each in log}
