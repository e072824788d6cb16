"""What cannot be spoken: markup, links and signs that a voice would read out, skip or get wrong."""

import re
from collections.abc import Iterator
from typing import Final

_PLAIN: Final = "Write it as a plain sentence."

_INVISIBLE: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
_SHORT_UNIT: Final = r"(?i)\d\s?(?:km|cm|mm|kg|mg|ml|kb|mb|gb|tb|kwh|hrs?|mins?|secs?|°\s?[cf])\b"

_GRAVE: Final = (
    (r"https?://|\bwww\.", "a link", "Say in words where to find it."),
    (r"\]\(|!\[|\]\[|^\s*\[[^\]]+\]:", "a Markdown link", "Say in words where to find it."),
    (r"[^\s@]+@[^\s@]+\.\w", "an email address", "Say it in words, or say where to find it."),
    (r"</?[A-Za-z!][^>]*>|&[a-z]+;|&#\d+;", "HTML", _PLAIN),
    (r"\*|`|~~|(?<!\w)_[^_]+_(?!\w)|(?<!\w)__", "Markdown emphasis", _PLAIN),
    (r"^\s*(?:[-+•]\s|\d+[.)]\s|>|\||#)", "a list, table, quote or heading", "Write a sentence: first …, then …."),
    (r"[{}\\]", "braces or a backslash", "Write the words themselves."),
    (_INVISIBLE, "an invisible character", "Type the line again."),
)  # fmt: skip

_SLIGHT: Final = (
    (_SHORT_UNIT, "a number with a short unit", "Write the unit in words."),
    (r"\d\s?[x×]\s?\d|\d/\d", "a number with a sign", "Write it as it is said: twenty-four hours a day."),
    (r"\w\s?[&/+=]\s?\w", "a sign between words", "Write the word: and, or."),
    (r"[\u2190-\u2bff\u2600-\u27bf\U0001f000-\U0001faff©®™]", "a symbol", "Leave it out, or write it in words."),
    (r"\(|\)|\[|\]", "brackets", "Say it in a sentence of its own."),
    (r"\b(?:e\.g|i\.e|etc|approx|incl|excl)\b\.?", "an abbreviation", "Write it in words."),
)  # fmt: skip

_FILL: Final = re.compile(r"\{hours:\w+:\w+\}")
"Stands for words."

_RULES: Final = [
    (re.compile(pattern), what, fix, grave)
    for rules, grave in ((_GRAVE, True), (_SLIGHT, False))
    for pattern, what, fix in rules
]


def unspeakable(line: str) -> Iterator[tuple[str, str, bool]]:
    """What a voice cannot say of this line: (what, fix, whether it must not be served)."""
    line = _FILL.sub("nine", line)
    for pattern, what, fix, grave in _RULES:
        found = pattern.search(line)
        if found:
            shown = found[0].strip()[:30]
            yield (f"{what} ({shown})" if shown.isprintable() and shown else what), fix, grave
