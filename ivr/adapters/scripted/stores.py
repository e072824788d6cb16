"""Stores in memory, with switches for what real ones suffer: the disk gone, another process writing first."""

from collections.abc import Sequence
from dataclasses import replace

import orjson

from ivr.calls.say import ANONYMOUS
from ivr.ports.store import LOOKED_AT, ApprovedAnswer, CallRow, Entry
from ivr.vocabulary.errors import BackendUnavailable, ConfigError, SequenceConflict
from ivr.vocabulary.events import CallOffered, Event, Logged
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.payloads import from_payload, payload


class ScriptedCallLog:
    """`CallLog` in memory.

    down      while True, everything raises BackendUnavailable.
    conflict  while True, every append raises SequenceConflict, as if another process had written first.
    commits   (call, last seq) of every append, in order: what was on disk when.
    """

    def __init__(self) -> None:
        self.down = False
        self.conflict = False
        self.commits: list[tuple[CallId, int]] = []
        self._events: dict[CallId, list[Logged]] = {}
        self._erased: dict[CallId, CallRow] = {}

    async def append(self, call: CallId, after_seq: int, entries: Sequence[Entry]) -> list[Logged]:
        self._require_up()
        if not entries:
            return []
        if call in self._erased:
            raise SequenceConflict(f"call {call} was erased: it takes no more events")
        kept = self._events.get(call, [])
        if self.conflict or after_seq != len(kept):
            raise SequenceConflict(f"call {call} cannot go on after event {after_seq}: its last event is {len(kept)}")
        logged = [
            Logged(call, seq, entry.at_ms, entry.wall_ms, entry.event)
            for seq, entry in enumerate(entries, after_seq + 1)
        ]
        # Through JSON, as on disk: what cannot be written there must fail here too, and nothing may be shared.
        stored = [replace(one, event=_through_json(one)) for one in logged]
        self._events[call] = kept + stored
        self.commits.append((call, logged[-1].seq))
        return logged

    async def read(self, call: CallId) -> list[Logged]:
        self._require_up()
        return list(self._events.get(call, ()))

    async def calls(self, limit: int = 50) -> list[CallRow]:
        self._require_up()
        rows = [*self._erased.values(), *(self._row(call) for call in self._events)]
        return sorted(rows, key=lambda row: (row.started_wall_ms, row.call), reverse=True)[: max(limit, 0)]

    async def calls_from(self, caller: str, limit: int = 10) -> list[CallRow]:
        self._require_up()
        if caller in ANONYMOUS:
            return []
        return [row for row in await self.calls(LOOKED_AT) if not row.erased and self._is_from(row, caller)][:limit]

    async def erase(self, call: CallId) -> bool:
        self._require_up()
        if call in self._events:
            self._erased[call] = replace(self._row(call), erased=True)
            del self._events[call]
        return call in self._erased

    async def close(self) -> None:
        self.down = True

    def _is_from(self, row: CallRow, caller: str) -> bool:
        first = self._events[row.call][0].event
        return isinstance(first, CallOffered) and first.caller == caller

    def _row(self, call: CallId) -> CallRow:
        kept = self._events[call]
        return CallRow(call, kept[0].wall_ms, len(kept), kept[-1].kind, erased=False)

    def _require_up(self) -> None:
        if self.down:
            raise BackendUnavailable("the scripted call log is down; set `down` to False")


class ScriptedFlowStore:
    """`FlowStore` in memory. While `down`, everything raises BackendUnavailable."""

    def __init__(self) -> None:
        self.down = False
        self._texts: dict[str, str] = {}

    async def put(self, digest: str, text: str) -> None:
        self._require_up()
        self._texts.setdefault(digest, text)

    async def get(self, digest: str) -> str | None:
        self._require_up()
        return self._texts.get(digest)

    def _require_up(self) -> None:
        if self.down:
            raise BackendUnavailable("the scripted flow store is down; set `down` to False")


class ScriptedKnowledge:
    """`KnowledgeStore` in memory.

    kept    what is served; replace it to change the knowledge.
    faulty  while True, reading raises ConfigError, as for a folder with a broken file.
    """

    def __init__(self, kept: Sequence[ApprovedAnswer] = ()) -> None:
        self.kept = list(kept)
        self.faulty = False

    async def answers(self) -> list[ApprovedAnswer]:
        if self.faulty:
            raise ConfigError("the scripted knowledge is faulty", where="knowledge", fix="Set `faulty` to False.")
        return list(self.kept)


def _through_json(logged: Logged) -> Event:
    return from_payload(logged.kind, logged.version, orjson.loads(orjson.dumps(payload(logged.event))))
