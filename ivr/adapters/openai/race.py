"""The race: a second attempt beside a first that is late, and the one that speaks first wins.

Both cost the endpoint's time, so the second starts only when the first has been silent for longer than it mostly is.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from dataclasses import dataclass

from ivr.vocabulary.errors import BackendError


@dataclass(frozen=True, slots=True)
class Begun:
    """A stream that has spoken. `first` is its first piece; `rest` gives the others, closed by whoever has it."""

    first: str
    rest: AsyncGenerator[str, None]


Attempt = Callable[[], Awaitable[Begun]]
"Makes a request and returns with its first piece. Cancelled, it closes what it opened."


async def race(attempt: Attempt, second_after_s: float | None) -> Begun:
    """Return the stream that speaks first; the other is closed.

    second_after_s  None makes no second attempt.
    Raises          what the first failure was, when every attempt failed.
    """
    done: asyncio.Queue[Begun | BackendError] = asyncio.Queue(2)

    async def run() -> None:
        try:
            done.put_nowait(await attempt())
        except BackendError as error:
            done.put_nowait(error)

    try:
        return await _first(run, done, second_after_s)
    finally:
        while not done.empty():  # both spoke in one turn of the loop, or nobody waits any more
            late = done.get_nowait()
            if isinstance(late, Begun):
                await late.rest.aclose()


async def _first(
    run: Callable[[], Coroutine[None, None, None]],
    done: asyncio.Queue[Begun | BackendError],
    second_after_s: float | None,
) -> Begun:
    failures: list[BackendError] = []
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(run(), name="attempt 1")]
        while len(failures) < len(running):
            try:
                async with asyncio.timeout(second_after_s if len(running) == 1 else None):
                    outcome = await done.get()
            except TimeoutError:
                running.append(tasks.create_task(run(), name="attempt 2"))
                continue
            if isinstance(outcome, BackendError):
                failures.append(outcome)
                continue
            for task in running:
                task.cancel()
            try:
                await asyncio.wait(running)
            except asyncio.CancelledError:
                await outcome.rest.aclose()
                raise
            return outcome
    raise failures[0]
