"""Entailment over HTTP, when its server does what servers do."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.adapters.entailment.http import HttpEntailment
from ivr.vocabulary.errors import BackendError, BackendRejected, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.language import LanguageTag

EN = LanguageTag("en")
Server = Callable[..., web.Response]


class Predicts:
    """Answers each request with `status` and `body`."""

    def __init__(self) -> None:
        self.url, self.status, self.body, self.asked = "", 200, b"[]", list[Any]()

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.headers.get("Authorization"), await request.json()))
        headers = {"Location": "http://127.0.0.1:9/predict"} if 300 <= self.status < 400 else {}
        return web.Response(status=self.status, body=self.body, content_type="application/json", headers=headers)


@pytest.fixture
async def server() -> AsyncIterator[Predicts]:
    served = Predicts()
    app = web.Application()
    app.router.add_post("/predict", served.answer)
    async with TestServer(app) as running:
        served.url = f"http://127.0.0.1:{running.port}/predict"
        yield served


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, b"[]", BackendUnavailable),
        (429, b"[]", BackendUnavailable),
        (401, b"[]", BackendRejected),
        (413, b"[]", BackendRejected),
        (302, b"[]", BackendRejected),
        (200, b"not json", BackendUnavailable),
        (200, b"[]", BackendUnavailable),
        (200, b'[[{"label": "neutral", "score": 1.0}]]', BackendUnavailable),
        (200, b'[[{"label": "entailment", "score": 7}]]', BackendUnavailable),
        (200, b'[[{"label": "entailment", "score": "high"}]]', BackendUnavailable),
        (200, b"[" * 300_000, BackendUnavailable),
    ],
)
async def test_what_is_no_judgement_is_an_error_of_ours(
    server: Predicts, status: int, body: bytes, kind: type[BackendError]
) -> None:
    server.status, server.body = status, body
    judge = HttpEntailment(server.url, deadline_ms=5_000)
    with pytest.raises(kind):
        await judge.entailed("It is free.", ["It costs nothing."], EN)
    await judge.close()


async def test_one_claim_may_come_back_as_one_list(server: Predicts) -> None:
    server.body = b'[{"label": "ENTAILMENT", "score": 0.75}, {"label": "neutral", "score": 0.25}]'
    judge = HttpEntailment(server.url, key="sesame", deadline_ms=5_000)
    assert await judge.entailed("It is free.", ["It costs nothing."], EN) == [0.75]
    ((key, body),) = server.asked
    assert key == "Bearer sesame"
    assert body["inputs"] == [["It is free.", "It costs nothing."]]
    await judge.close()
    await judge.close()


async def test_no_time_is_a_deadline_and_nobody_there_is_unavailable(server: Predicts) -> None:
    with pytest.raises(DeadlineExceeded):
        await HttpEntailment(server.url, deadline_ms=0.001).entailed("a", ["b"], EN)
    with pytest.raises(BackendUnavailable):
        await HttpEntailment("http://127.0.0.1:9/predict", deadline_ms=5_000).entailed("a", ["b"], EN)
