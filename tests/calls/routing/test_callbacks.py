"""Callbacks keep their place, are dialled when their turn comes, and not for ever."""

from dataclasses import replace

import pytest

from ivr.calls.routing import agents
from ivr.calls.routing.callers import returning
from ivr.calls.routing.state import Callback, CallbackState, Plan, Presence
from ivr.vocabulary.ids import CallbackId, CallId
from tests.calls.routing.bank import EN, EVENING, NOON, Bank, agent, caller

MINUTE = 60_000
ONE = Callback(CallbackId("c1"), CallId("CA50"), "+15550000050", EN, "general", "asked", NOON + 5_000)


class Dialler(Bank):
    """A bank that calls back."""

    def agree(self, callback: Callback) -> bool:
        self.board, agreed = agents.agree(self.board, self.plan, callback)
        return agreed

    def due(self) -> list[str]:
        self.board, found = agents.due(self.board, self.plan, self.at_ms)
        return [each.id for each in found]

    def done(self, outcome: str, id: str = "c1") -> Callback | None:
        self.board, after = agents.done(self.board, self.plan, CallbackId(id), outcome, self.at_ms)
        return after


@pytest.fixture
def bank() -> Dialler:
    bank = Dialler()
    bank.add(agent("ana"), Presence.BUSY)
    bank.agree(ONE)
    return bank


def test_a_callback_is_due_when_an_agent_is_free_for_it(bank: Dialler) -> None:
    assert bank.due() == []
    bank.presence("ana", Presence.AVAILABLE)
    assert bank.due() == ["c1"]
    assert bank.due() == [], "it is dialled once"


def test_a_callback_keeps_its_place_among_callers(bank: Dialler) -> None:
    bank.due()
    bank.ask(caller(1), caller(9))
    assert bank.line() == [("CA01", 1), ("CA09", 3)]
    bank.presence("ana", Presence.AVAILABLE)
    assert bank.due() == [], "the first caller is before it"
    assert bank.ask(caller(9), caller(1)) == ["busy", "ana"]
    bank.serve(caller(1), "ana", 10)
    assert bank.ask(caller(9)) == ["busy"], "the callback is before them"
    assert bank.due() == ["c1"]


def test_an_agent_is_kept_free_while_a_callback_is_dialled(bank: Dialler) -> None:
    bank.presence("ana", Presence.AVAILABLE)
    bank.due()
    assert bank.ask(caller(9)) == ["busy"]
    bank.done("no_answer")
    assert bank.ask(caller(9)) == ["ana"]


def test_who_was_reached_is_the_first_to_get_the_agent(bank: Dialler) -> None:
    bank.presence("ana", Presence.AVAILABLE)
    bank.due()
    bank.ask(caller(9))
    bank.done("reached")
    bank.later(10)
    assert bank.ask(caller(70, number=ONE.number), caller(9)) == ["ana", "busy"]


def test_callbacks_nobody_asks_for_hold_up_no_caller(bank: Dialler) -> None:
    bank.due()
    bank.presence("ana", Presence.AVAILABLE)
    bank.later(31)
    assert bank.ask(caller(9)) == ["ana"]


def test_a_claim_whose_dialler_was_lost_lapses_and_counts_as_an_attempt(bank: Dialler) -> None:
    bank.presence("ana", Presence.AVAILABLE)
    for _ in range(4):
        assert bank.due() == ["c1"]
        bank.later(121)
    assert bank.due() == []
    assert bank.board.callbacks[ONE.id].state is CallbackState.GIVEN_UP


@pytest.mark.parametrize(("outcome", "minutes"), [("busy", 5), ("no_answer", 20), ("machine", 60), ("failed", 30)])
def test_the_next_attempt_comes_later_each_time(bank: Dialler, outcome: str, minutes: int) -> None:
    bank.plan = Plan()
    bank.presence("ana", Presence.AVAILABLE)
    for attempt in (1, 2, 3):
        assert bank.due() == ["c1"]
        after = bank.done(outcome)
        assert after is not None
        assert (after.state, after.attempts, after.outcome) == (CallbackState.PENDING, attempt, outcome)
        assert after.due_ms == bank.at_ms + minutes * attempt * MINUTE
        assert after.since_ms == ONE.since_ms
        bank.later((after.due_ms - bank.at_ms) / 1_000 - 1)
        assert bank.due() == []
        bank.later(1)
    bank.due()
    after = bank.done(outcome)
    assert after is not None
    assert after.state is CallbackState.GIVEN_UP


def test_nobody_is_called_outside_of_hours(bank: Dialler) -> None:
    bank.presence("ana", Presence.AVAILABLE)
    bank.at_ms = EVENING
    assert bank.due() == []


def test_what_was_promised_in_the_evening_is_due_when_the_queue_opens(bank: Dialler) -> None:
    bank.agree(replace(ONE, id=CallbackId("c2"), since_ms=EVENING))
    assert bank.board.callbacks[CallbackId("c2")].due_ms == EVENING + 12 * 60 * MINUTE


def test_a_retry_that_would_fall_into_the_night_waits_for_the_morning(bank: Dialler) -> None:
    bank.presence("ana", Presence.AVAILABLE)
    bank.due()
    bank.at_ms = EVENING - 2 * 60 * MINUTE - 10 * MINUTE
    after = bank.done("machine")
    assert after is not None
    assert after.due_ms == EVENING + 12 * 60 * MINUTE


def test_who_does_not_want_it_any_more_is_not_called(bank: Dialler) -> None:
    after = bank.done("cancelled")
    assert after is not None
    assert after.state is CallbackState.CANCELLED
    bank.presence("ana", Presence.AVAILABLE)
    assert bank.due() == []
    assert bank.done("reached") == after, "what is over stays over"


def test_who_was_promised_a_callback_and_calls_again_has_the_same_place(bank: Dialler) -> None:
    bank.presence("ana", Presence.AVAILABLE)
    found = returning(bank.board, ONE.number, bank.at_ms)
    assert found is not None
    assert (found.call, found.since_ms) == (ONE.call, ONE.since_ms)
    bank.presence("ana", Presence.BUSY)
    bank.ask(caller(9), caller(60, number=ONE.number))
    assert bank.line() == [("CA60", 1), ("CA09", 2)]


def test_who_spoke_with_an_agent_meanwhile_is_not_called_back(bank: Dialler) -> None:
    bank.presence("ana", Presence.AVAILABLE)
    again = caller(60, number=ONE.number, since_ms=ONE.since_ms)
    bank.ask(again)
    bank.release(again, "ana", Presence.WRAP_UP)
    assert bank.board.callbacks[ONE.id].state is CallbackState.CANCELLED


def test_a_promise_is_made_once(bank: Dialler) -> None:
    assert not bank.agree(replace(ONE, number="+15559999999"))
    assert bank.board.callbacks[ONE.id].number == ONE.number
