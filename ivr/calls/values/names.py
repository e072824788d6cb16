"""Names of people: kept as they were said, less what leads in; letters that were spelled decide how it is written."""

import re
from collections.abc import Sequence
from typing import Final

from ivr.calls.values.numbers import fold
from ivr.vocabulary.language import LanguageTag

LONGEST: Final = 60
MOST_WORDS: Final = 6
LETTERS: Final = 3
"Single letters in a row that are a name being spelled."

_LEAD_IN: Final = re.compile(
    r"^(?:(?:uh|um|eh|no|nein|non|nao|yes|ok|okay|sure|hi|hello|hola|ola|bonjour|hallo|ciao|well|it's|its)\b[\s,.]*)*"
    r"(?:(?:yes )?(?:my (?:full |last |first |family )?name(?: is|'s)|the name is|name is|this is|i am|i'm|it is|it's|"
    r"you can call me|mi nombre(?: completo)? es|me llamo|soy|habla|a nombre de|(?:o )?meu nome(?: completo)? e|"
    r"(?:eu )?me chamo|chamo-me|eu sou|sou o|sou a|sou|aqui e|mon nom est|je m'appelle|je suis|c'est|au nom de|"
    r"mein name ist|ich heis+e|ich bin|hier ist|hier spricht|(?:il )?mio nome e|mi chiamo|sono|a nome)\s+)?"
)
_TAIL: Final = re.compile(
    r"[\s,.]*\b(?:please|por favor|s'il vous plait|bitte|per favore|thanks|thank you|gracias)[\s.!]*$"
)
_NO_NAME: Final = frozenset(
    "yes no what why who how where when nothing nobody i you we it the a don't not know sorry pardon please help hello "
    "si que como no se nada sim nao oui non quoi ja nein was nicht che cosa per favore number person agent".split()
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_AS_IN: Final = re.compile(r"\b([^\W\d_]) (?:for|as in|like|de|como|comme|wie|come) [^\W\d_]+", re.IGNORECASE)


def name(text: str, language: LanguageTag, *, strict: bool = False) -> str | None:
    """The name in these words; None when there is none.

    strict  it must be led in ("no, my name is …") or spelled: words alone may mean something else.
    """
    said = " ".join(_AS_IN.sub(r"\1", text.replace("’", "'")).split())
    bare = "".join(fold(sign)[:1] or " " for sign in said)  # every sign keeps its place
    found = _LEAD_IN.match(bare)
    begin = found.end() if found is not None else 0
    tail = _TAIL.search(bare, begin)
    core = said[begin : tail.start() if tail is not None else len(said)]
    words = _WORD.findall(core.replace("-", " ") if _is_spelled(core) else core)
    written, spelled = _written(words)
    is_led_in = found is not None and found.group().strip(" ,.") not in {"", "no", "yes", "uh", "um"}
    if strict and not (spelled or is_led_in):
        return None
    fits = 1 <= len(written) <= MOST_WORDS and not any(fold(word) in _NO_NAME for word in written)
    whole = " ".join(written)
    return whole if fits and len(whole) <= LONGEST and not re.search(r"\d|•", core) else None


def _is_spelled(core: str) -> bool:
    return re.search(r"\b[^\W\d_](?:-[^\W\d_]){2,}\b", core) is not None


def _written(words: Sequence[str]) -> tuple[list[str], bool]:
    """The words as they are written: "Smith S M Y T H" is "Smyth"."""
    written: list[str] = []
    run: list[str] = []
    spelled = False
    for word in [*words, ""]:
        letter = word.strip(".")
        if len(letter) == 1:
            run.append(letter)
            continue
        if len(run) >= LETTERS:
            spelled = True
            whole = "".join(run).capitalize()
            if written and _alike(written[-1], whole):
                written.pop()
            written.append(whole)
        else:
            written += [each.upper() for each in run]
        run = []
        if word:
            written.append(word.strip("."))
    if all(word.islower() for word in written):
        written = [word.title() for word in written]
    return written, spelled


def _alike(said: str, spelled: str) -> bool:
    """Whether letters spell the word before them, which may have been written as it sounds."""
    first, second = fold(said), fold(spelled)
    common = sum(a == b for a, b in zip(first, second, strict=False))
    return first[:1] == second[:1] and common * 2 >= min(len(first), len(second))
