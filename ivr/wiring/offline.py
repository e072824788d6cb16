"""Knowledge and embedder outside a server: for `ivr ask` and `ivr eval`. Starts its own worker, and ends it again."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.clock import SystemClock
from ivr.adapters.files.knowledge import FolderKnowledge
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.supervisor import Supervisor
from ivr.ports.meaning import Embedder
from ivr.settings import Settings
from ivr.wiring.engines import embedder_over, worker_specs
from ivr.wiring.knowing import Knowing


@dataclass(frozen=True, slots=True)
class Offline:
    """The knowledge of the settings, learnt, and the embedder behind it."""

    knowing: Knowing
    embedder: Embedder


@asynccontextmanager
async def offline(settings: Settings) -> AsyncIterator[Offline]:
    """Everything that deciding about one question takes. Raises ConfigError for faulty knowledge."""
    clock = SystemClock()
    (spec,) = [spec for spec in worker_specs(settings) if spec.name == "meaning"]
    with tempfile.TemporaryDirectory(prefix="ivr-") as folder:
        run_dir = Path(folder)
        async with (
            Supervisor(run_dir, [spec], clock) as workers,
            WorkerClient(spec.name, spec.sockets(run_dir)) as client,
        ):
            await workers.wait_ready()
            await client.wait_connected()
            embedder = embedder_over(client, settings)
            knowing = Knowing(FolderKnowledge(settings.knowledge_dir), embedder, settings.signals_dir, clock)
            await knowing.load()
            await knowing.learn()
            yield Offline(knowing, embedder)
