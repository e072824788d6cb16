"""The demo bank's golden dialogues: well formed, told apart, of every reason, and in words of their own."""

import json
from collections import Counter
from functools import cache
from typing import Any, Final

import pytest

from ivr.adapters.files.knowledge import examine
from ivr.answers.words import tokens
from ivr.demo import FOLDER
from ivr.vocabulary.events import ESCALATION_REASONS
from ivr.vocabulary.language import LanguageTag

BANK = FOLDER / "bank"
LANGUAGES: Final = (LanguageTag("en"), LanguageTag("es"), LanguageTag("pt"))
FIELDS: Final = {
    "id", "language", "turns", "assistant", "expect", "reason", "latest_turn", "earliest_turn", "note",
}  # fmt: skip
HEARD_IN_A_CALL: Final = frozenset(ESCALATION_REASONS) - {"person_only", "segment"}
"What a caller says brings these about; the other two come from what an admin wrote down."

Row = dict[str, Any]


@cache
def dialogues(language: LanguageTag) -> list[Row]:
    lines = (BANK / "golden" / f"dialogues-{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_dialogue_is_turns_of_a_caller_with_replies_between_them(language: LanguageTag) -> None:
    for row in dialogues(language):
        assert set(row) == FIELDS, row
        assert row["language"] == language and row["id"].startswith(f"{language}-") and row["note"], row
        assert 1 <= len(row["turns"]) <= 6, row["id"]
        assert len(row["assistant"]) in (len(row["turns"]) - 1, len(row["turns"])), row["id"]
        assert all(isinstance(text, str) and text.strip() for text in (*row["turns"], *row["assistant"])), row["id"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dialogue_to_be_handed_over_says_why_and_by_which_turn(language: LanguageTag) -> None:
    for row in dialogues(language):
        due = (row["reason"], row["latest_turn"], row["earliest_turn"])
        if row["expect"] == "continue":
            assert due == (None, None, None), row["id"]
            continue
        assert row["expect"] == "transfer" and row["reason"] in HEARD_IN_A_CALL, row["id"]
        assert 1 <= row["earliest_turn"] <= row["latest_turn"] <= len(row["turns"]), row["id"]


def test_no_dialogue_stands_there_twice() -> None:
    rows = [row for language in LANGUAGES for row in dialogues(language)]
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({turn for row in rows for turn in row["turns"]}) == sum(len(row["turns"]) for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_about_half_are_to_be_handed_over_for_every_reason(language: LanguageTag) -> None:
    counted = Counter(row["reason"] for row in dialogues(language))
    assert counted.total() >= 75
    assert 0.4 <= counted[None] / counted.total() <= 0.6
    assert set(counted) - {None} == HEARD_IN_A_CALL
    assert min(counted.values()) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_show_early_and_late(language: LanguageTag) -> None:
    due = Counter(row["latest_turn"] for row in dialogues(language) if row["reason"])
    assert all(due[turn] >= 10 for turn in (1, 2, 3)) and sum(due[turn] for turn in (4, 5, 6)) >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_callers_speak_in_words_of_their_own(language: LanguageTag) -> None:
    approved = {
        " ".join(tokens(text)) for answer in examine(BANK / "knowledge").answers for text in answer.questions[language]
    }
    said = {turn for row in dialogues(language) for turn in row["turns"]}
    assert [turn for turn in said if " ".join(tokens(turn)) in approved] == []
