"""When the business is open: read from a file that people edit, and looked up by the wall clock."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import structlog

from ivr.adapters.files.hours_file import load_hours
from ivr.adapters.files.knowledge import as_error
from ivr.adapters.findings import Finding
from ivr.answers.fills import faults
from ivr.flows.hours import Hours, seen
from ivr.ports.clock import Clock
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.events import HoursSeen

LOOK_MS = 5_000.0
"Between looks at the file for edits."

_record = structlog.get_logger("hours")


def fill_faults(answers: Sequence[ApprovedAnswer], hours: Hours) -> list[Finding]:
    """What is wrong with the places that answers leave for hours."""
    return [Finding(what, answer.where, fix) for answer in answers for what, fix in faults(answer, hours)]


class Opening:
    """The hours in use; kept fresh while `keep_fresh` runs."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self._clock = path, clock
        self.schedules: Hours = {}
        self._stamp: tuple[int, int] | None = None
        self._seen: tuple[Hours, int, HoursSeen] | None = None

    def load(self) -> None:
        """Read the file, when it was edited; without one there are no schedules.

        Raises ConfigError with every fault of it. Blocking.
        """
        now = stamp(self._path)
        if now == self._stamp and now is not None:
            return
        file = load_hours(self._path)
        if file.faults:
            raise as_error(file.faults, self._path)
        self.schedules, self._stamp = file.schedules, now

    async def keep_fresh(self) -> None:
        """Take edits into use, each as a whole; until cancelled."""
        while True:
            await self._clock.sleep_until(self._clock.now_ms() + LOOK_MS)
            try:
                await asyncio.to_thread(self.load)
            except ConfigError as error:
                _record.error("the edited hours are faulty: the last good ones stay in use", detail=str(error))

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self._clock.wall_ms() / 1_000, UTC)

    def today(self) -> date:
        """The day where the first schedule is kept; by universal time when there is none."""
        told = self.seen()
        return date.fromisoformat(next(iter(told.today.values()))) if told and told.today else self.moment().date()

    def told(self) -> tuple[Hours, datetime]:
        """The schedules, and the moment it is, for answers that speak of them."""
        return self.schedules, self.moment()

    def seen(self) -> HoursSeen | None:
        """How the schedules stand now, for calls to go by; None without any.

        Every call asks each second: all of them are told what was looked up once in it.
        """
        if not self.schedules:
            return None
        second = self._clock.wall_ms() // 1_000
        if self._seen is None or self._seen[0] is not self.schedules or self._seen[1] != second:
            now = seen(self.schedules, datetime.fromtimestamp(second, UTC))
            self._seen = self.schedules, second, HoursSeen(now.open, dict(now.today))
        return self._seen[2]


def stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file is edited; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
