"""Replay: sends a recorded trace to a server again and says what the server did differently.

`python -m ivr.exchange.replay TRACE --config FILE --url BASE [--keys DIGITS] [--speed N]`

Webhooks go out with their recorded parameters, signed anew, under a new call sid; a media stream is opened where the
server's own answer says and gets the recorded audio in the recorded rhythm. Marks and clears are answered live, because
the server may name them differently today. Keys are masked in a trace: whoever replays gives them.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import orjson
from yarl import URL

from ivr.exchange import stream_wire as wire
from ivr.exchange.config import ExchangeConfig
from ivr.exchange.faults import Faults
from ivr.exchange.playout import SILENCE, PlayoutBuffer
from ivr.exchange.sids import new_sid
from ivr.exchange.signature import sign
from ivr.exchange.traces import KEY_PARAMETERS, MASK
from ivr.exchange.twiml import ConnectStream, TwimlError, Verb, parse
from ivr.exchange.webhooks import WebhookFailed, Webhooks, client_session
from ivr.vocabulary.units import FRAME_MS

Entry = dict[str, Any]


def load(path: Path) -> list[Entry]:
    """Read a trace, in order of time. Raises ValueError naming the line that is no JSON object."""
    entries: list[Entry] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            entry = orjson.loads(line)
            entries.append({"at_ms": int(entry["at_ms"]), "kind": str(entry["kind"]), **entry})
        except (orjson.JSONDecodeError, KeyError, TypeError) as bad:
            raise ValueError(f"{path}, line {number} is not a trace entry") from bad
    return sorted(entries, key=lambda entry: entry["at_ms"])


@dataclass(slots=True)
class Outcome:
    """What the server did, recorded and now."""

    webhooks: list[tuple[str, str, str]] = field(default_factory=list)
    "(path, then, now): status and verbs, such as `200 Connect Redirect`."
    then: Counter[str] = field(default_factory=Counter)
    "Stream messages of the server in the trace, by event."
    now: Counter[str] = field(default_factory=Counter)
    "Stream messages of the server in the replay."
    received: list[tuple[int, str]] = field(default_factory=list)
    "(ms since the replay began, message) of the server's stream messages."

    def differences(self) -> list[str]:
        """What changed, in words; audio may differ in length, so only its presence counts."""
        found = [f"{path}: {then} then, {now} now" for path, then, now in self.webhooks if then != now]
        for event in sorted(self.then.keys() | self.now.keys()):
            if bool(self.then[event]) != bool(self.now[event]):
                found.append(f"{event}: {self.then[event]} then, {self.now[event]} now")
        return found


class _Stream:
    """The carrier's end of one replayed media stream. The playout buffer advances with each frame sent."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse, ids: wire.StreamIds, outcome: Outcome) -> None:
        self._websocket = websocket
        self._ids = ids
        self._outcome = outcome
        self._playout: PlayoutBuffer[str] = PlayoutBuffer()
        self._sequence = self._chunk = 0
        self._began = asyncio.get_running_loop().time()

    async def open(self, verb: ConnectStream) -> None:
        await self._websocket.send_str(wire.CONNECTED)
        self._sequence += 1
        await self._websocket.send_str(wire.start(self._ids, self._sequence, dict(verb.parameters)))

    async def media(self, audio: bytes) -> None:
        for name in self._playout.due():
            await self._mark(name)
        self._playout.frame()
        self._sequence += 1
        self._chunk += 1
        at_ms = (self._chunk - 1) * FRAME_MS
        await self._websocket.send_str(wire.media(self._ids.stream_sid, self._sequence, self._chunk, at_ms, audio))

    async def key(self, digit: str) -> None:
        self._sequence += 1
        await self._websocket.send_str(wire.dtmf(self._ids.stream_sid, self._sequence, digit))

    async def stop(self) -> None:
        self._sequence += 1
        await self._websocket.send_str(wire.stop(self._ids, self._sequence))
        await self._websocket.close()

    async def listen(self) -> None:
        async for message in self._websocket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            at_ms = round((asyncio.get_running_loop().time() - self._began) * 1_000)
            self._outcome.received.append((at_ms, message.data))
            match wire.read(message.data, self._ids.stream_sid):
                case wire.MediaIn(audio):
                    self._outcome.now["media"] += 1
                    self._playout.push(audio)
                case wire.MarkIn(name):
                    self._outcome.now["mark"] += 1
                    if self._playout.mark(name):
                        await self._mark(name)
                case wire.ClearIn():
                    self._outcome.now["clear"] += 1
                    for name in self._playout.clear():
                        await self._mark(name)
                case wire.BadMessage():
                    self._outcome.now["bad"] += 1

    async def _mark(self, name: str) -> None:
        self._sequence += 1
        await self._websocket.send_str(wire.mark(self._ids.stream_sid, self._sequence, name))


class Replay:
    """One replay of one trace. Raises ValueError when the trace has more keys than were given."""

    def __init__(self, entries: list[Entry], base_url: str, auth_token: str, *, keys: str = "", speed: float = 1.0):
        self._entries = entries
        self._base = urlsplit(base_url)
        self._token = auth_token
        self._speed = speed
        self._call_sid = new_sid("CA")
        self._old_sid = next((str(entry["callSid"]) for entry in entries if "callSid" in entry), "")
        self._account_sid = ""
        self._verbs: tuple[Verb, ...] = ()
        self._stream: _Stream | None = None
        self._outcome = Outcome()
        wanted = sum(_keys_in(entry) for entry in entries)
        if wanted > len(keys):
            raise ValueError(f"the trace has {wanted} masked keys, {len(keys)} were given")
        self._keys = iter(keys)

    async def run(self) -> Outcome:
        """Send everything in the recorded rhythm; return when the last entry is done."""
        loop = asyncio.get_running_loop()
        async with client_session() as http, asyncio.TaskGroup() as group:
            webhooks = Webhooks(http, self._token, Faults())
            began = loop.time()
            listening: list[asyncio.Task[None]] = []
            for entry in self._entries:
                await asyncio.sleep(max(0.0, began + entry["at_ms"] / 1_000 / self._speed - loop.time()))
                if entry["kind"] in ("webhook", "callback"):
                    await self._webhook(webhooks, entry)
                elif entry["kind"] == "stream" and entry.get("direction") == "to-server":
                    if entry["event"] == "connected" and await self._connect(http) and self._stream:
                        listening.append(group.create_task(self._stream.listen()))
                    await self._to_server(entry)
                elif entry["kind"] == "stream":
                    self._outcome.then[str(entry["event"])] += 1
            for task in listening:
                task.cancel()
        return self._outcome

    async def _webhook(self, webhooks: Webhooks, entry: Entry) -> None:
        params = {name: self._unmasked(name, str(value)) for name, value in entry["params"].items()}
        self._account_sid = params.get("AccountSid", self._account_sid)
        parts = urlsplit(entry["url"])
        path = self._base.path.rstrip("/") + parts.path
        url = urlunsplit((self._base.scheme, self._base.netloc, path, parts.query, ""))
        try:
            answer = await webhooks.fetch(url, params, entry["method"])
            status, body = answer.status, answer.body
        except WebhookFailed as failed:
            status, body = failed.status or 0, b""
        verbs = _verbs(body)
        if entry["kind"] == "webhook":
            self._verbs = verbs
        then = _shown(entry["status"] or 0, _verbs(str(entry["body"]).encode()))
        self._outcome.webhooks.append((parts.path, then, _shown(status, verbs)))

    async def _connect(self, http: aiohttp.ClientSession) -> bool:
        verb = next((verb for verb in self._verbs if isinstance(verb, ConnectStream)), None)
        if verb is None:
            return False
        headers = {"x-twilio-signature": sign(self._token, verb.url)}
        try:
            websocket = await http.ws_connect(URL(verb.url, encoded=True), headers=headers)
        except aiohttp.ClientError as failed:
            self._outcome.webhooks.append((verb.url, "stream accepted", f"refused ({type(failed).__name__})"))
            return False
        ids = wire.StreamIds(self._account_sid, self._call_sid, new_sid("MZ"))
        self._stream = _Stream(websocket, ids, self._outcome)
        await self._stream.open(verb)
        return True

    async def _to_server(self, entry: Entry) -> None:
        if self._stream is None:
            return
        try:
            match entry["event"]:
                case "media":
                    given = entry.get("payload")
                    audio = base64.b64decode(given) if given else SILENCE[:1] * int(entry["bytes"])
                    await self._stream.media(audio)
                case "dtmf":
                    await self._stream.key(next(self._keys))
                case "stop":
                    await self._stream.stop()
                    self._stream = None
        except (ConnectionError, aiohttp.ClientError):
            self._stream = None  # the server has closed; what it did until then is in the outcome

    def _unmasked(self, name: str, value: str) -> str:
        if name in KEY_PARAMETERS:
            return "".join(next(self._keys) if char == MASK else char for char in value)
        return self._call_sid if value == self._old_sid else value


def _keys_in(entry: Entry) -> int:
    if entry.get("event") == "dtmf":
        return 1
    params = entry.get("params") or {}
    return sum(str(value).count(MASK) for name, value in params.items() if name in KEY_PARAMETERS)


def _verbs(body: bytes) -> tuple[Verb, ...]:
    try:
        return parse(body) if body.strip() else ()
    except TwimlError:
        return ()


def _shown(status: int, verbs: Iterable[Verb]) -> str:
    return " ".join([str(status), *(type(verb).__name__ for verb in verbs)])


def main() -> int:
    """Replay a trace file; exit status 1 if the server did something else than recorded."""
    parser = argparse.ArgumentParser(prog="python -m ivr.exchange.replay", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("trace", type=Path)
    parser.add_argument("--config", required=True, help="the exchange's config file, for the account's token")
    parser.add_argument("--url", required=True, help="the server's base URL")
    parser.add_argument("--keys", default="", help="the keys that the trace masks, in order")
    parser.add_argument("--speed", type=float, default=1.0)
    arguments = parser.parse_args()
    config = ExchangeConfig.from_file(arguments.config)
    work = Replay(load(arguments.trace), arguments.url, config.auth_token, keys=arguments.keys, speed=arguments.speed)
    differences = asyncio.run(work.run()).differences()
    print(json.dumps({"differences": differences}, ensure_ascii=False))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
