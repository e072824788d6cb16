"""What every LanguageModel promises."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from ivr.adapters.clock import SystemClock
from ivr.adapters.llama.model import LlamaModel
from ivr.adapters.openai.endpoint import Endpoint
from ivr.adapters.openai.model import OpenAiModel
from ivr.adapters.scripted.writing import ScriptedModel, says
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.supervisor import Supervisor, WorkerSpec
from ivr.ports.language_model import LanguageModel, Turn
from ivr.vocabulary.errors import DeadlineExceeded
from ivr.vocabulary.language import LanguageTag
from tests.adapters.language_models.server import endpoint, streams
from tests.contracts.test_text_to_speech import model_path

pytestmark = pytest.mark.asyncio(loop_scope="module")

TURNS = (
    Turn("system", "You repeat what you are told."),
    Turn("user", "Say: the shop is open."),
    Turn("assistant", "The shop is open."),
    Turn("user", "Say: the shop is closed on Sundays and on holidays, all the year round."),
)
REPLY = "The shop is closed on Sundays and on holidays, all the year round."


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=["scripted", "openai", pytest.param("llama", marks=pytest.mark.models)]
)
async def model(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LanguageModel]:
    async with AsyncExitStack() as stack:
        if request.param == "scripted":
            made: LanguageModel = ScriptedModel(says(REPLY), clock=SystemClock(), languages=("en",))
        elif request.param == "openai":
            server = await stack.enter_async_context(endpoint())
            server.usual = streams(*(f"{word} " for word in REPLY.split()))
            made = OpenAiModel(Endpoint(server.url, "tiny", "key", ("en",), 5_000.0, 5_000.0, None))
        else:
            file = model_path("smollm2-135m-instruct-q4", "SmolLM2-135M-Instruct.Q4_1.gguf")
            spec, run_dir = WorkerSpec("writing", "llama", {"model": file}), tmp_path_factory.mktemp("run")
            workers = await stack.enter_async_context(Supervisor(run_dir, [spec], SystemClock()))
            client = await stack.enter_async_context(WorkerClient(spec.name, spec.sockets(run_dir)))
            await workers.wait_ready()
            await client.wait_connected()
            made = LlamaModel(client, ("en",), first_ms=60_000)
        yield made
        await made.close()


async def pieces_of(model: LanguageModel, turns: Sequence[Turn] = TURNS, most_tokens: int = 40) -> list[str]:
    return [piece async for piece in model.write(turns, most_tokens=most_tokens, within_ms=60_000)]


async def test_it_writes_in_pieces(model: LanguageModel) -> None:
    pieces = await pieces_of(model)
    assert len(pieces) > 3
    assert "closed" in "".join(pieces)
    assert all(pieces)


async def test_it_stops_at_the_bound(model: LanguageModel) -> None:
    if isinstance(model, OpenAiModel):
        pytest.skip("it is the endpoint that counts; tests/adapters/language_models says what happens when it does not")
    assert len(await pieces_of(model, most_tokens=3)) <= 3


async def test_closing_it_early_leaves_it_able_to_write_again(model: LanguageModel) -> None:
    async with aclosing(model.write(TURNS, most_tokens=40, within_ms=60_000)) as pieces:
        assert await anext(pieces)
    assert await pieces_of(model)


async def test_cancelling_whoever_waits_leaves_it_able_to_write_again(model: LanguageModel) -> None:
    task = asyncio.create_task(pieces_of(model))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await pieces_of(model)


async def test_it_says_which_languages_it_writes_and_what_it_is_called(model: LanguageModel) -> None:
    assert model.writes(LanguageTag("en"))
    assert model.writes(LanguageTag("en-GB"))
    assert not model.writes(LanguageTag("es"))
    assert model.name


async def test_no_time_at_all_is_a_deadline(model: LanguageModel) -> None:
    if isinstance(model, ScriptedModel):
        model.script = lambda turns: (1_000.0, "late")
    with pytest.raises(DeadlineExceeded):
        async for _ in model.write(TURNS, most_tokens=40, within_ms=0.0):
            pass


async def test_closing_twice_changes_nothing(model: LanguageModel) -> None:
    await model.close()
    await model.close()


@pytest.mark.models
async def test_the_embedded_models_server_is_found_again_after_it_was_killed(tmp_path: Path) -> None:
    file = model_path("smollm2-135m-instruct-q4", "SmolLM2-135M-Instruct.Q4_1.gguf")
    spec = WorkerSpec("writing", "llama", {"model": file})
    async with (
        Supervisor(tmp_path, [spec], SystemClock()) as workers,
        WorkerClient(spec.name, spec.sockets(tmp_path)) as client,
    ):
        await workers.wait_ready()
        await client.wait_connected()
        model = LlamaModel(client, ("en",), first_ms=60_000)
        assert await pieces_of(model, most_tokens=3)
        pid = workers.states[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await workers.wait_until(lambda states: states[0].restarts == 1)
        await workers.wait_ready()
        await client.wait_connected()
        assert await pieces_of(model, most_tokens=3)
        await model.close()
