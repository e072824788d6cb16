"""Evaluating redaction: what counts as leaked and as held back in vain is what it says."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ivr.cli.app import app
from ivr.measure.redaction_eval import Row, evaluate_redaction, read_redaction
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag

EN = LanguageTag("en")


def row(*turns: str, secrets: tuple[tuple[int, str], ...] = (), keep: tuple[tuple[int, str], ...] = ()) -> Row:
    return Row("r1", EN, turns, secrets, keep)


def test_a_secret_that_is_shown_is_a_leak_by_its_turn() -> None:
    report = evaluate_redaction([row("hello", "order 48213 please", secrets=((1, "48213"),))])
    assert (report.secrets, [(miss.id, miss.turn) for miss in report.leaked]) == (1, [("r1", 1)])


def test_a_secret_that_goes_is_none_and_what_stays_is_not_touched() -> None:
    report = evaluate_redaction(
        [row("my pin is 7712 and the amount is 450", secrets=((0, "7712"),), keep=((0, "450"),))]
    )
    assert report.as_json() | {"ms": None} == {
        "secrets": 1,
        "leaked": 0,
        "keep": 1,
        "false_redactions": 0,
        "by_language": {"en": {"secrets": 1, "leaked": 0, "keep": 1, "false_redactions": 0}},
        "leaks": [],
        "ms": None,
    }


def test_what_is_held_back_and_should_stay_is_counted() -> None:
    report = evaluate_redaction([row("7712", keep=((0, "7712"),))])
    assert len(report.false_redactions) == 1


def test_what_was_said_before_counts() -> None:
    report = evaluate_redaction([row("it is about my card", "it starts with 45 then", secrets=((1, "45"),))])
    assert report.leaked == []


@pytest.mark.parametrize("line", ["{", '{"turns": []}', '{"turns": ["a"], "secrets": [[1, "4"]], "language": "en"}'])
def test_rows_that_are_none_are_refused_with_the_fix(tmp_path: Path, line: str) -> None:
    (tmp_path / "rows").write_text(line)
    with pytest.raises(ConfigError, match="Write"):
        read_redaction(tmp_path / "rows")


def test_the_command_prints_the_counts_and_names_leaks_without_their_digits(tmp_path: Path) -> None:
    file = tmp_path / "rows"
    leaks = {"id": "r7", "turns": ["order 48213"], "secrets": [[0, "48213"]], "keep": [], "language": "en"}
    file.write_text(json.dumps(leaks))
    told = CliRunner().invoke(app, ["eval", "redaction", str(file), "--json"])
    assert told.exit_code == 0, told.output
    facts = json.loads(told.stdout)
    assert (facts["secrets"], facts["leaked"], facts["leaks"]) == (1, 1, [{"id": "r7", "turn": 0}])
    told = CliRunner().invoke(app, ["eval", "redaction", str(file)])
    assert "r7 turn 0" in told.stdout
    assert "48213" not in told.stdout
