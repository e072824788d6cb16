"""The demo bank's documents, at the first start and at every later one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.adapters.clock import SystemClock
from ivr.ports.documents import DocumentState
from ivr.settings import Settings
from ivr.wiring.demo_documents import OWNER, stock_demo
from ivr.wiring.documents import Archive, archive_of
from ivr.wiring.stores import open_stores
from tests.documents import DAY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
async def archive(settings: Settings) -> AsyncIterator[Archive]:
    stores = await open_stores(settings.data)
    yield archive_of(settings, stores, SystemClock(), lambda: DAY)
    await stores.close()


async def test_the_demo_has_its_documents_approved_from_its_first_start_on(
    settings: Settings, archive: Archive
) -> None:
    await stock_demo(settings, archive)
    told = await archive.store.in_force(DAY)
    assert [each.id for each in told] == ["fees-and-charges", "travelling-with-your-card"]
    for each in told:
        assert each.topic and each.owner and each.title
        assert (await archive.store.get(each.id) or each).quarantined == ()
        assert {line.by for line in await archive.store.history(each.id)} == {OWNER}


async def test_a_later_start_changes_nothing(settings: Settings, archive: Archive) -> None:
    await stock_demo(settings, archive)
    revision = await archive.store.revision()
    await stock_demo(settings, archive)
    assert await archive.store.revision() == revision


async def test_what_a_person_decided_about_them_holds(settings: Settings, archive: Archive) -> None:
    await stock_demo(settings, archive)
    await archive.store.decide("fees-and-charges", 1, DocumentState.REVOKED, "ann", 1)
    await stock_demo(settings, archive)
    assert [each.id for each in await archive.store.in_force(DAY)] == ["travelling-with-your-card"]


async def test_a_start_that_was_cut_short_is_finished_by_the_next(settings: Settings, archive: Archive) -> None:
    await stock_demo(settings, archive)
    fees = await archive.store.get("fees-and-charges")
    assert fees is not None
    await archive.store.decide(fees.id, 1, DocumentState.REVOKED, OWNER, 1)
    await archive.store.add(fees, OWNER, 2)
    await stock_demo(settings, archive)
    assert (fees.id, 2) in [(each.id, each.version) for each in await archive.store.in_force(DAY)]


@pytest.mark.parametrize("own", ["flow", "knowledge"])
async def test_another_business_has_none_of_them(settings: Settings, archive: Archive, own: str) -> None:
    await stock_demo(settings.model_copy(update={own: settings.data}), archive)
    assert await archive.store.documents() == []
