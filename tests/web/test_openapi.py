"""The JSON API's document, and the types that the pages are written against."""

import json
from typing import Any

import aiohttp
import pytest

from ivr.web.doors import Kind, declared
from tests.repository.tree import ROOT, script
from tests.web.conftest import House


@pytest.fixture
async def document(house: House) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http, http.get(f"{house.own}/api/openapi.json") as response:
        assert response.status == 200
        told: dict[str, Any] = await response.json()
        return told


async def test_every_route_of_the_api_is_in_the_document_and_says_who_may_ask(
    house: House, document: dict[str, Any]
) -> None:
    for route in house.server.app.router.routes():
        path = route.resource.canonical if route.resource is not None else ""
        if not path.startswith("/api/") or route.method == "HEAD":
            continue
        operation = document["paths"][path][route.method.lower()]
        found = declared(route.handler)
        assert found is not None
        shown = found.door.kind in (Kind.PERSON, Kind.COMMAND_LINE)
        assert bool(operation["security"]) is shown, path
        assert operation["summary"], path


async def test_every_model_that_is_named_is_there(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    named = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= document["components"]["schemas"].keys()
    assert {"Desk", "Card", "Pushed", "Refusal", "Who"} <= named | document["components"]["schemas"].keys()


def test_the_types_of_the_pages_are_those_of_the_server() -> None:
    written = script("write-api-types")
    kept = (ROOT / "ivr" / "web" / "ui" / "src" / "app" / "api.ts").read_text(encoding="utf-8")
    assert kept == written["written"](), "run .venv/bin/python scripts/write-api-types"
