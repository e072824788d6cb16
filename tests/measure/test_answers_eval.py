"""Evaluating answers: the figures are what they say they are."""

import json
from pathlib import Path

import pytest

from ivr.answers.ask import Asked
from ivr.answers.compose import Answers
from ivr.answers.knowledge import Knowledge
from ivr.answers.understand import Understanding
from ivr.measure.answers_eval import _unsupported, evaluate_answers, percentile, read_passages
from ivr.measure.calibrate import as_json, calibrate
from ivr.measure.golden import Golden, read_golden
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from tests.answers.conftest import EN, WordEmbedder, approved

BANK = [
    approved("pin", ["how do I change my pin", "change pin", "new pin"], "At any cash machine. Put in your card."),
    approved("wire", ["what does a wire cost", "wire fee", "cost of a transfer"], "It costs fifteen pounds."),
    approved("loan", ["can I get a loan", "borrow money", "a loan please"], "Ask in a branch."),
]


@pytest.fixture
def knowledge() -> Knowledge:
    return Knowledge()


@pytest.fixture
async def understanding(knowledge: Knowledge) -> Understanding:
    made = Understanding(knowledge, WordEmbedder(), {})
    await made.learn(BANK)
    return made


async def test_right_wrong_and_refused_are_counted_apart(knowledge: Knowledge, understanding: Understanding) -> None:
    rows = [
        Golden("1", EN, "change pin", "pin"),
        Golden("2", EN, "wire fee", "wire"),
        Golden("3", EN, "borrow money", "pin"),
        Golden("4", EN, "tickets for an opera", None),
        Golden("5", EN, "can I get a loan", None),
    ]
    report = await evaluate_answers(rows, understanding, Answers(knowledge), knowledge.approved)
    assert report.as_json()["by_language"]["en"] == {
        "n": 3, "retrieved_first": 0.6667, "answered": 1.0, "contains_answer": 0.6667,
        "contains_answer_of_answered": 0.6667, "unanswerable": 2, "refused": 0.5, "wrong": 2,
    }  # fmt: skip
    assert report.unsupported_sentences == 0
    assert [miss[0] for miss in report.misses] == ["borrow money", "can I get a loan"]
    assert set(report.as_json()["ms"]) == {"p50", "p95"}


async def test_an_answer_is_right_when_it_contains_what_was_asked_for(
    knowledge: Knowledge, understanding: Understanding
) -> None:
    rows = [Golden("1", EN, "wire fee", "wire", ("FIFTEEN",)), Golden("2", EN, "wire fee", "wire", ("twenty",))]
    report = await evaluate_answers(rows, understanding, Answers(knowledge), knowledge.approved)
    assert report.as_json()["by_language"]["en"]["contains_answer"] == 0.5


def test_a_sentence_that_stands_in_no_source_is_unsupported() -> None:
    known = {one.id: one for one in BANK}
    spoken = Asked("At any cash machine. It is free.", "approved", (AnswerId("pin"),), 1.0)
    assert _unsupported(spoken, Answers(Knowledge()), known) == 1
    assert _unsupported(Asked("It is free.", "refused", (), 1.0), Answers(Knowledge()), known) == 0


def test_both_formats_of_golden_questions_are_read(tmp_path: Path) -> None:
    file = tmp_path / "golden.jsonl"
    rows = [
        {"id": "a", "language": "en", "question": "q", "answer": "pin", "heard": False},
        {"id": "b", "language": "en", "question": "q", "answer": None},
        {"id": "c", "language": "es", "question": "q", "passage": "p1", "answers": ["308"]},
        {"id": "d", "language": "es", "question": "q", "passage": "p1", "answers": []},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n")
    read = read_golden(file)
    assert [row.expected for row in read] == ["pin", None, "p1", None]
    assert read[2].contains == ("308",)
    assert read[2].language == LanguageTag("es")


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a", "language": "en", "question": "q"}', '{"id": "a"}'])
def test_a_faulty_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text(f'{{"id": "a", "language": "en", "question": "q", "answer": null}}\n{line}\n')
    with pytest.raises(ConfigError, match=r"golden\.jsonl:2"):
        read_golden(file)


def test_plain_passages_become_answers_without_wordings(tmp_path: Path) -> None:
    (tmp_path / "a1.md").write_text("The capital is far away.\n")
    (tmp_path / "ignored.csv").write_text("x")
    assert read_passages(tmp_path, EN) == [
        ApprovedAnswer(
            AnswerId("a1"), "passages", "", "", {}, {EN: "The capital is far away."}, str(tmp_path / "a1.md")
        )
    ]
    (tmp_path / "a1.md").unlink()
    with pytest.raises(ConfigError, match="no passages"):
        read_passages(tmp_path, EN)


def test_percentiles_are_of_nearest_rank() -> None:
    assert percentile([], 50) == 0.0
    assert percentile([3, 1, 2], 50) == 2
    assert percentile(list(range(1, 101)), 95) == 95


async def test_calibration_learns_to_answer_what_is_known_and_to_refuse_the_rest() -> None:
    asked = [
        ("please change pin", "pin"), ("wire fee please", "wire"), ("a loan", "loan"), ("new pin please", "pin"),
        ("opera tickets", None), ("rain tomorrow", None), ("football results", None), ("a table for two", None),
    ]  # fmt: skip
    golden = [_of_half(EN, text, owner, held_out=n % 2 == 0) for n, (text, owner) in enumerate(asked)]
    fits = await calibrate(BANK, golden, WordEmbedder())
    both = fits["both"]
    assert (both.seen["n"], both.seen["unanswerable"]) == (2, 2)
    assert (both.seen["answered"], both.seen["refused"]) == (1.0, 1.0)
    assert both.coefficients["unknown"] <= 0 <= both.coefficients["raw"]
    table = as_json(fits, "one-model", {"models": {"another": {}}})
    assert set(table["models"]) == {"another", "one-model"}
    assert set(table["words"]) == {"words", "passage_words"}


def _of_half(language: LanguageTag, text: str, owner: str | None, *, held_out: bool) -> Golden:
    """Return the question under an id that puts it in the wanted half."""
    rows = (Golden(f"{text}-{n}", language, text, owner) for n in range(100))
    return next(row for row in rows if row.held_out == held_out)
