"""Composing over the embedded model's real server, with everything going wrong between it and us."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.adapters.clock import SystemClock
from ivr.adapters.llama.model import LlamaModel
from ivr.adapters.openai.endpoint import Endpoint
from ivr.adapters.openai.model import OpenAiModel
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.supervisor import Supervisor, WorkerSpec
from ivr.answers.compose import Answer, Judged
from ivr.answers.extract import extract
from ivr.answers.gate import judge
from ivr.answers.unfit import fit
from ivr.answers.writer import Gate, Limits, Writer
from ivr.ports.language_model import LanguageModel
from tests.answers.test_attackers import SOUND, stands
from tests.answers.writing import BOOK, EN
from tests.contracts.test_text_to_speech import model_path

pytestmark = [pytest.mark.models, pytest.mark.asyncio(loop_scope="module")]

LONGEST_S = 3.0
QUESTION = "what does a transfer to another country cost"


class Proxy:
    """Stands between us and the server, and does to a reply what `fault` says: "", stall, cut, 429, late."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key, self.fault, self.pieces = url, key, "", 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if self.fault == "429":
            return web.Response(status=429, headers={"Retry-After": "1"})
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{self.url}/chat/completions", data=body, headers=headers) as source,
        ):
            response = web.StreamResponse(status=source.status, headers={"Content-Type": "text/event-stream"})
            if self.fault == "stall":
                await source.read()
                await asyncio.Event().wait()  # until we leave
            await response.prepare(request)
            async for line in source.content:
                await response.write(line)
                self.pieces += line.startswith(b"data:")
                if self.fault == "cut" and self.pieces >= 4:
                    assert request.transport is not None
                    request.transport.abort()
                    return response
                if self.fault == "late" and self.pieces >= 4:
                    await asyncio.Event().wait()  # until we leave
            return response


class Running:
    """The worker with the embedded model, and the proxy before it."""

    def __init__(self, workers: Supervisor, client: WorkerClient, proxy: Proxy, url: str) -> None:
        self.workers, self.client, self.proxy, self.url = workers, client, proxy, url

    def through_proxy(self) -> OpenAiModel:
        return OpenAiModel(Endpoint(self.url, "smollm2", "", ("en",), 1_000.0, 900.0, None))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    file = model_path("smollm2-135m-instruct-q4", "SmolLM2-135M-Instruct.Q4_1.gguf")
    spec, run_dir = WorkerSpec("writing", "llama", {"model": file}), tmp_path_factory.mktemp("run")
    async with AsyncExitStack() as stack:
        workers = await stack.enter_async_context(Supervisor(run_dir, [spec], SystemClock()))
        client = await stack.enter_async_context(WorkerClient(spec.name, spec.sockets(run_dir)))
        await workers.wait_ready()
        await client.wait_connected()
        facts: dict[str, Any] = (await client.request("address", deadline_ms=5_000)).result
        proxy = Proxy(facts["url"], facts["key"])
        app = web.Application()
        app.router.add_post("/v1/chat/completions", proxy.answer)
        server = await stack.enter_async_context(TestServer(app, handler_cancellation=True))
        yield Running(workers, client, proxy, f"http://127.0.0.1:{server.port}/v1")


async def composed(model: LanguageModel) -> tuple[Answer, list[Judged]]:
    """Compose as a call does, and check that it was done in time and says what stands there."""
    judged: list[Judged] = []
    limits = Limits(first_ms=900, whole_ms=1_200)
    writer = Writer(model, BOOK, Gate(judge, extract, fit), SystemClock(), limits=limits)
    began = time.monotonic()
    found = await writer.compose(QUESTION, EN, SOUND[:1], (), judged.append)
    assert time.monotonic() - began < LONGEST_S
    assert isinstance(found, Answer)
    assert stands(found.text, SOUND)
    assert "fifteen euros" in found.text
    return found, judged


@pytest.mark.parametrize("fault", ["", "429", "stall", "cut", "late"])
async def test_whatever_happens_to_the_reply_a_caller_has_an_answer_in_time(running: Running, fault: str) -> None:
    running.proxy.fault, running.proxy.pieces = fault, 0
    model = running.through_proxy()
    await composed(model)
    await model.close()


async def test_a_server_that_is_killed_while_it_writes_costs_nobody_the_answer(
    running: Running, tmp_path: Path
) -> None:
    running.proxy.fault, running.proxy.pieces = "", 0
    model = LlamaModel(running.client, ("en",), first_ms=900)
    await composed(model)
    state = running.workers.states[0]
    assert state.pid is not None
    os.kill(state.pid, signal.SIGKILL)
    await composed(model)
    await running.workers.wait_until(lambda states: states[0].restarts > state.restarts)
    await composed(model)
    await running.workers.wait_ready()
    await running.client.wait_connected()
    await composed(model)
    await model.close()
