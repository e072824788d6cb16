"""The conferences of an exchange: found by sid or, while they last, by name; forgotten when there are too many."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final

from ivr.exchange.callbacks import CallbackQueue, Send
from ivr.exchange.conference import Room
from ivr.exchange.conference_reports import Reports
from ivr.exchange.faults import Faults
from ivr.exchange.pacer import Pacer
from ivr.exchange.sids import new_sid

KEPT: Final = 200
"Ended conferences that REST still knows."


class Rooms:
    """All conferences. `send` puts a callback on the wire for a conference, `spawn` runs something beside the calls,
    `keep` stores what a recorded one heard."""

    def __init__(
        self,
        account_sid: str,
        pacer: Pacer,
        faults: Faults,
        send: Callable[[str], Send],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        keep: Callable[[Room], Coroutine[Any, Any, None]],
    ) -> None:
        self._account_sid = account_sid
        self._pacer = pacer
        self._faults = faults
        self._send = send
        self._spawn = spawn
        self._keep = keep
        self._all: OrderedDict[str, Room] = OrderedDict()
        self._private: dict[str, Room] = {}
        "Rooms of two that belong to a `<Dial>`, by name. REST does not know them."

    def __iter__(self) -> Iterator[Room]:
        return iter(tuple(self._all.values()))

    @property
    def live(self) -> list[Room]:
        """Those that have not ended."""
        return [room for room in self._all.values() if room.live]

    def get(self, sid: str) -> Room | None:
        """By sid, ended or not."""
        return self._all.get(sid)

    def named(self, name: str) -> Room | None:
        """The one of this name that has not ended."""
        return next((room for room in self.live if room.name == name), None)

    def open(self, name: str) -> Room:
        """The one of this name, made if there is none."""
        return self._private.get(name) or self.named(name) or self._make(name, self._all)

    @contextmanager
    def private(self, name: str) -> Iterator[Room]:
        """A room for the two ends of a `<Dial>`. It ends with the block."""
        rooms: dict[str, Room] = {}
        room = self._private[name] = self._make(name, rooms)
        try:
            yield room
        finally:
            del self._private[name]
            room.end("last-participant-left")

    def _make(self, name: str, among: dict[str, Room]) -> Room:
        sid = new_sid("CF")

        def queue() -> CallbackQueue:
            made = CallbackQueue(self._send(sid), self._faults, self._pacer, sid)
            self._spawn(made.run())
            return made

        def keep(room: Room) -> None:
            self._spawn(self._keep(room))

        facts = {"ConferenceSid": sid, "FriendlyName": name, "AccountSid": self._account_sid}
        room = Room(sid, name, Reports(facts, queue), lambda: self._pacer.subscribe(room.tick), keep)
        among[sid] = room
        self._forget_old()
        return room

    def _forget_old(self) -> None:
        ended = [sid for sid, room in self._all.items() if not room.live]
        for sid in ended[: max(0, len(ended) - KEPT)]:
            del self._all[sid]
