"""A real server: `ivr serve` as people start it, in processes of its own, and callers on its telephone exchange.

Its flow is the tests', with words as short as can be, and its knowledge the demo bank's.

Callers speak and hear in tones that carry text (`ivr.adapters.scripted.codec`), faster than real time by `SPEED`. What
the machine itself takes (starting a process, writing the log) takes as long as it takes.
"""

import asyncio
import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import yaml

import ivr
from ivr.adapters.scripted.codec import encode, listen
from ivr.adapters.sql.stores import SqlStores, open_stores
from ivr.audio import g711
from ivr.flows.schema import Script
from ivr.measure.phone import Phone, dialled
from ivr.vocabulary.events import Event, FlowPinned, Logged
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.units import FRAME_MS, MULAW_SILENCE, MuLaw, Pcm16
from ivr.wiring.supervisor import ServerFacts
from tests.calls.script import FLOW, WORDS

SPEED = 5.0
WORKERS = ("hearing", "speaking", "meaning", "spare-voice")
CALLER = "+12025550143"
PATIENCE_S = 60.0
"How long anything may take on a machine that has other work. Nothing is concluded from how long it took."

SOURCE = Path(ivr.__file__).parent.parent


async def eventually(reached: Callable[[], Awaitable[object] | object], what: str) -> None:
    """Look again and again until it is so."""
    due = time.monotonic() + PATIENCE_S
    while True:
        found = reached()
        if await found if isinstance(found, Awaitable) else found:
            return
        assert time.monotonic() < due, f"waited {PATIENCE_S:.0f} s in vain: {what}"
        await asyncio.sleep(0.02)


@dataclass
class Server:
    """One `ivr serve`. Its data folder is `folder/data`; what it printed is in `folder/out` and `folder/err`."""

    folder: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    seen: dict[int, psutil.Process] = field(default_factory=dict)
    "Every process of it that was ever seen."
    stores: SqlStores | None = None
    "Its data folder, opened a second time."

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def facts(self) -> ServerFacts:
        return ServerFacts(**json.loads((self.data / "run" / "server.json").read_text()))

    def printed(self) -> str:
        """Everything that it and its processes wrote to standard output and standard error."""
        return "".join((self.folder / name).read_text(errors="replace") for name in ("out", "err"))

    # ── processes ────────────────────────────────────────────────────────────────────────────────────────────────

    def look(self) -> list[psutil.Process]:
        """Its processes that live now, the supervisor's own left out."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                self.seen[child.pid] = child
        return self.left()

    def left(self) -> list[psutil.Process]:
        """Those ever seen that still live."""
        return [child for child in self.seen.values() if _lives(child)]

    def pid(self, name: str) -> int:
        """The present process of this name; 0 while it is being started again."""
        try:
            return int((self.data / "run" / f"{name}.pid").read_text())
        except (OSError, ValueError):
            return 0

    def send(self, name: str, signum: signal.Signals) -> int:
        """Send a signal to the process of this name, and return its pid."""
        self.look()
        pid = self.pid(name)
        assert pid in self.seen, f"{name} is not a process of this server"
        os.kill(pid, signum)
        return pid

    async def replaced(self, *killed: int) -> None:
        """Wait until none of these pids is one of ours any more, and everything a call needs is there again."""
        await eventually(
            lambda: not {self.pid(name) for name in (*WORKERS, "web")} & {0, *killed}, f"{killed} were not replaced"
        )
        await self.ready()

    async def ready(self) -> None:
        """Wait until everything a call needs is there."""
        await eventually(self._is_ready, "readyz never was 200")

    async def _is_ready(self) -> bool:
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            return (await self.get("/readyz"))[0] == 200
        return False

    async def get(self, path: str, *, token: bool = False) -> tuple[int, str]:
        """Ask the web process. Raises aiohttp.ClientError while there is none."""
        headers = {"Authorization": f"Bearer {self.facts.api_token}"} if token else {}
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as client,
            client.get(f"http://127.0.0.1:{self.facts.port}{path}", headers=headers) as response,
        ):
            return response.status, await response.text()

    # ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def caller(self, number: str = CALLER) -> AsyncIterator["Caller"]:
        """Dial its number; the call is hung up at the end."""
        facts, frames = self.facts, list[tuple[int, bytes]]()
        assert facts.exchange_port is not None
        reach = (facts.exchange_port, facts.control_token, facts.number, number)
        async with dialled(*reach, lambda tick, frame: frames.append((tick, frame))) as phone:
            assert await phone.until(lambda heard: bool(heard.call), PATIENCE_S)
            yield Caller(phone, frames)

    async def log(self, call: str) -> list[Logged]:
        """The call's events, from the disk."""
        self.stores = self.stores or await open_stores(self.data)
        return await self.stores.calls.read(CallId(call))

    async def close_log(self) -> None:
        """Before its files are read as files: closing one of them ends every lock that this process has on it."""
        stores, self.stores = self.stores, None
        if stores is not None:
            await stores.close()

    async def script(self, call: str) -> Script:
        """The flow that the call was pinned to."""
        digests = [each.event.digest for each in await self.log(call) if isinstance(each.event, FlowPinned)]
        assert self.stores is not None
        text = await self.stores.flows.get(digests[0])
        assert text is not None
        return Script.model_validate_json(text)

    async def events(self, call: str, *kinds: type[Event]) -> list[Event]:
        return [each.event for each in await self.log(call) if not kinds or isinstance(each.event, kinds)]

    async def logs(self, call: str, kind: type[Event], count: int = 1) -> None:
        """Wait until events of this kind are in the log."""

        async def there() -> bool:
            return len(await self.events(call, kind)) >= count

        await eventually(there, f"{kind.__name__} was not logged")

    async def api(self, call: str) -> dict[str, Any]:
        """The call as the API tells it."""
        status, text = await self.get(f"/api/calls/{call}", token=True)
        assert status == 200, text
        told: dict[str, Any] = json.loads(text)
        return told

    async def violations(self) -> list[dict[str, Any]]:
        """What the exchange saw of ours that breaks the carrier's protocol."""
        facts = self.facts
        headers = {"Authorization": f"Bearer {facts.control_token}"}
        url = f"http://127.0.0.1:{facts.exchange_port}/exchange/violations"
        async with aiohttp.ClientSession(headers=headers) as client, client.get(url) as response:
            found: list[dict[str, Any]] = (await response.json())["violations"]
            return found


class Caller:
    """A person with a telephone, in a call."""

    def __init__(self, phone: Phone, frames: list[tuple[int, bytes]]) -> None:
        self.phone = phone
        self._frames = frames
        self._listened, self._floors, self._said = 0, 0, 0

    @property
    def call(self) -> str:
        return self.phone.heard.call

    async def floor(self) -> list[str]:
        """Everything said until it is the caller's turn to speak."""
        reached = await self.phone.until(lambda heard: self._given() > self._floors, PATIENCE_S)
        assert reached, f"the call ended, {self.phone.heard.ended}, after {self.all_heard()}"
        self._floors = self._given()
        return self.heard()

    async def says(self, text: str) -> list[str]:
        """Say something, and hear the reply to its end."""
        await self.speaks(text)
        return await self.floor()

    async def speaks(self, text: str) -> None:
        """Say something, and no more than that."""
        self._said += 1
        name = f"said-{self._said}"
        await self.phone.say(MuLaw(g711.encode(encode(text)) + bytes([MULAW_SILENCE]) * 800), name)
        # A prompt that was cut gives the floor, too: the reply is what comes after the last word.
        self._floors = self._given(until=self.phone.heard.spoken.get(name, self.phone.heard.tick))

    async def begins_to_say(self, text: str) -> None:
        """Say something, and return while it is still being said."""
        before = self.phone.heard.tick
        audio = g711.encode(encode(text))
        async with asyncio.TaskGroup() as tasks:
            saying = tasks.create_task(self.phone.say(MuLaw(audio), "begun"))
            await self.phone.until(lambda heard: heard.tick > before + 25, PATIENCE_S)
            saying.cancel()

    async def presses(self, keys: str) -> list[str]:
        """Press keys, 200 ms apart, and hear the reply to its end."""
        self._floors = self._given()
        await self.keys(keys)
        return await self.floor()

    async def keys(self, keys: str) -> None:
        for key in keys:
            await self.phone.press(key)
            await self.phone.ticks(10)

    async def hears_something(self) -> None:
        """Return a moment (0.4 s) into something that is being said."""
        before = len(self.phone.heard.audible)
        assert await self.phone.until(lambda heard: len(heard.audible) > before + 20, PATIENCE_S)

    def heard(self) -> list[str]:
        """What was heard since the last look; a sentence that was cut ends in "…"."""
        frames, self._listened = self._frames[self._listened :], len(self._frames)
        return _decoded(frames)

    def all_heard(self) -> list[str]:
        """What was heard in the whole call."""
        return _decoded(self._frames)

    def speech_after(self, tick: int) -> int | None:
        """The first tick after `tick` at which somebody began to speak: 0.5 s of silence lie before it."""
        audible = self.phone.heard.audible
        for before, at in zip([0, *audible], audible, strict=False):
            if at > tick and at - before > 25:
                return at
        return None

    async def hangs_up(self) -> None:
        await self.phone.hang_up()
        await self.is_hung_up_on()

    async def is_hung_up_on(self) -> list[str]:
        """Everything said until the line is dead."""
        await self.phone.until(lambda heard: heard.ended is not None, PATIENCE_S)
        return self.heard()

    def _given(self, until: float = math.inf) -> int:
        return sum(name.startswith("floor.") and tick <= until for name, tick in self.phone.heard.marks)


def seconds(ticks: int) -> float:
    """Ticks of a call as seconds of real time."""
    return ticks * FRAME_MS / 1_000 / SPEED


@asynccontextmanager
async def serving(
    folder: Path, flow: Mapping[str, Any] = FLOW, words: Mapping[str, str] = WORDS, **settings: str
) -> AsyncIterator[Server]:
    """`ivr serve` in `folder`, ready; `settings` are environment variables. Nothing of it is left at the end."""
    server = start(folder, flow, words, **settings)
    try:
        await started(server)
        yield server
    except BaseException:
        print(f"── {folder.name}: the server's log ──\n{server.printed()[-6_000:]}")
        raise
    finally:
        await stopped(server)


def start(folder: Path, flow: Mapping[str, Any] = FLOW, words: Mapping[str, str] = WORDS, **settings: str) -> Server:
    """Start `ivr serve` and wait for nothing."""
    usual = {"IVR_ENGINES": "scripted", "IVR_SPEED": str(SPEED), "IVR_STRICT_EXCHANGE": "true", "IVR_DRAIN_S": "0"}
    usual["IVR_HEARING_WORKERS"] = "1"  # so that it is missed when it dies
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "PYTHON"))}
    # What is compiled is kept for all servers of the test run: most of a start would be compiling.
    kept["PYTHONPYCACHEPREFIX"] = str(folder.parent / "compiled")
    texts = {
        "IVR_FLOW": _written(folder / "flow.yaml", flow),
        "IVR_PROMPTS": str(Path(_written(folder / "words" / "en.yaml", words)).parent),
    }
    # The data folder is named from the folder it starts in: the sockets in it have short names then.
    environment = kept | usual | texts | {"IVR_DATA": "data", "PYTHONPATH": str(SOURCE)} | settings
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "ivr", "serve", "--port", settings.get("IVR_PORT", "0")],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
        )  # fmt: skip
    return Server(folder, process, environment)


def _written(path: Path, content: Mapping[str, object]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(dict(content)), encoding="utf-8")
    return str(path)


async def started(server: Server) -> None:
    """Wait until it takes calls with everything they need."""

    def announced() -> bool:
        assert server.process.poll() is None, f"the server ended with {server.process.returncode}"
        return (server.data / "run" / "server.json").exists()

    await eventually(announced, "there is no server.json")
    await server.ready()
    server.look()


async def stopped(server: Server) -> None:
    """End it, by force where asking does not help, and everything it started."""
    await server.close_log()
    server.look()
    if server.process.poll() is None:
        server.process.terminate()
        with contextlib.suppress(AssertionError):
            await eventually(lambda: server.process.poll() is not None, "it did not end")
        server.process.kill()
    server.process.wait()
    for child in server.left():
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


async def run_to_end(server: Server) -> int:
    """Wait for its end by itself; its exit code."""
    async with AsyncExitStack() as stack:
        stack.push_async_callback(stopped, server)
        await eventually(lambda: server.process.poll() is not None, "it did not end")
    return server.process.returncode


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _decoded(frames: list[tuple[int, bytes]]) -> list[str]:
    audio = Pcm16(g711.decode(MuLaw(b"".join(frame for _, frame in frames))))
    return [each.text if each.whole else each.text + "…" for each in listen(audio)]
