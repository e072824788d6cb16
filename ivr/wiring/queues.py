"""The queues in use, and the directory of agents that goes by them."""

import asyncio
from pathlib import Path

import structlog

from ivr.adapters.files.knowledge import as_error
from ivr.adapters.files.queues_file import load_queues
from ivr.adapters.routed import RoutedDirectory
from ivr.adapters.sql.stores import SqlStores
from ivr.calls.routing.state import Plan, Queue
from ivr.ports.clock import Clock
from ivr.vocabulary.errors import ConfigError
from ivr.wiring.opening import LOOK_MS, Opening, stamp

_record = structlog.get_logger("queues")


class Queueing:
    """The queues of a file that people edit, with the opening hours in use; kept fresh while `keep_fresh` runs."""

    def __init__(self, path: Path, opening: Opening, clock: Clock) -> None:
        self._path, self._opening, self._clock = path, opening, clock
        self._queues: dict[str, Queue] = {}
        self._stamp: tuple[int, int] | None = None

    def load(self) -> None:
        """Read the file, when it was edited; without one every queue is open. The hours were read before.

        Raises ConfigError with every fault of it. Blocking.
        """
        now = stamp(self._path)
        if now == self._stamp and now is not None:
            return
        file = load_queues(self._path, self._opening.schedules)
        if file.faults:
            raise as_error(file.faults, self._path)
        self._queues, self._stamp = file.queues, now

    async def keep_fresh(self) -> None:
        """Take edits into use, each as a whole; until cancelled."""
        while True:
            await self._clock.sleep_until(self._clock.now_ms() + LOOK_MS)
            try:
                await asyncio.to_thread(self.load)
            except ConfigError as error:
                _record.error("the edited queues are faulty: the last good ones stay in use", detail=str(error))

    def plan(self) -> Plan:
        """The queues and hours in use now."""
        return Plan(self._queues, self._opening.schedules)


def directory_of(stores: SqlStores, queueing: Queueing, clock: Clock) -> RoutedDirectory:
    """The directory of a data folder."""
    return RoutedDirectory(stores.board, queueing.plan, clock)
