"""The briefing: a summary in at most twelve seconds of speech, for the agent's ear.

Bound  Speech is counted longer than any of our voices takes: see `SYLLABLES_A_SECOND`, held to recordings by
       `tests/answers/summary/test_brief.py`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

LONGEST_S: Final = 12.0
SYLLABLES_A_SECOND: Final = 3.9
PAUSE_S: Final = 0.25
"What a stop or a comma adds."
DIGIT_SYLLABLES: Final = 2
LETTER_SYLLABLES: Final = 0.5
"Of a letter in a script whose vowels are not told apart here."

IMPORTANCE: Final = ("why", "asked", "open", "told", "language", "who")
"Which lines are kept first when there is no room for all; others are not spoken."
ORDER: Final = ("who", "language", "why", "asked", "open", "told")
"In which order they are heard."

_VOWELS: Final = re.compile(r"[aeiouyœæø]+")
_LATIN: Final = re.compile(r"[a-zœæøßð]")


class Speakable(Protocol):
    """A line of a summary: its kind, and its words for the ear ("" when it has none)."""

    @property
    def kind(self) -> str: ...
    @property
    def spoken(self) -> str: ...


def seconds(text: str) -> float:
    """How long these words take at most, spoken by one of our voices at its own pace."""
    bare = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    syllables = float(len(_VOWELS.findall(bare))) + DIGIT_SYLLABLES * sum(char.isdigit() for char in bare)
    syllables += sum(LETTER_SYLLABLES for char in bare if char.isalpha() and not _LATIN.match(char))
    syllables += sum(not _VOWELS.search(word) for word in re.findall(r"[a-z]+", bare))  # "TV" is read letter by letter
    stops = len(re.findall(r"[.,;:!?…]+(?=\s|$)", bare))
    return round(syllables / SYLLABLES_A_SECOND + stops * PAUSE_S, 2)


def shortened(lines: Sequence[Speakable]) -> str:
    """The lines that fit, whole, in the order they are heard. The first line of the reason always stands."""
    kept: list[int] = []
    for index in _by_importance(lines):
        chosen = [*kept, index]
        if any(lines[each].spoken == lines[index].spoken for each in kept):
            continue
        if seconds(_spoken(lines, chosen)) <= LONGEST_S:
            kept = chosen
    return _spoken(lines, kept)


def _by_importance(lines: Sequence[Speakable]) -> Iterator[int]:
    """Indices of the lines, the most important first; of one kind the latest first, but the reason in its order."""
    for kind in IMPORTANCE:
        found = [index for index, line in enumerate(lines) if line.kind == kind and line.spoken]
        yield from found if kind == "why" else reversed(found)


def _spoken(lines: Sequence[Speakable], chosen: Sequence[int]) -> str:
    return " ".join(
        lines[index].spoken for index in sorted(chosen, key=lambda each: (ORDER.index(lines[each].kind), each))
    )
