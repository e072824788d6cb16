"""Faults on request: what a test or a rehearsal wants to go wrong, how often, and for which call.

Every fault is bounded by a count; a spent fault is gone. Places that can fail ask `take(kind)`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

KINDS: Mapping[str, str] = {
    "webhook.drop": "the request never reaches the server (a connection failure)",
    "webhook.delay": "the request waits `ms` before it is sent",
    "webhook.duplicate": "the request is sent `times` more, with the same idempotency token, answers dropped",
    "webhook.status": "the server's answer counts as HTTP `status`",
    "callback.drop": "a status callback is never sent",
    "callback.delay": "a status callback waits `ms`",
    "callback.duplicate": "a status callback is sent `times` more",
    "callback.reorder": "the next `times` + 1 status callbacks of a call leave in reverse order",
    "media.drop": "a media message to the server is lost",
    "media.duplicate": "a media message is sent twice",
    "media.reorder": "a media message changes place with the next one",
    "media.delay": "a media message is held for `ms` of audio, later ones overtake it",
    "media.stall": "nothing is sent for `ms` of audio, then all of it in a burst",
    "media.resize": "two frames travel in one payload of odd size",
    "media.jump": "sequenceNumber jumps by `times`",
    "stream.delay-start": "`connected` and `start` leave `ms` after the socket opened",
    "mark.lost": "a mark never returns",
    "mark.late": "a mark returns `ms` late",
    "socket.reset": "the media socket is cut without a close frame",
    "socket.half-open": "the exchange stops reading and writing, the socket stays open",
    "socket.no-stop": "the media socket ends without `stop`",
    "rest.status": "a REST request is answered with HTTP `status` and not carried out",
    "rest.timeout": "a REST request is carried out but its answer is held back for `ms`",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of the table."""

    kind: str
    count: int = 1
    "How many times it strikes."
    match: str = ""
    "Strikes only where this text occurs in the URL, path or call sid at hand; empty strikes anywhere."
    skip: int = 0
    "How many occasions pass unharmed first."
    ms: int = 0
    times: int = 1
    status: int = 500

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known are {', '.join(KINDS)}")
        if self.count < 1 or self.skip < 0 or self.ms < 0 or self.times < 1:
            raise ValueError("count and times start at 1, skip and ms at 0")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Fault:
        """Read one from JSON. Raises ValueError naming what is wrong."""
        known = {entry.name: entry.type for entry in fields(cls)}
        for key, value in data.items():
            if key not in known:
                raise ValueError(f"unknown field {key!r}")
            if not isinstance(value, str if key in ("kind", "match") else int) or isinstance(value, bool):
                raise ValueError(f"{key} has the wrong type")
        if "kind" not in data:
            raise ValueError("kind is missing")
        return cls(**data)


class Faults:
    """The table. Injected by tests in Python and over POST /exchange/faults."""

    def __init__(self) -> None:
        self._table: list[Fault] = []
        self.struck: Counter[str] = Counter()
        "How often each kind has struck."

    @property
    def armed(self) -> bool:
        """Whether anything may still strike; cheap, for places that pass often."""
        return bool(self._table)

    def inject(self, fault: Fault) -> None:
        """Add an entry; several of one kind strike one after another."""
        self._table.append(fault)

    def clear(self) -> None:
        """Forget all entries."""
        self._table.clear()

    def pending(self) -> list[Fault]:
        """Entries that may still strike."""
        return list(self._table)

    def take(self, kind: str, *where: str) -> Fault | None:
        """The fault that strikes here and now, one count less; None in the usual case."""
        if not self._table:
            return None
        for index, fault in enumerate(self._table):
            if fault.kind != kind or (fault.match and not any(fault.match in place for place in where)):
                continue
            if fault.skip:
                self._table[index] = replace(fault, skip=fault.skip - 1)
                return None
            if fault.count == 1:
                del self._table[index]
            else:
                self._table[index] = replace(fault, count=fault.count - 1)
            self.struck[kind] += 1
            return fault
        return None
