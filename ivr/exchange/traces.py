"""Trace files: what passed between the exchange and the server in one call, as JSON lines.

Keys are written as "•", never as pressed. Caller audio is written only when asked for; without it only its length is.
A trace can be replayed against a server with `ivr.exchange.replay`. Facts: docs/carrier-wire.md, section 8.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ivr.exchange import stream_wire as wire

MASK = "•"
KEY_PARAMETERS = frozenset({"Digits", "FinishedOnKey"})


def masked(params: Mapping[str, str]) -> dict[str, str]:
    """Webhook parameters without the keys a caller pressed."""
    return {
        name: MASK * len(value) if name in KEY_PARAMETERS and value != "hangup" else value
        for name, value in params.items()
    }


@dataclass(frozen=True, slots=True)
class Request:
    """A webhook as it was sent."""

    url: str
    method: str
    params: Mapping[str, str]


class CallTrace:
    """The trace of one call. `at_ms` counts from the call's beginning, in the exchange's (perhaps faster) time."""

    def __init__(self, folder: Path, call_sid: str, *, audio: bool, speed: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{call_sid}.jsonl"
        self._file = self.path.open("wb", buffering=64 * 1_024)
        self._audio = audio
        self._speed = speed
        self._began = time.monotonic()
        self.write({"kind": "call", "callSid": call_sid, "speed": speed, "audio": audio})

    def write(self, entry: dict[str, Any], began: float | None = None) -> None:
        """Append one line; `began` (monotonic seconds) for what took its time."""
        if self._file.closed:
            return
        seconds = (time.monotonic() if began is None else began) - self._began
        at_ms = max(0, round(seconds * 1_000 * self._speed))
        self._file.write(orjson.dumps({"at_ms": at_ms, **entry}) + b"\n")

    def webhook(self, kind: str, request: Request, status: int | None, body: bytes, began: float | None = None) -> None:
        """A request to the server and its answer; `kind` is webhook or callback, `began` when it was sent."""
        entry = {
            "kind": kind,
            "url": request.url,
            "method": request.method,
            "params": masked(request.params),
            "status": status,
            "body": body.decode("utf-8", "replace"),
        }
        self.write(entry, began)

    def media(self, direction: str, audio: bytes) -> None:
        """A media message: its audio if asked for, else its length."""
        content = {"payload": base64.b64encode(audio).decode()} if self._audio else {"bytes": len(audio)}
        self.write({"kind": "stream", "direction": direction, "event": "media", **content})

    def key(self) -> None:
        """A key, unnamed."""
        self.write({"kind": "stream", "direction": "to-server", "event": "dtmf", "digit": MASK})

    def message(self, direction: str, text: str) -> None:
        """Any other message, as it was."""
        message = orjson.loads(text)
        self.write({"kind": "stream", "direction": direction, "event": message["event"], "message": message})

    def from_server(self, received: wire.FromServer, text: str) -> None:
        """A message of the server, as read."""
        match received:
            case wire.MediaIn(audio):
                self.media("from-server", audio)
            case wire.BadMessage(fault, detail):
                self.write(
                    {
                        "kind": "stream",
                        "direction": "from-server",
                        "event": "bad",
                        "fault": fault,
                        "detail": detail,
                    }
                )
            case _:
                self.message("from-server", text)

    def close(self) -> None:
        """Write what is left and close the file."""
        self._file.close()
