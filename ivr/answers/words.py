"""Words as a recogniser leaves them: tokens, how they sound, and how alike two of them are.

Room       Pure text. No models.
Why        What base Whisper writes of a telephone call is what we must find answers by: "the PI in on my cart" is "the
           PIN on my card". Spelling is unreliable, consonants mostly are not.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+")
_APOSTROPHES = str.maketrans("", "", "'’ʼ‘`")

MAX_TOKENS: Final = 64
"Words of one utterance that are looked at; a caller's question lies well within, and cost stays bounded."

SAME_SOUND: Final = 0.8
"Least likeness of two words whose consonants sound the same: `cart` and `card`."

LOST_STOP: Final = 0.92
"Likeness of two words of which one lost a stop (p t k b d g) after its first letters: `cars` and `cards`."

ALIKE: Final = 0.66
"Least share of common letter pairs at which two words count as alike at all: `transfer` and `transfers`."


def tokens(text: str) -> list[str]:
    """Return the words of `text`: lower-case, accents and apostrophes dropped, at most MAX_TOKENS.

    Scripts written without spaces give letter pairs instead.
    """
    bare = unicodedata.normalize("NFKD", text[:4_000].casefold().translate(_APOSTROPHES))
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFC", bare)):
        if _CJK.fullmatch(word) and len(word) > 2:
            found += [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            found.append(word)
    return found[:MAX_TOKENS]


_DIGRAPHS: Final = (
    ("sch", "x"), ("tch", "x"), ("gh", ""), ("ph", "f"), ("ch", "x"), ("sh", "x"), ("ck", "k"), ("qu", "k"),
    ("th", "t"), ("wr", "r"), ("kn", "n"), ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("ge", "je"), ("gi", "ji"),
)  # fmt: skip
_CLASS: Final = str.maketrans("bpfvcgkqjxszdtlrmnñ", "PPFFKKKKXXSSTTLRMNN", "aeiouyhw")


@lru_cache(maxsize=16_384)
def sound(word: str) -> str:
    """Return the consonants of a Latin-script word, voiced and voiceless as one: `card` and `cart` are both KRT.

    A leading vowel is kept as A. "" for words of other scripts and for words of vowels only.
    """
    if not word.isascii() or not word.isalpha():
        return ""
    lead = "A" if word[0] in "aeiou" else ""
    for written, said in _DIGRAPHS:
        word = word.replace(written, said)
    key = word.translate(_CLASS)
    squeezed = "".join(char for at, char in enumerate(key) if at == 0 or key[at - 1] != char)
    return lead + squeezed if squeezed else ""


@lru_cache(maxsize=16_384)
def letter_pairs(word: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters of a word, its two ends marked."""
    marked = f"^{word}$"
    return frozenset(marked[at : at + 2] for at in range(len(marked) - 1))


@lru_cache(maxsize=65_536)
def likeness(one: str, other: str) -> float:
    """Return how likely two written words are the same spoken word: 0 not at all … 1 the same spelling."""
    if one == other:
        return 1.0
    if one.isdigit() or other.isdigit():
        return 0.0
    key, key_other = sound(one), sound(other)
    a, b = letter_pairs(one), letter_pairs(other)
    dice = 2 * len(a & b) / (len(a) + len(b))
    if len(key) >= 2 and key == key_other and abs(len(one) - len(other)) <= 2:
        return SAME_SOUND + (1 - SAME_SOUND) * dice
    if _lost_stop(one, other):
        return LOST_STOP
    return dice if min(len(one), len(other)) >= 4 and dice >= ALIKE else 0.0


def _lost_stop(one: str, other: str) -> bool:
    """Return whether one word is the other without one of its stops."""
    short, long = sorted((one, other), key=len)
    if len(short) < 3 or len(long) != len(short) + 1:
        return False
    return any(long[at] in "ptkbdg" and long[:at] + long[at + 1 :] == short for at in range(2, len(long)))


SMALL_WORDS: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(
        """a about am an and any are as at be been but by can could did do does for from had has have hello hey hi how
        i id if ill im in is it its ive just know let like me my no of off okay on one or our out please so some tell
        than thank thanks that the their them there they this to up us want was we well what whats when where whether
        which who why will with would yes you your""".split()
    ),
    "es": frozenset(
        """a al algo como con cual cuando cuanto de del desde donde el ella en es esta este eso hay hola la las le lo
        los me mi mis muy no o para pero por porque puede puedo que quien quiero se si sin son su sus te tengo un una
        usted y ya yo""".split()
    ),
    "pt": frozenset(
        """a ao as com como da das de do dos e ela ele em essa esse esta este eu favor isso ja la mas me meu minha na
        nao no nos o oi ola onde os ou para por porque posso qual quando quanto que quem quero se sem ser seu sua sim
        um uma voce voces""".split()
    ),
}
"Words that say little about what a question is about. A language without a list treats every word alike."
