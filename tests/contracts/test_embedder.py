"""What every Embedder promises."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import numpy as np
import pytest
import pytest_asyncio

from ivr.adapters.clock import SystemClock
from ivr.adapters.e5.embedder import WorkerEmbedder
from ivr.adapters.scripted import ScriptedEmbedder
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.supervisor import Supervisor, WorkerSpec
from ivr.ports.meaning import Embedder

PASSAGES = [
    "You can change the PIN of your card at any of our cash machines.",
    "We are open from nine to five on weekdays, and from ten to two on Saturday.",
    "A transfer to another country costs fifteen euros.",
]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=["scripted", "worker", pytest.param("e5", marks=pytest.mark.models)]
)
async def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Embedder]:
    if request.param == "scripted":
        yield ScriptedEmbedder()
        return
    spec = WorkerSpec("meaning", "e5" if request.param == "e5" else "scripted-embedder")
    run_dir = tmp_path_factory.mktemp("run")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(Supervisor(run_dir, [spec], SystemClock()))
        client = await stack.enter_async_context(WorkerClient("meaning", spec.sockets(run_dir)))
        yield WorkerEmbedder(client, query_deadline_ms=60_000)


async def test_texts_become_float32_rows_of_unit_length(embedder: Embedder) -> None:
    for rows in (await embedder.embed_queries(PASSAGES), await embedder.embed_passages(PASSAGES)):
        assert rows.dtype == np.float32
        assert rows.shape[0] == len(PASSAGES)
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


async def test_queries_and_passages_share_their_dimensions(embedder: Embedder) -> None:
    queries, passages = await embedder.embed_queries(["one"]), await embedder.embed_passages(["one"])
    assert queries.shape == passages.shape


async def test_no_texts_are_no_rows(embedder: Embedder) -> None:
    assert (await embedder.embed_queries([])).shape == (0, (await embedder.embed_queries(["one"])).shape[1])


@pytest.mark.parametrize(
    ("question", "answer"), [("How do I change my PIN?", 0), ("Are you open on Saturday?", 1), ("transfer abroad", 2)]
)
async def test_a_question_lies_nearest_to_its_answer(embedder: Embedder, question: str, answer: int) -> None:
    passages = await embedder.embed_passages(PASSAGES)
    (query,) = await embedder.embed_queries([question])
    assert int(np.argmax(passages @ query)) == answer


async def test_the_same_text_has_the_same_vector_alone_and_among_many(embedder: Embedder) -> None:
    many = [f"passage number {number}, which says something of its own about {number}" for number in range(40)]
    together = await embedder.embed_passages(many)
    (alone,) = await embedder.embed_passages([many[33]])
    assert np.allclose(together[33], alone, atol=1e-3)


@pytest.mark.parametrize("text", ["", " ", "\x00", "漢字", "word " * 2_000])
async def test_any_text_has_a_direction(embedder: Embedder, text: str) -> None:
    (row,) = await embedder.embed_queries([text])
    assert np.isfinite(row).all()


async def test_the_name_tells_the_model(embedder: Embedder) -> None:
    assert embedder.name
    assert embedder.name == embedder.name
