"""Masking: one text by itself, without the digits that could be a card, a PIN or a password.

What a caller says in a call is masked by the call's vault, which remembers the turns before; both decide by
`ivr.vocabulary.redaction`. The caller of `mask` keeps the digits in memory and releases them only if the flow had asked
for them.
"""

from dataclasses import dataclass
from itertools import pairwise

from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.redaction.cues import CUES, SECRET
from ivr.vocabulary.redaction.decide import MASK, SHORT_RUN, redact
from ivr.vocabulary.redaction.numbers import Run, cleaned, number_words, words_of

__all__ = ["MASK", "SHORT_RUN", "Masked", "Run", "mask", "number_words", "speaks_of_a_secret"]


@dataclass(frozen=True, slots=True)
class Masked:
    """Text that may be stored, and the digit runs that may not."""

    text: str
    runs: tuple[Run, ...]


def mask(text: str, language: LanguageTag, *, wary: bool = False) -> Masked:
    """Hold back what may not be stored of `text`.

    language  whose number words to look for, beside numerals; an unknown one looks for those of every language.
    wary      the caller is in the middle of reading something out: then even one digit is held back.
    """
    redacted = redact(text, language, everything=wary)
    return Masked(redacted.text, tuple(held.run for held in redacted.held))


def speaks_of_a_secret(text: str) -> bool:
    """Whether these words mention a card, a code or a password, so that digits after them are suspect."""
    words = words_of(cleaned(text))
    pairs = (f"{one} {other}" for one, other in pairwise(words))
    return any(CUES.get(each) in SECRET for each in (*words, *pairs))
