"""Hours: when the business is open, as data. The one truth for answers, for flow branches and for queues.

Room       Pure. The moment is given, never read from a clock; every schedule has a time zone of its own, so it does
           not matter where the server stands.
Walls      A schedule is written in wall time. Where the clocks go forward, a time that does not exist is the moment at
           which they do; where they go back, what opens at a doubled time opens at the first, and closes at the last.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ivr.vocabulary.language import LanguageTag

DAY_MINUTES: Final = 24 * 60
LOOK_AHEAD_DAYS: Final = 400
"A schedule that does not open within this time does not open."
ALWAYS_DAYS: Final = 14
"A schedule that stays open for this long has no closing time to tell."


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `opens` up to, not including, `closes`: minutes of one day's wall time; 1440 is its end."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day that is not like its weekday. Without a `year` it comes every year. `spans` () is closed."""

    month: int
    day: int
    year: int | None = None
    names: Mapping[LanguageTag, str] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()

    def falls_on(self, day: date) -> bool:
        return (self.month, self.day) == (day.month, day.day) and self.year in {None, day.year}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one part of the business is open.

    zone        an IANA time zone, such as Europe/Madrid.
    week        Monday's spans to Sunday's, each in order and apart.
    holidays    they replace the weekday.
    exceptions  they replace both.
    """

    zone: str
    week: tuple[tuple[Span, ...], ...]
    holidays: tuple[Holiday, ...] = ()
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)


Hours = Mapping[str, Schedule]
"Every schedule of the business, by its name."


@dataclass(frozen=True, slots=True)
class Seen:
    """How schedules stand at one moment, as plain data that a log can hold.

    open   names of those that are open.
    today  name to the date there, ISO 8601.
    """

    open: tuple[str, ...]
    today: Mapping[str, str]


def seen(hours: Hours, moment: datetime) -> Seen:
    """What a flow may branch on: which schedules are open, and which day it is where each of them is."""
    return Seen(
        tuple(name for name, schedule in hours.items() if is_open(schedule, moment)),
        {name: local(schedule, moment).date().isoformat() for name, schedule in hours.items()},
    )


def is_open(schedule: Schedule, moment: datetime) -> bool:
    """Whether it is open at this moment, which must have a time zone."""
    return any(begins <= moment < ends for begins, ends in _around(schedule, moment, 1))


def next_change(schedule: Schedule, moment: datetime) -> datetime | None:
    """When it closes, if it is open, else when it opens: in its own zone. None when that is too far away to tell."""
    is_over = None
    for begins, ends in _around(schedule, moment, LOOK_AHEAD_DAYS):
        if is_over is not None:
            if begins > is_over:
                break
            is_over = ends  # it begins the moment the one before ends: midnight, to most
        elif begins <= moment < ends:
            is_over = ends
        elif begins > moment:
            return local(schedule, begins)
        if is_over is not None and is_over - moment > timedelta(days=ALWAYS_DAYS):
            return None
    return None if is_over is None else local(schedule, is_over)


def local(schedule: Schedule, moment: datetime) -> datetime:
    """The moment as the clocks there show it."""
    return moment.astimezone(ZoneInfo(schedule.zone))


def holiday_on(schedule: Schedule, day: date) -> Holiday | None:
    """The holiday of this day; one of that very year comes before one of every year."""
    found = [holiday for holiday in schedule.holidays if holiday.falls_on(day)]
    return max(found, key=lambda holiday: holiday.year is not None, default=None)


def spans_of(schedule: Schedule, day: date) -> tuple[Span, ...]:
    """The opening times of one day; () when it is closed all day."""
    if day in schedule.exceptions:
        return schedule.exceptions[day]
    holiday = holiday_on(schedule, day)
    return schedule.week[day.weekday()] if holiday is None else holiday.spans


def _around(schedule: Schedule, moment: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Moments between which it is open, in order, from the day before `moment` on."""
    zone = ZoneInfo(schedule.zone)
    first = moment.astimezone(zone).date() - timedelta(days=1)
    for day in (first + timedelta(days=ahead) for ahead in range(days + 2)):
        for span in spans_of(schedule, day):
            begins, ends = _instant(day, span.opens, zone, fold=0), _instant(day, span.closes, zone, fold=1)
            if begins < ends:
                yield begins, ends


def _instant(day: date, minute: int, zone: ZoneInfo, *, fold: int) -> datetime:
    """The moment, in UTC, at which the clocks show this time: the first (fold 0) or the last (1) of two."""
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    found = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return found
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)  # of a time that is skipped, fold 1 is the earlier
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=0.5):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
