"""Group commit: one thread writes what every call appends, many appends to a commit.

An fsync costs the same for one row as for a hundred. While one commit is on its way to the disk, the next batch
gathers; nobody waits for a timer.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from ivr.vocabulary.errors import BackendUnavailable

Work = TypeVar("Work")
Result = TypeVar("Result")

BATCH: Final = 256
"Most appends to one commit; bounds how long the first of them waits."

WAITING: Final = 4_096
"Most appends waiting. Beyond that the disk is hopelessly behind, and new ones fail at once as unavailable."


@dataclass(frozen=True, slots=True)
class _Ticket(Generic[Work, Result]):
    work: Work
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Result]"


class GroupCommit(Generic[Work, Result]):
    """Runs `write` on its own thread.

    write  commits a batch and returns, for each item in order, its result or the error it alone met; what it raises
           is raised to everybody in the batch.
    name   of the thread.
    """

    def __init__(
        self, write: Callable[[Sequence[Work]], Sequence[Result | Exception]], name: str, *, waiting: int = WAITING
    ) -> None:
        self._write = write
        self._queue: queue.Queue[_Ticket[Work, Result] | None] = queue.Queue(waiting + 1)
        self._waiting = waiting
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def submit(self, work: Work) -> Result:
        """Return when `work` is committed. Cancel: the work is committed all the same.

        Raises BackendUnavailable when closed or when too much is waiting, and what `write` said of this item.
        """
        if self._closed:
            raise BackendUnavailable("the call log is closed: the server is shutting down")
        if self._queue.qsize() >= self._waiting:
            raise BackendUnavailable(f"the disk is {self._waiting} appends behind; move the data to a faster disk")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._queue.put_nowait(_Ticket(work, loop, future))
        return await future

    async def close(self) -> None:
        """Commit what is waiting, then end the thread. Doing it twice changes nothing."""
        if not self._closed:
            self._closed = True
            self._queue.put_nowait(None)  # one place more than `waiting` is kept for this
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        last = False
        while not last:
            batch = [self._queue.get()]
            while len(batch) < BATCH and batch[-1] is not None:
                try:
                    batch.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            last = batch[-1] is None
            self._commit([ticket for ticket in batch if ticket is not None])

    def _commit(self, batch: list[_Ticket[Work, Result]]) -> None:
        if not batch:
            return
        outcomes: Sequence[Result | Exception]
        try:
            outcomes = self._write([ticket.work for ticket in batch])
        except Exception as error:  # whatever it is, those who wait must hear of it, and the thread must live on
            outcomes = [error] * len(batch)
        for ticket, outcome in zip(batch, outcomes, strict=True):
            try:
                ticket.loop.call_soon_threadsafe(_settle, ticket.future, outcome)
            except RuntimeError:
                pass  # that loop is closed: nobody waits any more


def _settle(future: "asyncio.Future[Result]", outcome: Result | Exception) -> None:
    if future.done():
        return  # cancelled meanwhile
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
