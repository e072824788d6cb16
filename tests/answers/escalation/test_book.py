"""Reading the examples that people write: what is wrong is named with its line and its fix."""

from pathlib import Path

import pytest

from ivr.answers.escalation.book import LONGEST, examine_escalation, read_escalation
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag

EN = LanguageTag("en")
WHOLE = """
language: en
reasons:
  theft:
    examples: ["my bag was taken", "my  bag was   taken"]
    counter: ["I took my bag"]
  vague: {examples: ["the thing"]}
others: ["when do you open"]
"""


def found(folder: Path, text: str) -> list[tuple[str, str, int]]:
    (folder / "en.yaml").write_text(text, encoding="utf-8")
    return [(fault.what, fault.fix, fault.line) for fault in examine_escalation(folder)[1]]


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text(WHOLE, encoding="utf-8")
    book = read_escalation(tmp_path)[EN]
    assert book.reasons["theft"].examples == ("my bag was taken",)
    assert book.reasons["theft"].counter == ("I took my bag",)
    assert book.others == ("when do you open",)


def test_a_folder_that_is_not_there_has_no_examples(tmp_path: Path) -> None:
    assert read_escalation(tmp_path / "none") == {}


def test_a_reason_that_is_none_is_named_with_what_was_meant(tmp_path: Path) -> None:
    faults = found(tmp_path, WHOLE.replace("theft:", "complaints:"))
    assert faults == [("'complaints' is no reason", "did you mean complaint?", 4)]


def test_a_field_that_is_none_is_named(tmp_path: Path) -> None:
    faults = found(tmp_path, WHOLE.replace("counter:", "counters:"))
    assert faults == [("counters is nothing that a reason has", "did you mean counter?", 6)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("reasons: {theft: {examples: [a]}}", "the file does not say which language it is in"),
        ("language: en", "there are no reasons"),
        ("language: en\nreasons: {theft: [a]}", "theft has no examples"),
        ("language: en\nreasons: {theft: {examples: []}}", "theft has no examples"),
        ("language: en\nreasons: {theft: {examples: a}}", "examples is no list"),
        ("language: en\nreasons: {theft: {examples: [a, 7]}}", "an example is no text"),
        ("language: en\nreasons: {theft: {examples: [a]}}\nother: [b]", "other is nothing that this file has"),
        (f"language: en\nreasons: {{theft: {{examples: [{'a' * (LONGEST + 1)}]}}}}", "an example has more than"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, text: str, what: str) -> None:
    faults = found(tmp_path, text)
    assert any(each[0].startswith(what) for each in faults)
    assert all(fix for _, fix, _ in faults)


def test_a_server_refuses_to_start_on_a_faulty_file_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text(WHOLE.replace("theft:", "complaints:"), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_escalation(tmp_path)
    assert "en.yaml:4" in refused.value.where


def test_text_that_is_no_yaml_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    assert found(tmp_path, "language: [en")


def test_two_files_about_one_language_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(WHOLE, encoding="utf-8")
    assert [fault.what for fault in examine_escalation(tmp_path)[1]] == ["a second file is about en"]
