"""Watching a download: the bytes that are there, whatever pip clears away meanwhile."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.models import fetch


def test_bytes_are_counted_in_every_folder(tmp_path: Path) -> None:
    (tmp_path / "pip" / "unpack").mkdir(parents=True)
    (tmp_path / "pip" / "unpack" / "part").write_bytes(b"12345")
    (tmp_path / "errors.txt").write_bytes(b"123")
    assert fetch._size_under(tmp_path) == 8


def test_a_folder_that_goes_away_while_it_is_looked_at_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    (tmp_path / "stays").mkdir()
    (tmp_path / "stays" / "part").write_bytes(b"12345")
    scandir = os.scandir

    def clearing_up(path: Any = ".") -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("gone"):
            shutil.rmtree(tmp_path / "gone", ignore_errors=True)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", clearing_up)
    assert fetch._size_under(tmp_path) == 5
