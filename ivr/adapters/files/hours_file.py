"""The opening hours, a YAML file that people edit, read strictly: every fault with its line and its fix.

schedules:
  branches:
    zone: America/New_York
    week:
      monday-friday: 9:00-17:00
      saturday: 9:30-13:00
      sunday: closed
    holidays: public
    exceptions:
      2026-12-24: 9:00-12:00
holidays:
  public:
    - on: 12-25                # every year; 2026-11-26 is one day
      names: {en: Christmas Day, es: Navidad}
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import yaml

from ivr.adapters.files.fields import Faults, by_language, compose, fields, named, pairs, read_text, scalar
from ivr.flows.hours import DAY_MINUTES, Holiday, Schedule, Span

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_YEARLY = re.compile(r"(\d{1,2})-(\d{1,2})")
_HOURS_FIX: Final = "Write 9:00-17:00, or 9:00-12:00, 13:00-17:00, or closed."
_DATE_FIX: Final = "Write 2026-12-24 for one day; a holiday of every year is 12-25."


@dataclass(slots=True)
class HoursFile(Faults):
    """What a file holds."""

    schedules: dict[str, Schedule] = field(default_factory=dict)


def load_hours(path: Path) -> HoursFile:
    """Read a file; one that is not there has no schedules. Never raises: what is wrong is in `faults`. Blocking."""
    file = HoursFile(str(path))
    text = read_text(path, file)
    return file if text is None else read_hours(text, str(path))


def read_hours(text: str, where: str) -> HoursFile:
    """Read a file's text. Never raises: what is wrong with it is in `faults`."""
    file = HoursFile(where)
    root = compose(text, file)
    if file.faults:
        return file
    top = fields(root, {"schedules", "holidays"}, file)
    sets = {name: _holidays(node, file) for name, node in named(top.get("holidays"), "holidays", file)}
    for name, node in named(top.get("schedules"), "schedules", file):
        file.schedules[name] = _schedule(name, node, sets, file)
    if not file.schedules:
        file.fault(root, "there are no schedules", "Add `schedules:` and under it a name such as `branches:`.")
    return file


def _schedule(name: str, node: yaml.Node, sets: Mapping[str, tuple[Holiday, ...]], file: HoursFile) -> Schedule:
    given = fields(node, {"zone", "week", "holidays", "exceptions"}, file)
    zone, week = scalar(given.get("zone")), given.get("week")
    if not zone:
        file.fault(node, f"{name} has no time zone", "Add `zone:` with a name such as America/New_York.")
    elif not _is_zone(zone):
        file.fault(given["zone"], f"there is no time zone {zone[:60]!r}", "Use a name such as America/New_York.")
    of_day: dict[int, tuple[Span, ...]] = {}
    for key, value in pairs(week, file):
        for day in _weekdays(key, file):
            if day in of_day:
                file.fault(key, f"{WEEKDAYS[day]} is given twice", "Keep one of them.")
            of_day[day] = _spans(value, file)
    missing = [WEEKDAYS[day] for day in range(7) if day not in of_day]
    if missing:
        file.fault(week or node, f"{name} does not say when it is open on {', '.join(missing)}", _HOURS_FIX)
    chosen = given.get("holidays")
    if chosen is not None and scalar(chosen) not in sets:
        known = ", ".join(sets) or "none is there yet"
        file.fault(chosen, f"there are no holidays {scalar(chosen)[:60]!r}", f"Name a list under `holidays:`: {known}.")
    exceptions: dict[date, tuple[Span, ...]] = {}
    for key, value in pairs(given.get("exceptions"), file):
        try:
            exceptions[date.fromisoformat(scalar(key))] = _spans(value, file)
        except ValueError:
            file.fault(key, f"{scalar(key)[:60]!r} is not a date", _DATE_FIX)
    whole = tuple(of_day.get(day, ()) for day in range(7))
    return Schedule(zone, whole, sets.get(scalar(chosen), ()), exceptions)


def _holidays(node: yaml.Node, file: HoursFile) -> tuple[Holiday, ...]:
    if not isinstance(node, yaml.SequenceNode):
        file.fault(node, "holidays are not a list", "Begin each with `- on:` and its date.")
        return ()
    found: list[Holiday] = []
    for one in node.value:
        given = fields(one, {"on", "names", "hours"}, file)
        names = by_language(given.get("names"), file)
        hours = given.get("hours")
        spans = _spans(hours, file) if hours is not None else ()
        on = scalar(given.get("on"))
        try:
            yearly = _YEARLY.fullmatch(on)
            day = date(2024, int(yearly[1]), int(yearly[2])) if yearly else date.fromisoformat(on)
        except ValueError:
            file.fault(given.get("on", one), f"{on[:60]!r} is not the date of a holiday", _DATE_FIX)
            continue
        if any(before.falls_on(day) and (before.year is None) == bool(yearly) for before in found):
            file.fault(given["on"], f"{on} is given twice", "Keep one of them.")
        found.append(Holiday(day.month, day.day, None if yearly else day.year, names, spans))
    return tuple(found)


def _spans(node: yaml.Node, file: HoursFile) -> tuple[Span, ...]:
    """Opening times as they are written, in order and apart."""
    text = scalar(node)
    if text.lower() == "closed":
        return ()
    spans: list[Span] = []
    for part in text.split(","):
        written = _SPAN.fullmatch(part.strip())
        if written is None:
            file.fault(node, f"{part.strip()[:60]!r} are no opening times", _HOURS_FIX)
            return ()
        hour, minute, last_hour, last_minute = map(int, written.groups())
        span = Span(hour * 60 + minute, last_hour * 60 + last_minute)
        if max(minute, last_minute) > 59 or span.opens >= DAY_MINUTES or span.closes > DAY_MINUTES:
            file.fault(node, f"{part.strip()} is no time of day", "Times go from 0:00 to 24:00.")
        elif span.closes <= span.opens:
            fix = "What goes on after midnight is 22:00-24:00 on this day and 0:00-2:00 on the next."
            file.fault(node, f"{part.strip()} ends before it begins", fix)
        else:
            spans.append(span)
    spans.sort()
    for before, after in pairwise(spans):
        if after.opens < before.closes:
            file.fault(node, f"{text[:60]} overlap", "Write them as one, or part them.")
    return tuple(spans)


def _weekdays(key: yaml.Node, file: HoursFile) -> Iterator[int]:
    first, dash, last = scalar(key).lower().partition("-")
    first, last = first.strip(), last.strip() if dash else first.strip()
    if first not in WEEKDAYS or last not in WEEKDAYS or WEEKDAYS.index(last) < WEEKDAYS.index(first):
        file.fault(key, f"{scalar(key)[:60]!r} is no weekday", "Write monday … sunday, or monday-friday.")
        return
    yield from range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
