"""The supervisor: what `ivr serve` is. It owns the listening sockets and keeps every other process running.

A web process that dies is started again on the same socket: the carrier's next request waits in its backlog instead of
being refused, and finds the calls in their logs.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import aiohttp
import structlog

from ivr.adapters.clock import SystemClock
from ivr.adapters.workers.supervisor import Supervisor
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.wiring.engines import worker_specs
from ivr.wiring.local import DEMO_NUMBER, LocalSecrets, local_secrets, write_private

SERVER_FILE: Final = "server.json"
"In the run folder: where this server and its exchange can be reached by the command line."
LOCK_FILE: Final = "lock"
"In the run folder: held while a server runs."
EXCHANGE_FILE: Final = "exchange.json"
"In the run folder: how the exchange is set up."
BACKLOG: Final = 512
RESTART_S: Final = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
"Waits before a process is started again, growing while it keeps dying at once."
STEADY_S: Final = 3.0
"A process that lived so long is started again without a wait. What dies sooner has hardly served."

_record = structlog.get_logger("supervisor")


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What the command line needs to reach a running server. `exchange_port` is None with a real carrier."""

    pid: int
    port: int
    exchange_port: int | None
    control_token: str
    api_token: str
    number: str


def server_facts(settings: Settings) -> ServerFacts:
    """The running server of this data folder. Raises ConfigError when there is none."""
    path = settings.run_dir / SERVER_FILE
    try:
        facts = ServerFacts(**json.loads(path.read_text(encoding="utf-8")))
        os.kill(facts.pid, 0)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(
            "no server is running on this data folder", where=str(settings.data), fix="Start it with `ivr serve`."
        ) from error
    return facts


async def supervise(settings: Settings, announce: Callable[[ServerFacts], Awaitable[None]]) -> None:
    """Run everything until SIGTERM or SIGINT. `announce` is called once calls are taken.

    Raises ConfigError when the port is taken, or the data folder cannot be used or is in use by another server.
    """
    secrets = local_secrets(settings)
    settings.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    with contextlib.ExitStack() as sockets:
        sockets.enter_context(_alone(settings))
        web_socket = sockets.enter_context(_listen(settings.host, settings.port, "IVR_PORT"))
        exchange_socket = None
        if not settings.has_carrier:
            exchange_socket = sockets.enter_context(_listen("127.0.0.1", settings.exchange_port, "IVR_EXCHANGE_PORT"))
        facts = _facts(secrets, web_socket, exchange_socket)
        write_private(settings.run_dir / SERVER_FILE, json.dumps(asdict(facts)))
        try:
            async with Supervisor(settings.run_dir, worker_specs(settings), SystemClock()):
                await _run(settings, facts, web_socket, exchange_socket, stop, announce)
        finally:
            for name in (SERVER_FILE, EXCHANGE_FILE):
                (settings.run_dir / name).unlink(missing_ok=True)


async def _run(
    settings: Settings,
    facts: ServerFacts,
    web_socket: socket.socket,
    exchange_socket: socket.socket | None,
    stop: asyncio.Event,
    announce: Callable[[ServerFacts], Awaitable[None]],
) -> None:
    async with asyncio.TaskGroup() as tasks:
        kept = []
        node = [sys.executable, "-m", "ivr", "node", "--fd", str(web_socket.fileno())]
        if exchange_socket is not None:
            config = settings.run_dir / EXCHANGE_FILE
            write_private(config, json.dumps(_exchange_config(settings, facts, exchange_socket)))
            exchange = [sys.executable, "-m", "ivr.exchange", "--config", str(config)]
            kept.append(_Kept("exchange", exchange, exchange_socket, settings.run_dir, 5.0))
            # The numbers' webhooks carry the real port, which a free-port setting only settles now.
            node += ["--exchange-port", str(facts.exchange_port)]
        node += ["--port", str(facts.port)]
        kept.insert(0, _Kept("web", node, web_socket, settings.run_dir, settings.drain_s + 5))
        watched = [tasks.create_task(process.keep()) for process in kept]
        ready = tasks.create_task(_announced(facts, announce))
        await stop.wait()
        ready.cancel()
        for process, task in zip(kept, watched, strict=True):
            await process.end()
            task.cancel()


async def _announced(facts: ServerFacts, announce: Callable[[ServerFacts], Awaitable[None]]) -> None:
    await _answers(facts.port)
    if facts.exchange_port is not None:
        await _answers(facts.exchange_port)
    await announce(facts)


async def _answers(port: int) -> None:
    """Return once the server on this port answers anything at all."""
    timeout = aiohttp.ClientTimeout(total=2.0)
    async with aiohttp.ClientSession(timeout=timeout) as client:
        while True:
            try:
                async with client.get(f"http://127.0.0.1:{port}/healthz"):
                    return
            except (aiohttp.ClientError, TimeoutError):
                await SystemClock().sleep_until(SystemClock().now_ms() + 100)


class _Kept:
    """One process that is started again whenever it ends, on the same listening socket."""

    def __init__(
        self, name: str, argv: Sequence[str], listening: socket.socket, run_dir: Path, ends_within_s: float
    ) -> None:
        self._name, self._argv, self._listening = name, argv, listening
        self._pid_file = run_dir / f"{name}.pid"
        self._ends_within_s = ends_within_s
        self._process: asyncio.subprocess.Process | None = None
        self._ending = False

    async def keep(self) -> None:
        """Start it, and start it again, until `end`."""
        clock = SystemClock()
        quick_deaths = 0
        while not self._ending:
            await clock.sleep_until(clock.now_ms() + RESTART_S[min(quick_deaths, len(RESTART_S) - 1)] * 1_000)
            began_ms = clock.now_ms()
            self._process = await asyncio.create_subprocess_exec(
                *self._argv,
                pass_fds=[self._listening.fileno()],
                start_new_session=True,  # Ctrl-C is for the supervisor, which ends the others in order
                preexec_fn=_die_with_parent,
            )
            self._pid_file.write_text(f"{self._process.pid}\n", encoding="utf-8")
            code = await self._process.wait()
            if self._ending:
                return
            quick_deaths = 0 if clock.now_ms() - began_ms > STEADY_S * 1_000 else quick_deaths + 1
            _record.error("a process ended and is started again", process=self._name, code=code)

    async def end(self) -> None:
        """Ask it to end, and after its time is up make it. Nobody is left waiting in the queue of its socket."""
        self._ending = True
        if self._process is not None and self._process.returncode is None:
            await self._end(self._process)
        self._pid_file.unlink(missing_ok=True)
        self._listening.close()

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(self._ends_within_s):
                await process.wait()
        except TimeoutError:
            _record.warning("a process did not end in time", process=self._name)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


_LIBC: Final = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG: Final = 1


def _die_with_parent() -> None:
    """A supervisor that was killed outright leaves nobody behind holding its port."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the data folder. Two servers on it would take each other's workers and calls. Raises ConfigError."""
    with (settings.run_dir / LOCK_FILE).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however that ends
        except OSError as error:
            raise ConfigError(
                "another server is running on this data folder",
                where=f"IVR_DATA={settings.data}",
                fix="Stop that one, or set IVR_DATA to another folder.",
            ) from error
        yield


def _listen(host: str, port: int, setting: str) -> socket.socket:
    try:
        # Not inheritable: only the process it is passed to may hold it, or the port outlives that process.
        return socket.create_server((host, port), backlog=BACKLOG, reuse_port=False)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}:{port} ({error.strerror})",
            where=setting,
            fix=f"Stop what uses that port, or set {setting} to another one.",
        ) from error


def _facts(secrets: LocalSecrets, web: socket.socket, exchange: socket.socket | None) -> ServerFacts:
    exchange_port = exchange.getsockname()[1] if exchange is not None else None
    port = web.getsockname()[1]
    return ServerFacts(os.getpid(), port, exchange_port, secrets.control_token, secrets.api_token, DEMO_NUMBER)


def _exchange_config(settings: Settings, facts: ServerFacts, listening: socket.socket) -> dict[str, object]:
    secrets = local_secrets(settings)
    web = f"http://127.0.0.1:{facts.port}"
    page_hosts = ("127.0.0.1", "localhost", "[::1]")
    number = {
        "number": facts.number,
        "voice_url": f"{web}/twilio/voice",
        "voice_fallback_url": f"{web}/twilio/fallback",
        "status_callback": f"{web}/twilio/status",
        "friendly_name": "Demo",
    }
    return {
        "account_sid": secrets.account_sid,
        "auth_token": secrets.auth_token,
        "control_token": secrets.control_token,
        "fd": listening.fileno(),
        "numbers": [number],
        "strict": settings.strict_exchange,
        "speed": settings.speed,
        "allowed_origins": [f"http://{host}:{facts.port}" for host in page_hosts],
    }
