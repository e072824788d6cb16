"""Completeness: whether words so far sound finished, and so how long a pause after them may be.

A recogniser ends nearly everything with a full stop, so its punctuation proves little; the last word proves more.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import MASK, mask


class Completeness(StrEnum):
    """How finished an utterance sounds, and what was made of it so far."""

    UNKNOWN = "unknown"
    "Nothing is known of its words yet."
    MEANT = "meant"
    "It already means something definite: a question we can answer, a yes, a wish for a person."
    QUESTION = "question"
    "It ends as a question."
    PLAIN = "plain"
    "It may be all, or not."
    HANGING = "hanging"
    'Its last word wants another: "my", "and", "um".'
    READING = "reading"
    "It ends in the middle of something being read out or spelled: digits, letters, an e-mail address."


HANGING_WORDS: Final[dict[str, str]] = {
    "en": "a an the my your our his her their its this that these those some any no every each another and or but so "
    "because if when while although though unless until than as like about above across after against along among "
    "around at before behind below between by despite during except for from in inside into near of off on onto over "
    "past per since through to toward towards under up upon via with within without is are was were am be been being "
    "have has had do does did can could will would shall should may might must i you he she we they who whom whose "
    "which what where why how um uh er erm ah hmm well just also then very really i'm i've i'd i'll we're it's there's "
    "that's let's wanna gonna plus minus dot dash",
    "es": "el la los las un una unos unas mi mis tu tus su sus nuestro nuestra este esta estos estas ese esa y e o u "
    "pero porque si cuando mientras aunque que como de del a al en con sin por para sobre entre desde hasta hacia es "
    "son era fue ser estoy está están he ha han quiero puedo necesito tengo me te se le les lo nos muy más este pues "
    "bueno eh em mm yo él ella punto guion",
    "pt": "o a os as um uma uns umas meu minha meus minhas seu sua teu tua nosso nossa este esta esse essa e ou mas "
    "porque se quando enquanto embora que como de do da dos das em no na nos nas com sem por para sobre entre desde "
    "até é são era foi ser estou está quero posso preciso tenho me te lhe muito mais ah eh hum então eu ele ela "
    "ponto traço",
    "fr": "le la les l un une des mon ma mes ton ta tes son sa ses notre votre ce cette ces et ou mais parce que si "
    "quand comme de du d à au aux en dans avec sans pour par sur sous entre vers chez est sont était être je tu il "
    "elle nous vous ils me te se lui très plus euh ben alors qui dont où point tiret",
    "de": "der die das den dem des ein eine einen einem einer mein meine meinen dein deine sein seine ihr ihre unser "
    "und oder aber weil wenn als dass ob obwohl von vom zu zum zur in im an am auf aus bei mit nach seit für durch "
    "gegen ohne um über unter vor zwischen ist sind war bin habe hat kann will möchte muss ich du er sie wir äh ähm "
    "hm also sehr mehr punkt bindestrich",
    "it": "il lo la i gli le l un uno una mio mia miei mie tuo tua suo sua nostro questo questa quel quella e o ma "
    "perché se quando come di del della dei delle a al alla in nel nella con senza per su sul tra fra da dal dalla è "
    "sono era essere ho ha voglio posso devo mi ti si gli molto più eh ehm allora io lui lei che punto trattino",
}
"Words that no sentence ends on: articles, possessives, prepositions, conjunctions, auxiliaries, hesitations."

_HESITATIONS: Final = frozenset("um uh er erm ah eh em hm mm hmm äh ähm ehm euh ahm".split())
"Words that say by themselves that more is coming."

_TRAILS_OFF: Final = re.compile(r"(?:\.\.\.|…|,|-|–|:)\s*$")
_LAST_WORD: Final = re.compile(r"([^\W\d_]+(?:['’][^\W\d_]+)*)\W*$")
_LAST_TOKEN_IS_DIGITS: Final = re.compile(rf"[{MASK}\d][\s.,!?-]*$")
_SPELLED: Final = re.compile(r"(?<![\w'’])([^\W\d_](?:[\s.,-]+[^\W_])+)[\s.,!?-]*$")
"Single letters and digits one after another, at the end."
_WORDS_OF_ONE_LETTER: Final = frozenset("a à e é i o ó u y".split())
_ADDRESS_GOES_ON: Final = re.compile(r"(?:@|\b(?:arroba|arobase|chiocciola|klammeraffe))[\s.,!?-]*$", re.IGNORECASE)
"An e-mail address whose second half is still to come."


def completeness(text: str, language: LanguageTag) -> Completeness:
    """How finished these words sound, by themselves."""
    said = text.strip()
    if not said:
        return Completeness.UNKNOWN
    if _LAST_TOKEN_IS_DIGITS.search(mask(said, language, wary=True).text) or _is_spelled(said):
        return Completeness.READING
    last = _LAST_WORD.search(said)
    word = last.group(1).lower() if last is not None else ""
    # A single word is an answer ("No.", heard as Portuguese, would be a preposition), unless it only hesitates.
    alone = last is not None and not said[: last.start()].strip()
    if _TRAILS_OFF.search(said) or word in _HESITATIONS or (word in _hanging(language) and not alone):
        return Completeness.HANGING
    return Completeness.QUESTION if said.endswith("?") else Completeness.PLAIN


def _is_spelled(said: str) -> bool:
    """Whether it ends in letters read out: "F-I-T", "J A", or in the middle of an e-mail address."""
    if _ADDRESS_GOES_ON.search(said):
        return True
    found = _SPELLED.search(said)
    letters = re.findall(r"[^\W_]", found.group(1).lower()) if found is not None else []
    return any(letter not in _WORDS_OF_ONE_LETTER for letter in letters)


@lru_cache(maxsize=16)
def _hanging(language: LanguageTag) -> frozenset[str]:
    return frozenset(HANGING_WORDS.get(language.partition("-")[0], "").split())
