"""What composing costs and what a model adds to the passages' own words: what `ivr bench compose` runs.

Every question is answered twice from the same passages: by the extract alone, and by the writer with the model of the
settings. Only questions that passages are known to answer are counted.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ivr.answers.ask import Understands
from ivr.answers.compose import Answer, Judged
from ivr.answers.knowledge import Knowledge
from ivr.answers.writer import Gate, Verdict, Writer
from ivr.calls.meaning import known_passages
from ivr.measure.answers_eval import percentile
from ivr.measure.golden import Golden
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

STAGES: Final = ("retrieve", "extract", "first_sentence", "whole", "question_to_words")
WARM_UP: Final = 3
"Questions asked first and not counted."


@dataclass(slots=True)
class Composed:
    """Counts and times, ms.

    known        questions that passages are known to answer.
    by_model     answers in which a sentence of the model's passed; `differs` from the extract's words.
    right_...    answers that hold what the row says that they must.
    reasons      what the gate said of the model's sentences, by how often.
    """

    asked: int = 0
    known: int = 0
    by_model: int = 0
    differs: int = 0
    right_extract: int = 0
    right_composed: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    stages: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in STAGES})

    def as_json(self) -> dict[str, Any]:
        """Return the object that `ivr bench compose --json` prints."""
        return {
            "asked": self.asked,
            "known": self.known,
            "by_model": self.by_model,
            "differs": self.differs,
            "right_extract": self.right_extract,
            "right_composed": self.right_composed,
            "reasons": dict(sorted(self.reasons.items())),
            "stages_ms": {
                name: {"p50": percentile(times, 50), "p95": percentile(times, 95), "n": len(times)}
                for name, times in self.stages.items()
            },
        }


class Watch:
    """A gate that keeps what it made of a model's sentences; the writer that is measured goes by `gate`."""

    def __init__(self, gate: Gate) -> None:
        self.seen: list[Verdict] = []
        self._judge = gate.judge
        self.gate = replace(gate, judge=self._look)

    def _look(self, sentence: str, language: LanguageTag, passages: Sequence[ApprovedAnswer], question: str) -> Verdict:
        verdict = self._judge(sentence, language, passages, question)
        self.seen.append(verdict)
        return verdict


async def bench_composing(
    rows: Sequence[Golden], understanding: Understands, knowledge: Knowledge, writer: Writer, watch: Watch
) -> Composed:
    """Ask each question in turn. Raises nothing of its own."""
    for row in rows[:WARM_UP]:
        await _ask(Composed(), row, understanding, knowledge, writer, watch)
    counted = Composed()
    for row in rows:
        await _ask(counted, row, understanding, knowledge, writer, watch)
    return counted


async def _ask(
    counted: Composed, row: Golden, understanding: Understands, knowledge: Knowledge, writer: Writer, watch: Watch
) -> None:
    counted.asked += 1
    began = time.perf_counter()
    understood = await understanding.understand(row.question, row.language)
    retrieve_ms = _since(began)
    found = [knowledge.passages[id] for id in known_passages(understood.passages)]
    if not found:
        return
    counted.known += 1
    counted.stages["retrieve"].append(retrieve_ms)
    plain = _extract(counted, row, watch.gate, found)
    first_ms: list[float] = []
    watch.seen.clear()

    def judged(verdict: Judged) -> None:
        if verdict.passed:
            first_ms.append(_since(asked))

    asked = time.perf_counter()
    said = await writer.compose(row.question, row.language, found, (), judged)
    counted.stages["whole"].append(_since(asked))
    counted.stages["question_to_words"].append(_since(began))
    counted.stages["first_sentence"].append(first_ms[0] if first_ms else _since(asked))
    for verdict in watch.seen:
        reason = str(verdict.reason)
        counted.reasons[reason] = counted.reasons.get(reason, 0) + 1
    counted.by_model += any(verdict.passed for verdict in watch.seen)
    counted.differs += said != plain
    counted.right_extract += _is_right(row, plain)
    counted.right_composed += isinstance(said, Answer) and _is_right(row, said)


def _extract(counted: Composed, row: Golden, gate: Gate, found: Sequence[ApprovedAnswer]) -> Answer | None:
    began = time.perf_counter()
    plain = gate.extract(row.question, row.language, gate.fit(found, row.question))
    counted.stages["extract"].append(_since(began))
    return plain


def _is_right(row: Golden, said: Answer | None) -> bool:
    if said is None:
        return False
    if row.contains:
        return any(each.casefold() in said.text.casefold() for each in row.contains)
    return row.expected in said.sources


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1_000
