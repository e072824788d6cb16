"""Each worry by itself: what raises it, and what does not."""

import pytest

from ivr.calls.escalation import signals
from ivr.calls.escalation.policy import POLICY
from ivr.calls.escalation.trail import LONGEST, Reply
from ivr.vocabulary.events import ESCALATION_REASONS
from tests.calls.escalation.turns import Talk


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_every_reason_of_the_closed_list_has_a_signal_and_a_rule() -> None:
    assert set(signals.SIGNALS) | {"person_only", "segment"} == set(ESCALATION_REASONS)
    assert set(POLICY) == set(ESCALATION_REASONS)


@pytest.mark.parametrize(
    "reason", ["danger", "theft", "fraud", "abuse", "distress", "legal", "account_access", "dispute", "complaint"]
)
def test_what_words_say_is_read_from_the_last_turn_alone(talk: Talk, reason: str) -> None:
    talk.say(**{reason: 0.8})
    assert signals.SIGNALS[reason](talk.trail) == 0.8
    assert signals.SIGNALS[reason](talk.say().trail) == 0.0


def test_a_wish_for_a_person_counts_by_wording_or_by_meaning_whichever_hears_it(talk: Talk) -> None:
    assert signals.asked(talk.say(person=0.97).trail) == 0.97
    assert signals.asked(talk.say(asked=0.8, person=0.3).trail) == 0.8


def test_the_same_question_twice_is_no_repetition_and_a_third_time_is(talk: Talk) -> None:
    talk.say("when is the first payment").then(Reply.ANSWERED).say("and when is the first one", again=0.8)
    assert signals.repetition(talk.trail) == 0.0
    talk.then(Reply.ANSWERED).say("the date of the first payment", again=0.9)
    assert signals.repetition(talk.trail) >= 0.9


def test_asked_in_other_words_each_time_is_repetition_though_no_turn_shows_it_by_itself(talk: Talk) -> None:
    talk.say().then(Reply.ANSWERED).say(again=0.3).then(Reply.ANSWERED).say(again=0.35)
    assert signals.repetition(talk.trail) >= 0.5
    talk.then(Reply.ANSWERED).say(again=0.1)
    assert signals.repetition(talk.trail) == 0.0


def test_what_was_never_answered_is_no_repetition(talk: Talk) -> None:
    talk.say().then(Reply.MISHEARD).say(again=0.9).then(Reply.MISHEARD).say(again=0.9)
    assert signals.repetition(talk.trail) == 0.0


def test_a_correction_after_asking_again_is_repetition_too(talk: Talk) -> None:
    talk.say().then(Reply.ANSWERED).say(again=0.7).then(Reply.ANSWERED).say(correction=0.8)
    assert signals.repetition(talk.trail) >= 0.8


def test_who_only_did_not_hear_it_repeats_nothing(talk: Talk) -> None:
    talk.say().then(Reply.ANSWERED)
    talk.say(again=0.9, repeat=0.9).then(Reply.AGAIN).say(again=0.9, repeat=0.9)
    assert signals.repetition(talk.trail) == 0.0
    assert signals.said_again(talk.trail) == 0.0


def test_an_answer_given_before_to_the_same_question_says_that_it_is_asked_again(talk: Talk) -> None:
    talk.say(known=0.9, about="hours").then(Reply.ANSWERED).say(known=0.9, about="hours")
    assert signals.said_again(talk.trail) >= signals.SURE


def test_asked_twice_what_is_meant_and_still_vague_is_no_progress(talk: Talk) -> None:
    talk.say("it's about the form").then(Reply.CLARIFIED).say("the long one").then(Reply.CLARIFIED)
    assert signals.no_progress(talk.say("the one she gave me").trail) == 1.0
    assert signals.not_understood(talk.trail) == 0.0


def test_asked_twice_because_nothing_came_through_is_not_understood(talk: Talk) -> None:
    talk.say("bro dish").then(Reply.MISHEARD).say("the wreck").then(Reply.MISHEARD)
    assert signals.not_understood(talk.say("it's wreck did").trail) == 1.0
    assert signals.no_progress(talk.trail) == 0.0


def test_words_without_any_sense_are_not_understood_whatever_was_asked(talk: Talk) -> None:
    talk.say(garbled=0.9).then(Reply.CLARIFIED).say(garbled=0.8).then(Reply.CLARIFIED)
    assert signals.not_understood(talk.say("the fur chord sal").trail) == 1.0
    assert signals.no_progress(talk.trail) == 0.0


def test_who_asks_back_is_stuck_all_the_same(talk: Talk) -> None:
    talk.say().then(Reply.CLARIFIED).say().then(Reply.CLARIFIED).say("like I said before", repeat=0.9)
    assert signals.no_progress(talk.trail) == 1.0


def test_who_is_understood_at_last_makes_progress(talk: Talk) -> None:
    talk.say().then(Reply.CLARIFIED).say().then(Reply.CLARIFIED).say("opening hours", known=0.9)
    assert signals.stuck(talk.trail) == 0.0


def test_an_answer_between_two_clarifications_begins_the_count_anew(talk: Talk) -> None:
    talk.say().then(Reply.CLARIFIED).say().then(Reply.ANSWERED).say().then(Reply.CLARIFIED)
    assert signals.stuck(talk.say().trail) == 0.0


def test_a_recogniser_that_is_unsure_three_turns_running_does_not_understand(talk: Talk) -> None:
    talk.say(confidence=0.2).say(confidence=0.3)
    assert signals.unsure(talk.trail) == 0.0
    assert signals.unsure(talk.say(confidence=0.2).trail) == 1.0
    assert signals.unsure(talk.say(confidence=0.9).trail) == 0.0


def test_interruptions_add_up_and_fade(talk: Talk) -> None:
    once = talk.say(cut=True).trail.cuts
    more = talk.say(cut=True).trail.cuts
    assert 0 < once < more < 1
    assert talk.say().trail.cuts < more


def test_irritation_weighs_more_after_replies_that_did_not_help(talk: Talk) -> None:
    fresh = signals.frustration(Talk().say(frustration=0.45).trail)
    talk.say().then(Reply.REFUSED).say().then(Reply.CLARIFIED).say(frustration=0.45, cut=True)
    assert signals.frustration(talk.trail) > fresh


def test_cutting_in_alone_is_no_frustration(talk: Talk) -> None:
    for _ in range(6):
        talk.say(cut=True)
    assert signals.frustration(talk.trail) == 0.0


def test_a_segment_is_served_by_people_only_when_the_business_says_so() -> None:
    assert signals.segment("private", ("private",)) == 1.0
    assert signals.segment("private", ()) == 0.0
    assert signals.segment("", ("private",)) == 0.0


def test_only_the_latest_turns_are_remembered(talk: Talk) -> None:
    for _ in range(LONGEST + 3):
        talk.say()
    assert len(talk.trail.turns) == LONGEST
