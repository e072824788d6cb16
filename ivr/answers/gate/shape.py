"""Shape: what no sentence to a caller may look like, whatever it says.

Room  Pure patterns. Each has a reason of its own, for whoever reads the log.
"""

import re
from collections import Counter
from typing import Final

from ivr.answers.gate.reading import folds_of
from ivr.answers.gate.reasons import Reason
from ivr.answers.gate.wording import WORDINGS
from ivr.vocabulary.language import LanguageTag

LONGEST_CHARS: Final = 450
LONGEST_WORDS: Final = 75
"Half a minute of speech: nobody listens to a longer sentence."
FOREIGN: Final = 0.3
"Share of a sentence's words that are everyday words of another language, from which it is in that language."
LEAST_WORDS: Final = 4
"Words from which a sentence tells its language."
SAID_AGAIN: Final = 3
"Times that four words may not stand in one sentence."

_MARKUP: Final = re.compile(
    r"[*_`<>|{}\[\]~^\\]|^\s*(?:#+\s|[-•–]\s|\d+[.)]\s)|\u200b|\u200e|\u200f|[\u202a-\u202e\u2066-\u2069]"
    r"|[\u2600-\u27bf\U0001f000-\U0001faff]"
)
_LINK: Final = re.compile(r"https?:|www\.|\bjavascript:", re.IGNORECASE)
_ROLE: Final = re.compile(
    r"^\s*\W*(?:system|assistant|user|human|ai|bot|model|caller|question|answer|passage|sistema|asistente|usuario"
    r"|assistente|usuário|système|utilisateur|benutzer|utente)\s*:",
    re.IGNORECASE,
)
_TO_A_MODEL: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override|ignora|ignore|olvida|olvide|esquece|esqueça|oublie[zr]?|ignorez|ignoriere?"
    r"|vergiss|dimentica|ignorare)\b.{0,40}\b(?:instruct|instruc|prompt|rules?|anweisung|istruzion|instruções|reglas"
    r"|règles|regole|consignes|regeln)"
    r"|\b(?:system|hidden|initial|secret) prompt\b|\bprompt injection\b|\bjailbreak"
    r"|\b(?:you are|act as|pretend to be|eres|você é|tu es|du bist|sei) (?:now )?"
    r"(?:an? |una? |uma? |une? |eine? )?"
    r"(?:ai|a\.i\.|language model|chatbot|assistant|dan|modelo de|asistente|assistente|modèle|sprachmodell|modello)\b"
    r"|\bas an? (?:ai|language model)\b|\b(?:do not|don't|never) (?:tell|inform|warn) the (?:user|caller|customer)\b"
    r"|\b(?:reveal|print|repeat|output|show) (?:your|the) (?:instructions|system|prompt|rules)\b"
    r"|\b(?:respond|reply|answer) (?:only )?with\b|\brepeat after me\b",
    re.IGNORECASE,
)


def fault(sentence: str) -> Reason | None:
    """Why nobody may hear a sentence of this shape; None when they may."""
    words = folds_of(sentence)
    if not words:
        return Reason.EMPTY
    if len(sentence) > LONGEST_CHARS or len(words) > LONGEST_WORDS:
        return Reason.TOO_LONG
    if _ROLE.search(sentence):
        return Reason.ROLE
    if _LINK.search(sentence):
        return Reason.LINK
    if _MARKUP.search(sentence):
        return Reason.MARKUP
    if _TO_A_MODEL.search(sentence):
        return Reason.INSTRUCTION
    fours = Counter(words[at : at + 4] for at in range(len(words) - 3))
    if fours and max(fours.values()) >= SAID_AGAIN:
        return Reason.REPEATED
    return None


def foreign(words: tuple[str, ...], language: LanguageTag) -> bool:
    """Whether these are words of another language. Few words, and names, tell nothing."""
    own = WORDINGS.get(language.partition("-")[0])
    if own is None or len(words) < LEAST_WORDS:
        return False
    shares = {tag: sum(word in each.small for word in words) / len(words) for tag, each in WORDINGS.items()}
    mine = shares.pop(language.partition("-")[0])
    most = max(shares.values())
    return most >= FOREIGN and mine < most / 2


def acts(words: tuple[str, ...], language: LanguageTag) -> bool:
    """Whether it says that something was done, or will be, which only a person or a flow does."""
    said = " ".join(words)
    tags = dict.fromkeys((language.partition("-")[0], "en"))
    return any(re.search(WORDINGS[tag].acts, said) for tag in tags if tag in WORDINGS)
