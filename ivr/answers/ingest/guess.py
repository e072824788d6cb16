"""In which of our languages a text is written, by its small words."""

from collections.abc import Iterable
from typing import Final

from ivr.vocabulary.language import LanguageTag

_SMALL: Final = {
    "en": "the of and to in is you for that it on are with as your be this can if we or not from at by will have our",
    "es": "el la de que y en los se del las por un para con una su al lo como más es no si puede usted tu este o sin",
    "pt": "o a de que e do da em um para com não uma os no se na por mais as dos como é ao você ou sua pode seu à são",
    "fr": "le la de et les des en un une du que est pour dans qui vous sur au pas votre par nous avec ou ce sont à vos",
    "de": "der die und das in den von zu mit sie ist für auf dem nicht ein eine im des werden sich es oder wir ihre an",
    "it": "il di che la e in un per è non una del con le si da della i al sono dei o come gli nel più anche puoi alla",
}
_WORDS: Final = {tag: frozenset(words.split()) for tag, words in _SMALL.items()}
_ENOUGH: Final = 8
"Small words that must be found."
_AHEAD: Final = 1.3
"How many times more of them than of the next language."
_LOOKED_AT: Final = 3_000


def language_of(texts: Iterable[str]) -> LanguageTag | None:
    """The language of a text, None when it is not clear or none of ours."""
    words: list[str] = []
    for text in texts:
        words += text.casefold().split()
        if len(words) > _LOOKED_AT:
            break
    bare = [word.strip(".,;:!?()\"'«»“”¿¡") for word in words[:_LOOKED_AT]]
    counts = sorted(((sum(word in small for word in bare), tag) for tag, small in _WORDS.items()), reverse=True)
    (most, tag), (next_most, _) = counts[:2]
    return LanguageTag(tag) if most >= _ENOUGH and most >= _AHEAD * next_most else None
