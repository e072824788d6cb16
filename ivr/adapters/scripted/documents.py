"""Documents in memory: for tests of what is built on them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ivr.ports.documents import MOVES, REPLACED, Decision, Document, DocumentState
from ivr.vocabulary.errors import BackendUnavailable


class ScriptedDocuments:
    """`DocumentStore` in memory. While `down`, everything raises BackendUnavailable."""

    def __init__(self) -> None:
        self.down = False
        self._versions: dict[str, list[Document]] = {}
        self._decisions: list[Decision] = []

    async def add(self, document: Document, by: str, wall_ms: int) -> Document:
        self._require_up()
        versions = self._versions.setdefault(document.id, [])
        latest = versions[-1] if versions else None
        if latest is not None and MOVES[latest.state] and latest.same_as(document):
            return latest
        added = replace(document, version=len(versions) + 1, state=DocumentState.DRAFT)
        versions.append(added)
        self._decisions.append(Decision(added.id, added.version, added.state, by, wall_ms))
        return added

    async def get(self, id: str, version: int | None = None) -> Document | None:
        self._require_up()
        versions = self._versions.get(id, [])
        return next((each for each in reversed(versions) if version in (None, each.version)), None)

    async def documents(self) -> list[Document]:
        self._require_up()
        return [
            each
            for _, versions in sorted(self._versions.items())
            for each in versions
            if each is versions[-1] or each.state is DocumentState.APPROVED
        ]

    async def decide(self, id: str, version: int, state: DocumentState, by: str, wall_ms: int, note: str = "") -> bool:
        self._require_up()
        decision = Decision(id, version, state, by, wall_ms, note)
        if not self._bring(decision):
            return False
        if state is DocumentState.APPROVED:
            for other in list(self._versions[id]):
                if other.version != version and other.state is DocumentState.APPROVED:
                    note = REPLACED.format(version)
                    self._bring(replace(decision, version=other.version, state=DocumentState.REVOKED, note=note))
        return True

    async def history(self, id: str) -> list[Decision]:
        self._require_up()
        return [each for each in self._decisions if each.document == id]

    async def revision(self) -> int:
        self._require_up()
        return len(self._decisions)

    async def in_force(self, day: date) -> Sequence[Document]:
        self._require_up()
        return [each.spoken() for each in await self.documents() if each.counts_on(day)]

    def _bring(self, decision: Decision) -> bool:
        versions = self._versions.get(decision.document, [])
        if not 1 <= decision.version <= len(versions):
            return False
        stands = versions[decision.version - 1]
        if decision.state not in MOVES[stands.state]:
            return False
        versions[decision.version - 1] = replace(stands, state=decision.state)
        self._decisions.append(decision)
        return True

    def _require_up(self) -> None:
        if self.down:
            raise BackendUnavailable("the scripted documents are down; set `down` to False")
