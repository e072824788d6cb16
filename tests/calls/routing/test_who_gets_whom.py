"""Who gets which agent, and in which order."""

from dataclasses import replace

import pytest

from ivr.calls.routing.state import Nobody, Presence
from ivr.vocabulary.ids import AgentId
from tests.calls.routing.bank import EN, ES, EVENING, PT, Bank, agent, caller


def test_a_free_agent_is_reserved_and_nobody_else_gets_them() -> None:
    bank = Bank(agent("ana"))
    assert bank.ask(caller(1), caller(2)) == ["ana", "busy"]


def test_asking_again_gives_the_same_agent() -> None:
    bank = Bank(agent("ana"), agent("ben"))
    assert bank.ask(caller(1), caller(1)) == ["ana", "ana"]


def test_who_has_been_idle_longest_is_asked_first() -> None:
    bank = Bank(agent("ana"), agent("ben"))
    bank.ask(caller(1))
    bank.serve(caller(1), "ana", 30)
    bank.later(1)
    assert bank.ask(caller(2), caller(3)) == ["ben", "ana"]


def test_an_agent_with_room_for_two_gets_two() -> None:
    bank = Bank(agent("ana", capacity=2))
    assert bank.ask(caller(1), caller(2), caller(3)) == ["ana", "ana", "busy"]


def test_who_has_waited_longest_is_first_whoever_asks_first() -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    assert bank.ask(caller(1), caller(2), caller(3)) == ["busy"] * 3
    bank.presence("ana", Presence.AVAILABLE)
    assert bank.ask(caller(3), caller(2), caller(1)) == ["busy", "busy", "ana"]


@pytest.mark.parametrize("reason", ["danger", "theft", "fraud", "distress"])
def test_danger_theft_fraud_and_distress_come_before_those_who_waited_longer(reason: str) -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    urgent = caller(30, reason=reason)
    assert bank.reserve(caller(1)) == Nobody("busy", 1)
    assert bank.reserve(urgent) == Nobody("busy", 1)
    bank.presence("ana", Presence.AVAILABLE)
    assert bank.ask(caller(1), urgent) == ["busy", "ana"]


def test_danger_comes_before_theft() -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    bank.ask(caller(1, reason="theft"), caller(2, reason="danger"))
    assert bank.line() == [("CA02", 1), ("CA01", 2)]


def test_the_agent_speaks_the_callers_language_of_whichever_country() -> None:
    bank = Bank(agent("ana"), agent("rui", languages=(PT,)))
    assert bank.ask(caller(1, language="pt-BR")) == ["rui"]


def test_a_caller_waits_for_their_language_while_somebody_there_speaks_it() -> None:
    bank = Bank(agent("ana"), agent("rui", languages=(PT,)))
    assert bank.ask(caller(1, language=PT), caller(2, language=PT), caller(3)) == ["rui", "busy", "ana"]


def test_who_has_waited_long_for_their_language_gets_another_agent() -> None:
    bank = Bank(agent("ana"), agent("rui", languages=(PT,)))
    bank.ask(caller(1, language=PT), caller(2, language=PT))
    bank.later(120)
    assert bank.ask(caller(2, language=PT)) == ["ana"]


def test_when_nobody_there_speaks_the_language_any_agent_does() -> None:
    bank = Bank(agent("ana"))
    bank.add(agent("rui", languages=(PT,)), Presence.BREAK)
    assert bank.ask(caller(1, language=PT)) == ["ana"]


def test_danger_does_not_wait_for_a_language() -> None:
    bank = Bank(agent("ana"), agent("rui", languages=(PT,)))
    bank.ask(caller(1, language=PT))
    assert bank.ask(caller(2, language=PT, reason="danger")) == ["ana"]


def test_an_agent_whose_languages_are_not_known_may_be_asked_in_any() -> None:
    assert Bank(agent("ana", languages=())).ask(caller(1, language=ES)) == ["ana"]


def test_an_agent_serves_their_queues_alone() -> None:
    bank = Bank(agent("ana", queues=("other",)))
    assert bank.ask(caller(1)) == ["nobody_there"]


def test_an_agent_without_the_skills_of_a_queue_does_not_serve_it() -> None:
    bank = Bank(agent("ana", queues=()), agent("ben", queues=(), skills=("cards", "loans")))
    assert bank.ask(caller(1, queue="cards"), caller(2), caller(3, queue="cards")) == ["ben", "ana", "busy"]
    bank.presence("ben", Presence.BREAK)
    assert bank.ask(caller(3, queue="cards")) == ["nobody_there"]


def test_a_reason_asks_for_skills_as_long_as_somebody_there_has_them() -> None:
    bank = Bank(agent("ana"), agent("ben", skills=("loans",)))
    assert bank.ask(caller(1, reason="dispute"), caller(2, reason="dispute")) == ["ben", "busy"]
    bank.presence("ben", Presence.BREAK)
    assert bank.ask(caller(2, reason="dispute")) == ["ana"]


def test_the_language_comes_before_skills() -> None:
    bank = Bank(agent("ana", languages=(EN, ES)), agent("ben", skills=("loans",)))
    assert bank.ask(caller(1, reason="dispute", language=ES)) == ["ana"]


def test_who_did_not_take_the_call_is_not_asked_again_for_it() -> None:
    bank = Bank(agent("ana"), agent("ben"))
    bank.ask(caller(1))
    bank.release(caller(1), "ana", Presence.AVAILABLE)
    assert bank.ask(caller(1, passed=(AgentId("ana"),))) == ["ben"]


def test_who_did_not_take_the_call_is_not_waited_for() -> None:
    bank = Bank(agent("ana"))
    bank.ask(caller(1))
    bank.release(caller(1), "ana", Presence.AVAILABLE)
    assert bank.ask(caller(1, passed=(AgentId("ana"),))) == ["nobody_there"]


def test_somebody_nobody_is_free_for_does_not_hold_up_those_behind_them() -> None:
    bank = Bank(agent("ana"), agent("rui", languages=(PT,)))
    bank.ask(caller(1, language=PT))
    assert bank.ask(caller(2, language=PT), caller(3)) == ["busy", "ana"]


@pytest.mark.parametrize("presence", [Presence.BREAK, Presence.AWAY, Presence.OFFLINE])
def test_an_agent_who_is_not_there_is_not_waited_for(presence: Presence) -> None:
    bank = Bank()
    bank.add(agent("ana"), presence)
    assert bank.ask(caller(1)) == ["nobody_there"]


def test_a_closed_queue_takes_nobody() -> None:
    bank = Bank(agent("ana"))
    bank.at_ms = EVENING
    assert bank.ask(caller(1), caller(2, queue="unheard_of")) == ["closed", "nobody_there"]
    assert bank.line() == []


def test_who_came_before_the_queue_closed_is_still_served() -> None:
    bank = Bank()
    bank.at_ms = EVENING - 2 * 3_600_000 - 60_000
    bank.add(agent("ana"), Presence.BUSY)
    bank.ask(caller(1))
    bank.later(120)
    assert bank.ask(caller(1), caller(2)) == ["busy", "closed"]
    bank.presence("ana", Presence.AVAILABLE)
    assert bank.ask(caller(1)) == ["ana"]


# ── temporary agents ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("only", ["+15550000001", "CA01"])
def test_a_temporary_agent_gets_their_caller_and_nobody_else(only: str) -> None:
    bank = Bank(agent("ana"), agent("temp", queues=(), only=only))
    assert bank.ask(caller(2), caller(3), caller(1)) == ["ana", "busy", "temp"]


def test_a_temporary_agent_is_the_first_to_be_asked_and_then_come_the_others() -> None:
    bank = Bank(agent("ana"))
    bank.later(10)
    bank.add(agent("temp", queues=(), only="CA01"))
    assert bank.ask(caller(1)) == ["temp"]
    bank.release(caller(1), "temp", Presence.AWAY)
    assert bank.ask(caller(1, passed=(AgentId("temp"),))) == ["ana"]


def test_for_the_caller_of_a_temporary_agent_the_queue_is_open_at_any_hour() -> None:
    bank = Bank(agent("temp", queues=(), only="CA01"))
    bank.at_ms = EVENING
    assert bank.ask(caller(1), caller(2)) == ["temp", "closed"]
    bank.release(caller(1), "temp", Presence.AVAILABLE)
    passed = caller(1, passed=(AgentId("temp"),))
    assert bank.ask(passed) == ["nobody_there"], "it is not said to be closed when the agent declined"


def test_a_temporary_agent_nobody_removed_goes_after_an_hour() -> None:
    bank = Bank(agent("ana"), agent("temp", only="CA01"))
    bank.later(3_601)
    assert set(bank.board.seats) == {"ana"}


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_caller_nobody_asks_for_holds_up_no_one() -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    bank.ask(caller(1), caller(2))
    bank.later(31)
    bank.presence("ana", Presence.AVAILABLE)
    assert bank.ask(caller(2)) == ["ana"]


def test_a_caller_who_is_asked_for_again_has_the_place_they_had() -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    bank.ask(caller(1), caller(2))
    bank.later(31)
    bank.ask(caller(2), caller(1))
    assert bank.line() == [("CA01", 1), ("CA02", 2)]


def test_positions_are_counted_in_each_queue() -> None:
    bank = Bank()
    bank.add(agent("ana", queues=(), skills=("cards",)), Presence.BUSY)
    bank.ask(caller(1), caller(2, queue="cards"), caller(3))
    assert bank.line() == [("CA01", 1), ("CA02", 1), ("CA03", 2)]


def test_who_leaves_gives_up_their_place() -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    bank.ask(caller(1), caller(2))
    bank.leave(caller(1))
    bank.leave(caller(1))
    assert bank.line() == [("CA02", 1)]


def test_after_a_refusal_the_caller_has_the_place_they_had() -> None:
    bank = Bank(agent("ana"))
    bank.add(agent("ben"), Presence.BUSY)
    bank.ask(caller(1), caller(2))
    bank.release(caller(1), "ana", Presence.AWAY)
    assert bank.ask(caller(1, passed=(AgentId("ana"),))) == ["busy"]
    assert bank.line() == [("CA01", 1), ("CA02", 2)]


def test_a_queues_longest_wait_is_kept_to() -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    for _ in range(20):
        assert bank.ask(caller(1)) == ["busy"]
        bank.later(60)
    assert bank.ask(caller(1)) == ["too_long"]


def test_who_has_waited_longest_of_all_is_not_refused_when_an_agent_is_free() -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    for _ in range(20):
        bank.ask(caller(1))
        bank.later(60)
    bank.presence("ana", Presence.AVAILABLE)
    assert bank.ask(caller(1)) == ["ana"]


# ── the wait ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _experienced() -> Bank:
    bank = Bank(agent("ana"))
    for number in range(3):
        one = caller(100 + number)
        bank.ask(one)
        bank.serve(one, "ana", 120)
    return bank


def test_no_wait_is_told_before_there_is_something_to_tell_it_from() -> None:
    bank = Bank(agent("ana"))
    bank.ask(caller(1))
    assert bank.reserve(caller(2)) == Nobody("busy", 1, None)


def test_the_wait_is_what_calls_took_by_the_place_in_line() -> None:
    bank = _experienced()
    bank.ask(caller(1))
    assert bank.reserve(caller(2)) == Nobody("busy", 1, 120)
    assert bank.reserve(caller(3)) == Nobody("busy", 2, 240)


def test_two_agents_halve_the_wait() -> None:
    bank = _experienced()
    bank.add(agent("ben"), Presence.BUSY)
    bank.ask(caller(1))
    assert bank.reserve(caller(2)) == Nobody("busy", 1, 60)


def test_those_of_another_queue_count_when_they_want_the_same_agents() -> None:
    bank = _experienced()
    bank.presence("ana", Presence.BUSY)
    bank.add(agent("eva", queues=("cards", "general"), skills=("cards",)), Presence.BUSY)
    bank.ask(caller(1, queue="cards"))
    assert bank.reserve(caller(2)) == Nobody("busy", 1, 120)


def test_telephones_nobody_answered_say_nothing_about_how_long_calls_take() -> None:
    bank = Bank(agent("ana"))
    for number in range(5):
        one = caller(100 + number)
        bank.ask(one)
        bank.later(25)
        bank.release(one, "ana", Presence.AVAILABLE)
        bank.leave(one)
    assert bank.board.handled == {}


def test_languages_are_told_apart_by_what_they_are() -> None:
    bank = Bank(agent("ana", languages=(EN, ES)))
    assert bank.ask(replace(caller(1), language=ES)) == ["ana"]
