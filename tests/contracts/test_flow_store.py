"""What every `FlowStore` keeps to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.adapters.scripted.stores import ScriptedFlowStore
from ivr.adapters.sql import open_stores
from ivr.ports.store import FlowStore


@pytest.fixture(params=["scripted", "sql"])
async def flows(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FlowStore]:
    if request.param == "scripted":
        yield ScriptedFlowStore()
        return
    stores = await open_stores(tmp_path)
    yield stores.flows
    await stores.close()


async def test_a_flow_is_found_by_its_digest(flows: FlowStore) -> None:
    await flows.put("d1", "flow: ñ\n")
    await flows.put("d2", "")
    assert await flows.get("d1") == "flow: ñ\n"
    assert await flows.get("d2") == ""


async def test_a_digest_nobody_kept_has_no_flow(flows: FlowStore) -> None:
    assert await flows.get("d1") is None


async def test_keeping_a_flow_twice_changes_nothing(flows: FlowStore) -> None:
    await flows.put("d1", "first")
    await flows.put("d1", "first")
    await flows.put("d1", "another text under a digest that is taken")
    assert await flows.get("d1") == "first"
