"""Text of documents made plain: characters that nobody sees, folded letters, sentences, words.

Room  Pure text.
"""

import re
import unicodedata
from typing import Final

_UNSEEN: Final = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
INVISIBLE: Final = re.compile(f"[{_UNSEEN}\ufff9-\ufffb\U000e0000-\U000e0fff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
"Characters that take no room: zero width, direction marks, tags, soft hyphens, control characters."

_TELLING: Final = re.compile("[\u200b\u2060-\u2064\ufeff\u180e\u115f\u1160\u034f]")
"Such as may lie within a word to split it for whoever searches, and never need to in the languages of the business."
_DIRECTED: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TAGS: Final = re.compile("[\U000e0020-\U000e007e]+")
_SELECTORS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[\"'“‘«(\[¿¡]*[\w¿¡])|(?<=[。！？])")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|no|nr|art|mr|mrs|ms|dr|st|vs|incl|p\.ej|ej|sr|sra|núm|z\.b|d\.h|usw|bzw|ca|c\.-à-d"
    r"|p\.ex|m|mme|sig|ecc|pág|pag|[a-z]))\.$",
    re.IGNORECASE,
)
_ENDED: Final = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*$")

_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕԁһԛԝкмтвнгιοαρεντυχκƖıɡɑᴀᴇɪᴏᴜʀѵՏϲ",
    "aeopcyxijsdhqwkmtbhrioapevtuxkligaaeiourvsc",
)


def plain(text: str) -> str:
    """The words alone: nothing unseen, runs of blanks as one, composed characters."""
    words = " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())
    return re.sub(r"(?<=\w) (?=[.,](?:\s|$))", "", words)


def woven(text: str) -> str:
    """What is woven into this text so that it is not seen, in a few words; "" when nothing is.

    A soft hyphen, a mark of direction beside a word and a joiner in an emoji are how honest programs write.
    """
    tags = _TAGS.search(text)
    if tags:
        spelt = "".join(chr(ord(char) - 0xE0000) for char in tags[0])
        return f"invisible tag characters that spell {spelt[:100]!r}"
    if _SELECTORS.search(text):
        return "a row of invisible variation selectors"
    if _DIRECTED.search(text):
        return "characters that turn the direction of text"
    within = 0
    for found in _TELLING.finditer(text):
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        within += (before.isalpha() and after.isalpha()) or bool(_TELLING.match(after))
    return f"{within} characters without width, within words" if within >= 3 else ""


def folded(text: str) -> str:
    """The text for looking words up in: small letters without accents, look-alikes of other scripts as Latin ones."""
    bare = unicodedata.normalize("NFKD", INVISIBLE.sub("", text).casefold())
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    bare = bare.translate(_LOOKALIKES).replace("’", "'").replace("ʼ", "'")
    return " ".join(bare.split())


def sentences(text: str) -> list[str]:
    """Split plain text after its sentences; abbreviations of the business's languages end none."""
    parts: list[str] = []
    for part in _SENTENCE.split(text):
        if parts and _ABBREVIATION.search(parts[-1]):
            parts[-1] += " " + part
        elif part:
            parts.append(part)
    return parts


def ended(text: str) -> str:
    """The text with a full stop, unless something ends it already."""
    return text if not text or _ENDED.search(text) else text + "."
