"""The pages are whole: their links lead somewhere, and what is drawn from code is up to date."""

import re
from pathlib import Path

import pytest
from aiohttp.web import RouteDef

from ivr.adapters.models.manifest import load_manifest
from ivr.web import api
from ivr.web.metrics import Metrics

from .tree import ROOT, script

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    plain = (re.sub(r"[`*_]", "", heading).strip().lower() for heading in _HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for link in ("".join(found) for found in _LINK.findall(text)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


def test_the_drawing_of_the_call_machine_is_the_machine() -> None:
    draw = script("draw-call-machine")
    for path, drawing in ((draw["PAGE"], draw["drawn"]()), (draw["TRANSFER_PAGE"], draw["transfer_drawn"]())):
        renewed = draw["page"](path, drawing)
        assert renewed == path.read_text(encoding="utf-8"), "run .venv/bin/python scripts/draw-call-machine"


def test_the_drawing_shows_every_phase_and_every_fact_that_does_something() -> None:
    draw = script("draw-call-machine")
    drawn = draw["drawn"]()
    for phase in draw["CALL"]:
        assert f"| **{phase}** |" in drawn
        for kind in draw["acting"](phase):
            assert f"| {kind.__name__} |" in drawn


def test_every_runtime_dependency_is_listed_with_its_licence() -> None:
    licences = script("list-licences")
    listed = licences["rows"]((ROOT / "docs" / "licences.md").read_text(encoding="utf-8"))
    missing = [
        f"{name}: {text}" for name, text in licences["runtime"]().items() if f"| {name} | {text} |" not in listed
    ]
    assert missing == [], "run .venv/bin/python scripts/list-licences"


def test_every_model_of_the_manifest_is_listed_with_its_licence() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    missing = [m.id for m in load_manifest().values() if f"| `{m.id}` | {m.licence} |" not in page]
    assert missing == []


def test_the_metrics_that_are_explained_are_the_ones_there_are() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    counted = re.findall(r"^# TYPE (\w+)", Metrics().render().decode(), re.MULTILINE)
    there = {name for name in counted if not name.endswith("_created")}
    assert set(re.findall(r"`(ivr_\w+)", page)) == there


def test_the_paths_that_are_explained_are_routes() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert {f"GET {route.path}" for route in api.routes if isinstance(route, RouteDef)} >= set(
        re.findall(r"^\| `(GET /\w+)` \|", page, re.MULTILINE)
    )


def test_every_decision_has_its_number_once() -> None:
    numbers = [path.name[:3] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))
