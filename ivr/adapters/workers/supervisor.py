"""The supervisor: starts worker processes, watches them, and starts them again whatever happens to them.

It lives in the parent process of `ivr serve`, so that workers outlive a killed web process. Each worker writes
`<run_dir>/<name>.pid` and listens on `<run_dir>/<name>.sock`.
"""

import asyncio
import contextlib
import enum
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import orjson

import ivr
from ivr.adapters.workers.client import WorkerClient
from ivr.ports.clock import Clock
from ivr.vocabulary.errors import BackendError, ConfigError

_log = logging.getLogger(__name__)

_LONGEST_SOCKET_PATH_BYTES: Final = 90
"A Unix socket's path fits 108 bytes on Linux and 104 on macOS; the rest is for the temporary name it is bound under."


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """One worker by name: which engine, how it is configured, how many processes.

    config   the engine's configuration, plain JSON values; `threads` is added to it.
    threads  native threads of one process.
    nice     how far its processes step back for live sockets (0..19).
    """

    name: str
    engine: str
    config: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    threads: int = 1
    nice: int = 5

    @property
    def members(self) -> list[str]:
        """Names of the processes: the worker's own when it has one, else `name-1`, `name-2`, …"""
        return [self.name] if self.count == 1 else [f"{self.name}-{number + 1}" for number in range(self.count)]

    def sockets(self, run_dir: Path) -> list[Path]:
        """Where the processes listen: what a `WorkerClient` is given."""
        return [run_dir / f"{member}.sock" for member in self.members]


class Condition(enum.Enum):
    STARTING = "starting"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class WorkerState:
    """How one process fares.

    restarts  how often it had to be started again.
    facts     what its engine told when it was ready.
    fault     why it is down, or was last.
    """

    name: str
    condition: Condition
    pid: int | None = None
    restarts: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Timings:
    """How patient the supervisor is, in ms."""

    ready_ms: float = 120_000
    "A process that is not ready by then is killed."
    ping_every_ms: float = 5_000
    ping_within_ms: float = 10_000
    "A process that does not answer a ping in this time is stuck or stopped: it is killed and started again."
    backoff_first_ms: float = 200
    backoff_last_ms: float = 15_000
    steady_after_ms: float = 30_000
    "A process that was up this long starts again without delay."
    stop_ms: float = 3_000
    "From asking a process to end until it is killed."


class Supervisor:
    """Owns worker processes. Use it as an async context manager; leaving it ends them all within `stop_ms`.

    Raises  ConfigError on entering when the run directory cannot hold sockets.
    """

    def __init__(
        self,
        run_dir: Path,
        specs: Sequence[WorkerSpec],
        clock: Clock,
        *,
        timings: Timings | None = None,
        on_change: Callable[[WorkerState], None] | None = None,
    ) -> None:
        self._run_dir = run_dir
        self._specs = tuple(specs)
        self._clock = clock
        self._timings = timings or Timings()
        self._on_change = on_change
        self._states = {
            member: WorkerState(member, Condition.STARTING) for spec in self._specs for member in spec.members
        }
        self._changed = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def states(self) -> list[WorkerState]:
        """Every process, in the order of the specs."""
        return list(self._states.values())

    async def __aenter__(self) -> Self:
        self._check_run_dir()
        for spec in self._specs:
            for member in spec.members:
                self._tasks.append(asyncio.create_task(self._keep(spec, member), name=f"worker {member}"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                _log.error("the watch over a worker ended by itself: %r", ended)

    async def wait_until(self, reached: Callable[[list[WorkerState]], bool]) -> None:
        """Return when `reached(states)` holds."""
        async with self._changed:
            await self._changed.wait_for(lambda: reached(self.states))

    async def wait_ready(self) -> None:
        """Return when every process is up."""
        await self.wait_until(lambda states: all(state.condition is Condition.UP for state in states))

    def _check_run_dir(self) -> None:
        try:
            self._run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"cannot be made ({error})", where=str(self._run_dir), fix="Choose a folder that you can write."
            ) from error
        for spec in self._specs:
            for path in spec.sockets(self._run_dir):
                if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH_BYTES:
                    raise ConfigError(
                        f"is too long a path for a socket ({len(os.fsencode(path))} bytes)",
                        where=str(path),
                        fix=f"Choose a run folder that keeps it under {_LONGEST_SOCKET_PATH_BYTES} bytes.",
                    )

    async def _set(self, member: str, **changes: Any) -> None:
        state = replace(self._states[member], **changes)
        self._states[member] = state
        if self._on_change is not None:
            self._on_change(state)
        async with self._changed:
            self._changed.notify_all()

    async def _keep(self, spec: WorkerSpec, member: str) -> None:
        """Start the process, and again each time it ends, waiting longer after each quick end. Never gives up."""
        backoff_ms = 0.0
        while True:
            began = self._clock.now_ms()
            try:
                fault = await self._live_once(spec, member)
            except Exception as error:  # our own mistake must not end the watch
                _log.exception("the watch over worker %s failed", member)
                fault = f"the watch over it failed: {type(error).__name__}"
            lived_ms = self._clock.now_ms() - began
            _log.error("worker %s ended after %.1f s: %s", member, lived_ms / 1_000, fault)
            await self._set(
                member,
                condition=Condition.DOWN,
                pid=None,
                fault=fault,
                restarts=self._states[member].restarts + 1,
            )
            if lived_ms >= self._timings.steady_after_ms:
                backoff_ms = 0.0
            if backoff_ms:
                await self._clock.sleep_until(self._clock.now_ms() + backoff_ms)
            backoff_ms = min(max(backoff_ms * 2, self._timings.backoff_first_ms), self._timings.backoff_last_ms)

    async def _live_once(self, spec: WorkerSpec, member: str) -> str:
        """One life of a process. Returns why it ended; ends the process when cancelled."""
        socket_path = self._run_dir / f"{member}.sock"
        pid_path = self._run_dir / f"{member}.pid"
        try:
            process = await self._spawn(spec, socket_path)
        except OSError as error:
            return f"cannot be started: {error}"
        try:
            pid_path.write_text(f"{process.pid}\n", encoding="ascii")
            await self._set(member, condition=Condition.STARTING, pid=process.pid)
            fault = await self._await_ready(process, member)
            if fault:
                return fault
            async with WorkerClient(member, [socket_path]) as client, asyncio.TaskGroup() as tasks:
                watch = tasks.create_task(self._ping(client, process))
                code = await process.wait()
                watch.cancel()
            return _ending(code)
        except OSError as error:
            return f"cannot be watched: {error}"
        finally:
            pid_path.unlink(missing_ok=True)
            await self._end(process)

    async def _spawn(self, spec: WorkerSpec, socket_path: Path) -> asyncio.subprocess.Process:
        threads = str(spec.threads)
        source = str(Path(ivr.__file__).parent.parent)
        environment = {
            **os.environ,
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads),
            "PYTHONPATH": os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH")))),
        }
        config = orjson.dumps({**spec.config, "threads": spec.threads}).decode()
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ivr.adapters.workers.server", "--engine", spec.engine),
            *("--socket", str(socket_path), "--config", config),
            *("--parent", str(os.getpid()), "--nice", str(spec.nice)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
        )

    async def _await_ready(self, process: asyncio.subprocess.Process, member: str) -> str:
        """Wait for the readiness line. Returns the fault, or "" when the worker is up."""
        assert process.stdout is not None  # noqa: S101  asked for above
        read = asyncio.ensure_future(process.stdout.readline())
        patience = asyncio.ensure_future(self._clock.sleep_until(self._clock.now_ms() + self._timings.ready_ms))
        try:
            await asyncio.wait((read, patience), return_when=asyncio.FIRST_COMPLETED)
            if not read.done():
                return f"was not ready within {self._timings.ready_ms / 1_000:.0f} s"
            line = read.result()
        finally:
            for task in (read, patience):
                task.cancel()
            await asyncio.gather(read, patience, return_exceptions=True)
        if not line:
            return _ending(await process.wait())
        try:
            facts = orjson.loads(line)
        except orjson.JSONDecodeError:
            return "said something else than that it is ready"
        if not facts.pop("ready", False):
            return str(facts.get("error", "could not load its engine"))
        await self._set(member, condition=Condition.UP, facts=facts, fault="")
        return ""

    async def _ping(self, client: WorkerClient, process: asyncio.subprocess.Process) -> None:
        """Kill the process when it stops answering; its end is seen by whoever waits for it."""
        while True:
            await self._clock.sleep_until(self._clock.now_ms() + self._timings.ping_every_ms)
            try:
                await client.request("ping", deadline_ms=self._timings.ping_within_ms, retry_once_after_restart=True)
            except BackendError as error:
                _log.error("worker process %d does not answer: %s", process.pid, error)
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                return

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """End the process if it still lives: ask, wait, kill."""
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), self._timings.stop_ms / 1_000)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _ending(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
