"""Sentences as a model writes them, each as soon as its end is certain.

Room  Pure. The end of a sentence is certain when the next one has begun: "9 a.m. to five" and "No. 7" go on.
"""

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 400
"Characters without an end that nobody could listen to: whoever writes them does not stop."

_END: Final = re.compile(r"([.!?…]+[\"'”’»)]*)\s+(?=(\S))|([。！？।॥]+[」』”]*)\s*()|(\n)\s*()")
_CLOSED: Final = re.compile(r"[.!?…。！？।॥][\"'”’»)」』]*$")
_SHORT: Final = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|st|prof|no|nr|vs|approx|ext|tel|fig|inc|ltd|co|sr|sra|srta|dra|núm|avda|aprox|pág|art|"
    r"bzw|ca|str|usw|z\.b|d\.h|u\.a|e\.g|i\.e|[^\W\d_])\.$",
    re.IGNORECASE,
)


class Endless(Exception):
    """What is written has no end; its message is how it begins."""


@dataclass(slots=True)
class Sentences:
    """Cuts a stream. `feed` gives what is whole, `rest` what is left when the stream has ended."""

    _held: str = ""

    def feed(self, piece: str) -> list[str]:
        """Return the sentences that this piece makes whole. Raises Endless."""
        self._held += piece
        whole: list[str] = []
        start = 0
        for end in _END.finditer(self._held):
            sentence = (self._held[start : end.start()] + (end[1] or end[3] or "")).strip()
            if sentence and _ends(sentence, end[2]):
                whole.append(sentence)
                start = end.end()
        self._held = self._held[start:]
        if len(self._held) > LONGEST:
            raise Endless(self._held[:LONGEST])
        return whole

    def rest(self) -> list[str]:
        """Return the last sentence when it has an end; nothing of what was cut off in the middle."""
        left, self._held = self._held.strip(), ""
        return [left] if _CLOSED.search(left) else []


def _ends(sentence: str, following: str | None) -> bool:
    """Whether a full stop ends a sentence, and no abbreviation."""
    if not sentence.rstrip("\"'”’»)").endswith("."):
        return True
    return not (following and following.islower()) and _SHORT.search(sentence.rstrip("\"'”’»)")) is None
