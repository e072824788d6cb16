"""What every Entailment promises."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.adapters.entailment.http import HttpEntailment
from ivr.adapters.scripted.writing import ScriptedEntailment
from ivr.ports.language_model import Entailment
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.language import LanguageTag

EN = LanguageTag("en")
PREMISE = "A transfer to another country costs fifteen euros."
CLAIMS = ["A transfer costs fifteen euros.", "Lemons are sour."]


async def _predict(request: web.Request) -> web.Response:
    """A server that judges as the scripted one does."""
    inputs = (await request.json())["inputs"]
    scores = [(await ScriptedEntailment().entailed(premise, [claim], EN))[0] for premise, claim in inputs]
    rows = [[{"label": "contradiction", "score": 1 - each}, {"label": "entailment", "score": each}] for each in scores]
    return web.json_response(rows)


@pytest.fixture(params=["scripted", "http"])
async def judge(request: pytest.FixtureRequest) -> AsyncIterator[Entailment]:
    if request.param == "scripted":
        yield ScriptedEntailment()
        return
    app = web.Application()
    app.router.add_post("/predict", _predict)
    async with TestServer(app) as server:
        made = HttpEntailment(f"http://127.0.0.1:{server.port}/predict", deadline_ms=5_000)
        yield made
        await made.close()


async def test_each_claim_gets_its_chance_in_order(judge: Entailment) -> None:
    follows, does_not = await judge.entailed(PREMISE, CLAIMS, EN)
    assert 0.0 <= does_not < 0.5 < follows <= 1.0


async def test_one_claim_and_none(judge: Entailment) -> None:
    assert len(await judge.entailed(PREMISE, CLAIMS[:1], EN)) == 1
    assert await judge.entailed(PREMISE, [], EN) == []


async def test_any_text_can_be_judged(judge: Entailment) -> None:
    for text in ("", "\x00", "漢字", "word " * 500):
        try:
            scores = await judge.entailed(text, [text], EN)
        except BackendError:
            continue
        assert all(0.0 <= score <= 1.0 for score in scores)


async def test_it_has_a_name(judge: Entailment) -> None:
    assert judge.name
