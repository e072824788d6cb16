"""Opening hours: open or not, and until when, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flows.hours import Holiday, Schedule, Span, holiday_on, is_open, next_change, seen, spans_of

NEW_YORK = ZoneInfo("America/New_York")
NINE_TO_FIVE = (Span(540, 1020),)
WEEK = (NINE_TO_FIVE,) * 5 + ((Span(570, 780),), ())
CHRISTMAS = Holiday(12, 25)
BRANCHES = Schedule("America/New_York", WEEK, (CHRISTMAS,), {date(2026, 12, 24): (Span(540, 720),)})


def at(text: str, zone: ZoneInfo = NEW_YORK, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("moment", "open_", "changes"),
    [
        ("2026-11-25T08:59:59", False, "2026-11-25T09:00:00"),
        ("2026-11-25T09:00:00", True, "2026-11-25T17:00:00"),
        ("2026-11-25T16:59:59", True, "2026-11-25T17:00:00"),
        ("2026-11-25T17:00:00", False, "2026-11-26T09:00:00"),
        ("2026-11-28T12:00:00", True, "2026-11-28T13:00:00"),
        ("2026-11-28T13:00:00", False, "2026-11-30T09:00:00"),  # over Sunday
        ("2026-12-24T11:00:00", True, "2026-12-24T12:00:00"),  # the exception
        ("2026-12-24T12:00:00", False, "2026-12-26T09:30:00"),  # over Christmas Day
    ],
)
def test_it_opens_and_closes_by_the_clock_on_its_wall(moment: str, open_: bool, changes: str) -> None:
    assert is_open(BRANCHES, at(moment)) is open_
    assert next_change(BRANCHES, at(moment)) == at(changes)


def test_where_the_server_stands_does_not_matter() -> None:
    assert is_open(BRANCHES, datetime(2026, 11, 25, 14, 0, tzinfo=UTC))  # 9:00 in New York
    assert not is_open(
        BRANCHES, datetime(2026, 11, 25, 23, 0, tzinfo=ZoneInfo("Europe/Madrid")).astimezone(UTC) + timedelta(1)
    )


def test_what_goes_on_over_midnight_is_one_opening() -> None:
    bar = Schedule("Europe/Madrid", ((Span(0, 120), Span(1320, 1440)),) * 7)
    madrid = ZoneInfo("Europe/Madrid")
    assert next_change(bar, at("2026-11-25T23:30:00", madrid)) == at("2026-11-26T02:00:00", madrid)
    assert is_open(bar, at("2026-11-26T00:00:00", madrid))


def test_what_never_closes_or_never_opens_has_no_next_change() -> None:
    assert next_change(Schedule("UTC", ((Span(0, 1440),),) * 7), at("2026-11-25T10:00:00")) is None
    assert next_change(Schedule("UTC", ((),) * 7), at("2026-11-25T10:00:00")) is None


def test_a_holiday_of_that_year_comes_before_one_of_every_year_and_an_exception_before_both() -> None:
    half = Holiday(12, 25, 2027, spans=(Span(600, 660),))
    schedule = Schedule("UTC", WEEK, (CHRISTMAS, half), {date(2028, 12, 25): NINE_TO_FIVE})
    assert holiday_on(schedule, date(2026, 12, 25)) is CHRISTMAS
    assert spans_of(schedule, date(2026, 12, 25)) == ()
    assert spans_of(schedule, date(2027, 12, 25)) == (Span(600, 660),)
    assert spans_of(schedule, date(2028, 12, 25)) == NINE_TO_FIVE


def test_a_flow_sees_what_is_open_and_which_day_it_is_there() -> None:
    tokyo = Schedule("Asia/Tokyo", WEEK)
    now = seen({"branches": BRANCHES, "tokyo": tokyo}, at("2026-11-25T16:00:00"))
    assert now.open == ("branches",)
    assert now.today == {"branches": "2026-11-25", "tokyo": "2026-11-26"}


# ── the clocks go forward and back ───────────────────────────────────────────────────────────────────────────────


def test_an_opening_in_the_hour_that_is_skipped_begins_when_the_clocks_have_gone_forward() -> None:
    night = Schedule("America/New_York", ((Span(150, 300),),) * 7)  # 2:30 to 5:00
    assert next_change(night, at("2026-03-08T00:00:00")) == at("2026-03-08T03:00:00")
    assert not is_open(night, at("2026-03-08T01:59:59"))


def test_what_would_be_open_in_the_skipped_hour_only_is_not_open_that_day() -> None:
    night = Schedule("America/New_York", ((Span(130, 170),),) * 7)
    assert next_change(night, at("2026-03-08T00:00:00")) == at("2026-03-09T02:10:00")


def test_an_hour_that_comes_twice_opens_at_the_first_and_closes_at_the_last() -> None:
    night = Schedule("America/New_York", ((Span(90, 100),),) * 7)  # 1:30 to 1:40
    first, last = at("2026-11-01T01:30:00"), at("2026-11-01T01:40:00", fold=1)
    assert is_open(night, first) and next_change(night, first).astimezone(UTC) == last.astimezone(UTC)  # type: ignore[union-attr]
    assert (last.astimezone(UTC) - first.astimezone(UTC)) == timedelta(minutes=70)


_ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu", "UTC")
_minutes = st.integers(0, 287).map(lambda n: n * 5)
_spans = st.lists(_minutes, min_size=0, max_size=6, unique=True).map(
    lambda cuts: tuple(Span(a, b) for a, b in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False))
)
_schedules = st.builds(Schedule, st.sampled_from(_ZONES), st.tuples(*[_spans] * 7))
_moments = st.sampled_from(
    [datetime(2026, 3, 8, 6, tzinfo=UTC), datetime(2026, 11, 1, 5, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC),
     datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 4, 4, 14, tzinfo=UTC), datetime(2026, 6, 15, tzinfo=UTC)]
)  # fmt: skip


@given(_schedules, _moments)
def test_walking_along_the_minutes_meets_every_change_where_it_was_foretold(
    schedule: Schedule, start: datetime
) -> None:
    moment, end = start, start + timedelta(hours=6)
    foretold = next_change(schedule, moment)
    while moment < end:
        later = moment + timedelta(minutes=5)
        changed = is_open(schedule, later) is not is_open(schedule, moment)
        if changed:
            assert foretold is not None and foretold.astimezone(UTC) == later
            foretold = next_change(schedule, later)
        moment = later
    assert foretold is None or foretold.astimezone(UTC) > end or is_open(schedule, end) is is_open(schedule, moment)


@given(_schedules, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_away_from_the_changes_it_is_open_when_the_wall_says_so(schedule: Schedule, wall: datetime) -> None:
    there = wall.replace(second=0, microsecond=0, tzinfo=ZoneInfo(schedule.zone))
    day_before, day_after = (there + timedelta(days=by) for by in (-1, 1))
    if day_before.utcoffset() == there.utcoffset() == day_after.utcoffset():
        minute = there.hour * 60 + there.minute
        inside = any(span.opens <= minute < span.closes for span in spans_of(schedule, there.date()))
        assert is_open(schedule, there) is inside
