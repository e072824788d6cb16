"""Evaluate answers: what `ivr eval answers` runs, on golden questions or on questions about plain passages."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ivr.answers.ask import Asked, Composes, ask
from ivr.answers.compose import Answer, Answers, Blocked, Judged, Question
from ivr.answers.extract import extract
from ivr.answers.index import sentences
from ivr.answers.knowledge import Knowledge
from ivr.answers.understand import Understanding
from ivr.measure.golden import Golden
from ivr.measure.support import unsupported
from ivr.ports.meaning import Embedder
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

UNHURRIED_MS: Final = 60_000.0
"While measuring what is found, a slow machine changes how long it takes and nothing else."

SPOKEN: Final = frozenset({"approved", "composed"})
"Kinds in which something is told as a fact."


@dataclass(slots=True)
class Tally:
    """Counts for one language."""

    n: int = 0
    first: int = 0
    answered: int = 0
    right: int = 0
    unanswerable: int = 0
    refused: int = 0
    wrong: int = 0

    def as_json(self) -> dict[str, float | int]:
        """Return `ivr eval answers`' figures.

        n, unanswerable  how many questions have an answer, and how many have none.
        retrieved_first  share of n whose right answer came first.
        answered         share of n to which something was told; `contains_answer`: and it was right;
                         `contains_answer_of_answered`: share of these to which it was.
        refused          share of the unanswerable to which nothing was told.
        wrong            how many questions of either sort were told something else than what is right.
        """
        return {
            "n": self.n,
            "retrieved_first": _share(self.first, self.n),
            "answered": _share(self.answered, self.n),
            "contains_answer": _share(self.right, self.n),
            "contains_answer_of_answered": _share(self.right, self.answered),
            "unanswerable": self.unanswerable,
            "refused": _share(self.refused, self.unanswerable),
            "wrong": self.wrong,
        }


@dataclass(slots=True)
class Report:
    """What was counted, and the questions that went wrong: (question, expected, first hit, its score, kind)."""

    by_language: dict[LanguageTag, Tally] = field(default_factory=dict)
    unsupported_sentences: int = 0
    times_ms: list[float] = field(default_factory=list)
    misses: list[tuple[str, str | None, str | None, float, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `ivr eval answers --json` prints."""
        return {
            "unsupported_sentences": self.unsupported_sentences,
            "by_language": {tag: tally.as_json() for tag, tally in sorted(self.by_language.items())},
            "ms": {"p50": percentile(self.times_ms, 50), "p95": percentile(self.times_ms, 95)},
        }


async def evaluate_answers(
    rows: Sequence[Golden],
    understanding: Understanding,
    answers: Answers,
    approved: Mapping[AnswerId, ApprovedAnswer],
    compose: Composes | None = None,
) -> Report:
    """Ask every question as a caller would, and count. `understanding` has learnt `approved` already.

    approved  the answers, and the passages that `compose` writes from.

    A sentence of an approved answer is supported when it stands, word for word, in one that is named as its source;
    one that was composed when `ivr.measure.support`, which knows nothing of the gate, finds nothing in it that is not
    in a passage which is named as its source.
    """
    report = Report()
    for row in rows:
        began = time.perf_counter()
        asked = await ask(row.question, row.language, understanding, answers, compose=compose)
        report.times_ms.append((time.perf_counter() - began) * 1_000)
        report.unsupported_sentences += _unsupported(asked, answers, approved)
        _count(report, row, asked)
    return report


def _count(report: Report, row: Golden, asked: Asked) -> None:
    tally = report.by_language.setdefault(row.language, Tally())
    told = asked.kind in SPOKEN
    first = asked.hits[0] if asked.hits else None
    if row.expected is None:
        tally.unanswerable += 1
        tally.refused += not told
        right = not told
        tally.wrong += told
    else:
        right = told and _is_right(row, asked)
        tally.n += 1
        tally.first += first is not None and first.answer == row.expected
        tally.answered += told
        tally.right += right
        tally.wrong += told and not right
    if not right:
        score = first.score if first is not None else 0.0
        report.misses.append((row.question, row.expected, first.answer if first else None, score, asked.kind))


def _is_right(row: Golden, asked: Asked) -> bool:
    """By the words that must occur, when the row gives them; else by the answer's id."""
    if row.contains:
        text = asked.answer.casefold()
        return any(wanted.casefold() in text for wanted in row.contains)
    return row.expected in asked.sources


def _unsupported(asked: Asked, answers: Answers, approved: Mapping[AnswerId, ApprovedAnswer]) -> int:
    if asked.kind not in SPOKEN:
        return 0
    if asked.kind == "composed":
        texts = [text for source in asked.sources if source in approved for text in approved[source].spoken.values()]
        return len(unsupported(asked.answer, texts))
    known = {
        sentence
        for source in asked.sources
        if source in approved
        for text in answers.words(approved[source])
        for sentence in sentences(text)
    }
    return sum(sentence not in known for sentence in sentences(asked.answer))


def read_passages(folder: Path, language: LanguageTag) -> list[ApprovedAnswer]:
    """Read plain passages (*.md, *.txt) as answers without wordings, named by their file. For evaluation only.

    Raises ConfigError when there are none.
    """
    found = [
        ApprovedAnswer(AnswerId(file.stem), "passages", "", "", {}, {language: text}, str(file))
        for file in sorted(folder.iterdir())
        if file.suffix in {".md", ".txt"} and (text := file.read_text(encoding="utf-8").strip())
    ]
    if not found:
        raise ConfigError("there are no passages", where=str(folder), fix="Put one passage in each *.md or *.txt file.")
    return found


@dataclass(frozen=True, slots=True)
class OnPassages:
    """What answers questions from plain passages alone."""

    understanding: Understanding
    answers: Answers
    passages: Mapping[AnswerId, ApprovedAnswer]

    async def compose(self, asked: Question, judged: Callable[[Judged], None]) -> Answer | Blocked:
        """The sentences of the passages that answer a question best, in the language in which they are written."""
        found = [self.passages[id] for id in asked.passages]
        return extract(asked.text, asked.language, found, as_written=True) or Blocked("not_grounded")


async def on_passages(
    folder: Path, language: LanguageTag, embedder: Embedder, learning: Embedder | None = None
) -> OnPassages:
    """Learn plain passages as if they were approved: a question in any language may be told one. For evaluation only.

    Raises ConfigError when there are none.
    """
    knowledge = Knowledge()
    understanding = Understanding(knowledge, embedder, {}, learning=learning, embed_deadline_ms=UNHURRIED_MS)
    await knowledge.learn_passages(read_passages(folder, language), {}, learning or embedder)
    return OnPassages(understanding, Answers(knowledge, as_written=True), knowledge.passages)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the nearest-rank percentile, rounded to 0.01; 0.0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return round(ordered[max(0, -(-percent * len(ordered) // 100) - 1)], 2)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
