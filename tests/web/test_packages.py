"""What the pages are built from: locked with hashes, named for every platform, and listed with its licence."""

import json
from typing import Any

import pytest

from tests.repository.tree import ROOT

UI = ROOT / "ivr" / "web" / "ui"


@pytest.fixture(scope="module")
def packages() -> dict[str, dict[str, Any]]:
    """The lock's entries by package name."""
    lock = json.loads((UI / "package-lock.json").read_text(encoding="utf-8"))
    return {path.rpartition("node_modules/")[2]: entry for path, entry in lock["packages"].items() if path}


def test_every_package_has_its_hash_and_no_registry(packages: dict[str, dict[str, Any]]) -> None:
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_every_part_for_a_platform_is_locked(packages: dict[str, dict[str, Any]]) -> None:
    wanted = {part for entry in packages.values() for part in entry.get("optionalDependencies", {})}
    assert wanted - set(packages) == set(), "remove node_modules and package-lock.json, then scripts/npm install"


def test_what_is_asked_for_is_pinned(packages: dict[str, dict[str, Any]]) -> None:
    asked = json.loads((UI / "package.json").read_text(encoding="utf-8"))
    for name, version in {**asked["dependencies"], **asked["devDependencies"]}.items():
        assert packages[name]["version"] == version


def test_what_the_pages_hold_is_listed_with_its_licence(packages: dict[str, dict[str, Any]]) -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    listed = page.partition("## Packages inside the pages")[2].partition("\n## ")[0]
    left_out = ("dev", "devOptional")
    held = {n: each["license"] for n, each in packages.items() if not any(each.get(kind) for kind in left_out)}
    assert [name for name, licence in held.items() if f"| `{name}` | {licence} |" not in listed] == []
