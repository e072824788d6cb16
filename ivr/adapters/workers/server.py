"""One worker process: loads an engine, says that it is ready, serves it on a Unix socket until told to stop.

    python -m ivr.adapters.workers.server --engine whisper --socket PATH --config JSON

Standard output carries one JSON line, `{"ready": true, …}` or `{"ready": false, "error": …}`. The event loop answers
pings while the engine works in its one thread. The process ends on SIGTERM, when its parent dies, and by itself when
one request holds the engine longer than any request may: whoever supervises it starts a fresh one.
"""

import argparse
import asyncio
import contextlib
import ctypes
import itertools
import logging
import os
import signal
import socket
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from ivr.adapters.workers.engine import Engine, Interrupted, Interruptible, load_engine
from ivr.adapters.workers.wire import Message, Priority, Reply, error_name, pack, read_message
from ivr.vocabulary.errors import BackendError, ConfigError, PeerProtocolError

_log = logging.getLogger(__name__)

QUEUE_LIMIT: Final = 256
"Waiting requests; beyond it a new one is refused at once, so that overload is seen early."

JOB_LIMIT_S: Final = 60.0
"A request that holds the engine this long hangs: the process gives itself up."

_UNREAD_LIMIT_BYTES: Final = 64 << 20
"Replies a client has not read; beyond it the client is cut off."

EXIT_CONFIG: Final = 3
EXIT_HUNG: Final = 4


@dataclass(slots=True)
class _Job:
    client: asyncio.StreamWriter
    id: int
    op: str
    args: dict[str, Any]
    payload: bytes
    due: float
    priority: int
    cancelled: bool = False


def engine_thread() -> ThreadPoolExecutor:
    """One thread for all that an engine does, loading too.

    Native libraries make a team of threads for each thread that calls them. Two teams are more threads than there are
    cores: they no longer wait for one another by turning, and a question took twice as long to embed.
    """
    return ThreadPoolExecutor(1, thread_name_prefix="engine")


class WorkerServer:
    """Serves one engine to any number of clients.

    thread  the one that the engine was loaded in, and works in.
    """

    def __init__(
        self, engine: Engine, thread: ThreadPoolExecutor | None = None, *, queue_limit: int = QUEUE_LIMIT
    ) -> None:
        self._engine = engine
        self._thread = thread or engine_thread()
        self._limit = queue_limit
        self._order = itertools.count()
        self._waiting: asyncio.PriorityQueue[tuple[int, int, _Job]] = asyncio.PriorityQueue()
        self._jobs: dict[tuple[asyncio.StreamWriter, int], _Job] = {}
        self._clients: set[asyncio.StreamWriter] = set()
        self._busy_since: float | None = None
        self._serving: _Job | None = None

    @property
    def busy_s(self) -> float:
        """How long the engine has been at its present request; 0 when it rests."""
        return 0.0 if self._busy_since is None else time.monotonic() - self._busy_since

    async def serve(self, listener: socket.socket, stop: asyncio.Event) -> None:
        """Serve on a bound Unix socket until `stop` is set."""
        server = await asyncio.start_unix_server(self._client, sock=listener)
        try:
            async with asyncio.TaskGroup() as tasks:
                runner = tasks.create_task(self._run_engine())
                await stop.wait()
                runner.cancel()
        finally:
            server.close()
            for client in self._clients:
                client.close()
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        try:
            while (message := await read_message(reader)) is not None:
                self._take(writer, message)
        except (ConnectionError, PeerProtocolError) as error:
            _log.info("a client left: %s", error)
        finally:
            self._clients.discard(writer)
            for key in [key for key in self._jobs if key[0] is writer]:
                self._jobs.pop(key).cancelled = True
            writer.close()

    def _take(self, client: asyncio.StreamWriter, message: Message) -> None:
        header = message.header
        try:
            job_id, op = int(header["id"]), str(header["op"])
            args = dict(header.get("args") or {})
            priority = int(header.get("priority", Priority.INTERACTIVE))
            due = time.monotonic() + float(header.get("deadline_ms", 60_000)) / 1_000
        except (KeyError, TypeError, ValueError) as error:
            raise PeerProtocolError(f"a request lacks or garbles a field: {error}") from error
        if op == "cancel":
            job = self._jobs.pop((client, int(args.get("target", -1))), None)
            if job is not None:
                job.cancelled = True
        elif op == "ping":
            self._send(client, {"id": job_id, "result": {"busy_ms": self.busy_s * 1_000, "waiting": len(self._jobs)}})
        elif len(self._jobs) >= self._limit:
            self._send(
                client,
                {"id": job_id, "error": "unavailable", "message": f"the worker already has {self._limit} requests"},
            )
        else:
            job = _Job(client, job_id, op, args, message.payload, due, priority)
            self._jobs[client, job_id] = job
            self._waiting.put_nowait((priority, next(self._order), job))
            self._make_room(job)

    def _make_room(self, job: _Job) -> None:
        """What nobody waits for is let go of, where the engine can, and done again later."""
        ahead = self._serving is not None and self._serving.priority >= Priority.BACKGROUND
        if ahead and job.priority < Priority.BACKGROUND and isinstance(self._engine, Interruptible):
            self._engine.interrupt()

    async def _run_engine(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            priority, order, job = await self._waiting.get()
            if job.cancelled:
                continue
            if time.monotonic() >= job.due:  # nobody waits for it any more
                answer = {"error": "deadline", "message": "the request's time ran out while it waited for the engine"}
                self._answer(job, answer)
                continue
            self._busy_since, self._serving = time.monotonic(), job
            try:
                reply = await loop.run_in_executor(self._thread, self._engine.serve, job.op, job.args, job.payload)
                self._answer(job, {"result": reply.result}, reply)
            except Interrupted:
                self._waiting.put_nowait((priority, order, job))
            except BackendError as error:
                self._answer(job, {"error": error_name(error), "message": str(error)})
            except Exception as error:
                # Where it happened, not its message: that may quote what a caller said.
                _log.error(
                    "%s in %s:\n%s", type(error).__name__, job.op, "".join(traceback.format_tb(error.__traceback__))
                )
                self._answer(job, {"error": "unavailable", "message": f"the engine failed with {type(error).__name__}"})
            finally:
                self._busy_since = self._serving = None

    def _answer(self, job: _Job, header: dict[str, Any], reply: Reply | None = None) -> None:
        self._jobs.pop((job.client, job.id), None)
        if not job.cancelled:
            self._send(job.client, {"id": job.id, **header}, reply.payload if reply else b"")

    def _send(self, client: asyncio.StreamWriter, header: dict[str, Any], payload: bytes = b"") -> None:
        if client.is_closing():
            return
        try:
            client.write(pack(header, payload))
        except BackendError as error:
            client.write(pack({"id": header["id"], "error": error_name(error), "message": str(error)}))
        # No drain here: one client that does not read must not hold up the others.
        if client.transport.get_write_buffer_size() > _UNREAD_LIMIT_BYTES:
            client.transport.abort()


def bind(path: Path) -> socket.socket:
    """A Unix socket bound at `path`, for this user only, in place of any left from before."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(temporary))
    temporary.chmod(0o600)
    listener.listen(64)
    temporary.replace(path)
    return listener


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere the watch below sees it within a second."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)


async def _watch(server: WorkerServer, parent: int, stop: asyncio.Event) -> None:
    """End the process at once when its parent is gone or the engine hangs."""
    while not stop.is_set():
        if os.getppid() != parent:
            os._exit(0)
        if server.busy_s > JOB_LIMIT_S:
            _log.error("the engine has been busy for %.0f s: giving up this process", server.busy_s)
            os._exit(EXIT_HUNG)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1.0)


async def _run(engine: Engine, thread: ThreadPoolExecutor, path: Path, parent: int, announce: Any) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = WorkerServer(engine, thread)
    listener = bind(path)
    announce({"ready": True, "pid": os.getpid(), **engine.facts()})
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_watch(server, parent, stop))
        await server.serve(listener, stop)


def main(argv: list[str] | None = None) -> None:
    """Run a worker process; never returns."""
    parser = argparse.ArgumentParser(prog="python -m ivr.adapters.workers.server", description="One model engine.")
    parser.add_argument("--engine", required=True)
    parser.add_argument("--socket", required=True, type=Path)
    parser.add_argument("--config", default="{}", help="the engine's configuration as JSON")
    parser.add_argument("--parent", type=int, default=os.getppid(), help="process id whose end ends this one")
    parser.add_argument("--nice", type=int, default=0, help="how far to step back for live sockets")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor ends us in order
    if options.nice:
        os.nice(options.nice)

    # Standard output is the supervisor's line; whatever a native library prints goes to standard error.
    line = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def announce(facts: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):
            line.write(orjson.dumps(facts) + b"\n")

    began = time.monotonic()
    thread = engine_thread()
    try:
        engine = thread.submit(load_engine, options.engine, orjson.loads(options.config)).result()
    except ConfigError as error:
        announce({"ready": False, "error": str(error)})
        sys.exit(EXIT_CONFIG)
    except Exception as error:
        announce(
            {"ready": False, "error": f"the engine {options.engine} failed to load: {type(error).__name__}: {error}"}
        )
        raise
    _log.info("%s loaded in %.1f s", options.engine, time.monotonic() - began)
    asyncio.run(_run(engine, thread, options.socket, options.parent, announce))
    options.socket.unlink(missing_ok=True)
    os._exit(0)  # the engine's thread may be inside native code that cannot be interrupted, nor safely torn down


if __name__ == "__main__":
    main()
