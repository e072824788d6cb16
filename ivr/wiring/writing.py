"""Who writes answers: the language model of the settings, the gate, and the writer over both."""

import asyncio
import importlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from ivr.adapters.entailment.http import HttpEntailment
from ivr.adapters.llama.model import LlamaModel
from ivr.adapters.models.store import ModelStore
from ivr.adapters.openai.address import check_endpoint
from ivr.adapters.openai.endpoint import Endpoint
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.supervisor import Supervisor, WorkerSpec
from ivr.answers.extract import extract
from ivr.answers.gate import judge
from ivr.answers.instructions import choose, read_instructions
from ivr.answers.writer import COMPOSE, Gate, Limits, Purse, Writer
from ivr.ports.clock import Clock
from ivr.ports.language_model import Entailment, LanguageModel
from ivr.settings import Engines, Settings
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag

WRITING = "writing"
"Name of the worker of the embedded model."

EMBEDDED = "smollm2-135m-instruct-q4"
EMBEDDED_LANGUAGES = ("en",)
"What it may write. In Spanish, Portuguese and German it writes loops."

OPENAI = "ivr.adapters.openai.model"

EMBEDDED_PASSAGES = 1
"That it is given to read."

STEPS_BACK = 10
"So far that hearing and speaking, and every live socket, go first."


def uses_embedded(settings: Settings) -> bool:
    return settings.llm == "embedded" and settings.engines is Engines.REAL


def writing_specs(settings: Settings) -> list[WorkerSpec]:
    """The worker of the embedded model; none while its file is not here: `ivr check` says so, and calls do without."""
    if not uses_embedded(settings):
        return []
    store = ModelStore(settings.models_dir)
    path = store.status(store.model(EMBEDDED)).path
    if path is None:
        return []
    instructions = choose(read_instructions(settings.instructions_dir), COMPOSE, LanguageTag("en"))
    warm = [{"role": turn.role, "content": turn.text} for turn in instructions.fixed("English")] if instructions else []
    config = {"model": str(path), "warm": warm}
    return [WorkerSpec(WRITING, "llama", config, threads=settings.llm_threads, nice=STEPS_BACK)]


@asynccontextmanager
async def language_model(settings: Settings, run_dir: Path | None = None) -> AsyncIterator[LanguageModel | None]:
    """The model of the settings, None where there is none. Raises ConfigError for an address that may not be used.

    run_dir  where the embedded model's worker listens; None is the server's own.
    """
    async with AsyncExitStack() as stack:
        model: LanguageModel | None = None
        if settings.llm.startswith("http"):
            model = await asyncio.to_thread(_over, _endpoint(settings))
        elif specs := await asyncio.to_thread(writing_specs, settings):
            client = await stack.enter_async_context(
                WorkerClient(WRITING, specs[0].sockets(run_dir or settings.run_dir))
            )
            await asyncio.to_thread(importlib.import_module, OPENAI)
            model = LlamaModel(client, _embedded_languages(settings), first_ms=settings.llm_first_ms)
        if model is not None:
            stack.push_async_callback(model.close)
        yield model


GATE = Gate(judge, extract)
"What decides what may be spoken."


@asynccontextmanager
async def writer(
    settings: Settings, clock: Clock, gate: Gate = GATE, *, run_dir: Path | None = None
) -> AsyncIterator[Writer]:
    """The writer of the settings, over whichever model they name. Raises ConfigError.

    run_dir  where the embedded model's worker listens; None is the server's own.
    """
    book = await asyncio.to_thread(read_instructions, settings.instructions_dir)
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(language_model(settings, run_dir))
        entailment: Entailment | None = None
        if settings.entailment_url:
            asked = HttpEntailment(
                check_endpoint(settings.entailment_url, where="IVR_ENTAILMENT_URL", ending="/predict"),
                key=settings.entailment_key.get_secret_value(),
            )
            stack.push_async_callback(asked.close)
            entailment = asked
        yield Writer(model, book, gate, clock, entailment=entailment, limits=limits_of(settings))


@asynccontextmanager
async def offline_writer(settings: Settings, clock: Clock, gate: Gate = GATE) -> AsyncIterator[Writer]:
    """The same outside a server, with a worker of its own. Raises ConfigError."""
    specs = await asyncio.to_thread(writing_specs, settings)
    with tempfile.TemporaryDirectory(prefix="ivr-") as folder:
        run_dir = Path(folder)
        async with Supervisor(run_dir, specs, clock) as workers, writer(settings, clock, gate, run_dir=run_dir) as made:
            await workers.wait_ready()
            if specs:
                async with WorkerClient(WRITING, specs[0].sockets(run_dir)) as client:
                    await client.wait_connected()
            yield made


def limits_of(settings: Settings) -> Limits:
    """How long a caller waits, and how much the embedded model is given to read: it reads slowly."""
    passages = EMBEDDED_PASSAGES if uses_embedded(settings) else Limits().passages
    return Limits(
        first_ms=settings.llm_sentence_ms,
        whole_ms=settings.llm_answer_ms,
        passages=passages,
        entailed=settings.entailment_least,
    )


def purse_of(settings: Settings) -> Purse:
    """What a call that begins may spend on the model."""
    return Purse(settings.llm_call_tokens)


def writing_faults(settings: Settings) -> list[ConfigError]:
    """What is wrong with the model, the judge and the instructions, each with its fix. Asks no server."""
    faults: list[ConfigError] = []
    try:
        read_instructions(settings.instructions_dir)
    except ConfigError as error:
        faults.append(error)
    for url, where, ending in (
        (settings.llm, "IVR_LLM", "/v1"),
        (settings.entailment_url, "IVR_ENTAILMENT_URL", "/predict"),
    ):
        if not url or url in {"embedded", "none"}:
            continue
        try:
            check_endpoint(url, where=where, ending=ending)
        except ConfigError as error:
            faults.append(error)
    return faults


def _endpoint(settings: Settings) -> Endpoint:
    return Endpoint(
        check_endpoint(settings.llm, where="IVR_LLM"),
        settings.llm_model,
        settings.llm_key.get_secret_value(),
        settings.llm_tongues,
        connect_ms=settings.llm_connect_ms,
        first_ms=settings.llm_first_ms,
        second_ms=settings.llm_second_ms or None,
    )


def _over(endpoint: Endpoint) -> LanguageModel:
    """Off the event loop: its client's library takes a second to load."""
    model: LanguageModel = importlib.import_module(OPENAI).OpenAiModel(endpoint)
    return model


def _embedded_languages(settings: Settings) -> Sequence[str]:
    """Those of the settings that it can write."""
    wanted = settings.llm_tongues
    return [each for each in EMBEDDED_LANGUAGES if "*" in wanted or each in wanted]
