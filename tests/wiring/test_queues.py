"""The queues in use follow their file, and the hours theirs."""

import os
from pathlib import Path

import pytest

from ivr.adapters.scripted.clock import FakeClock
from ivr.vocabulary.errors import ConfigError
from ivr.wiring.opening import Opening
from ivr.wiring.queues import Queueing

HOURS = """\
schedules:
  phone:
    zone: UTC
    week: {monday-friday: 8:00-18:00, saturday-sunday: closed}
"""
QUEUES = "queues:\n  service:\n    names: {en: our team}\n    schedule: phone\n    wrap_up: 30 s\n"
WEDNESDAY_NOON = 1_772_625_600_000
NIGHT = WEDNESDAY_NOON + 12 * 3_600_000


def _write(path: Path, text: str) -> None:
    """An edit that is seen, however fast it follows the one before."""
    path.write_text(text, encoding="utf-8")
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + len(text)))


@pytest.fixture
def queueing(tmp_path: Path) -> Queueing:
    _write(tmp_path / "hours.yaml", HOURS)
    _write(tmp_path / "queues.yaml", QUEUES)
    clock = FakeClock()
    opening = Opening(tmp_path / "hours.yaml", clock)
    opening.load()
    return Queueing(tmp_path / "queues.yaml", opening, clock)


def test_a_queue_is_open_when_its_schedule_is(queueing: Queueing) -> None:
    queueing.load()
    plan = queueing.plan()
    assert plan.is_open("service", WEDNESDAY_NOON)
    assert not plan.is_open("service", NIGHT)
    assert not plan.may_call_back("service", NIGHT)


def test_an_edit_is_taken_into_use_as_a_whole(queueing: Queueing, tmp_path: Path) -> None:
    queueing.load()
    _write(tmp_path / "queues.yaml", QUEUES.replace("30 s", "2 min"))
    queueing.load()
    assert queueing.plan().queue("service").wrap_up_s == 120


def test_a_faulty_edit_is_refused_and_the_last_good_queues_stay(queueing: Queueing, tmp_path: Path) -> None:
    queueing.load()
    _write(tmp_path / "queues.yaml", QUEUES.replace("30 s", "a while"))
    with pytest.raises(ConfigError, match="is no length of time"):
        queueing.load()
    assert queueing.plan().queue("service").wrap_up_s == 30


def test_without_a_file_every_queue_is_open(queueing: Queueing, tmp_path: Path) -> None:
    (tmp_path / "queues.yaml").unlink()
    queueing.load()
    assert queueing.plan().is_open("service", NIGHT)
