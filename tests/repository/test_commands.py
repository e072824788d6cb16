"""The commands of `scripts/` say in plain words what keeps them from working, and what to do about it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .tree import ROOT

COMMANDS = ("scripts/setup", "scripts/serve", "scripts/test", ".ci/run")

FAKE_PYTHON = """#!/bin/sh
# A Python that makes environments of itself, and whose pip fails as it is told.
case "$*" in
  "-c "*) exit 0 ;;
  "-V") echo "Python 3.12.0" ;;
  "-m venv --clear "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  "-m pip --version") exit 0 ;;
  "-m pip "*) echo "$PIP_SAYS"; exit 1 ;;
esac
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout with nothing but the commands and what they read."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup", tmp_path / "scripts")
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text("", encoding="utf-8")
    _program(tmp_path / "bin" / "python", FAKE_PYTHON)
    return tmp_path


def _program(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _setup(house: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{house / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", str(house / "scripts" / "setup"), "--no-models"],
        env={"PATH": path, "PYTHON": str(house / "bin" / "python"), **environment},
        stdin=subprocess.DEVNULL,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_can_be_run_and_read(command: str) -> None:
    assert os.access(ROOT / command, os.X_OK)
    assert subprocess.run(["bash", "-n", str(ROOT / command)], check=False).returncode == 0


def test_a_python_that_does_not_fit_is_named(house: Path) -> None:
    said = _setup(house, PYTHON="false")
    assert said.returncode == 1
    assert "PYTHON=false is not a Python that works here" in said.stderr


def test_a_disk_without_room_is_noticed_before_anything_is_downloaded(house: Path) -> None:
    _program(house / "bin" / "df", "#!/bin/sh\necho header\necho disk 9 9 1048576 9% /\n")
    said = _setup(house)
    assert said.returncode == 1
    assert "only 1024 MiB are free" in said.stderr
    assert not (house / ".venv").exists()


@pytest.mark.parametrize(
    ("pip_says", "sentence"),
    [
        ("NewConnectionError: [Errno 101]", "the package registry cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "is not the one in requirements.lock"),
        ("error: something else", "The lines above say why"),
    ],
)
def test_a_failed_installation_is_explained(house: Path, pip_says: str, sentence: str) -> None:
    said = _setup(house, PIP_SAYS=pip_says)
    assert said.returncode == 1
    assert sentence in said.stderr
    assert "Traceback" not in said.stdout + said.stderr


def test_a_failed_installation_is_not_taken_for_done(house: Path) -> None:
    _setup(house, PIP_SAYS="error")
    assert not (house / ".setup" / "stamp").exists()


def test_an_unknown_option_is_refused(house: Path) -> None:
    said = subprocess.run(
        ["bash", str(house / "scripts" / "setup"), "--nonsense"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 2
    assert "--nonsense" in said.stderr
