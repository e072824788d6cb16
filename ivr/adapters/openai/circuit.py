"""The circuit: whether a backend that failed may be asked again yet.

Room   Pure. `at_ms` is told with every event; a breaker never looks at a clock.
Shape  Closed: everyone may ask. Open, after `failures` in a row: nobody may. Half open, after a rest: one may, and what
       becomes of them decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Rules:
    """failures  in a row that open the circuit.

    rest_ms    how long it then stays open; twice as long after each probe that failed.
    rests_ms   at most.
    probe_ms   a probe of which nothing was heard for this long is lost, and another one may ask.
    """

    failures: int = 3
    rest_ms: float = 5_000.0
    rests_ms: float = 60_000.0
    probe_ms: float = 10_000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wants to make a request."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class Succeeded:
    at_ms: float


@dataclass(frozen=True, slots=True)
class Failed:
    """A request failed. `wait_ms` is how long the backend itself asked to be left alone, 0 when it did not."""

    at_ms: float
    wait_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Whoever asked went away before there was anything to learn from it."""

    at_ms: float


Happening = Asked | Succeeded | Failed | Abandoned


@dataclass(frozen=True, slots=True)
class Circuit:
    """failed   failures in a row, while closed.

    until_ms  when an open one may be probed; when the probe of a half open one counts as lost.
    rest_ms   its last rest.
    """

    state: State = State.CLOSED
    failed: int = 0
    until_ms: float = 0.0
    rest_ms: float = 0.0


Edge = Callable[[Circuit, Happening, Rules], tuple[Circuit, bool]]


def step(circuit: Circuit, event: Happening, rules: Rules) -> tuple[Circuit, bool]:
    """Return the next circuit and, for Asked, whether the request may be made. Every event is legal in every state."""
    return CIRCUIT[circuit.state][type(event)](circuit, event, rules)


def _admit(circuit: Circuit, event: Happening, rules: Rules) -> tuple[Circuit, bool]:
    return circuit, True


def _stay(circuit: Circuit, event: Happening, rules: Rules) -> tuple[Circuit, bool]:
    return circuit, False


def _close(circuit: Circuit, event: Happening, rules: Rules) -> tuple[Circuit, bool]:
    return Circuit(), False


def _count(circuit: Circuit, event: Happening, rules: Rules) -> tuple[Circuit, bool]:
    """A failure while closed. A backend that asks for rest gets it at once."""
    failed, wait_ms = circuit.failed + 1, _wait(event)
    if wait_ms or failed >= rules.failures:
        return _open(event.at_ms, rules.rest_ms, wait_ms), False
    return replace(circuit, failed=failed), False


def _probe(circuit: Circuit, event: Happening, rules: Rules) -> tuple[Circuit, bool]:
    """The first who asks after the rest is the probe; in half open, the first after a probe was lost."""
    if event.at_ms < circuit.until_ms:
        return circuit, False
    return replace(circuit, state=State.HALF_OPEN, until_ms=event.at_ms + rules.probe_ms), True


def _prolong(circuit: Circuit, event: Happening, rules: Rules) -> tuple[Circuit, bool]:
    """A request made before it opened has failed too."""
    return replace(circuit, until_ms=max(circuit.until_ms, event.at_ms + _wait(event))), False


def _reopen(circuit: Circuit, event: Happening, rules: Rules) -> tuple[Circuit, bool]:
    return _open(event.at_ms, min(circuit.rest_ms * 2, rules.rests_ms), _wait(event)), False


def _again(circuit: Circuit, event: Happening, rules: Rules) -> tuple[Circuit, bool]:
    """The probe told nothing: the next who asks is one."""
    return replace(circuit, state=State.OPEN, until_ms=event.at_ms), False


def _open(at_ms: float, rest_ms: float, wait_ms: float) -> Circuit:
    return Circuit(State.OPEN, 0, at_ms + max(rest_ms, wait_ms), rest_ms)


def _wait(event: Happening) -> float:
    return event.wait_ms if isinstance(event, Failed) else 0.0


CIRCUIT: Final[Mapping[State, Mapping[type[Happening], Edge]]] = {
    State.CLOSED: {Asked: _admit, Succeeded: _close, Failed: _count, Abandoned: _stay},
    State.OPEN: {Asked: _probe, Succeeded: _stay, Failed: _prolong, Abandoned: _stay},
    State.HALF_OPEN: {Asked: _probe, Succeeded: _close, Failed: _reopen, Abandoned: _again},
}
