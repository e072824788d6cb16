"""The client of a worker: requests with deadlines, over links that mend themselves.

One `WorkerClient` stands for all processes of one worker name and sends each request to the least busy of them. It
never hangs: a request ends with a reply, with `DeadlineExceeded` when its time is over, or with `BackendUnavailable`
when no process can serve it.
"""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from ivr.adapters.workers.wire import Priority, Reply, error_from, pack, read_message
from ivr.vocabulary.errors import BackendUnavailable, DeadlineExceeded, PeerProtocolError

_log = logging.getLogger(__name__)

_FIRST_BACKOFF_S: Final = 0.02
_LAST_BACKOFF_S: Final = 0.5
"A worker that is starting again is found within this time."


class _LinkLost(Exception):
    """The process went away with a request in flight."""


class _Link:
    """One connection to one worker process, made again whenever it breaks."""

    def __init__(self, path: Path, on_change: asyncio.Condition) -> None:
        self.path = path
        self._changed = on_change
        self._writer: asyncio.StreamWriter | None = None
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Reply]] = {}

    @property
    def up(self) -> bool:
        return self._writer is not None

    @property
    def load(self) -> int:
        return len(self._waiting)

    async def run(self) -> None:
        """Keep connected until cancelled."""
        backoff = _FIRST_BACKOFF_S
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(str(self.path))
            except OSError:
                await asyncio.sleep(backoff)
                backoff = min(backoff * 1.6, _LAST_BACKOFF_S)
                continue
            backoff = _FIRST_BACKOFF_S
            try:
                self._writer = writer
                await self._tell()
                await self._read(reader)
            except (OSError, PeerProtocolError) as error:
                _log.info("the link to %s broke: %s", self.path.name, error)
            finally:
                self._writer = None
                self._fail_waiting()
                writer.close()
            await asyncio.sleep(backoff)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while (message := await read_message(reader)) is not None:
            future = self._waiting.pop(int(message.header.get("id", -1)), None)
            if future is None or future.done():
                continue  # its deadline passed, or its caller gave up
            if "error" in message.header:
                future.set_exception(error_from(message.header))
            else:
                future.set_result(Reply(dict(message.header.get("result") or {}), message.payload))

    def _fail_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(_LinkLost())

    async def ask(self, header: dict[str, Any], payload: bytes) -> Reply:
        """Send one request and wait for its reply. Raises _LinkLost, or the error that the reply carries."""
        writer = self._writer
        if writer is None:
            raise _LinkLost
        request = next(self._ids)
        message = pack({"id": request, **header}, payload)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[request] = future
        try:
            self._write(writer, message)
            await writer.drain()
            return await future
        except OSError as error:
            self._lost(writer)
            raise _LinkLost from error
        except asyncio.CancelledError:
            with contextlib.suppress(_LinkLost):
                self._write(writer, pack({"id": next(self._ids), "op": "cancel", "args": {"target": request}}))
            raise
        finally:
            self._waiting.pop(request, None)
            if future.done() and not future.cancelled():
                future.exception()  # seen, even when the write failed first

    def _write(self, writer: asyncio.StreamWriter, message: bytes) -> None:
        """Hand bytes to the socket. Raises _LinkLost when it is known to be closed."""
        if writer.is_closing():
            self._lost(writer)
            raise _LinkLost
        try:
            writer.write(message)
        except RuntimeError as error:  # how uvloop says that the socket has closed meanwhile
            self._lost(writer)
            raise _LinkLost from error

    def _lost(self, writer: asyncio.StreamWriter) -> None:
        """The process is gone, seen before its reader could see it: nobody else may be sent there."""
        if self._writer is writer:
            self._writer = None
        writer.close()


class WorkerClient:
    """Requests to the worker called `name`, served by the processes that listen on `sockets`.

    Use it as an async context manager: it owns one task per socket, cancelled and awaited at the end.
    """

    def __init__(self, name: str, sockets: Sequence[Path]) -> None:
        self.name = name
        self._changed = asyncio.Condition()
        self._links = [_Link(path, self._changed) for path in sockets]
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(link.run(), name=f"link to {link.path.name}") for link in self._links]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                _log.error("a link to worker %s ended by itself: %r", self.name, ended)

    @property
    def connected(self) -> int:
        """How many of the worker's processes can be reached now."""
        return sum(link.up for link in self._links)

    async def wait_connected(self, at_least: int = 1) -> None:
        """Return when that many processes can be reached."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.connected >= at_least)

    async def request(
        self,
        op: str,
        args: Mapping[str, Any] | None = None,
        payload: bytes = b"",
        *,
        deadline_ms: float,
        priority: Priority = Priority.INTERACTIVE,
        retry_once_after_restart: bool = False,
    ) -> Reply:
        """Send one request and return its reply.

        deadline_ms               all that this may take, waiting included.
        retry_once_after_restart  for requests that may be done twice: wait, within the deadline, for a process that is
                                  not there (yet), and send a request again, once, when the process died under it.
        Raises                    DeadlineExceeded, BackendUnavailable, BackendRejected. Nothing else.
        Cancel                    A request still waiting for the engine is dropped; one being worked on is finished
                                  and its result thrown away.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + deadline_ms / 1_000
        sent = False
        try:
            async with asyncio.timeout_at(ends):
                for last_try in (False, True) if retry_once_after_restart else (True,):
                    link = await self._pick(wait=retry_once_after_restart)
                    header = {
                        "op": op,
                        "args": dict(args or {}),
                        "priority": int(priority),
                        "deadline_ms": max(0.0, (ends - loop.time()) * 1_000),
                    }
                    sent = True
                    try:
                        return await link.ask(header, payload)
                    except _LinkLost as lost:
                        sent = False
                        if last_try:
                            raise BackendUnavailable(
                                f"worker {self.name} died while it worked on {op}; its supervisor starts it again"
                            ) from lost
        except TimeoutError as error:
            if sent:
                raise DeadlineExceeded(f"worker {self.name} did not finish {op} within {deadline_ms:.0f} ms") from error
            raise self._down() from error
        raise self._down()

    async def ping(self, deadline_ms: float = 1_000) -> Mapping[str, Any]:
        """What a process answers by itself, whatever its engine does: `busy_ms`, `waiting`. Raises as `request`."""
        return (await self.request("ping", deadline_ms=deadline_ms)).result

    async def _pick(self, *, wait: bool) -> _Link:
        if wait and not self.connected:
            await self.wait_connected()
        up = [link for link in self._links if link.up]
        if not up:
            raise self._down()
        return min(up, key=lambda link: link.load)

    def _down(self) -> BackendUnavailable:
        return BackendUnavailable(
            f"no process of worker {self.name} can be reached; see what its supervisor says of it, or run `ivr check`"
        )
