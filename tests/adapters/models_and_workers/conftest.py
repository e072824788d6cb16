"""Worker processes with scripted engines, and clocks, for these tests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.clock import SystemClock
from ivr.adapters.scripted import FakeClock
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.engine import Engine
from ivr.adapters.workers.server import WorkerServer, bind
from ivr.adapters.workers.supervisor import Condition, Supervisor, WorkerSpec, WorkerState


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@asynccontextmanager
async def served(engine: Engine, path: Path, **options: Any) -> AsyncIterator[None]:
    """An engine served in this process, for what needs no process of its own."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(WorkerServer(engine, **options).serve(bind(path), stop))
        try:
            yield
        finally:
            stop.set()


@asynccontextmanager
async def running(tmp_path: Path, *specs: WorkerSpec, clock: Any = None) -> AsyncIterator[tuple[Supervisor, Path]]:
    """Worker processes that are up."""
    run_dir = tmp_path / "run"
    async with asyncio.timeout(60), Supervisor(run_dir, specs, clock or SystemClock()) as supervisor:
        await supervisor.wait_ready()
        yield supervisor, run_dir


@asynccontextmanager
async def connected(spec: WorkerSpec, run_dir: Path) -> AsyncIterator[WorkerClient]:
    """A client with every one of the worker's processes in reach."""
    async with WorkerClient(spec.name, spec.sockets(run_dir)) as client:
        async with asyncio.timeout(10):
            await client.wait_connected(spec.count)
        yield client


def restarted(name: str, times: int = 1) -> Callable[[list[WorkerState]], bool]:
    """Whether the process was started again at least `times` times and is up."""
    return lambda states: any(
        state.name == name and state.restarts >= times and state.condition is Condition.UP for state in states
    )
