"""Clauses: where a sentence may be cut so that its beginning can be spoken while its end is still being rendered.

Pure. Joined with spaces, the clauses are the sentence again. A clause is long enough to be spoken with its own melody:
first the speaker's pauses (commas and the like), then, in what is still long, the words that join two thoughts.
"""

import re
from typing import Final

SHORTEST: Final = 16
"Letters and spaces; about a second of speech. Shorter pieces sound chopped."
LONGEST: Final = 60
"Beyond it, a clause is cut before a joining word; about four seconds of speech."

_PAUSE: Final = re.compile(r"(?<=[,;:—–])\s+")
_JOINT: Final = re.compile(
    r"\s+(?=(?:y|e|o|u|ou|pero|mas|sino|porque|aunque|embora|cuando|quando|si|se|para|por|hasta|até|desde|"
    r"and|or|but|because|when|if|until|et|mais|und|oder|aber|weil|ma|perché)\s)",
    re.IGNORECASE,
)


def clauses(sentence: str) -> list[str]:
    """`sentence` in clauses to be spoken one after the other, none empty; itself when it is short."""
    whole = " ".join(sentence.split())
    return [part for clause in _cut(whole, _PAUSE) for part in ([clause] if len(clause) <= LONGEST else _long(clause))]


def _long(clause: str) -> list[str]:
    """A long clause in two at the joint nearest its middle, and so on; whole when it has none."""
    middle = len(clause) / 2
    joints = [j for j in _JOINT.finditer(clause) if j.start() >= SHORTEST and len(clause) - j.end() >= SHORTEST]
    if not joints:
        return [clause]
    joint = min(joints, key=lambda each: abs(each.start() - middle))
    halves = (clause[: joint.start()], clause[joint.end() :])
    return [part for half in halves for part in ([half] if len(half) <= LONGEST else _long(half))]


def _cut(text: str, where: re.Pattern[str]) -> list[str]:
    """`text` cut at every such place that leaves no piece too short."""
    found: list[str] = []
    start = 0
    for place in where.finditer(text):
        if place.start() - start >= SHORTEST and len(text) - place.end() >= SHORTEST:
            found.append(text[start : place.start()])
            start = place.end()
    return [*found, text[start:]] if text else []
