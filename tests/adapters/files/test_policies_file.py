"""The policies as people write them: what is taken, and what each mistake is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.files.policies_file import load_policies, read_policies
from ivr.flows.policies import Policies, Rule
from ivr.vocabulary.answered import AnswerPolicy

TOPICS = ("accounts", "bereavement", "complaints")


def faults(text: str) -> list[tuple[str, str, str]]:
    return [(each.where, each.what, each.fix) for each in read_policies(text, "policies.yaml", TOPICS).faults]


def test_topics_have_policies_and_a_person_has_some_seconds() -> None:
    file = read_policies(
        "approve_within_s: 45\ntopics:\n  complaints: person-only\n  accounts: approve-first\n", "p", TOPICS
    )
    assert file.faults == []
    assert file.policies.rule(["complaints", "accounts"]) == Rule(AnswerPolicy.PERSON_ONLY, "complaints", 45)
    assert file.policies.rule(["accounts"]).policy is AnswerPolicy.APPROVE_FIRST
    assert file.policies.rule(["bereavement"]).policy is AnswerPolicy.AUTOMATIC


def test_without_a_file_everything_is_automatic(tmp_path: Path) -> None:
    file = load_policies(tmp_path / "policies.yaml", TOPICS)
    assert (file.policies, file.faults) == (Policies(), [])
    assert file.policies.rule(["accounts"]) == Rule(AnswerPolicy.AUTOMATIC, "accounts", 20)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "topics: {}\n"])
def test_a_file_may_say_nothing(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "line", "what", "fix"),
    [
        (
            "topics:\n  complaint: person-only\n",
            2,
            "no answer and no document has the topic 'complaint'",
            "Did you mean complaints?",
        ),
        ("topics:\n  accounts: approve\n", 2, "'approve' is no policy", "Did you mean approve-first?"),
        (
            "topics:\n  accounts: [automatic]\n",
            2,
            "'' is no policy",
            "Write one of: approve-first, automatic, person-only.",
        ),
        (
            "topics:\n  accounts: automatic\n  accounts: person-only\n",
            3,
            "this is not plain YAML: 'accounts' is given twice",
            "Correct this line.",
        ),
        ("approve_within_s: 4\n", 1, "4 is out of range", "From 5 to 120 seconds."),
        ("approve_within_s: 121\n", 1, "121 is out of range", "From 5 to 120 seconds."),
        ("approve_within_s: soon\n", 1, "'soon' is no number of seconds", "Write a whole number, such as 20."),
        (
            "topic:\n  accounts: automatic\n",
            1,
            "the field 'topic' is not known",
            "Fields are approve_within_s, topics.",
        ),
    ],
)
def test_every_mistake_is_named_with_its_line_and_its_fix(text: str, line: int, what: str, fix: str) -> None:
    assert faults(text) == [(f"policies.yaml:{line}", what, fix)]


def test_a_mistake_is_never_read_as_less_strict() -> None:
    file = read_policies("topics:\n  accounts: person only\n", "p", TOPICS)
    assert file.policies.rule(["accounts"]).policy is AnswerPolicy.PERSON_ONLY


@given(st.text(max_size=200))
def test_no_text_is_a_mistake_of_ours(text: str) -> None:
    read_policies(text, "p", TOPICS)
