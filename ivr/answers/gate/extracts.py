"""Extracts: where a sentence is words of a passage, and what of the passage is then spoken.

Trimming  Only what ties a sentence to the one before ("However,") may go from its beginning, and nothing else: whatever
          stands at its end or in brackets may narrow it without a word that shows it ("is free, in Spain").
Pointing  A sentence that begins with "it" or "this" takes the one before it along, or is not spoken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ivr.answers.gate.reading import Read, Sentence, Word, is_run
from ivr.answers.gate.wording import WORDINGS, Wording
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

_NONE: Final = Wording(frozenset(), frozenset(), frozenset(), (), r"(?!)", frozenset())


@dataclass(frozen=True, slots=True)
class Found:
    """Words of a passage, as they are spoken. `lost`: something was left out that they depend on; `dangling`: what
    they speak of is not said."""

    text: str
    source: AnswerId
    lost: bool = False
    dangling: bool = False


def find(words: Sequence[str], reads: Sequence[Read], language: LanguageTag) -> Found | None:
    """Return where these folded words stand side by side in a sentence of a passage: the best place, or None."""
    wording = WORDINGS.get(language.partition("-")[0], _NONE)
    best: Found | None = None
    for each in reads:
        for number, sentence in enumerate(each.sentences):
            found = _in(words, sentence, each, number, wording)
            if found is not None and not found.lost and not found.dangling:
                return found
            best = best or found
    return best


def joined(texts: Sequence[str]) -> str:
    """Sentences as one text. One that took the sentence before along does not say it twice."""
    said: list[str] = []
    for text in texts:
        if said and text.startswith(said[-1]):
            said[-1] = text
        elif text not in said:
            said.append(text)
    return " ".join(said)


def whole(read: Read, number: int, language: LanguageTag) -> Found:
    """Return a whole sentence of a passage, as it is spoken."""
    wording = WORDINGS.get(language.partition("-")[0], _NONE)
    sentence = read.sentences[number]
    return _spoken(sentence, 0, len(sentence.words), read, number, wording)


def _in(words: Sequence[str], sentence: Sentence, read: Read, number: int, wording: Wording) -> Found | None:
    at = is_run(words, sentence.folds)
    return None if at is None else _spoken(sentence, at, at + len(words), read, number, wording)


def _spoken(sentence: Sentence, start: int, end: int, read: Read, number: int, wording: Wording) -> Found:
    head, tail = sentence.words[:start], sentence.words[end:]
    lost = bool(tail) or not _may_go_before(head, wording)
    text = _cut(sentence, start, end)
    if sentence.words[start].fold not in wording.points:
        return Found(text, read.id, lost)
    before = read.sentences[number - 1] if number else None
    if before is None or before.words[0].fold in wording.points:
        return Found(text, read.id, lost, dangling=True)
    return Found(f"{before.text} {text}", read.id, lost)


def _may_go_before(head: Sequence[Word], wording: Wording) -> bool:
    return not head or " ".join(word.fold for word in head) in wording.opens


def _cut(sentence: Sentence, start: int, end: int) -> str:
    """The text from one word to another, with a capital and its own end, or a full stop."""
    words, text = sentence.words, sentence.text
    left = text[0 if start == 0 else words[start].start : len(text) if end == len(words) else words[end - 1].end]
    left = left.strip()
    return left[:1].upper() + left[1:] + ("" if left[-1:] in ".!?…。！？\"”»'’" else ".")
