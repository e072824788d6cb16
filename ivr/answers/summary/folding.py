"""Folding: words as they are compared, whatever their case, accents and punctuation."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import MASK, number_words

_PART: Final = re.compile(rf"[^\W_]+|{MASK}+")
_APOSTROPHES: Final = str.maketrans("", "", "'’ʼ`")
_NUMBER: Final = re.compile(r"\d(?:[\d\s().,:/-]*\d)?")
_DIGITS: Final = re.compile(r"\d+")
_SENTENCE: Final = re.compile(r"[.!?…](?=\s)")


def fold(text: str) -> str:
    """The words of `text` in lower case without accents, one space apart."""
    bare = text.casefold().translate(_APOSTROPHES)
    if not bare.isascii():
        bare = "".join(char for char in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(char))
    return " ".join(_PART.findall(bare))


def stands_in(passage: str, texts: Iterable[str]) -> bool:
    """Whether the words of `passage` stand in one of these texts side by side; after an ellipsis, further on."""
    at, whole = 0, "|".join(f" {fold(text)} " for text in texts)
    parts = [folded for part in re.split(r"…|\.\.\.", passage) if (folded := fold(part))]
    for part in parts:
        found = whole.find(f" {part} ", at)
        if found < 0:
            return False
        at = found + len(part) + 1
    return bool(parts)


def figures(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The numbers of a text: each whole, and its groups, either of which may prove it."""
    for found in _NUMBER.findall(text):
        groups = tuple(_DIGITS.findall(found))
        yield "".join(groups), groups


def number_values(text: str, language: LanguageTag, least: int = 1) -> Iterator[tuple[str, str]]:
    """The numbers written as words, from `least` on: the word, folded, and its value in figures."""
    table = number_words(language)
    for word in fold(text).split():
        if table.get(word, 0) >= least:
            yield word, str(table[word])


def clip(text: str, words: int) -> str:
    """At most so many words of it: to the end of a sentence where one ends in the second half, else mid-sentence."""
    all_words = text.split()
    if len(all_words) <= words:
        return " ".join(all_words)
    head = " ".join(all_words[:words])
    ends = [found.end() for found in _SENTENCE.finditer(head + " ")]
    if ends and ends[-1] >= len(head) // 2:
        return head[: ends[-1]]
    return head + " …"
