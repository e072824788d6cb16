"""The file of opening hours: read as written, and refused with the line and what to do."""

from datetime import date
from pathlib import Path

import pytest

from ivr.adapters.files.hours_file import HoursFile, load_hours, read_hours
from ivr.demo import FOLDER
from ivr.flows.hours import Span

GOOD = """\
schedules:
  branches:
    zone: America/New_York
    week:
      monday-friday: 9:00-12:00, 13:00-17:00
      saturday: 9:30-13:00
      sunday: closed
    holidays: public
    exceptions:
      2026-12-24: 9:00-12:00
holidays:
  public:
    - on: 12-25
      names: {en: Christmas Day, es: Navidad}
    - on: 2026-11-27
      hours: 10:00-14:00
"""


def only_fault(text: str) -> tuple[str, str, str]:
    found = read_hours(text, "hours.yaml").faults
    assert len(found) == 1, found
    return found[0].what, found[0].where, found[0].fix


def test_times_stay_what_was_written_and_holidays_have_names() -> None:
    file = read_hours(GOOD, "hours.yaml")
    assert file.faults == []
    branches = file.schedules["branches"]
    assert branches.zone == "America/New_York"
    assert branches.week[0] == branches.week[4] == (Span(540, 720), Span(780, 1020))
    assert branches.week[5:] == ((Span(570, 780),), ())
    assert branches.exceptions == {date(2026, 12, 24): (Span(540, 720),)}
    christmas, friday = branches.holidays
    assert (christmas.month, christmas.day, christmas.year) == (12, 25, None) and christmas.names["es"] == "Navidad"  # type: ignore[index]
    assert friday.year == 2026 and friday.spans == (Span(600, 840),)


@pytest.mark.parametrize(
    ("old", "new", "what", "line"),
    [
        ("America/New_York", "America/Springfield", "no time zone 'America/Springfield'", 3),
        ("    zone: America/New_York\n", "", "branches has no time zone", 3),
        ("9:00-12:00, 13:00-17:00", "9:00-13:30, 13:00-17:00", "overlap", 5),
        ("saturday: 9:30-13:00", "saturday: 13:00-9:30", "ends before it begins", 6),
        ("saturday: 9:30-13:00", "saturday: 9:30-13:60", "no time of day", 6),
        ("saturday: 9:30-13:00", "saturday: 9.30 to one", "no opening times", 6),
        ("saturday:", "caturday:", "no weekday", 6),
        ("      sunday: closed\n", "", "does not say when it is open on sunday", 5),
        ("sunday: closed", "saturday-sunday: closed", "saturday is given twice", 7),
        ("holidays: public", "holidays: bank", "no holidays 'bank'", 8),
        ("2026-12-24: 9:00", "24 December: 9:00", "is not a date", 10),
        ("on: 12-25", "on: 13-25", "not the date of a holiday", 13),
        ("on: 2026-11-27", "on: 12-25", "12-25 is given twice", 15),
        ("en: Christmas Day", "englisch!: Christmas Day", "is not a language tag", 14),
        ("holidays: public", "holiday: public", "'holiday' is not known", 8),
        ("  branches:", "  Branches 1:", "no name for schedules", 2),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, what: str, line: int) -> None:
    found = read_hours(GOOD.replace(old, new, 1), "hours.yaml").faults
    named = [fault for fault in found if what in fault.what]
    assert named and named[0].where == f"hours.yaml:{line}" and named[0].fix, found


@pytest.mark.parametrize(
    "text", ["", "- 1", "schedules: nine to five", "a: &a [*a, *a]", "schedules: {a: {}, a: {}}", "{" * 2_000]
)
def test_hostile_or_empty_text_is_a_fault_and_no_crash(text: str) -> None:
    assert read_hours(text, "hours.yaml").faults


def test_a_file_that_is_not_there_has_no_schedules_and_no_faults(tmp_path: Path) -> None:
    assert load_hours(tmp_path / "hours.yaml") == HoursFile(str(tmp_path / "hours.yaml"))
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    assert load_hours(tmp_path / "bytes.yaml").faults


def test_the_demo_bank_says_when_it_is_open() -> None:
    file = load_hours(Path(FOLDER) / "bank" / "hours.yaml")
    assert file.faults == [] and set(file.schedules) == {"branches", "phone"}
    assert all(len(holiday.names) == 6 for schedule in file.schedules.values() for holiday in schedule.holidays)
