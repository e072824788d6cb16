"""What stands in the repository's files, and how large they are."""

import ast
import re
from pathlib import Path

import pytest

from .tree import ROOT, modules, text_of, tracked

LARGEST_BYTES = 2 * 1024 * 1024
LONGEST_MODULE_LINES = 450

# Written in pieces, so that this file does not hold what it looks for.
_HOSTS = ("pypi." + "org", "pythonhosted." + "org", "npmjs." + "org", "npmjs." + "com", "hugging" + "face.co")
_REGISTRY = re.compile("|".join(map(re.escape, _HOSTS)) + r"|(?:index" + r"-url|find" + r"-links)[ =]+\w+:/")
_MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:" + "work|root|home|Users|tmp" + r")/[\w.-]+")


def test_no_file_holds_the_address_of_a_registry() -> None:
    found = [f"{path.relative_to(ROOT)}: {hit[0]}" for path in tracked() if (hit := _hit(_REGISTRY, path))]
    assert found == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    found = [f"{path.relative_to(ROOT)}: {hit[0]}" for path in tracked() if (hit := _hit(_MACHINE_PATH, path))]
    assert found == []


def test_the_patterns_find_what_they_look_for() -> None:
    assert _REGISTRY.search("see https://" + _HOSTS[0] + "/simple")
    assert _MACHINE_PATH.search('open("/' + 'root/x.wav")')
    assert not _MACHINE_PATH.search("tests/work/x and $HOME/tmp/x")


def test_no_file_is_large() -> None:
    sizes = {str(path.relative_to(ROOT)): path.stat().st_size for path in tracked()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_BYTES} == {}


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_and_stays_livable(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "open it with a docstring that says what it is for"
    assert len(text.splitlines()) <= LONGEST_MODULE_LINES


def _hit(pattern: re.Pattern[str], path: Path) -> re.Match[str] | None:
    text = text_of(path)
    return pattern.search(text) if text is not None else None
