"""The files of the repository, as the tests of this folder look at them."""

import runpy
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control that is there; skips where there is no version control (an unpacked archive)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return tuple(path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file())


def text_of(path: Path) -> str | None:
    """The file as text; None for what is none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted((ROOT / "ivr").rglob("*.py"))


def script(name: str) -> dict[str, Any]:
    """What a Python script of `scripts/` defines."""
    return runpy.run_path(str(ROOT / "scripts" / name))
