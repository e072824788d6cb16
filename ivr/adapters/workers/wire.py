"""The messages between a client and a worker: two lengths, an orjson header, a raw payload.

    !II  header length, payload length   both in bytes, big-endian
    header   {"id", "op", "args", "priority", "deadline_ms"}                       client to worker
             {"id", "result"} or {"id", "error", "message"}                        worker to client
    payload  audio or vectors, never inside the header

`deadline_ms` is what was left when the request was sent: the two ends share no clock.
"""

import asyncio
import enum
import struct
from dataclasses import dataclass
from typing import Any, Final

import orjson

from ivr.vocabulary.errors import (
    BackendError,
    BackendRejected,
    BackendUnavailable,
    DeadlineExceeded,
    PeerProtocolError,
)

_LENGTHS: Final = struct.Struct("!II")
MAX_HEADER_BYTES: Final = 4 << 20
MAX_PAYLOAD_BYTES: Final = 64 << 20


class Priority(enum.IntEnum):
    """Which request the engine takes next; within one priority, first come first served."""

    INTERACTIVE = 0
    "A caller is waiting for it."
    ASIDE = 1
    "A caller says something, and does not wait yet."
    BACKGROUND = 2
    "Warm-up and indexing."


@dataclass(frozen=True, slots=True)
class Message:
    header: dict[str, Any]
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an engine returns: plain JSON values, and bytes."""

    result: dict[str, Any]
    payload: bytes = b""


_BY_NAME: Final[dict[str, type[BackendError]]] = {
    "unavailable": BackendUnavailable,
    "rejected": BackendRejected,
    "deadline": DeadlineExceeded,
}


def error_name(error: BackendError) -> str:
    """The word that stands for this error on the wire."""
    return next((name for name, kind in _BY_NAME.items() if isinstance(error, kind)), "unavailable")


def error_from(header: dict[str, Any]) -> BackendError:
    """The error a reply carries."""
    kind = _BY_NAME.get(str(header.get("error")), BackendUnavailable)
    return kind(str(header.get("message", "the worker gave no reason")))


def pack(header: dict[str, Any], payload: bytes = b"") -> bytes:
    """One message as it goes over the socket. Raises BackendRejected when it is too long to send."""
    head = orjson.dumps(header)
    if len(head) > MAX_HEADER_BYTES or len(payload) > MAX_PAYLOAD_BYTES:
        raise BackendRejected(
            f"a worker message of {len(head)} + {len(payload)} bytes is over the limit; send it in smaller parts"
        )
    return _LENGTHS.pack(len(head), len(payload)) + head + payload


async def read_message(reader: asyncio.StreamReader) -> Message | None:
    """The next message, or None when the peer closed between two messages.

    Raises  PeerProtocolError for what is no message; ConnectionError when the peer went away inside one.
    """
    try:
        lengths = await reader.readexactly(_LENGTHS.size)
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise ConnectionResetError("the peer went away inside a message") from error
    head_bytes, payload_bytes = _LENGTHS.unpack(lengths)
    if head_bytes > MAX_HEADER_BYTES or payload_bytes > MAX_PAYLOAD_BYTES:
        raise PeerProtocolError(f"a worker message announces {head_bytes} + {payload_bytes} bytes, over the limit")
    try:
        head = await reader.readexactly(head_bytes)
        payload = await reader.readexactly(payload_bytes)
    except asyncio.IncompleteReadError as error:
        raise ConnectionResetError("the peer went away inside a message") from error
    try:
        header = orjson.loads(head)
    except orjson.JSONDecodeError as error:
        raise PeerProtocolError(f"a worker message's header is not JSON: {error}") from error
    if not isinstance(header, dict):
        raise PeerProtocolError("a worker message's header is not an object")
    return Message(header, payload)
