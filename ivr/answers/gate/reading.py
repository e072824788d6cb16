"""Reading: a text as words with their places, so that what is spoken can be cut out of the passage itself."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

_WORD: Final = re.compile(r"\d+(?:[.,:'’\u00a0\u202f]\d+)*|[^\W\d_]+|[%$€£¥°+@#&]|(?<!\w)-(?=\d)")
_END: Final = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？]|\n+")
_SHORT: Final = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|st|prof|no|nr|vs|etc|approx|ext|tel|fig|inc|ltd|co|gen|col|sgt|rev|jr|sr|sra|srta|dra"
    r"|núm|avda|aprox|pág|art|bzw|ca|str|usw|z\.b|d\.h|u\.a|e\.g|i\.e|u\.s|[^\W\d_])\.$",
    re.IGNORECASE,
)
LONG_WORDS: Final = 60


@dataclass(frozen=True, slots=True)
class Word:
    """One word: folded, as it is compared; and where it stands in its text."""

    fold: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a passage: its place there, and its words."""

    text: str
    words: tuple[Word, ...]

    @property
    def folds(self) -> tuple[str, ...]:
        return tuple(word.fold for word in self.words)


@dataclass(frozen=True, slots=True)
class Read:
    """A passage in one language, sentence by sentence."""

    id: AnswerId
    text: str
    sentences: tuple[Sentence, ...]


def fold(text: str) -> str:
    """Small letters without accents, of any width."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def words_of(text: str) -> tuple[Word, ...]:
    """The words, numerals and signs of a text. Numerals keep their points: 3.5 is not 35."""
    return tuple(Word(fold(found[0]), found.start(), found.end()) for found in _WORD.finditer(text))


def folds_of(text: str) -> tuple[str, ...]:
    return tuple(word.fold for word in words_of(text))


@lru_cache(maxsize=4_096)
def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences. A full stop after an abbreviation ends none."""
    found: list[Sentence] = []
    start = 0
    for end in _END.finditer(text):
        piece = text[start : end.end()]
        following = text[end.end() :].lstrip()
        short = end[0].startswith(".") and len(end[0]) == 1 and _SHORT.search(piece) is not None
        if short or (end[0][:1] == "." and following[:1].islower()):
            continue
        if (said := piece.strip()) and (words := words_of(said)):
            found += _parts(Sentence(said, words))
        start = end.end()
    if (said := text[start:].strip()) and (words := words_of(said)):
        found += _parts(Sentence(said, words))
    return tuple(found)


def _parts(sentence: Sentence) -> list[Sentence]:
    """A sentence that nobody could listen to falls into those parts between semicolons that begin with a capital: a
    subject of their own. Others ("; in Spain") belong to what stands before them."""
    if len(sentence.words) <= LONG_WORDS or ";" not in sentence.text:
        return [sentence]
    parts = [sentence.text[:0]]
    for piece in sentence.text.split(";"):
        begins = piece.strip()[:1]
        if parts[-1] and not begins.isupper():
            parts[-1] = f"{parts[-1]};{piece}"
        else:
            parts.append(piece)
    parts = [part.strip() for part in parts if part.strip()]
    return [Sentence(part, words) for part in parts if (words := words_of(part))]


def read(passage: ApprovedAnswer, language: LanguageTag, *, as_written: bool = False) -> Read | None:
    """The passage in this language or a variety of it; None when it says nothing in it. `as_written`: in any."""
    text = passage.spoken.get(language)
    if text is None:
        primary = language.partition("-")[0]
        text = next((each for tag, each in passage.spoken.items() if tag.partition("-")[0] == primary), None)
    if text is None and as_written:
        text = next(iter(passage.spoken.values()), None)
    return None if text is None else Read(passage.id, text, sentences_of(text))


def is_run(of: Sequence[str], within: Sequence[str]) -> int | None:
    """Where the words of the first stand side by side in the second; None when they do not."""
    if not of or len(of) > len(within):
        return None
    first = of[0]
    for at in range(len(within) - len(of) + 1):
        if within[at] == first and tuple(within[at : at + len(of)]) == tuple(of):
            return at
    return None
