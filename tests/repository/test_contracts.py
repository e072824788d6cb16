"""The layers are held: every import contract passes, and each of them notices an import that breaks it."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from .tree import ROOT

BREAKING = {
    "A room imports only from the rooms below it": ("session/admission.py", "import ivr.web.app"),
    "Decisions know no clock, no chance and no network": ("turns/floor.py", "import random"),
    "Adapters are told what to do, and ask nobody above them": ("adapters/clock.py", "import ivr.session.voice"),
    "The exchange stands for the outside world": ("exchange/sids.py", "import ivr.calls.machine"),
    "Only the wiring and the command line read settings": ("web/keys.py", "import ivr.settings"),
}
"A module and an import that it may not have, for each contract."


def _lint(folder: Path) -> str:
    """What import-linter says of the package in `folder`."""
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    said = subprocess.run(
        [sys.executable, "-c", command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout + said.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, to be broken."""
    folder = tmp_path_factory.mktemp("contracts")
    shutil.copytree(ROOT / "ivr", folder / "ivr", ignore=shutil.ignore_patterns("__pycache__", "*.wav", "node_modules"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def intact(copy: Path) -> str:
    return _lint(copy)


@pytest.fixture(scope="module")
def broken(copy: Path, intact: str) -> str:
    for module, line in BREAKING.values():
        path = copy / "ivr" / module
        path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    return _lint(copy)


def test_there_is_a_breaking_import_for_every_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(BREAKING) == {contract["name"] for contract in project["tool"]["importlinter"]["contracts"]}


@pytest.mark.parametrize("contract", BREAKING)
def test_the_contract_is_kept(contract: str, intact: str) -> None:
    assert f"{contract} KEPT" in intact, intact


@pytest.mark.parametrize("contract", BREAKING)
def test_a_forbidden_import_breaks_the_contract(contract: str, broken: str) -> None:
    assert f"{contract} BROKEN" in broken, broken
