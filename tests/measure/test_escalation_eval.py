"""Evaluating hand-overs: the figures are what they say they are."""

from pathlib import Path

import pytest

from ivr.answers.understand import NO_TALK, Talk, Understood
from ivr.calls.escalation.trail import Reply
from ivr.measure.escalation_eval import evaluate_escalation, read_calls, reply_of
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag

CALLS = """
{"id": "1", "language": "en", "turns": ["stolen"], "expect": "transfer", "reason": "theft"}
{"id": "2", "language": "en", "turns": ["hours"], "expect": "continue", "reason": null}
{"id": "3", "language": "es", "turns": ["hours", "sue", "hours"], "assistant": ["Nine.", "Oh."], "expect": "transfer", "reason": "legal", "latest_turn": 1}
{"id": "4", "language": "es", "turns": ["sue"], "expect": "transfer", "reason": "complaint", "latest_turn": 1}
{"id": "5", "language": "en", "turns": ["stolen"], "expect": "continue", "reason": null, "latest_turn": null}
{"id": "6", "language": "en", "turns": ["cross", "fine"], "assistant": ["Nine."], "expect": "continue", "reason": null}
{"id": "7", "language": "en", "turns": ["form", "long", "hers"], "assistant": ["Which form?", "What is on it?"], "expect": "transfer", "reason": "no_progress", "latest_turn": 3, "earliest_turn": 3}
"""  # noqa: E501 - one object a line
HEARS = {"stolen": {"theft": 0.9}, "sue": {"legal": 0.9}, "cross": {"frustration": 0.45}}


class Hears:
    """Understands the words of this test, and remembers in which talk."""

    def __init__(self) -> None:
        self.before: list[tuple[str, ...]] = []

    async def understand(self, text: str, language: LanguageTag, talk: Talk = NO_TALK) -> Understood:
        self.before.append(talk.before)
        return Understood((), HEARS.get(text, {}))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "calls.jsonl"
    written.write_text(CALLS, encoding="utf-8")
    return written


async def test_the_figures_count_what_was_decided_in_time_and_for_which_reason(file: Path) -> None:
    facts = (await evaluate_escalation(read_calls(file), Hears())).as_json()
    assert facts["n"] == 4
    assert facts["recall"] == 0.75  # 1, 4 and 7; 3 came a turn late
    assert facts["false_transfer_rate"] == 0.3333
    assert facts["reason_accuracy"] == 0.6667
    assert facts["offered"] == 1
    assert facts["by_reason"]["legal"] == {"n": 1, "recall": 0.0}
    assert facts["by_reason"]["no_progress"] == {"n": 1, "recall": 1.0}
    assert facts["by_language"]["es"]["recall"] == 0.5
    assert facts["confusion"]["complaint"] == {"legal": 1}
    assert facts["confusion"]["continue"] == {"continue": 2, "theft": 1}
    assert set(facts["ms"]) == {"p50", "p95"}


async def test_each_turn_is_understood_in_the_talk_before_it(file: Path) -> None:
    hears = Hears()
    await evaluate_escalation([row for row in read_calls(file) if row.id == "7"], hears)
    assert hears.before == [(), ("form",), ("form", "long")]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("We open at nine.", Reply.ANSWERED),
        ("We open at nine. Can I help you with anything else?", Reply.ANSWERED),
        ("I'm sorry, I didn't catch that. Could you say it again?", Reply.MISHEARD),
        ("Perdone, no le he entendido. ¿Puede repetirlo?", Reply.MISHEARD),
        ("Desculpe, não entendi.", Reply.MISHEARD),
        ("Do you mean your card, or your account?", Reply.CLARIFIED),
        ("¿Se refiere a la tarjeta?", Reply.CLARIFIED),
        ("I don't have an answer to that.", Reply.REFUSED),
    ],
)
def test_what_a_reply_does_is_read_from_its_words(text: str, reply: Reply) -> None:
    assert reply_of(text) is reply


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        '{"id": "1", "language": "en", "turns": [], "expect": "continue", "reason": null}',
        '{"id": "1", "language": "en", "turns": ["a"], "expect": "maybe", "reason": null}',
        '{"id": "1", "language": "en", "turns": ["a"], "expect": "transfer", "reason": "boredom"}',
        '{"id": "1", "language": "en", "expect": "continue"}',
    ],
)
def test_a_line_that_is_no_call_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_calls(file)
    assert refused.value.where == f"{file}:2"
