"""Spelling: the letters of what in a text can be spelled, for a caller who writes it down.

What is spelled is the most exact thing there is in it: addresses and codes, else names, else digits.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ivr.turns.completeness import HANGING_WORDS
from ivr.vocabulary.language import LanguageTag

MOST_PARTS: Final = 4
"Nobody writes down more at one go."
NOUNS_LOOK_LIKE_NAMES: Final = frozenset({"de"})
"Languages that write every noun with a capital: only names we were told of are known as such."
NO_NAMES: Final = frozenset(
    "i i'm i'll i've i'd monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays "
    "thursdays fridays saturdays sundays january february march april may june july august september october november "
    "december".split()
)
"Written with a capital in English, and no names of anything."

_SPELLED: Final = re.compile(r"(?<!\w)\w, \w(?:, \w+)+")
_MAIL_OR_WEB: Final = re.compile(
    r"(?:[\w.+-]+@)?[^\W_](?:[\w-]*\w)?(?:\.[^\W_](?:[\w-]*\w)?)*\.[^\W\d_]{2,}(?:/[\w/-]+)?"
)
_CODE: Final = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z0-9][A-Z0-9-]+\b")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_DIGITS: Final = re.compile(r"(?<![\d.])\d(?:[\d ,-]*\d){2,}")
_SENTENCE_BEGINS: Final = re.compile(r"(?:^|[.!?:…]\s+)$")


def spelled(text: str, language: LanguageTag, symbols: Mapping[str, str], names: Sequence[str] = ()) -> str:
    """What a voice says to spell `text`: "Harbour: H, A, R, B, O, U, R."; "" when there is nothing to spell.

    symbols  sign to its name in `language`: "@" to "at". An address may also be written in these words.
    names    names that are known as such wherever they stand.
    """
    if before := _found(_SPELLED, text):
        return " ".join(f"{part}." for part in before)
    exact = [*_spoken_addresses(text, language, symbols), *_found(_MAIL_OR_WEB, text), *_found(_CODE, text)]
    if exact:
        return " ".join(f"{letters(part, symbols)}." for part in _first(exact))
    known = list(_names(text, language, names))
    if known:
        return " ".join(f"{part}: {letters(part, symbols)}." for part in _first(known))
    return " ".join(f"{letters(part, symbols)}." for part in _first(_found(_DIGITS, text)))


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.group() for match in pattern.finditer(text)]


def _first(parts: list[str]) -> list[str]:
    """The first few, each once."""
    return list(dict.fromkeys(parts))[:MOST_PARTS]


def letters(part: str, symbols: Mapping[str, str]) -> str:
    """Letters and signs by name, one by one."""
    named = [symbols.get(sign, sign.upper() if sign.isalnum() else "") for sign in part]
    return ", ".join(name for name in named if name)


def _names(text: str, language: LanguageTag, names: Sequence[str]) -> Iterator[str]:
    """Words that are written as names are: with a capital where none need stand, or in capitals; or that we know."""
    known = {word for name in names for word in _found(_WORD, name)}
    by_capital = language.partition("-")[0] not in NOUNS_LOOK_LIKE_NAMES
    for match in _WORD.finditer(text):
        word = match.group()
        begins = _SENTENCE_BEGINS.search(text[: match.start()]) is not None
        in_capitals = len(word) > 1 and word.isupper()
        capital = word[0].isupper() and not begins and word.lower() not in NO_NAMES
        if word in known or in_capitals or (by_capital and capital):
            yield word


def _spoken_addresses(text: str, language: LanguageTag, symbols: Mapping[str, str]) -> Iterator[str]:
    """Addresses written as they are said, "help at harbour dot com", as addresses: help@harbour.com."""
    signs = {name.lower(): sign for sign, name in symbols.items()}
    dot = next((name for name, sign in signs.items() if sign == "."), "")
    words = text.split()
    at = 0
    while at < len(words):
        end = at + 1
        while end + 1 < len(words) and words[end].lower() in signs and words[at:end][-1].lower() not in signs:
            end += 2
        address = words[at:end]
        small = HANGING_WORDS.get(language.partition("-")[0], "").split()
        if len(address) > 2 and signs.get(address[1].lower()) == "@" and address[0].lower() in small:
            address = address[2:]  # "log in at harbour dot com"
        if dot in map(str.lower, address[1:]):
            yield "".join(signs.get(word.lower(), word) for word in address).rstrip(".,;:!?")
        at = end
