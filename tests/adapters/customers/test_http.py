"""Records behind an address of the business."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.adapters.customers.http import HttpCustomers
from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendError, BackendRejected, BackendUnavailable, ConfigError, DeadlineExceeded

NUMBER = "+12025550143"


@pytest.fixture
async def crm() -> AsyncIterator["Crm"]:
    server = Crm()
    await server.server.start_server()
    yield server
    await server.server.close()


class Crm:
    """Somebody else's program. `answer` is what it answers; `seen` are the requests."""

    def __init__(self) -> None:
        app = web.Application()
        app.router.add_get("/{rest:.*}", self._answer)
        self.server = TestServer(app)
        self.answer: Callable[[], web.StreamResponse] = lambda: web.json_response({"name": "Anna"})
        self.seen: list[web.Request] = []
        self.silent = False

    def records(self, **more: Any) -> HttpCustomers:
        return HttpCustomers(f"http://127.0.0.1:{self.server.port}/contacts?phone={{number}}", **more)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        if self.silent:
            await asyncio.Event().wait()
        return self.answer()


async def test_the_number_is_encoded_and_the_token_sent(crm: Crm) -> None:
    records = crm.records(token="secret")
    await records.find(NUMBER)
    await records.close()
    (request,) = crm.seen
    assert request.raw_path == "/contacts?phone=%2B12025550143"
    assert request.headers["Authorization"] == "Bearer secret"


async def test_fields_are_found_wherever_they_stand(crm: Crm) -> None:
    crm.answer = lambda: web.json_response([{"contact": {"names": ["Anna Meyer"]}, "tier": 2, "notes": {"a": 1}}])
    records = crm.records(fields={"name": "contact.names.0", "segment": "tier", "id": "contact.id"})
    assert await records.find(NUMBER) == Customer("", "Anna Meyer", None, "2")
    await records.close()


@pytest.mark.parametrize("body", ["", "[]", "{}", "null", '{"name": ""}', '"Anna"'])
async def test_an_empty_answer_is_nobody(crm: Crm, body: str) -> None:
    crm.answer = lambda: web.Response(text=body)
    records = crm.records()
    assert await records.find(NUMBER) is None
    await records.close()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, BackendRejected),
        (400, BackendRejected),
        (302, BackendRejected),
        (429, BackendUnavailable),
        (500, BackendUnavailable),
        (503, BackendUnavailable),
    ],
)
async def test_each_status_says_who_must_act(crm: Crm, status: int, error: type[BackendError]) -> None:
    crm.answer = lambda: web.Response(status=status, headers={"Location": "/elsewhere"})
    records = crm.records()
    with pytest.raises(error, match=str(status)):
        await records.find(NUMBER)
    await records.close()
    assert len(crm.seen) == 1


@pytest.mark.parametrize("body", ["<html>", "[" * 300_000])
async def test_an_answer_that_is_none_or_too_large_is_rejected(crm: Crm, body: str) -> None:
    crm.answer = lambda: web.Response(text=body)
    records = crm.records()
    with pytest.raises(BackendRejected):
        await records.find(NUMBER)
    await records.close()


async def test_one_who_does_not_answer_is_given_up(crm: Crm) -> None:
    crm.silent = True
    records = crm.records(deadline_ms=20)
    with pytest.raises(DeadlineExceeded):
        await records.find(NUMBER)
    await records.close()


async def test_nobody_there_is_unavailable(crm: Crm) -> None:
    records = crm.records()
    await crm.server.close()
    with pytest.raises(BackendUnavailable):
        await records.find(NUMBER)
    await records.close()


@pytest.mark.parametrize(
    "url", ["http://crm.example.com/{number}", "https://crm.example.com/contacts", "ftp://x/{number}", "https://"]
)
def test_an_address_that_can_never_work_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigError):
        HttpCustomers(url)
