"""Words in a document that speak to a language model and not to a reader.

Room      Pure text. English, Spanish, Portuguese, French, German, Italian; every list is tried on every text.
Sparing   "Please ignore this letter if you have already paid" and "criminals pretend to be your bank" are how
          businesses write: a pattern needs the thing that only a model has, its instructions, its prompt, its users.
Limits    An instruction in words that a business would use too ("the fee is £0") is not found here; a person who
          approves the document reads it, and the gate lets nothing through that no approved passage says.
"""

import base64
import binascii
import re
from typing import Final

from ivr.answers.ingest.phrases import ENGLISH, FRENCH, GERMAN, ITALIAN, MARKERS, MODEL, PORTUGUESE, SPANISH
from ivr.answers.ingest.plain import folded

_PATTERNS: Final = tuple(
    re.compile(pattern.replace("{model}", MODEL))
    for group in (ENGLISH, SPANISH, PORTUGUESE, FRENCH, GERMAN, ITALIAN, MARKERS)
    for pattern in group
)
_HINT: Final = re.compile(
    r"ignor|disregard|forget|override|olvid|omit|esquec|desconsider|oubli|vergiss|missacht|dimentic|prompt|inst?rucc?|istruz"
    r"|anweis|direct|rules|system|sistem|\b(?:ai|ia|ki|llm)\b|assist|bot\b|user|usuario|utili[sz]|utent|nutzer|model|pretend"
)
"What an instruction has at least one of; sparing, for a text is looked at whole anyway."
_SPELT: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*|·]{1,3}){5,}[^\W\d_](?![^\W_])")
_SQUEEZED: Final = re.compile(
    r"(?:ignore|disregard|forget|override)(?:all|any|the|your|every)*"
    r"(?:previous|prior|above|earlier|system)?(?:the)?(?:instructions?|prompts?|rules|guidelines)"
    r"|systemprompt|youarean(?:ai|assistant|llm)|donottelltheuser|ignor[ae](?:todas)?(?:las|as)?inst?rucc?[io]"
)  # fmt: skip
_LEET: Final = str.maketrans("0134578@$!", "oieastbasi")
_LEET_WORD: Final = re.compile(
    r"(?<![a-z])[a-z]+[0134578@$!]+[a-z0134578@$!]*|(?<![0134578@$!])[0134578@$!]+[a-z]+[a-z0134578@$!]*"
)
"Tried only where a row of letters or digits begins: from each of its letters, an endless word would take hours."
_BLOB: Final = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{32,}={0,2}(?![\w+/=])")
_LONG_BLOB: Final = 80


def instruction(text: str) -> str:
    """The words of a text that speak to a model, as they are found; "" when there are none."""
    read = folded(text)
    for tried in dict.fromkeys((read, _LEET_WORD.sub(lambda found: found[0].translate(_LEET), read))):
        for pattern in _PATTERNS:
            found = pattern.search(tried)
            if found:
                return found[0].strip()
    for found in _SPELT.finditer(read):
        joined = re.sub(r"[\W_]", "", found[0])
        if _SQUEEZED.search(joined):
            return found[0]
    return _blob(text)


def across(before: str, after: str) -> str:
    """The words of an instruction that begins in one text and ends in the next; "" when there is none."""
    if not _HINT.search(folded(f"{before} {after}")):
        return ""
    words = instruction(f"{before} {after}")
    return "" if words and (instruction(before) or instruction(after)) else words


def _blob(text: str) -> str:
    """Words packed as base64, or so long a row of such characters that nobody could read it."""
    for found in _BLOB.finditer(text):
        word = found[0]
        if not (re.search("[a-z]", word) and re.search("[A-Z]", word)) or sum(map(word.count, "-/_")) > 4:
            continue
        try:
            raw = base64.b64decode(
                word.rstrip("=").replace("-", "+").replace("_", "/") + "=" * (-len(word.rstrip("=")) % 4)
            )
            spelt = raw.decode("utf-8")
        except (binascii.Error, ValueError):
            spelt = ""
        if (spelt.isprintable() and " " in spelt) or len(word) >= _LONG_BLOB:
            return word
    return ""
