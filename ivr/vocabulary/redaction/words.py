"""Passwords that are words: what follows "my password is", in this utterance or in the next."""

import re
from collections.abc import Sequence
from typing import Final

from ivr.vocabulary.redaction.cues import COPULAS, CUES, NO_PASSWORD, Kind
from ivr.vocabulary.redaction.numbers import Token

_LONGEST: Final = 4
"Words of a password."
_ALONE: Final = 3
"Words of an utterance that is a password and nothing else."
_ENDS: Final = re.compile(r"[,.;!?](?:\s|$)")
_ANSWERS: Final = frozenset("yes no yeah nope ok okay si sim nao oui non ja nein what que hello".split())
_PARTS: Final = frozenset("passe word chave d'ordine ordine chiave".split())
"Second halves of words for a password."


def passwords(text: str, tokens: Sequence[Token], *, asked: bool) -> tuple[list[tuple[int, int]], bool]:
    """Where passwords stand, and whether one is about to be said.

    asked  one was about to be said in the utterance before.
    """
    spans: list[tuple[int, int]] = []
    awaited = False
    if asked and tokens and len(tokens) <= _ALONE and tokens[0].word not in _ANSWERS:
        spans.append((0, len(text)))
    for at in range(len(tokens)):
        if not _names_one(tokens, at):
            continue
        begins = _begins(text, tokens, at)
        if begins is None:
            continue
        if begins == len(tokens):
            awaited = True
        elif tokens[begins].word not in NO_PASSWORD:
            spans.append(_span(text, tokens, begins))
    return spans, awaited


def _names_one(tokens: Sequence[Token], at: int) -> bool:
    word = tokens[at].word
    return CUES.get(word) is Kind.PASSWORD or (at > 0 and CUES.get(f"{tokens[at - 1].word} {word}") is Kind.PASSWORD)


def _begins(text: str, tokens: Sequence[Token], at: int) -> int | None:
    """The token that follows "… is" or "…:"; None when it says something else of it."""
    at += 1
    while at < len(tokens) and tokens[at].word in _PARTS:
        at += 1
    colon = text[tokens[at - 1].end :].lstrip()[:1] in {":", "="}
    if colon:
        return at
    for seen in range(at, min(at + 4, len(tokens))):
        said = text[tokens[seen].start : tokens[seen].end].lower()
        if tokens[seen].word in COPULAS and said != "e":  # that is "and", but for its accent
            return seen + 1
        if tokens[seen].word in NO_PASSWORD - {"for", "my", "the"}:
            return None
    return None


def _span(text: str, tokens: Sequence[Token], begins: int) -> tuple[int, int]:
    last = min(begins + _LONGEST, len(tokens)) - 1
    start = tokens[begins].start
    ends = _ENDS.search(text, start, tokens[last].end)
    return start, ends.start() if ends is not None else tokens[last].end
