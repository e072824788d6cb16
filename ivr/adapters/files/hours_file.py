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

from ivr.adapters.files.plain_yaml import PlainLoader
from ivr.adapters.findings import Finding
from ivr.flows.hours import DAY_MINUTES, Holiday, Schedule, Span
from ivr.vocabulary.language import LanguageTag, language_tag

LARGEST_FILE_BYTES: Final = 256 * 1024
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_YEARLY = re.compile(r"(\d{1,2})-(\d{1,2})")
_HOURS_FIX: Final = "Write 9:00-17:00, or 9:00-12:00, 13:00-17:00, or closed."
_DATE_FIX: Final = "Write 2026-12-24 for one day; a holiday of every year is 12-25."


@dataclass(slots=True)
class HoursFile:
    """What a file holds. `schedules` counts only when there are no faults."""

    where: str
    schedules: dict[str, Schedule] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)

    def fault(self, node: yaml.Node | None, what: str, fix: str) -> None:
        line = node.start_mark.line + 1 if node is not None else 1
        self.faults.append(Finding(what, f"{self.where}:{line}", fix))


def load_hours(path: Path) -> HoursFile:
    """Read a file; one that is not there has no schedules. Never raises: what is wrong is in `faults`. Blocking."""
    file = HoursFile(str(path))
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE_BYTES + 1)
        if len(content) > LARGEST_FILE_BYTES:
            file.fault(None, f"the file is larger than {LARGEST_FILE_BYTES // 1024} KB", "Remove what is not needed.")
            return file
        return read_hours(content.decode("utf-8-sig"), str(path))
    except FileNotFoundError:
        return file
    except OSError as error:
        file.fault(None, f"the file cannot be read ({error.strerror})", "Check its owner and permissions.")
    except UnicodeDecodeError:
        file.fault(None, "the file is not UTF-8", "Save it as UTF-8.")
    return file


def read_hours(text: str, where: str) -> HoursFile:
    """Read a file's text. Never raises: what is wrong with it is in `faults`."""
    file = HoursFile(where)
    try:
        root = yaml.compose(text, Loader=PlainLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        file.faults.append(Finding(f"this is not plain YAML: {error.problem}", f"{where}:{line}", "Correct this line."))
        return file
    except (yaml.YAMLError, RecursionError, ValueError):
        file.fault(None, "this is not plain YAML", "Keep to simple fields, lists and quoted text.")
        return file
    top = _fields(root, {"schedules", "holidays"}, file)
    sets = {name: _holidays(node, file) for name, node in _named(top.get("holidays"), "holidays", file)}
    for name, node in _named(top.get("schedules"), "schedules", file):
        file.schedules[name] = _schedule(name, node, sets, file)
    if not file.schedules:
        file.fault(root, "there are no schedules", "Add `schedules:` and under it a name such as `branches:`.")
    return file


def _schedule(name: str, node: yaml.Node, sets: Mapping[str, tuple[Holiday, ...]], file: HoursFile) -> Schedule:
    fields = _fields(node, {"zone", "week", "holidays", "exceptions"}, file)
    zone, week = _scalar(fields.get("zone")), fields.get("week")
    if not zone:
        file.fault(node, f"{name} has no time zone", "Add `zone:` with a name such as America/New_York.")
    elif not _is_zone(zone):
        file.fault(fields["zone"], f"there is no time zone {zone[:60]!r}", "Use a name such as America/New_York.")
    of_day: dict[int, tuple[Span, ...]] = {}
    for key, value in _pairs(week, file):
        for day in _weekdays(key, file):
            if day in of_day:
                file.fault(key, f"{WEEKDAYS[day]} is given twice", "Keep one of them.")
            of_day[day] = _spans(value, file)
    missing = [WEEKDAYS[day] for day in range(7) if day not in of_day]
    if missing:
        file.fault(week or node, f"{name} does not say when it is open on {', '.join(missing)}", _HOURS_FIX)
    chosen = fields.get("holidays")
    if chosen is not None and _scalar(chosen) not in sets:
        known = ", ".join(sets) or "none is there yet"
        file.fault(
            chosen, f"there are no holidays {_scalar(chosen)[:60]!r}", f"Name a list under `holidays:`: {known}."
        )
    exceptions: dict[date, tuple[Span, ...]] = {}
    for key, value in _pairs(fields.get("exceptions"), file):
        try:
            exceptions[date.fromisoformat(_scalar(key))] = _spans(value, file)
        except ValueError:
            file.fault(key, f"{_scalar(key)[:60]!r} is not a date", _DATE_FIX)
    whole = tuple(of_day.get(day, ()) for day in range(7))
    return Schedule(zone, whole, sets.get(_scalar(chosen), ()), exceptions)


def _holidays(node: yaml.Node, file: HoursFile) -> tuple[Holiday, ...]:
    if not isinstance(node, yaml.SequenceNode):
        file.fault(node, "holidays are not a list", "Begin each with `- on:` and its date.")
        return ()
    found: list[Holiday] = []
    for one in node.value:
        fields = _fields(one, {"on", "names", "hours"}, file)
        names: dict[LanguageTag, str] = {}
        for key, value in _pairs(fields.get("names"), file):
            try:
                names[language_tag(_scalar(key))] = _scalar(value)
            except ValueError as error:
                file.fault(key, str(error), "Name the language by its tag.")
        hours = fields.get("hours")
        spans = _spans(hours, file) if hours is not None else ()
        on = _scalar(fields.get("on"))
        try:
            yearly = _YEARLY.fullmatch(on)
            day = date(2024, int(yearly[1]), int(yearly[2])) if yearly else date.fromisoformat(on)
        except ValueError:
            file.fault(fields.get("on", one), f"{on[:60]!r} is not the date of a holiday", _DATE_FIX)
            continue
        if any(before.falls_on(day) and (before.year is None) == bool(yearly) for before in found):
            file.fault(fields["on"], f"{on} is given twice", "Keep one of them.")
        found.append(Holiday(day.month, day.day, None if yearly else day.year, names, spans))
    return tuple(found)


def _spans(node: yaml.Node, file: HoursFile) -> tuple[Span, ...]:
    """Opening times as they are written, in order and apart."""
    text = _scalar(node)
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
    first, dash, last = _scalar(key).lower().partition("-")
    first, last = first.strip(), last.strip() if dash else first.strip()
    if first not in WEEKDAYS or last not in WEEKDAYS or WEEKDAYS.index(last) < WEEKDAYS.index(first):
        file.fault(key, f"{_scalar(key)[:60]!r} is no weekday", "Write monday … sunday, or monday-friday.")
        return
    yield from range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


# ── nodes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _scalar(node: yaml.Node | None) -> str:
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""


def _pairs(node: yaml.Node | None, file: HoursFile) -> list[tuple[yaml.Node, yaml.Node]]:
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        file.fault(node, "this has no fields", "Write one `name: value` a line.")
        return []
    return list(node.value)


def _fields(node: yaml.Node | None, known: set[str], file: HoursFile) -> dict[str, yaml.Node]:
    fields: dict[str, yaml.Node] = {}
    for key, value in _pairs(node, file):
        if _scalar(key) not in known:
            file.fault(key, f"the field {_scalar(key)[:60]!r} is not known", f"Fields are {', '.join(sorted(known))}.")
        fields[_scalar(key)] = value
    return fields


def _named(node: yaml.Node | None, what: str, file: HoursFile) -> Iterator[tuple[str, yaml.Node]]:
    for key, value in _pairs(node, file):
        if not _NAME.fullmatch(_scalar(key)):
            fix = "Use small letters, digits and underscores, a letter first."
            file.fault(key, f"{_scalar(key)[:60]!r} is no name for {what}", fix)
        yield _scalar(key), value
