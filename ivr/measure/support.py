"""Support: whether a passage holds what a composed answer says. A second opinion on the gate, simple on purpose.

Room   Pure, and shares no code with `ivr.answers.gate`: one mistake must not be made twice.
Looks  At every digit, number word, month, weekday, name and negation, and at whether the words are the passage's at
       all. What it cannot tell is counted against the answer.
"""

import re
from collections.abc import Sequence
from typing import Final

_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_WORD: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"\d+")
_NOT: Final = frozenset(
    """no not never none nobody nothing neither nor cannot without n't t no nunca nadie nada ninguno ninguna ningún ni
    tampoco sin não nunca ninguém nenhum nenhuma nem sem ne pas jamais rien aucun aucune sans nicht nie niemand nichts
    kein keine keinen keiner keinem weder ohne non mai nessuno nessuna niente senza""".split()
)
_KNOWN: Final = 0.999
"Share of its words that a passage must hold."


def unsupported(answer: str, passages: Sequence[str]) -> list[str]:
    """Return the sentences of an answer that no single passage supports."""
    return [
        sentence
        for sentence in _SENTENCE.split(answer.strip())
        if sentence and not any(_supports(passage, sentence) for passage in passages)
    ]


def _supports(passage: str, sentence: str) -> bool:
    said, known = _words(sentence), _words(passage)
    if not said or not set(_DIGITS.findall(sentence)) <= set(_DIGITS.findall(passage)):
        return False
    held = set(known)
    if sum(word in held for word in said) < _KNOWN * len(said):
        return False
    negations = sum(word in _NOT for word in said)
    return any(sum(word in _NOT for word in window) == negations for window in _windows(known, said))


def _windows(known: Sequence[str], said: Sequence[str]) -> list[Sequence[str]]:
    """The places of a passage that begin and end as the sentence does; few words may be left out between."""
    starts = [at for at, word in enumerate(known) if word == said[0]]
    ends = [at for at, word in enumerate(known) if word == said[-1]]
    longest = 2 * len(said) + 10
    return [known[start : end + 1] for start in starts for end in ends if len(said) - 1 <= end - start < longest]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
