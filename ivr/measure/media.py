"""`ivr bench media`: what the media path of one call costs, with scripted engines in place of models.

The web process of a real server is measured, alone and from outside: its CPU time, its memory, and when its audio
arrives. The calls are made by this process, over real sockets, in the carrier's own words.
"""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

import aiohttp
import numpy as np
import psutil
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from ivr.measure.streams import CarrierStream, Tally, coded_frames, upgrade_request
from ivr.vocabulary.errors import BackendUnavailable, PeerProtocolError
from ivr.vocabulary.units import FRAME_MS, MuLaw

DIALS_PER_S: Final = 40.0
"Calls that come in while the load is built up."
SETTLE_S: Final = 5.0
"From the last call's answer to the first measurement."
PHASES: Final = 10
"Streams tick at as many moments within 20 ms: callers do not speak in step."


@dataclass(frozen=True, slots=True)
class WebProcess:
    """The server to measure: `pid` and `port` of its web process, and the account it takes calls for."""

    pid: int
    port: int
    account_sid: str
    auth_token: str
    number: str


async def media(
    server: WebProcess,
    clips: Sequence[MuLaw],
    calls: int,
    seconds: float,
    on_step: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Hold `calls` calls for `seconds` and measure. Returns the JSON of `ivr bench media`.

    clips  what the callers say, in turn.
    Raises BackendUnavailable when the server does not take the calls.
    """
    process = psutil.Process(server.pid)
    core = _pin(process)
    idle_bytes = _memory_bytes(process)
    load = _Load(server, [coded_frames(clip) for clip in clips])
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
        ticking = tasks.create_task(load.tick())
        callers = []
        for number in range(calls):
            callers.append(tasks.create_task(load.call(session, number)))
            on_step(f"{number + 1} of {calls} calls placed")
            await asyncio.sleep(1 / DIALS_PER_S)
        await load.reached(calls)
        await asyncio.sleep(SETTLE_S)
        on_step(f"measuring {calls} calls for {seconds:.0f} s")
        measured = await _steady(process, load, seconds)
        memory_bytes = _memory_bytes(process) - idle_bytes
        on_step("hanging up")
        await load.end()
        for caller in callers:
            await caller
        ticking.cancel()
    return measured | {
        "memory_mb_per_call": round(memory_bytes / calls / 2**20, 4),
        "memory_mb_idle": round(idle_bytes / 2**20, 1),
        "calls": calls,
        "seconds": seconds,
        "web_core": core,
    }


async def _steady(process: psutil.Process, load: "_Load", seconds: float) -> dict[str, Any]:
    """Measure while nothing is built up or taken down."""
    tally, loop = load.tally, asyncio.get_running_loop()
    before, began = process.cpu_times(), loop.time()
    load.lag_ms.clear()
    tally.on = True
    held = 0
    while loop.time() - began < seconds:
        await asyncio.sleep(min(0.5, seconds))
        held = load.up if not held else min(held, load.up)
    tally.on = False
    took_s = loop.time() - began
    after = process.cpu_times()
    used_s = (after.user - before.user) + (after.system - before.system)
    return {
        "cores_per_call": round(used_s / took_s / load.up, 5),
        "cores": round(used_s / took_s, 3),
        "frame_gap_ms": _spread(tally.gaps_ms, 50, 99) | {"max": round(max(tally.gaps_ms, default=0.0), 1)},
        "frames": {"sent": tally.frames, "received": len(tally.gaps_ms), "ran_dry": tally.dry},
        "turns": tally.turns,
        "fewest_calls_held": held,
        "generator_lag_ms": _spread(load.lag_ms, 50, 99),
    }


def _spread(values: Sequence[float], *percents: int) -> dict[str, float | None]:
    if not values:
        return {f"p{percent}": None for percent in percents}
    return {f"p{percent}": round(float(np.percentile(values, percent)), 1) for percent in percents}


def _memory_bytes(process: psutil.Process) -> int:
    """What the process alone holds; where the system does not tell, its resident size."""
    info = process.memory_full_info()
    return int(getattr(info, "uss", info.rss))


def _pin(web: psutil.Process) -> int | None:
    """Keep the web process on one core and everything else of the server, and us, off it. None where that cannot be."""
    cores = psutil.cpu_count() or 1
    if not hasattr(os, "sched_setaffinity") or cores < 2:
        return None
    mine, rest = {cores - 1}, set(range(cores - 1))
    supervisor = web.parent()
    server = [supervisor, *supervisor.children(recursive=True)] if supervisor is not None else []
    for process in (psutil.Process(), *server):
        for thread in process.threads():
            with contextlib.suppress(OSError):  # it ended meanwhile
                os.sched_setaffinity(thread.id, mine if process.pid == web.pid else rest)
    return cores - 1


class _Load:
    """The carrier and its callers."""

    def __init__(self, server: WebProcess, clips: Sequence[Sequence[bytes]]) -> None:
        self._server, self._clips = server, clips
        self._validator = RequestValidator(server.auth_token)
        self._web = f"http://127.0.0.1:{server.port}"
        self._phases: list[dict[str, CarrierStream]] = [{} for _ in range(PHASES)]
        self._ending = False
        self._faults: list[str] = []
        self.tally = Tally()
        self.lag_ms: list[float] = []

    @property
    def up(self) -> int:
        """Streams that are open now."""
        return sum(map(len, self._phases))

    async def reached(self, calls: int) -> None:
        """Return when so many streams are open."""
        loop = asyncio.get_running_loop()
        due = loop.time() + 30
        while self.up < calls:
            if self._faults or loop.time() > due:
                raise BackendUnavailable(f"{self.up} of {calls} calls came up: {'; '.join(self._faults[:3])}")
            await asyncio.sleep(0.1)

    async def end(self) -> None:
        """Hang up every call."""
        self._ending = True
        for phase in self._phases:
            for stream in list(phase.values()):
                stream.hang_up()

    async def tick(self) -> None:
        """Let time pass for every stream, phase by phase, until cancelled. A tick that is late is made up for."""
        loop = asyncio.get_running_loop()
        due, step = loop.time(), FRAME_MS / 1_000 / PHASES
        while True:
            for phase in self._phases:
                due += step
                if (left := due - loop.time()) > 0:
                    await asyncio.sleep(left)
                now = loop.time()
                self.lag_ms.append((now - due) * 1_000)
                for stream in list(phase.values()):
                    stream.tick(now)

    async def call(self, session: aiohttp.ClientSession, number: int) -> None:
        """One caller, who calls again whenever the assistant has hung up."""
        while not self._ending:
            call = "CA" + secrets.token_hex(16)
            async with self._stream(session, call, number) as stream:
                why = await stream.over
            if why.startswith("refused"):
                self._faults.append(why)
                return
            if not self._ending:
                await self._post(session, "/twilio/continue", self._form(call, number))
            await self._post(session, "/twilio/status", self._form(call, number) | {"CallStatus": "completed"})

    @asynccontextmanager
    async def _stream(self, session: aiohttp.ClientSession, call: str, number: int) -> AsyncIterator[CarrierStream]:
        told = ElementTree.fromstring(await self._post(session, "/twilio/voice", self._form(call, number)))  # noqa: S314 - our own server's
        found = told.find("./Connect/Stream")
        if found is None:
            raise PeerProtocolError("the server opened no stream for a new call")
        sid = "MZ" + secrets.token_hex(16)
        start = {
            "event": "start",
            "sequenceNumber": "1",
            "start": {
                "accountSid": self._server.account_sid,
                "streamSid": sid,
                "callSid": call,
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8_000, "channels": 1},
                "customParameters": {each.get("name"): each.get("value") for each in found},
            },
            "streamSid": sid,
        }
        host, port, opening = upgrade_request(found.get("url", ""), self._sign)
        _, stream = await asyncio.get_running_loop().create_connection(
            lambda: CarrierStream(sid, opening, start, self._clips, self.tally), host, port
        )
        phase = self._phases[number % PHASES]
        phase[sid] = stream
        try:
            yield stream
        finally:
            del phase[sid]
            stream.close("over")

    async def _post(self, session: aiohttp.ClientSession, path: str, form: dict[str, str]) -> str:
        url = self._web + path
        headers = {"X-Twilio-Signature": self._validator.compute_signature(url, form)}
        async with session.post(url, data=form, headers=headers) as response:
            if response.status >= 300:
                raise BackendUnavailable(f"{path} answered {response.status}")
            return await response.text()

    def _sign(self, url: str) -> str:
        return str(self._validator.compute_signature(url, {}))

    def _form(self, call: str, number: int) -> dict[str, str]:
        return {
            "CallSid": call,
            "AccountSid": self._server.account_sid,
            "From": f"+1202555{number % 10_000:04}",
            "To": self._server.number,
            "CallStatus": "in-progress",
            "ApiVersion": "2010-04-01",
            "Direction": "inbound",
        }
