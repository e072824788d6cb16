"""The check: a line of a summary stands only when the turns that it cites carry it.

Every line  cites turns of this call; its numbers, names, answer ids and quoted words stand in what the caller said or
            heard in those turns, or in facts of them. Words of our own templates need no proof.
Proposed    A line that a language model wrote, or anybody, must moreover be about this call: it holds a number, a name,
            an answer or quoted words, or most of its own words stand in the turns it cites.
Strict      What cannot be told apart from an invention is dropped; the structured facts then stand in its place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ivr.answers.summary.facts import Evidence, Facts
from ivr.answers.summary.folding import figures, fold, number_values, stands_in
from ivr.answers.summary.words import Book
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

QUOTED: Final = re.compile(r"“([^”]*)”|«([^»]*)»|„([^“]*)“|\"([^\"]*)\"")
_ID: Final = re.compile(r"\b(?=[\d-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)+\b")
_CAPITAL: Final = re.compile(r"[^\W\d_][\w'’]*")
_OPENS: Final = re.compile(r"(?:^|[.!?:–—-]\s*)[\W_]*$")
SHARED: Final = 0.5
"Share of a proposed line's words that must stand in the turns it cites, when nothing else ties it to them."
ROOT: Final = 5
"Letters by which a word and its forms are the same."
LEAST_CLAIMED: Final = 2
"Number that a word claims: one is an article in most languages."
LEAST_LETTERS: Final = 4
"Of a word that says something."


@dataclass(frozen=True)
class Proof:
    """What the turns cited by one line prove together."""

    turns: Sequence[Evidence]
    common: Sequence[str]
    "What is known of the whole call: the caller's number and name, and what languages are called."
    language: LanguageTag

    def quotes(self, passage: str) -> bool:
        """Whether these words were said or heard, side by side."""
        return stands_in(passage, [text for turn in self.turns for text in turn.words])

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for turn in self.turns for text in (*turn.words, *turn.facts)) + tuple(self.common)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word for text in self.texts for word in fold(text).split())

    @cached_property
    def roots(self) -> frozenset[str]:
        texts = [text for turn in self.turns for text in (*turn.words, *turn.facts)]
        return frozenset(word[:ROOT] for text in texts for word in fold(text).split())

    @cached_property
    def numbers(self) -> frozenset[str]:
        written = {each for text in self.texts for whole, groups in figures(text) for each in (whole, *groups)}
        spoken = {
            value
            for turn in self.turns
            for text in turn.words
            for language in (turn.language, self.language)
            for _, value in number_values(text, language)
        }
        return frozenset(written | spoken)

    @cached_property
    def folded(self) -> str:
        return " | ".join(f" {fold(text)} " for text in self.texts)


def proof_of(facts: Facts, turns: Sequence[int], book: Book, names: Mapping[AnswerId, str]) -> Proof | None:
    """What these turns prove; None when one of them is no turn of the call, or there are none."""
    if not turns or any(turn not in facts.turns for turn in turns):
        return None
    cited = [_named(facts.turns[turn], names) for turn in turns]
    who = (facts.caller, *((facts.known.name, facts.known.segment) if facts.known else ()))
    spoken = [book.language_name(turn.language) for turn in cited if turn.language]
    return Proof(cited, (*who, *spoken), book.language)


def _named(turn: Evidence, names: Mapping[AnswerId, str]) -> Evidence:
    """The turn with what its answers are called in the reader's language."""
    called = tuple(names[AnswerId(fact)] for fact in turn.facts if AnswerId(fact) in names)
    return Evidence(turn.language, turn.caller, turn.words, (*turn.facts, *called)) if called else turn


def unsupported(text: str, proof: Proof | None, book: Book) -> str:
    """Why these words may not stand; "" when the cited turns carry them."""
    if proof is None:
        return "cites no turn of this call"
    if quote := next((each for each in quotes(text) if not proof.quotes(each)), ""):
        return f"quotes what was not said: {quote}"
    bare = QUOTED.sub(" … ", text)
    if number := next(_foreign_numbers(bare, proof, book), ""):
        return f"has a number of its own: {number}"
    if name := next(_foreign_names(bare, proof, book), ""):
        return f"names what was not named: {name}"
    return ""


def quotes(text: str) -> list[str]:
    """The passages in quotation marks."""
    return [next(filter(None, found), "") for found in QUOTED.findall(text)]


def _foreign_numbers(bare: str, proof: Proof, book: Book) -> Iterator[str]:
    for whole, groups in figures(bare):
        if whole not in proof.numbers and not all(group in proof.numbers for group in groups):
            yield whole
    for word, value in number_values(bare, book.language, LEAST_CLAIMED):
        if word not in book.vocabulary and value not in proof.numbers:
            yield word


def _foreign_names(bare: str, proof: Proof, book: Book) -> Iterator[str]:
    for found in _ID.finditer(bare):
        if f" {fold(found[0])} " not in proof.folded and not set(fold(found[0]).split()) <= book.vocabulary:
            yield found[0]
    for found in _CAPITAL.finditer(bare):
        if not found[0][0].isupper() or _OPENS.search(bare[: found.start()]):
            continue
        if not set(fold(found[0]).split()) <= proof.words | book.vocabulary:
            yield found[0]


def is_about(text: str, proof: Proof, book: Book) -> bool:
    """Whether a proposed line is tied to the turns it cites: a line that would fit any call is about none."""
    bare = QUOTED.sub(" ", text)
    anchored = bool(quotes(text)) or any(True for _ in figures(bare))
    anchored = anchored or any(f" {fold(fact)} " in f" {fold(bare)} " for fact in _tied(proof) if fold(fact))
    own = [word for word in fold(bare).split() if len(word) >= LEAST_LETTERS and word not in book.vocabulary]
    shared = sum(word[:ROOT] in proof.roots for word in own)
    return anchored or (bool(own) and shared >= SHARED * len(own))


def _tied(proof: Proof) -> Iterator[str]:
    yield from (fact for turn in proof.turns for fact in turn.facts)
    yield from proof.common
