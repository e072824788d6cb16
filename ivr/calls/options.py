"""Choosing: which of a few options was meant, by its words, by its number, or by its place.

A word of five letters or more may be misheard by one letter. Of two options that fit, the one with more words does.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from num2words import num2words

from ivr.flows.schema import Option
from ivr.vocabulary.language import LanguageTag

LONG_WORD: Final = 5
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ARTICLES: Final = frozenset(
    "the a an please to my your uh um el la los las un una por favor o a os as um uma se faz le les une s'il vous "
    "plait der die das ein eine bitte il lo gli i per favore option number press opcion opcao numero opzione nummer "
    "taste tecla key choix touche tasto marque pulse i'd like want quiero quero".split()
)
"Words that may stand around a choice and mean nothing by themselves."


def chosen(text: str, language: LanguageTag, options: Sequence[Option], *, whole: bool = False) -> Option | None:
    """The option that was meant; None when none was, or two may have been.

    whole  its words must be all that was said, politeness aside.
    """
    said = _tokens(text)
    scores = [_score(said, language, option, place, whole) for place, option in enumerate(options, 1)]
    best = max(scores, default=0)
    return options[scores.index(best)] if best and scores.count(best) == 1 else None


def by_key(key: str, options: Sequence[Option]) -> Option | None:
    """The option of a key."""
    return next((option for option in options if option.key == key), None)


def _score(said: Sequence[str], language: LanguageTag, option: Option, place: int, whole: bool) -> int:
    """How many words of the option were said; 0 when it was not."""
    own = option.words.get(language) or option.words.get(LanguageTag(language.partition("-")[0])) or ()
    listed = [_tokens(words) for words in own]
    fitting = [len(words) for words in listed if words and _holds(said, words, whole)]
    if fitting:
        return 100 * max(fitting)
    bare = [word for word in said if word not in _ARTICLES]
    if not whole and len(bare) == 1 and bare[0] in _names(option.key or "", place, language.partition("-")[0]):
        return 1
    return 0


def _holds(said: Sequence[str], words: Sequence[str], whole: bool) -> bool:
    if whole:
        less = [word for word in said if word not in _ARTICLES or word in words]
        return len(less) == len(words) and all(map(_alike, less, words))
    last = len(said) - len(words)
    return any(all(map(_alike, said[at : at + len(words)], words)) for at in range(last + 1))


def _alike(said: str, word: str) -> bool:
    if said == word:
        return True
    if min(len(said), len(word)) < LONG_WORD or abs(len(said) - len(word)) > 1:
        return False
    short, long = sorted((said, word), key=len)
    at = next((i for i, letter in enumerate(short) if letter != long[i]), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]


def _tokens(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return _TOKEN.findall("".join(c for c in bare if not unicodedata.combining(c)))


@lru_cache(maxsize=512)
def _names(key: str, place: int, language: str) -> frozenset[str]:
    """The words for an option's key, and for its place among the others: "two", "2", "second"."""
    names = set()
    for number, form in ((key, "cardinal"), (str(place), "ordinal")):
        if number.isdigit():
            try:
                names |= set(_tokens(str(num2words(int(number), lang=language, to=form))))
            except NotImplementedError:
                continue
    feminine = {name[:-1] + "a" for name in names if language in {"es", "pt", "it"} and name.endswith("o")}
    return frozenset(names | feminine | ({key} if key else set()))
