"""Conference callbacks: what happened in a room, reported to the address that its first participant gave.

Only the events that were asked for are sent; all are numbered. Facts: docs/carrier-wire.md, section 9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ivr.exchange.callbacks import Callback, CallbackQueue
from ivr.exchange.records import now, rfc2822

EVENT_OF: Final[Mapping[str, str]] = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}
"What happened, to the word in statusCallbackEvent that asks for it."


class Reports:
    """The reports of one conference. `queue` makes its queue of callbacks, running, once somebody wants any."""

    def __init__(self, facts: Mapping[str, str], queue: Callable[[], CallbackQueue]) -> None:
        self._facts = facts
        self._make_queue = queue
        self._queue: CallbackQueue | None = None
        self._url = ""
        self._method = "POST"
        self._events: frozenset[str] = frozenset()
        self._sequence = 0

    def subscribe(self, url: str, method: str, events: tuple[str, ...]) -> None:
        """Report these events there. The first participant decides; there is no second call."""
        if url:
            self._url, self._method, self._events = url, method, frozenset(events)
            self._queue = self._make_queue()

    def send(self, event: str, params: Mapping[str, str]) -> None:
        """Something happened."""
        self._sequence += 1
        if self._queue is None or EVENT_OF[event] not in self._events:
            return
        facts = {
            **self._facts,
            "StatusCallbackEvent": event,
            "SequenceNumber": str(self._sequence),
            "Timestamp": rfc2822(now()) or "",
        }
        self._queue.post(Callback(self._url, self._method, facts | dict(params)))

    def close(self) -> None:
        """The conference has ended: no more will be sent."""
        if self._queue is not None:
            self._queue.finish()
