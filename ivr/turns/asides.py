"""Asides: what is said while a prompt plays, and whether it asks for the floor.

"Mm-hm" and "okay" only say "go on". A recogniser makes little of such sounds, or makes names of them ("Emma Chen"), and
is unsure; of a sentence it makes words that go together, and is sure. Text is judged as it comes, also of the first
240 ms of a sound.

Measured  docs/benchmarks.md, taking turns: 75 nods, coughs and exclamations, 40 interruptions, heard by Whisper base.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

from ivr.vocabulary.language import LanguageTag


class Verdict(StrEnum):
    """What was made of a sound under a prompt so far."""

    UNHEARD = "unheard"
    "Nobody has looked yet, or nobody could."
    NOTHING = "nothing"
    "There are no words in it."
    NOD = "nod"
    'It only says "go on".'
    UNSURE = "unsure"
    "Words that the recogniser hardly believes itself."
    WORDS = "words"
    "It may well be the beginning of something."
    CLEAR = "clear"
    "Somebody wants the floor."


_SOUNDS: Final = (
    "mm mmm hm hmm mhm mmhm mmhmm mm-hm mm-hmm m-hm uh-huh uh-uh uhhuh huh aha ah oh ooh okay ok uh um er erm hum"
)
_NODS: Final[dict[str, str]] = {
    "en": "yeah yes yep yup right sure i see got it alright all fine good great cool gotcha understood exactly so",
    "es": "sí si ya claro vale bueno ajá aja entiendo entendido perfecto bien exacto",
    "pt": "sim tá certo claro entendi tudo bem isso uhum aham perfeito pois é",
    "fr": "oui ouais d'accord bien sûr je vois entendu parfait exact voilà",
    "de": "ja genau gut klar verstehe richtig alles in ordnung jaja achso so",
    "it": "sì si certo va bene capisco capito perfetto esatto giusto ecco",
}
_STOPS: Final[dict[str, str]] = {
    "en": "no stop wait hello hey help sorry excuse pardon person human agent operator",
    "es": "no pare para espere espera oiga disculpe perdón perdone hola ayuda persona agente operador",
    "pt": "não pare para espere espera desculpe desculpa alô oi ajuda pessoa atendente",
    "fr": "non stop arrêtez attendez attends pardon excusez allô aidez personne conseiller",
    "de": "nein stopp stop halt warten moment entschuldigung hallo hilfe mensch mitarbeiter",
    "it": "no basta aspetti aspetta scusi scusa pronto aiuto persona operatore",
}
"Words that ask for the floor all alone."

LONGEST_NOD: Final = 4
"Words."
BELIEVED_ALONE: Final = 0.40
"Confidence from which a single word may be one: garbled nods reach 0.35, the first word of a sentence has 0.2 to 0.5."
BELIEVED: Final = 0.30
"The same of two words or more."
SURE: Final = 0.50
'Confidence of two words or more, not all of them nods, that are beyond doubt: "Amen. Amen." for "mm-hm" has 0.45.'
SURE_STOP: Final = 0.35
'The same of "no", "wait": "mm-hm" has been heard as "no" with 0.22.'
WHOLE_STOP: Final = 0.15
"The same once all of it was heard: short words score low."

_TOKEN: Final = re.compile(r"[^\s,.!?¿¡…;:]+")


def is_nod(text: str, language: LanguageTag) -> bool:
    """Whether these words, said while a prompt plays, only say "go on"."""
    words = _words(text)
    return 0 < len(words) <= LONGEST_NOD and all(word in _nods(language) for word in words)


def verdict(text: str, language: LanguageTag, confidence: float, *, asked: bool) -> Verdict:
    """What these words, the beginning of a sound or all of it, say about the floor.

    asked  the prompt asks something, so that "yes" is an answer and no nod.
    """
    words = _words(text)
    if not words:
        return Verdict.NOTHING
    beyond = words if asked else [word for word in words if word not in _nods(language)]
    if not beyond:
        return Verdict.NOD if len(words) <= LONGEST_NOD else Verdict.WORDS
    if (len(words) > 1 and confidence >= SURE) or (beyond[0] in _stops(language) and confidence >= SURE_STOP):
        return Verdict.CLEAR
    return Verdict.WORDS if confidence >= (BELIEVED if len(beyond) > 1 else BELIEVED_ALONE) else Verdict.UNSURE


def is_noise(text: str, language: LanguageTag, confidence: float) -> bool:
    """Whether all that was said under a prompt is what a recogniser makes of a sound that is none of ours."""
    words = _words(text)
    if len(words) > 1 and confidence >= BELIEVED_ALONE:
        return False
    if any(word in _stops(language) for word in words) and confidence >= WHOLE_STOP:
        return False
    return len(words) <= 2 and confidence < BELIEVED_ALONE


def _words(text: str) -> list[str]:
    return [word.lower() for word in _TOKEN.findall(text)]


@lru_cache(maxsize=16)
def _nods(language: LanguageTag) -> frozenset[str]:
    return frozenset(_SOUNDS.split()) | frozenset(_NODS.get(language.partition("-")[0], "").split())


@lru_cache(maxsize=16)
def _stops(language: LanguageTag) -> frozenset[str]:
    return frozenset(_STOPS.get(language.partition("-")[0], "").split())
