"""Upgrading the database: once, whole or not at all, however many start at once."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from ivr.adapters.sql.engine import database_url, open_engine
from ivr.adapters.sql.migrate import is_current, upgrade
from ivr.adapters.sql.tables import log_metadata
from ivr.vocabulary.errors import ConfigError


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    connection.close()
    return found


def test_an_upgraded_database_has_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    url = database_url(tmp_path / "calls.sqlite")
    upgrade(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        assert is_current(connection)
        assert compare_metadata(MigrationContext.configure(connection), log_metadata) == []
    engine.dispose()


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "with % in it" / "calls.sqlite"
    path.parent.mkdir()
    upgrade(database_url(path))
    before = path.read_bytes()
    upgrade(str(database_url(path)))
    assert path.read_bytes() == before


UPGRADES = """
import sys
from ivr.adapters.sql.migrate import upgrade
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
for number in range(8):
    upgrade(f"sqlite:///{sys.argv[1]}/{number}.sqlite")
"""


def test_processes_that_start_at_once_all_find_the_database_upgraded(tmp_path: Path) -> None:
    pipe, command = subprocess.PIPE, [sys.executable, "-c", UPGRADES, str(tmp_path)]
    starts = [subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe) for _ in range(3)]
    for start in starts:
        assert start.stdout is not None
        assert start.stdout.readline() == "ready\n"
    for start in starts:
        assert start.stdin is not None
        start.stdin.write("go\n")
        start.stdin.flush()
    said = [start.communicate()[1] for start in starts]
    assert [(start.returncode, text) for start, text in zip(starts, said, strict=True)] == [(0, "")] * 3


KILLED_HALF_WAY = f"""
import os, sys
from alembic import op
from ivr.adapters.sql.migrate import upgrade
create = op.create_table
def kill_at_the_second(name, *columns, **options):
    if name == "events":
        os.kill(os.getpid(), {int(signal.SIGKILL)})
    return create(name, *columns, **options)
op.create_table = kill_at_the_second
upgrade("sqlite:///" + sys.argv[1])
"""


def test_a_migration_killed_half_way_leaves_nothing_and_is_done_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    killed = subprocess.run([sys.executable, "-c", KILLED_HALF_WAY, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert tables(path) == set()
    upgrade(database_url(path))
    assert tables(path) >= {"calls", "events", "flows"}


def test_a_database_of_a_later_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    upgrade(database_url(path))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num='9999'")
    connection.commit()
    connection.close()
    with pytest.raises(ConfigError, match=r"calls\.sqlite.*Update the product"):
        upgrade(database_url(path))


def test_the_migrations_are_part_of_the_package() -> None:
    import ivr.adapters.sql.migrations.versions as versions

    assert any(path.name.startswith("m0001") for path in Path(versions.__file__ or "").parent.iterdir())
