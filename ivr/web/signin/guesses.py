"""Slows down whoever guesses passwords: for one name, and from one address. Pure; time is an argument.

A try counts when it begins and is forgiven when it was right, so that many tries at once gain nothing. Names that
nobody has are counted as well: how long one waits tells nothing about who there is.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

FORGOTTEN_AFTER_MS: Final = 60 * 60_000
"Without another try for so long, wrong ones no longer count."
KEPT: Final = 4_096
"Names, and addresses, that are remembered; the ones not tried for longest go first."


@dataclass(frozen=True, slots=True)
class Rule:
    """The first `free` wrong tries cost nothing; then the wait doubles from a second up to `longest_ms`."""

    free: int
    longest_ms: float

    def wait_ms(self, wrong: int) -> float:
        return 0.0 if wrong < self.free else min(1_000.0 * 2.0 ** min(wrong - self.free, 30), self.longest_ms)


PER_NAME: Final = Rule(free=5, longest_ms=5 * 60_000)
PER_ADDRESS: Final = Rule(free=20, longest_ms=60_000)
"Behind one address there may be a whole office, or a proxy: more is forgiven."


@dataclass(slots=True)
class _Tally:
    wrong: int
    last_ms: float


class Guesses:
    """Counts wrong tries."""

    def __init__(self) -> None:
        self._tallies: dict[Rule, OrderedDict[str, _Tally]] = {PER_NAME: OrderedDict(), PER_ADDRESS: OrderedDict()}

    def begin(self, name: str, address: str, now_ms: float) -> float:
        """Begin a try: 0 when it may go on, else how long to wait in ms, and then it does not count."""
        asked = ((PER_NAME, name), (PER_ADDRESS, address))
        wait_ms = max(self._wait_ms(rule, key, now_ms) for rule, key in asked)
        if wait_ms <= 0:
            for rule, key in asked:
                self._count(rule, key, now_ms)
        return max(0.0, wait_ms)

    def right(self, name: str, address: str) -> None:
        """The try that was begun was right: nothing is held against the name, and one try less against the address."""
        self._tallies[PER_NAME].pop(name, None)
        tally = self._tallies[PER_ADDRESS].get(address)
        if tally is not None:
            tally.wrong -= 1

    def _wait_ms(self, rule: Rule, key: str, now_ms: float) -> float:
        tally = self._tallies[rule].get(key)
        if tally is None:
            return 0.0
        if now_ms - tally.last_ms >= FORGOTTEN_AFTER_MS:
            del self._tallies[rule][key]
            return 0.0
        return tally.last_ms + rule.wait_ms(tally.wrong) - now_ms

    def _count(self, rule: Rule, key: str, now_ms: float) -> None:
        tallies = self._tallies[rule]
        before = tallies.pop(key, None)
        tallies[key] = _Tally((before.wrong if before else 0) + 1, now_ms)
        while len(tallies) > KEPT:
            tallies.popitem(last=False)
