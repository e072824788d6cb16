"""Stream tokens: bound to the call, single-use by the log, good for a minute."""

import pytest

from ivr.session.admission import GOOD_FOR_MS, Admissions
from ivr.vocabulary.events import CallAnswered, CallEnded, CallOffered, Event, Logged, StreamLost, TakenUp
from ivr.vocabulary.ids import CallId, StreamId

CALL = CallId("CA1")
ADMISSIONS = Admissions(b"x" * 32)


def log(*events: Event, call: CallId = CALL) -> list[Logged]:
    return [Logged(call, seq, 0, seq * 1_000, event) for seq, event in enumerate(events, 1)]


OFFERED = log(CallOffered("+1", "+2"))


def test_the_token_of_an_offer_opens_its_stream() -> None:
    token = ADMISSIONS.token(OFFERED)
    assert token is not None
    assert ADMISSIONS.nonce(CALL, token, OFFERED, 1_000) == "1"


def test_asking_again_gives_the_same_token() -> None:
    assert ADMISSIONS.token(OFFERED) == ADMISSIONS.token(OFFERED)


def test_a_used_token_opens_nothing() -> None:
    token = ADMISSIONS.token(OFFERED) or ""
    used = log(CallOffered("+1", "+2"), CallAnswered(StreamId("MZ"), "1"))
    assert ADMISSIONS.nonce(CALL, token, used, 1_000) is None


def test_a_lost_stream_needs_a_new_token_and_the_old_one_stays_dead() -> None:
    before = ADMISSIONS.token(OFFERED) or ""
    lost = log(CallOffered("+1", "+2"), CallAnswered(StreamId("MZ"), "1"), StreamLost("gone"))
    after = ADMISSIONS.token(lost) or ""
    assert after != before
    assert ADMISSIONS.nonce(CALL, before, lost, 3_000) is None
    assert ADMISSIONS.nonce(CALL, after, lost, 3_000) == "3"
    taken = [*lost, Logged(CALL, 4, 0, 4_000, TakenUp(StreamId("MZ2"), "3"))]
    assert ADMISSIONS.nonce(CALL, after, taken, 4_000) is None


@pytest.mark.parametrize("late_ms", [GOOD_FOR_MS + 1, -1])
def test_a_token_is_good_for_a_minute_and_not_before_it_was_made(late_ms: int) -> None:
    token = ADMISSIONS.token(OFFERED) or ""
    assert ADMISSIONS.nonce(CALL, token, OFFERED, 1_000 + late_ms) is None


def test_a_token_of_another_call_opens_nothing() -> None:
    other = log(CallOffered("+1", "+2"), call=CallId("CA2"))
    token = ADMISSIONS.token(other) or ""
    assert ADMISSIONS.nonce(CALL, token, OFFERED, 1_000) is None
    assert ADMISSIONS.nonce(CALL, token, other, 1_000) is None


def test_a_token_made_with_another_secret_opens_nothing() -> None:
    token = Admissions(b"y" * 32).token(OFFERED) or ""
    assert ADMISSIONS.nonce(CALL, token, OFFERED, 1_000) is None


def test_an_ended_call_has_no_token() -> None:
    assert ADMISSIONS.token(log(CallOffered("+1", "+2"), CallEnded("caller"))) is None


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Admissions(b"short")
