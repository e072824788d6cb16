"""Records behind an address of the business."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.adapters.customers.http import HttpCustomers
from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendError, BackendRejected, BackendUnavailable, ConfigError, DeadlineExceeded

NUMBER = "+12025550143"
GIVEN = {"passcode": "4071"}


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
        app.router.add_route("*", "/{rest:.*}", self._answer)
        self.server = TestServer(app)
        self.answer: Callable[[], web.StreamResponse] = lambda: web.json_response({"name": "Anna"})
        self.seen: list[web.Request] = []
        self.sent: list[str] = []
        self.silent = False

    def records(self, **more: Any) -> HttpCustomers:
        return HttpCustomers(f"http://127.0.0.1:{self.server.port}/contacts?phone={{number}}", **more)

    def verifying(self, **more: Any) -> HttpCustomers:
        return self.records(verify_url=f"http://127.0.0.1:{self.server.port}/verify", **more)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        self.sent.append(await request.text())
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


async def test_what_was_given_is_posted_and_stands_nowhere_else(crm: Crm) -> None:
    crm.answer = lambda: web.json_response({"verified": True})
    records = crm.verifying(token="secret")
    assert await records.verify(NUMBER, GIVEN) is True
    await records.close()
    (request,), (sent,) = crm.seen, crm.sent
    assert (request.method, request.raw_path) == ("POST", "/verify")
    assert orjson.loads(sent) == {"number": NUMBER, "given": {"passcode": "4071"}}
    assert request.headers["Authorization"] == "Bearer secret"
    assert request.content_type == "application/json"
    assert "4071" not in str(request.headers)


@pytest.mark.parametrize("status", [204, 404, 410])
async def test_an_address_that_knows_nobody_verifies_nobody(crm: Crm, status: int) -> None:
    crm.answer = lambda: web.Response(status=status)
    records = crm.verifying()
    assert await records.verify(NUMBER, GIVEN) is None
    await records.close()


@pytest.mark.parametrize(
    "body", ["", "null", "{}", "[]", "true", '{"verified": 1}', '{"verified": "true"}', '[{"verified": true}]', "4071"]
)
async def test_only_true_and_false_are_answers(crm: Crm, body: str) -> None:
    crm.answer = lambda: web.Response(text=body)
    records = crm.verifying()
    with pytest.raises(BackendRejected):
        await records.verify(NUMBER, GIVEN)
    await records.close()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, "4071 is no JSON", BackendRejected),
        (200, '{"verified": "4071"}', BackendRejected),
        (302, "4071", BackendRejected),
        (403, "4071", BackendRejected),
        (429, "4071", BackendUnavailable),
        (500, "4071", BackendUnavailable),
    ],
)
async def test_no_error_repeats_what_was_given(crm: Crm, status: int, body: str, error: type[BackendError]) -> None:
    crm.answer = lambda: web.Response(status=status, text=body, headers={"Location": "/elsewhere"})
    records = crm.verifying()
    with pytest.raises(error) as raised:
        await records.verify(NUMBER, GIVEN)
    await records.close()
    assert GIVEN["passcode"] not in "".join(traceback.format_exception(raised.value))
    assert len(crm.seen) == 1


async def test_one_who_does_not_say_whether_it_is_right_is_given_up(crm: Crm) -> None:
    crm.silent = True
    records = crm.verifying(deadline_ms=20)
    with pytest.raises(DeadlineExceeded):
        await records.verify(NUMBER, GIVEN)
    await records.close()


async def test_without_an_address_to_verify_at_the_error_says_what_to_set(crm: Crm) -> None:
    records = crm.records()
    with pytest.raises(BackendRejected, match="IVR_CUSTOMERS_VERIFY"):
        await records.verify(NUMBER, GIVEN)
    await records.close()
    assert crm.seen == []


@pytest.mark.parametrize("url", ["http://crm.example.com/verify", "crm.example.com/verify", "https://"])
def test_what_was_given_is_sent_to_no_address_that_others_may_read(url: str) -> None:
    with pytest.raises(ConfigError) as raised:
        HttpCustomers("https://crm.example.com/{number}", verify_url=url)
    assert raised.value.where == "IVR_CUSTOMERS_VERIFY"


async def test_facts_are_found_wherever_they_stand_and_written_in_one_way(crm: Crm) -> None:
    account = {
        "due": 1204.5,
        "points": 1e21,
        "open": True,
        "limit": None,
        "cards": [1],
        "text": "a\x07b  c" + "d" * 300,
    }
    crm.answer = lambda: web.json_response([{"name": "Anna", "notes": "shy", "account": account, "plan": "gold"}])
    names = ["due", "points", "open", "limit", "cards", "text"]
    records = crm.records(fields={name: f"account.{name}" for name in names})
    told = await records.facts(NUMBER, [*names, "plan", "notes", "account"])
    await records.close()
    assert told == {
        "due": "1204.5",
        "points": "1000000000000000000000",
        "open": "true",
        "text": ("a b c" + "d" * 300)[:200],
        "plan": "gold",
    }


async def test_a_record_without_a_name_is_nobody_and_has_no_facts(crm: Crm) -> None:
    crm.answer = lambda: web.json_response({"balance": "3"})
    records = crm.records()
    assert await records.facts(NUMBER, ["balance"]) is None
    await records.close()
