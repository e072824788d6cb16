"""requirements.lock holds everything the project needs, each entry with its hashes."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .tree import ROOT

_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)([^\n]*\n(?:[ \t]+[^\n]*\n)*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def _entries() -> list[tuple[str, str, str]]:
    """Name, version, and the rest of every entry."""
    return _ENTRY.findall((ROOT / "requirements.lock").read_text(encoding="utf-8") + "\n")


def test_every_entry_has_a_hash() -> None:
    assert [name for name, _, rest in _entries() if not _HASH.search(rest)] == []


def test_every_line_belongs_to_an_entry() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    heads = [line for line in lines if line and not line.startswith((" ", "\t", "#"))]
    assert len(heads) == len(_entries()) > 0


def test_every_dependency_of_the_project_is_locked_to_a_version_that_fits() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(t) for t in (*project["dependencies"], *project["optional-dependencies"]["dev"])]
    locked: dict[str, list[str]] = {}
    for name, version, _ in _entries():
        locked.setdefault(canonicalize_name(name), []).append(version)
    misfits = [
        str(each)
        for each in wanted
        if not any(each.specifier.contains(version) for version in locked.get(canonicalize_name(each.name), ()))
    ]
    assert misfits == []
