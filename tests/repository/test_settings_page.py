"""docs/settings.md and ivr/settings.py say the same."""

import re
from enum import Enum
from typing import Any

from pydantic import SecretStr

from ivr.settings import Settings

from .tree import ROOT

_ROW = re.compile(r"^\| `(IVR_[A-Z0-9_]+)` \| (.+?) \| .+ \|$", re.MULTILINE)


def _documented() -> list[tuple[str, str]]:
    return _ROW.findall((ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))


def _shown(default: Any) -> str:
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, Enum):
        default = default.value
    if default is None or default == "":
        return "unset"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`"


def _plain(cell: str) -> str:
    """1.0 and 1 are the same default."""
    return re.sub(r"^`(\d+)\.0`$", r"`\1`", cell)


def test_every_setting_is_documented_once_and_no_other_is() -> None:
    names = [name for name, _ in _documented()]
    assert sorted(names) == sorted(f"IVR_{name.upper()}" for name in Settings.model_fields)


def test_every_default_is_the_one_in_the_code() -> None:
    defaults = {f"IVR_{name.upper()}": _shown(field.default) for name, field in Settings.model_fields.items()}
    documented = dict(_documented())
    assert {name: _plain(cell) for name, cell in documented.items()} == {
        n: _plain(cell) for n, cell in defaults.items()
    }


def test_no_page_names_a_setting_that_is_none() -> None:
    known = {f"IVR_{name.upper()}" for name in Settings.model_fields}
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        named = set(re.findall(r"\bIVR_[A-Z0-9_]+\b", page.read_text(encoding="utf-8")))
        assert named <= known, page.name
