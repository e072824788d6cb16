"""Choosing between two: when two answers are about as near, the caller is asked which of them was meant, by name.

Asked      "Do you mean changing your PIN, or a forgotten PIN?" Once: what does not choose is a question of its own.
Choosing   By place ("the second one"), by key 1 or 2, by a word that only one of the names has, or in other words,
           which are then taken for the nearer of the two. "Neither" is told that we have nothing
           else, and offered a person.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ivr.calls.meaning import KNOW, SURELY, UNSURE
from ivr.calls.state import Choice
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

LEAST: Final = 0.1
"A score below which an answer is not worth naming."
NEAR: Final = 0.5
"Share of the better score from which the second is near it."
STEM: Final = 4
"Letters by which two words of one meaning begin alike: transfer, transferring."

LONGEST_PLACE: Final = 6
LONGEST_NUMBER: Final = 3
'Words in all that was said, up to which a place, or a bare number, chooses: not every "one" is a number.'

KEYS: Final = ("1", "2")


@dataclass(frozen=True, slots=True)
class _Words:
    """Places, numbers, which mean a place when they are nearly all that was said, and phrases for neither."""

    places: tuple[frozenset[str], frozenset[str]]
    numbers: tuple[frozenset[str], frozenset[str]]
    neither: tuple[str, ...]


def _of(places: tuple[str, str], numbers: tuple[str, str], *neither: str) -> _Words:
    one, other = (frozenset(words.split()) for words in places)
    first, second = (frozenset(words.split()) for words in numbers)
    return _Words((one, other), (first, second), neither)


_WORDS: Final[dict[str, _Words]] = {
    "en": _of(
        ("first former 1st", "second latter last 2nd"), ("one 1", "two 2"),
        "neither", "none", "something else", "not those", "no none", "another thing",
    ),
    "es": _of(
        ("primero primera primer", "segundo segunda ultimo ultima"), ("uno una 1", "dos 2"),
        "ninguno", "ninguna", "ni lo uno", "otra cosa", "algo distinto", "nada de eso",
    ),
    "pt": _of(
        ("primeiro primeira", "segundo segunda ultimo ultima"), ("um uma 1", "dois duas 2"),
        "nenhum", "nenhuma", "nem um nem", "outra coisa", "nada disso",
    ),
    "fr": _of(
        ("premier premiere", "deuxieme second seconde dernier derniere"), ("un une 1", "deux 2"),
        "aucun", "aucune", "ni l un", "autre chose",
    ),
    "de": _of(
        ("erste ersten erstes ersteres", "zweite zweiten zweites letzte letzteres"), ("eins 1", "zwei 2"),
        "weder", "keins", "keines", "keine", "etwas anderes", "was anderes",
    ),
    "it": _of(
        ("primo prima", "secondo seconda ultimo ultima"), ("uno una 1", "due 2"),
        "nessuno", "nessuna", "altro", "ne l uno",
    ),
}  # fmt: skip


def near_tie(hits: Sequence[Hit]) -> Choice | None:
    """The two answers to ask about; None when one is clearly nearer, nothing is near, or one has no name."""
    if len(hits) < 2:
        return None
    one, other = hits[0], hits[1]
    clear = one.score >= SURELY or one.score < UNSURE or other.score < max(LEAST, NEAR * one.score)
    if clear or not one.name or not other.name or one.name == other.name:
        return None
    return Choice((one.answer, other.answer), (one.name, other.name))


def chosen(text: str, language: LanguageTag, hits: Sequence[Hit], choice: Choice) -> AnswerId | None:
    """Which of the two was chosen by these words; None when neither was, or both."""
    said = _tokens(text)
    words = _WORDS.get(language.partition("-")[0])
    if words is not None and not _has(said, words.neither):
        for named, longest in ((words.places, LONGEST_PLACE), (words.numbers, LONGEST_NUMBER)):
            meant = [bool(each & set(said)) for each in named]
            if len(said) <= longest and meant[0] != meant[1]:
                return choice.answers[meant.index(True)]
    shared = [_shared(said, name, other) for name, other in (choice.names, choice.names[::-1])]
    if shared[0] != shared[1]:
        return choice.answers[shared.index(max(shared))]
    best = next((hit for hit in hits if hit.answer in choice.answers), None)
    leads = best is not None and (hits[0] is best or hits[0].score < KNOW)
    return best.answer if best is not None and leads and best.score >= UNSURE else None


def refuses(text: str, language: LanguageTag) -> bool:
    """Whether these words say that neither is meant."""
    words = _WORDS.get(language.partition("-")[0])
    return words is not None and _has(_tokens(text), words.neither)


def by_key(key: str, choice: Choice) -> AnswerId | None:
    """The answer of a key."""
    return choice.answers[KEYS.index(key)] if key in KEYS else None


def _has(said: Sequence[str], phrases: Sequence[str]) -> bool:
    text = f" {' '.join(said)} "
    return any(f" {phrase} " in text for phrase in phrases)


def _shared(said: Sequence[str], name: str, other: str) -> int:
    """How many words of `name`, that `other` has not, were said."""
    theirs = {word[:STEM] for word in _tokens(other)}
    own = {word[:STEM] for word in _tokens(name) if len(word) >= STEM} - theirs
    return len(own & {word[:STEM] for word in said})


def _tokens(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", text.casefold().replace("'", " ").replace("’", " "))
    letters = "".join(c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return letters.split()
