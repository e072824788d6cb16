"""What agents do, what comes by itself, and what they choose."""

from typing import Any

import pytest

from ivr.calls.routing import agents, callers
from ivr.calls.routing.state import Presence, Waiting
from ivr.calls.routing.tidy import next_due_ms
from ivr.vocabulary.ids import AgentId, CallId
from tests.calls.routing.bank import NOON, Bank, agent, caller

ANA = AgentId("ana")


def _speaking() -> Bank:
    bank = Bank(agent("ana"))
    bank.ask(caller(1))
    return bank


def test_an_agent_with_as_many_calls_as_they_can_have_is_busy() -> None:
    bank = Bank(agent("ana", capacity=2))
    bank.ask(caller(1))
    assert bank.shown("ana") is Presence.AVAILABLE
    bank.ask(caller(2))
    assert bank.shown("ana") is Presence.BUSY


def test_after_a_call_the_agent_has_the_queues_time_to_write_it_down() -> None:
    bank = _speaking()
    bank.release(caller(1), "ana", Presence.WRAP_UP)
    assert bank.shown("ana") is Presence.WRAP_UP
    assert bank.ask(caller(2)) == ["busy"]
    assert next_due_ms(bank.board, bank.plan, bank.at_ms) == bank.at_ms + 60_000
    bank.later(60)
    assert bank.shown("ana") is Presence.AVAILABLE
    assert bank.ask(caller(2)) == ["ana"]


def test_who_has_written_it_down_is_free_at_once() -> None:
    bank = _speaking()
    bank.release(caller(1), "ana", Presence.WRAP_UP)
    bank.release(caller(1), "ana", Presence.AVAILABLE)
    assert bank.ask(caller(2)) == ["ana"]


def test_who_says_that_they_are_there_has_written_it_down() -> None:
    bank = _speaking()
    bank.release(caller(1), "ana", Presence.WRAP_UP)
    bank.presence("ana", Presence.AVAILABLE)
    assert bank.ask(caller(2)) == ["ana"]


def test_who_did_not_answer_is_away_until_they_say_that_they_are_there() -> None:
    bank = _speaking()
    bank.release(caller(1), "ana", Presence.AWAY)
    bank.leave(caller(1))
    assert bank.shown("ana") is Presence.AWAY
    assert bank.ask(caller(2)) == ["nobody_there"]
    bank.presence("ana", Presence.AVAILABLE)
    assert bank.ask(caller(2)) == ["ana"]


@pytest.mark.parametrize("then", [Presence.AVAILABLE, Presence.WRAP_UP, Presence.AWAY])
def test_who_chose_a_break_during_a_call_has_it_after_the_call(then: Presence) -> None:
    bank = _speaking()
    bank.presence("ana", Presence.BREAK)
    assert bank.shown("ana") is Presence.BREAK
    bank.release(caller(1), "ana", then)
    bank.later(60)
    assert bank.shown("ana") is Presence.BREAK


def test_a_call_is_given_back_once() -> None:
    bank = Bank(agent("ana", capacity=2))
    bank.ask(caller(1), caller(2))
    bank.leave(caller(1))
    bank.release(caller(1), "ana", Presence.AVAILABLE)
    bank.release(caller(1), "ana", Presence.AVAILABLE)
    assert bank.ask(caller(3), caller(4)) == ["ana", "busy"]


def test_a_reservation_that_was_lost_ends_by_itself() -> None:
    bank = _speaking()
    bank.later(5 * 3_600 + 1)
    assert bank.board.holds == ()


def test_an_agent_who_is_removed_takes_their_reservations_along() -> None:
    bank = _speaking()
    bank.board, removed = agents.remove(bank.board, ANA)
    assert removed
    assert (bank.board.holds, bank.line()) == ((), [("CA01", 1)])


def test_an_agent_is_changed_and_goes_on_with_what_they_do() -> None:
    bank = _speaking()
    bank.board, changed = agents.change(bank.board, agent("ana", languages=()))
    assert changed
    assert bank.board.seats[ANA].agent.languages == ()
    assert bank.shown("ana") is Presence.BUSY


# ── a second agent ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_colleague_is_reserved_for_a_consultation_past_those_who_wait() -> None:
    bank = _speaking()
    bank.add(agent("ben", queues=("other",)))
    bank.board, found = callers.engage(bank.board, AgentId("ben"), caller(1), bank.at_ms)
    assert found is not None
    assert bank.shown("ben") is Presence.BUSY
    bank.release(caller(1), "ben", Presence.AVAILABLE)
    assert (bank.shown("ben"), bank.shown("ana")) == (Presence.AVAILABLE, Presence.BUSY)


@pytest.mark.parametrize("presence", [Presence.BUSY, Presence.BREAK, Presence.OFFLINE])
def test_a_colleague_who_is_not_free_cannot_be_consulted(presence: Presence) -> None:
    bank = _speaking()
    bank.add(agent("ben"), presence)
    assert callers.engage(bank.board, AgentId("ben"), caller(1), bank.at_ms)[1] is None


def test_a_temporary_agent_is_no_colleague_of_others() -> None:
    bank = _speaking()
    bank.add(agent("temp", only="CA09"))
    assert callers.engage(bank.board, AgentId("temp"), caller(1), bank.at_ms)[1] is None


# ── who calls again ──────────────────────────────────────────────────────────────────────────────────────────────


def _again(**changes: Any) -> Waiting:
    """The first caller, in another call, which began two minutes later."""
    return caller(121, call=CallId("CA77"), number=caller(1).number, **changes)


def test_who_was_cut_off_while_they_waited_has_their_place_again() -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    bank.ask(caller(1), caller(2))
    bank.leave(caller(1), dropped=True)
    assert bank.line() == [("CA02", 1)]
    bank.later(20)
    found = callers.returning(bank.board, "+15550000001", bank.at_ms)
    assert found is not None
    assert (found.call, found.since_ms) == ("CA01", NOON + 1_000)
    bank.ask(caller(2), _again())
    assert bank.line() == [("CA77", 1), ("CA02", 2)]
    assert callers.returning(bank.board, "+15550000001", bank.at_ms) is None, "they are back"


def test_who_was_cut_off_from_an_agent_gets_the_same_one_again() -> None:
    bank = _speaking()
    bank.add(agent("ben"))
    bank.later(90)
    bank.release(caller(1), "ana", Presence.WRAP_UP)
    bank.release(caller(1), "ana", Presence.AVAILABLE)
    found = callers.returning(bank.board, "+15550000001", bank.at_ms)
    assert found is not None
    assert found.knows == "ana"
    assert bank.ask(_again()) == ["ana"], "ben has been idle longer"


def test_a_place_in_one_queue_is_none_in_another() -> None:
    bank = Bank()
    bank.add(agent("ana", skills=("cards",), queues=()), Presence.BUSY)
    bank.ask(caller(1), caller(2, queue="cards"))
    bank.leave(caller(1), dropped=True)
    bank.ask(_again(queue="cards"))
    assert bank.line() == [("CA02", 1), ("CA77", 2)]


def test_who_speaks_with_an_agent_was_not_cut_off() -> None:
    bank = _speaking()
    bank.later(200)
    assert callers.returning(bank.board, "+15550000001", bank.at_ms) is None


def test_who_gave_up_waiting_is_not_taken_for_somebody_cut_off() -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    bank.ask(caller(1))
    bank.leave(caller(1))
    assert callers.returning(bank.board, "+15550000001", bank.at_ms) is None


@pytest.mark.parametrize(("served", "kept"), [(True, False), (False, True)])
def test_who_looked_cut_off_was_not_when_the_agent_has_served_them(served: bool, kept: bool) -> None:
    bank = _speaking()
    bank.leave(caller(1), dropped=True)
    bank.leave(caller(1), dropped=not served)
    assert (callers.returning(bank.board, "+15550000001", bank.at_ms + 60_000) is not None) is kept


def test_a_place_is_kept_for_five_minutes() -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    bank.ask(caller(1))
    bank.leave(caller(1), dropped=True)
    bank.later(301)
    assert callers.returning(bank.board, "+15550000001", bank.at_ms) is None
    assert bank.board.places == ()


@pytest.mark.parametrize("number", ["", "anonymous", "+266696687", "client:phone", "+1555x"])
def test_a_withheld_number_is_nobodys(number: str) -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    bank.ask(caller(1, number=number))
    bank.leave(caller(1), dropped=True)
    bank.later(31)
    assert callers.returning(bank.board, number, bank.at_ms) is None
