"""Nods: words by which a caller shows that they are listening, without wanting the floor."""

import re
from typing import Final

from ivr.vocabulary.language import LanguageTag

_SOUNDS: Final = (
    "mm mmm hm hmm mhm mmhm mmhmm mm-hm mm-hmm m-hm uh-huh uhhuh huh aha ah oh ooh okay ok uh um er erm hum"
)
_WORDS: Final[dict[str, str]] = {
    "en": "yeah yes yep yup right sure i see got it alright all fine good great cool gotcha understood exactly so",
    "es": "sí si ya claro vale bueno ajá aja entiendo entendido perfecto bien exacto",
    "pt": "sim tá certo claro entendi tudo bem isso uhum aham perfeito pois é",
    "fr": "oui ouais d'accord bien sûr je vois entendu parfait exact voilà",
    "de": "ja genau gut klar verstehe richtig alles in ordnung jaja achso so",
    "it": "sì si certo va bene capisco capito perfetto esatto giusto ecco",
}
LONGEST_WORDS: Final = 4

_TOKEN: Final = re.compile(r"[^\s,.!?…;:]+")


def is_nod(text: str, language: LanguageTag) -> bool:
    """Whether these words, said while a prompt plays, only say "go on"."""
    words = [word.lower() for word in _TOKEN.findall(text)]
    known = {*_SOUNDS.split(), *_WORDS.get(language.partition("-")[0], "").split()}
    return 0 < len(words) <= LONGEST_WORDS and all(word in known for word in words)
