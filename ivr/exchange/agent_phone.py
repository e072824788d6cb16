"""An agent's telephone that acts by itself: picks up, accepts by key, declines, lets it ring, or is a voicemail.

For tests, and for `ivr call --agent`. It acts on audio time from the pacer's ticks and owns no task.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ivr.exchange.call import Call
from ivr.exchange.line import Ended
from ivr.exchange.phone import KEYS, Phone
from ivr.exchange.records import CallRecord
from ivr.exchange.sounds import beep
from ivr.exchange.switchboard import Exchange
from ivr.vocabulary.units import FRAME_MS

KEPT_CALLS: Final = 50
GREETING: Final = bytes([0x10, 0x90]) * 8_000
"Two seconds of something that is not silence: what a voicemail says before its beep."


@dataclass(frozen=True, slots=True)
class Manner:
    """What an agent does with a call. Times are of audio."""

    rings_ms: int = 1_500
    "How long it rings before anything is done."
    picks_up: bool = True
    declines: bool = False
    "Turned down while it rings: busy."
    keys: str = ""
    "Pressed once the briefing can be heard."
    listens_ms: int = 1_000
    "How long the briefing is listened to before the keys."
    says: bytes = field(default=b"", repr=False)
    "µ-law audio, said after the keys; without keys, at once."
    hangs_up_ms: int | None = None
    "Leaves this long after picking up."
    answers_as: str = "human"


MANNERS: Final[Mapping[str, Manner]] = {
    "accept": Manner(keys="1"),
    "refuse": Manner(keys="2"),
    "decline": Manner(picks_up=False, declines=True),
    "none": Manner(picks_up=False),
    "voicemail": Manner(says=GREETING + beep(), answers_as="machine_start"),
    "silent": Manner(),
    "drop": Manner(hangs_up_ms=2_000),
}
"accept and refuse by key after picking up, decline while it rings, none lets it ring, silent never presses a key."


class AgentPhone(Phone):
    """A telephone with manners. Registered from its making until `withdraw`."""

    def __init__(self, exchange: Exchange, identity: str, manner: Manner = MANNERS["accept"], *, frames: bool = False):
        super().__init__(exchange, identity, frames=frames)
        self.manner = manner
        self.records: deque[CallRecord] = deque(maxlen=KEPT_CALLS)
        "The calls it was rung for, oldest first."
        self._plan: list[tuple[int, Callable[[], None]]] = []
        "What is still to be done, and at which tick of the pacer."
        self._stop_ticking: Callable[[], None] | None = None
        self._briefed = False
        self.register()

    def withdraw(self) -> None:
        """Be rung no more; a call in progress is left."""
        self._exchange.unregister(self)
        self.hang_up()

    # What it is told ------------------------------------------------------------------------------------------------

    def incoming(self, call: Call) -> None:
        """It rings: do what is the manner, in time."""
        super().incoming(call)
        self.answers_as = self.manner.answers_as
        self.records.append(call.record)
        self._briefed = False
        self._stop_ticking = self._exchange.pacer.subscribe(self._tick)
        if self.manner.declines:
            self._in(self.manner.rings_ms, self.decline)
        elif self.manner.picks_up:
            self._in(self.manner.rings_ms, self.answer)

    def answered(self, tick: int) -> None:
        """It was picked up."""
        super().answered(tick)
        if self.manner.hangs_up_ms is not None:
            self._in(self.manner.hangs_up_ms, self.hang_up)
        if not self.manner.keys:
            self._in(FRAME_MS, lambda: self.say(self.manner.says))

    def sounding(self, on: bool, tick: int) -> None:
        """Something can be heard: the briefing, the first time."""
        super().sounding(on, tick)
        if on and not self._briefed and self.manner.keys:
            self._briefed = True
            self._in(self.manner.listens_ms, lambda: self.press(self.manner.keys))
            self._in(self.manner.listens_ms + 500, lambda: self.say(self.manner.says))

    def ended(self, end: Ended) -> None:
        """The call is over: nothing more is done."""
        super().ended(end)
        self._plan.clear()
        if self._stop_ticking:
            self._stop_ticking()
            self._stop_ticking = None

    # Doing it in time -----------------------------------------------------------------------------------------------

    def _in(self, ms: int, act: Callable[[], None]) -> None:
        self._plan.append((self._exchange.pacer.tick + max(1, ms // FRAME_MS), act))

    def _tick(self) -> None:
        now = self._exchange.pacer.tick
        due = [act for at, act in self._plan if at <= now]
        self._plan = [(at, act) for at, act in self._plan if at > now]
        for act in due:
            act()

    def as_json(self) -> dict[str, Any]:
        """What became of its calls."""
        return {"identity": self.number, "busy": self.busy, "calls": [leg_report(record) for record in self.records]}


def leg_report(record: CallRecord) -> dict[str, Any]:
    """A leg, as the exchange's control endpoints show it."""
    return {
        "callSid": record.sid,
        "direction": record.direction,
        "from": record.from_number,
        "to": record.to_number,
        "status": record.status,
        "answeredBy": record.answered_by,
    } | record.ear.as_json()


def manner_of(body: Mapping[str, Any], says: bytes = b"") -> Manner:
    """A manner by its name, with changes: ringsMs, listensMs, hangsUpMs, keys. Raises ValueError."""
    name = body.get("manner", "accept")
    if name not in MANNERS:
        raise ValueError(f"manner is one of {', '.join(MANNERS)}")
    changes: dict[str, Any] = {}
    for field_name, into in (("ringsMs", "rings_ms"), ("listensMs", "listens_ms"), ("hangsUpMs", "hangs_up_ms")):
        if (value := body.get(field_name)) is not None:
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 600_000:
                raise ValueError(f"{field_name} is 0 to 600000")
            changes[into] = value
    if (keys := body.get("keys")) is not None:
        if not isinstance(keys, str) or not set(keys) <= KEYS or len(keys) > 32:
            raise ValueError("keys are 0-9, *, # and A-D, 32 at most")
        changes["keys"] = keys
    if says:
        changes["says"] = says
    return replace(MANNERS[name], **changes)
