"""The policy: what adds up, what fades, what comes first, and that a decision can account for itself."""

import pytest

from ivr.calls.escalation.decide import decide, declined, settled, warned
from ivr.calls.escalation.policy import POLICY, Urgency
from ivr.calls.escalation.trail import Reply
from tests.calls.escalation.turns import Talk


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.mark.parametrize("reason", ["danger", "theft", "fraud", "legal", "complaint", "distress"])
def test_one_clear_turn_is_enough(talk: Talk, reason: str) -> None:
    decision = decide(talk.say("what they said", **{reason: 0.9}).trail)
    assert decision is not None
    assert (decision.reason, decision.turns, decision.words) == (reason, ("u1",), "what they said")
    assert decision.urgency is POLICY[reason].urgency


def test_an_ordinary_question_asks_for_nobody(talk: Talk) -> None:
    assert decide(talk.say("when do you open", known=0.9, theft=0.15, frustration=0.2).trail) is None


def test_two_turns_that_are_each_half_clear_decide_together_and_name_both(talk: Talk) -> None:
    assert decide(talk.say("something is off", legal=0.52).trail) is None
    decision = decide(talk.say("these are not mine", legal=0.52).trail)
    assert decision is not None
    assert (decision.reason, decision.turns, decision.words) == ("legal", ("u1", "u2"), "these are not mine")


def test_a_doubt_fades_over_turns_that_say_nothing_of_it(talk: Talk) -> None:
    talk.say(legal=0.5)
    for _ in range(6):
        talk.say()
    assert decide(talk.say(legal=0.45).trail) is None


def test_scores_that_say_hardly_anything_never_add_up(talk: Talk) -> None:
    for _ in range(10):
        talk.say(complaint=0.35, legal=0.2)
    assert decide(talk.trail) is None


def test_danger_goes_before_all_else(talk: Talk) -> None:
    decision = decide(talk.say(distress=0.9, danger=0.8, asked=0.9).trail)
    assert decision is not None and decision.reason == "danger"
    assert decision.priority == 0


def test_a_locked_account_is_answered_first(talk: Talk) -> None:
    decision = decide(talk.say(account_access=0.8).trail)
    assert decision is not None and decision.urgency is Urgency.AFTER_ANSWER


def test_mild_frustration_is_offered_a_person_and_clear_one_is_brought_to_one(talk: Talk) -> None:
    offered = decide(talk.say(frustration=0.45).trail)
    assert offered is not None and offered.urgency is Urgency.OFFER
    brought = decide(Talk().say(frustration=0.8).trail)
    assert brought is not None and brought.urgency is Urgency.AT_ONCE


def test_who_declined_is_not_offered_it_again_at_once_and_it_takes_more_to_decide(talk: Talk) -> None:
    talk.say(frustration=0.45)
    talk.trail = declined(talk.trail)
    assert decide(talk.say(frustration=0.45).trail) is None
    assert decide(talk.say(frustration=0.95).trail) is not None


def test_who_declined_may_ask_for_a_person_in_the_next_breath(talk: Talk) -> None:
    talk.trail = declined(talk.say(frustration=0.45).trail)
    decision = decide(talk.say(person=0.6).trail)
    assert decision is not None and decision.reason == "asked"


def test_an_insult_is_warned_of_once_and_then_brought_to_a_person(talk: Talk) -> None:
    first = decide(talk.say(abuse=0.6).trail)
    assert first is not None and first.urgency is Urgency.WARN
    talk.trail = warned(talk.trail)
    assert decide(talk.say("and what are your hours").trail) is None
    second = decide(talk.say(abuse=0.6).trail)
    assert second is not None and second.urgency is Urgency.AT_ONCE


def test_a_threat_is_not_warned_of(talk: Talk) -> None:
    decision = decide(talk.say(abuse=0.6, threat=1.0).trail)
    assert decision is not None and decision.urgency is Urgency.AT_ONCE


def test_who_comes_back_from_a_person_begins_anew(talk: Talk) -> None:
    talk.trail = settled(talk.say(theft=0.9).trail)
    assert decide(talk.say("one more question").trail) is None


def test_an_ordinary_turn_is_not_stopped_for_what_was_said_before(talk: Talk) -> None:
    assert decide(talk.say(theft=0.95).trail) is not None
    assert decide(talk.say("when do you open").trail) is None


def test_a_person_is_offered_once_and_not_at_every_sigh(talk: Talk) -> None:
    talk.say(frustration=0.42).then(Reply.OFFERED)
    assert decide(talk.say(frustration=0.32).trail) is None


def test_a_decision_accounts_for_itself(talk: Talk) -> None:
    decision = decide(talk.say("my purse is gone", theft=0.9).trail)
    assert decision is not None
    assert decision.told() == "theft at 0.90, at_once: u1: 'my purse is gone'"
