"""Readings: what may have been said, by what was heard.

Room       Pure text.
Why        A recogniser writes known words wrongly. What it wrote is compared with the answers, and so is the same with
           words that only sound like known ones put right; the better reading speaks for an answer.
Tried      Comparing the last clause alone too, for questions wrapped in a story, cost more than it gained: of the
           unanswerable golden questions 0.90 instead of 0.96 were refused, and clauses lost what they were about.
"""

from dataclasses import dataclass
from typing import Final

from ivr.answers.index import Index, sentences
from ivr.vocabulary.language import LanguageTag

SHORTEST: Final = 3
"Words of a sentence that says something by itself."
MOST_APART: Final = 4
"Sentences of one turn that are looked at apart: a turn stays bounded."


@dataclass(frozen=True, slots=True)
class Wording:
    """One reading, and the share of it, 0..1, that was put right."""

    text: str
    mended: float = 0.0


def readings_of(text: str, language: LanguageTag, index: Index) -> list[Wording]:
    """Return what was heard, and what it may have been when that differs."""
    mended, share = index.mend(text, language)
    return [Wording(text), *([Wording(mended, share)] if share else [])]


def sentences_apart(text: str) -> list[str]:
    """The sentences of a turn that has several: what is grave in one must not drown in the story of the others."""
    found = [each for each in sentences(text) if len(each.split()) >= SHORTEST]
    return found[-MOST_APART:] if len(found) > 1 else []
