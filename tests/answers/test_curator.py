"""Deciding about documents, while others do so too."""

import pytest

from ivr.adapters.scripted.clock import FakeClock
from ivr.adapters.scripted.documents import ScriptedDocuments
from ivr.adapters.scripted.identity import ScriptedIdentity
from ivr.answers.curator import Curator
from ivr.ports.documents import DocumentState
from ivr.ports.identity import Role, User
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.ids import UserId
from tests.documents import DAY, document

NOW = 1_795_777_200_000
ANN = User(UserId("u1"), "ann", "Ann", Role.ADMIN, (), disabled=False, must_change=False)


class SomebodyFirst(ScriptedDocuments):
    """Documents about which Ben decides whenever somebody else is about to."""

    async def decide(self, id: str, version: int, state: DocumentState, by: str, wall_ms: int, note: str = "") -> bool:
        await super().decide(id, version, DocumentState.REVOKED, "ben", wall_ms)
        return await super().decide(id, version, state, by, wall_ms, note)


@pytest.fixture
async def identity() -> ScriptedIdentity:
    people = ScriptedIdentity()
    await people.add(ANN, "hash", NOW)
    return people


async def test_who_comes_too_late_is_told_who_was_first(identity: ScriptedIdentity) -> None:
    store = SomebodyFirst()
    await store.add(document("fees", "A new card costs £8."), "ann", NOW)
    with pytest.raises(ConfigError, match="ben was first: version 1 is revoked now"):
        await Curator(store, identity, FakeClock(wall_ms=NOW), lambda: DAY).submit("fees", "ann")
    assert [(each.by, each.state.value) for each in await store.history("fees")] == [
        ("ann", "draft"),
        ("ben", "revoked"),
    ]
