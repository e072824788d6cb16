"""When a backend that failed may be asked again."""

from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.openai.circuit import (
    CIRCUIT,
    Abandoned,
    Asked,
    Circuit,
    Failed,
    Happening,
    Rules,
    State,
    Succeeded,
    step,
)

RULES = Rules(failures=3, rest_ms=1_000.0, rests_ms=3_000.0, probe_ms=500.0)


def after(*events: Happening) -> Circuit:
    circuit = Circuit()
    for event in events:
        circuit, _ = step(circuit, event, RULES)
    return circuit


def opened() -> Circuit:
    return after(Failed(0), Failed(1), Failed(2))


def admits(circuit: Circuit, at_ms: float) -> bool:
    return step(circuit, Asked(at_ms), RULES)[1]


def test_it_opens_after_failures_in_a_row() -> None:
    assert admits(after(Failed(0), Failed(1)), 2)
    assert not admits(opened(), 3)


def test_a_success_between_begins_the_count_anew() -> None:
    assert admits(after(Failed(0), Failed(1), Succeeded(2), Failed(3), Failed(4)), 5)


def test_after_its_rest_one_may_ask_and_the_others_wait_for_what_becomes_of_it() -> None:
    circuit, first = step(opened(), Asked(1_002), RULES)
    assert first
    assert not admits(circuit, 1_003)
    circuit, _ = step(circuit, Succeeded(1_100), RULES)
    assert circuit.state is State.CLOSED
    assert admits(circuit, 1_101)


def test_each_probe_that_fails_makes_the_rest_twice_as_long_up_to_a_bound() -> None:
    circuit, at = opened(), 2.0
    rests = []
    for _ in range(4):
        rests.append(circuit.until_ms - at)
        at = circuit.until_ms
        circuit, _ = step(circuit, Asked(at), RULES)
        circuit, _ = step(circuit, Failed(at), RULES)
    assert rests == [1_000, 2_000, 3_000, 3_000]


def test_a_backend_that_asks_for_rest_gets_it_at_once() -> None:
    circuit = after(Failed(0, wait_ms=8_000))
    assert not admits(circuit, 7_999)
    assert admits(circuit, 8_000)


def test_rest_asked_for_while_open_makes_it_longer_and_never_shorter() -> None:
    circuit, _ = step(opened(), Failed(10, wait_ms=9_000), RULES)
    assert circuit.until_ms == 9_010
    circuit, _ = step(circuit, Failed(20, wait_ms=1), RULES)
    assert circuit.until_ms == 9_010


def test_a_probe_that_told_nothing_is_followed_by_another() -> None:
    probing, _ = step(opened(), Asked(1_002), RULES)
    assert admits(step(probing, Abandoned(1_010), RULES)[0], 1_011)


def test_a_probe_that_was_lost_does_not_keep_it_shut_for_ever() -> None:
    probing, _ = step(opened(), Asked(1_002), RULES)
    assert not admits(probing, 1_501)
    assert admits(probing, 1_502)


def test_every_event_is_known_in_every_state() -> None:
    assert set(CIRCUIT) == set(State)
    assert all(set(edges) == {Asked, Succeeded, Failed, Abandoned} for edges in CIRCUIT.values())


EVENTS = st.lists(
    st.tuples(st.sampled_from(["ask", "ok", "fail", "gone"]), st.floats(0, 5_000), st.sampled_from([0.0, 0.0, 700.0])),
    max_size=60,
)


@given(EVENTS)
def test_whatever_happens_it_admits_again_once_it_was_left_alone(events: list[tuple[str, float, float]]) -> None:
    circuit, at = Circuit(), 0.0
    for kind, passed, wait in events:
        at += passed
        made: dict[str, Happening] = {
            "ask": Asked(at), "ok": Succeeded(at), "fail": Failed(at, wait), "gone": Abandoned(at)
        }  # fmt: skip
        circuit, admitted = step(circuit, made[kind], RULES)
        assert not admitted or kind == "ask"
    assert admits(circuit, at + RULES.rests_ms + 700)
