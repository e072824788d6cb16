"""Support: whether a passage holds what a composed answer says. A second opinion on the gate, simple on purpose.

Room   Pure, and shares no code with `ivr.answers.gate`: one mistake must not be made twice.
Looks  Whether the answer's sentence is the end of a sentence of the passage, word for word: so every number, day, name,
       negation and condition stands where it stood, and nothing after it was left out. What ties a sentence to the one
       before may be missing at its beginning; nothing with a figure, a "not" or an "if" in it may.
"""

import re
from collections.abc import Sequence
from typing import Final

_SENTENCE: Final = re.compile(r"[.!?][\"'”’»)\]]*\s+|\s*\n+\s*|;\s+(?=[A-Z])")
_WORD: Final = re.compile(r"[^\W_]+")
_KEPT: Final = frozenset(
    """no not never none nobody nothing neither nor cannot without if unless until except only when while no nunca nadie
    nada sin si salvo excepto solo cuando não nem sem se exceto só quando ne pas jamais rien sans si sauf seulement
    nicht nie kein keine ohne wenn falls außer nur non mai senza se salvo solo quando""".split()
)
"Words that may not be missing at the beginning."
_MOST_MISSING: Final = 4
"Words that may be."


def unsupported(answer: str, passages: Sequence[str]) -> list[str]:
    """Return the sentences of an answer that no single passage supports."""
    return [
        sentence
        for sentence in _SENTENCE.split(answer.strip())
        if sentence and not any(_supports(passage, sentence) for passage in passages)
    ]


def _supports(passage: str, sentence: str) -> bool:
    said = _words(sentence)
    return bool(said) and any(_ends_in(_words(each), said) for each in _SENTENCE.split(passage))


def _ends_in(known: Sequence[str], said: Sequence[str]) -> bool:
    missing = known[: len(known) - len(said)]
    return (
        known[len(missing) :] == said
        and len(missing) <= _MOST_MISSING
        and not any(word in _KEPT or word.isdigit() for word in missing)
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
