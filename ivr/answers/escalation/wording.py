"""Words as features: what a turn's wording shows, with every model down and through a recogniser's mistakes.

Room       Pure text. A turn becomes a few dozen numbered features with weights; a fit over them is `fitting`'s.
Features   Words and pairs of neighbours, as they are written and as they sound: "sue you" and "su you" share one.
           Numbers are one word: an amount says nothing about a worry.
"""

import math
import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from typing import Final

from ivr.answers.words import sound, tokens
from ivr.vocabulary.masking import MASK

WIDTH: Final = 4_096
"Slots that features are spread over. Two that share one are told apart by the others of their turn."

SHORTEST_SOUND: Final = 2
"Consonants of a word whose sound alone says something."

SOUNDS_COUNT: Final = 0.6
PAIRS_COUNT: Final = 0.8
"Beside a word as it is written, which counts 1."

MASKED: Final = re.compile(rf"[\d{re.escape(MASK)}]+")


def features(text: str) -> dict[int, float]:
    """The features of a turn: slot to weight, of length 1. {} for no words."""
    words = ["#" if MASKED.fullmatch(word) else word for word in tokens(text)]
    if not words:
        return {}
    found: dict[int, float] = {}

    def count(name: str, weight: float) -> None:
        slot = zlib.crc32(name.encode()) % WIDTH
        found[slot] = found.get(slot, 0.0) + weight

    sounds = [sound(word) for word in words]
    for word, heard in zip(words, sounds, strict=True):
        count(word, 1.0)
        if len(heard) >= SHORTEST_SOUND:
            count(f"~{heard}", SOUNDS_COUNT)
    for first, second in zip(["^", *words], [*words, "$"], strict=True):
        count(f"{first} {second}", PAIRS_COUNT)
    length = math.sqrt(sum(weight * weight for weight in found.values()))
    return {slot: weight / length for slot, weight in found.items()}


# ── not real, not now, not me ────────────────────────────────────────────────────────────────────────────────────

_UNREAL: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        r"what (if|happens if|happens when|would happen if|do i do if|should i do if|would i do if|if)",
        r"(suppose|supposing|imagine|hypothetically|let s say|lets say|just in case|in case)",
        r"if (i|my|someone|somebody|anyone|a|the|it|they|we|you)\b.{0,40}\b(were|was to|ever|should|would|might|could)",
        r"(would|should) i (have to|need to|do|call|tell|report)\b.{0,60}\bif",
        r"how (do|would|can) i (protect|avoid|prevent|spot|recognise|recognize|stay safe)",
    ),
    "es": (
        r"(que|y) (pasa|pasaria|hago|haria|hay que hacer|debo hacer|tendria que hacer) si",
        r"(supongamos|imagine|imaginemos|hipoteticamente|por si acaso|en caso de|por si)",
        r"si (me|alguien|algun dia|alguna vez|un dia|se me|mi|nos|le)\b.{0,40}"
        r"\b(robaran|robasen|perdiera|perdiese|pasara|usara|usase|clonaran|hackearan|\w+(ara|iera|ase|iese)n?)\b",
        r"como (evito|evitar|puedo evitar|protegerme|me protejo|reconocer)",
    ),
    "pt": (
        r"(o que|e) (acontece|aconteceria|faco|faria|devo fazer|tenho que fazer|fazer) (se|caso)",
        r"(suponhamos|vamos supor|imagina|imagine que|hipoteticamente|por via das duvidas|em caso de)",
        r"caso (eu|meu|minha|alguem)",
        r"se (eu|me|alguem|algum dia|um dia|meu|minha|o meu|a minha)\b.{0,40}"
        r"\b(\w+(asse|esse|isse)m?|perder|roubarem|for)\b",
        r"como (evito|evitar|posso evitar|me protejo|proteger|reconhecer)",
    ),
}  # fmt: skip
"How callers speak of what has not happened, in words without accents."

_THREATS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        r"(im|i am|were|we are|gonna|going to|ill|i will|well|coming|someones|id)\b.{0,80}"
        r"\b(kill|hurt|smash|burn|fire|bomb|shoot|stab|beat|break|punch|slap|hit|find|waiting|regret|blow|wreck|"
        r"get (you|him|her|them)|heads?|faces?|necks?|legs)",
        r"(i|we) know (where|which|what|who)\b.{0,30}\b(live|lives|work|works|park|are)",
        r"watch your back|you just wait|(youre|hes|shes|theyre) dead|dead meat",
        r"with (a|my) (knife|gun|axe)|set fire|burn (it|you|the)",
    ),
    "es": (
        r"(voy|vamos|vas|van|vaya|vayan|ire) (a|yo)\b.{0,80}"
        r"\b(matar|quemar|partir|romper|reventar|pegar|golpear|encontrar|buscar|arrepentir|pagar|bomba|prender|"
        r"incendiar|disparar|esperar|lastimar|dano|volar|fuego|cuchillo)",
        r"se (donde|que|a que|quien)\b.{0,25}\b(vive|viven|trabaja|trabajan|sale|salen)",
        r"(lo|la|los|las|te|le|les|os) (mato|quemo|parto|reviento|rompo|espero|encuentro|reventare|matare|buscare)",
        r"que se (cuide|cuiden|prepare|preparen)|vas? a arrepentir|van a arrepentir|prender(le)? fuego",
    ),
    "pt": (
        r"(vou|vamos|vai|vao|irei)\b.{0,80}"
        r"\b(matar|queimar|quebrar|fogo|explodir|bater|arrebentar|tiro|encontrar|achar|esperar|pegar|pagar|"
        r"arrepender|partir|furar|acabar|estourar|bomba|faca|porrada)",
        r"sei (onde|que|qual|quem)\b.{0,25}\b(mora|moram|trabalha|trabalham|vive|sai)",
        r"(te|o|a|os|as|lhe) (mato|quebro|arrebento|parto|espero|encontro|pego)",
        r"(que )?se (cuide|cuidem|prepare|preparem)|vai se arrepender|vao se arrepender",
    ),
}  # fmt: skip
"How callers threaten. It only tells a threat from an insult, among words that are abuse already."


def _compiled(listed: Mapping[str, tuple[str, ...]]) -> Mapping[str, re.Pattern[str]]:
    return {tag: re.compile("|".join(rf"\b(?:{each})" for each in patterns)) for tag, patterns in listed.items()}


UNREAL, THREATS = _compiled(_UNREAL), _compiled(_THREATS)


def is_unreal(text: str, language: str) -> bool:
    """Whether these words speak of what might happen: "if my card were stolen, what would I do?"."""
    return _says(UNREAL, text, language)


def is_threat(text: str, language: str) -> bool:
    """Whether abusive words say what will be done to somebody."""
    return _says(THREATS, text, language)


def _says(patterns: Mapping[str, re.Pattern[str]], text: str, language: str) -> bool:
    pattern = patterns.get(language.partition("-")[0])
    return pattern is not None and pattern.search(" ".join(tokens(text))) is not None


# ── other scripts ────────────────────────────────────────────────────────────────────────────────────────────────

_LATIN: Final = frozenset("en es pt fr de it nl ca pl ro sv da no fi tr vi id".split())
"Languages of ours that are written in Latin letters."


def foreign_script(text: str, languages: Iterable[str]) -> float:
    """The share of letters that none of these languages is written with."""
    letters = [char for char in text if char.isalpha()]
    if not letters or not all(tag.partition("-")[0] in _LATIN for tag in languages):
        return 0.0
    return sum("LATIN" not in unicodedata.name(char, "") for char in letters) / len(letters)
