"""Evaluate redaction: what `ivr eval redaction` runs, on turns whose digit groups are marked.

The turns of a row go through the vault's own decisions, one after the other, with what is remembered between them.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from ivr.measure.answers_eval import percentile
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag, language_tag
from ivr.vocabulary.redaction.decide import Redacted, redact
from ivr.vocabulary.redaction.memory import NOTHING


@dataclass(frozen=True, slots=True)
class Row:
    """The caller's turns of one call, and groups of digits in them, each with the index of its turn.

    secrets  must go.
    keep     must stay.
    """

    id: str
    language: LanguageTag
    turns: tuple[str, ...]
    secrets: tuple[tuple[int, str], ...]
    keep: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """A group that did what it should not: its row, its turn, and how many digits it has."""

    id: str
    turn: int
    digits: int


@dataclass(slots=True)
class Report:
    secrets: int = 0
    keep: int = 0
    leaked: list[Miss] = field(default_factory=list)
    false_redactions: list[Miss] = field(default_factory=list)
    by_language: dict[LanguageTag, list[int]] = field(default_factory=dict)
    "Language to secrets, leaked, keep and false redactions."
    ms: list[float] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `ivr eval redaction --json` prints. The places name no digits."""
        names = ("secrets", "leaked", "keep", "false_redactions")
        return {
            "secrets": self.secrets,
            "leaked": len(self.leaked),
            "keep": self.keep,
            "false_redactions": len(self.false_redactions),
            "by_language": {tag: dict(zip(names, n, strict=True)) for tag, n in sorted(self.by_language.items())},
            "leaks": [{"id": miss.id, "turn": miss.turn} for miss in self.leaked],
            "ms": {"p50": percentile(self.ms, 50), "p95": percentile(self.ms, 95)},
        }


def read_redaction(file: Path) -> list[Row]:
    """Read rows, one JSON object a line: turns, secrets, keep, language. Raises ConfigError."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        return [_row(json.loads(line), number) for number, line in enumerate(lines, 1) if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"these are no rows ({type(error).__name__}: {error})",
            where=str(file),
            fix='Write {"turns": […], "secrets": [[0, "4539"]], "keep": [], "language": "en"} on each line.',
        ) from error


def evaluate_redaction(rows: Sequence[Row]) -> Report:
    """Redact the turns of every row as in one call, and count the groups."""
    report = Report()
    for row in rows:
        turns = _turns(row, report)
        leaked = [_miss(row, group) for group in row.secrets if not _all_gone(turns[group[0]], group[1])]
        touched = [_miss(row, group) for group in row.keep if not _all_there(turns[group[0]], group[1])]
        counts = report.by_language.setdefault(row.language, [0, 0, 0, 0])
        for at, count in enumerate((len(row.secrets), len(leaked), len(row.keep), len(touched))):
            counts[at] += count
        report.secrets, report.keep = report.secrets + len(row.secrets), report.keep + len(row.keep)
        report.leaked += leaked
        report.false_redactions += touched
    return report


def _turns(row: Row, report: Report) -> list[Redacted]:
    memory, turns = NOTHING, []
    for turn in row.turns:
        began = perf_counter()
        turns.append(redact(turn, row.language, memory))
        report.ms.append((perf_counter() - began) * 1_000)
        memory = turns[-1].memory
    return turns


def _all_gone(turn: Redacted, digits: str) -> bool:
    """No part of any place where these digits stand is shown."""
    places = _places(turn.clean, digits)
    return all(turn.goes(*place) for place in places) if places else digits not in turn.text


def _all_there(turn: Redacted, digits: str) -> bool:
    return any(not turn.goes(*place) for place in _places(turn.clean, digits)) or digits in turn.text


def _places(text: str, digits: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(rf"(?<!\d){re.escape(digits)}(?!\d)", text)]


def _miss(row: Row, group: tuple[int, str]) -> Miss:
    return Miss(row.id, group[0], len(group[1]))


def _row(row: dict[str, Any], number: int) -> Row:
    turns = tuple(str(turn) for turn in row["turns"])
    secrets, keep = (
        tuple((int(turn), str(digits)) for turn, digits in row.get(name, ())) for name in ("secrets", "keep")
    )
    if any(not 0 <= turn < len(turns) for turn, _ in (*secrets, *keep)):
        raise ValueError(f"line {number} marks a turn that it does not have")
    return Row(str(row.get("id", number)), language_tag(row["language"]), turns, secrets, keep)
