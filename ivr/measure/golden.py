"""Golden questions: what people asked, and the answer that is right, one JSON object a line.

Two formats are read:

    {"id", "language", "question", "answer": ANSWER_ID or null}     ours; null means that nothing approved answers it
    {"id", "language", "question", "passage", "answers": [...]}     passages; [] means that no passage answers it
"""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag, language_tag


@dataclass(frozen=True, slots=True)
class Golden:
    """One question.

    expected  the id of the right answer; None when nothing known answers it.
    contains  strings of which the spoken answer should contain one; () when that is not given.
    """

    id: str
    language: LanguageTag
    question: str
    expected: str | None
    contains: tuple[str, ...] = ()

    @property
    def held_out(self) -> bool:
        """True for the half that calibration never sees: decided by the id alone, so it stays the same half."""
        return zlib.crc32(self.id.encode()) % 2 == 1


def read_golden(file: Path) -> list[Golden]:
    """Read a file of golden questions. Raises ConfigError naming the line and the fix."""
    rows: list[Golden] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{file}:{number}"
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise ConfigError(
                f"not a golden question ({type(fault).__name__}: {fault})",
                where=where,
                fix='Write {"id": …, "language": "en", "question": …, "answer": an answer\'s id or null} on one line.',
            ) from fault
    return rows


def _row(row: dict[str, object]) -> Golden:
    language = language_tag(str(row["language"]))
    name, question = str(row["id"]), str(row["question"])
    if "passage" in row:
        found = row["answers"]
        if not isinstance(found, list):
            raise ValueError("answers is not a list")
        contains = tuple(str(one) for one in found)
        return Golden(name, language, question, str(row["passage"]) if contains else None, contains)
    expected = row["answer"]
    return Golden(name, language, question, None if expected is None else str(expected))
