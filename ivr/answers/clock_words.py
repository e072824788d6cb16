"""Times of day as they are written, in words: "9:30 a.m.", "las 17:00", "14h30", "17:30 Uhr".

Room       Pure words.
Beside     `ivr.calls.values.times` says opening hours, whole phrases of its own; this reads what a person wrote, word
           for word.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from ivr.calls.values.cardinals import cardinal

_SPACE: Final = r"[ \u00a0\u202f]?"
CLOCK: Final = re.compile(
    rf"(?<![\w.,:/])(?P<article>(?:a )?las? |à |às )?(?P<hour>[01]?\d|2[0-4])"
    rf"(?:(?::|{_SPACE}h{_SPACE}|\.(?=\d\d{_SPACE}Uhr))(?P<past>[0-5]\d)|(?={_SPACE}(?:[ap]{_SPACE}\.?{_SPACE}m\b|h\b(?!\w)|Uhr\b)))"
    rf"(?:{_SPACE}(?P<half>[ap])\.?{_SPACE}m\b\.?|{_SPACE}(?P<unit>Uhr|horas|heures|hrs|hs|h)\b\.?)?(?![\w:])",
    re.IGNORECASE,
)
"An hour with minutes, or one that says what it is; a Spanish or Portuguese article is read with it."


def clock(found: re.Match[str], tag: str) -> str:
    """What `CLOCK` found, in words."""
    hour, past = int(found["hour"]), int(found["past"] or 0)
    half = (found["half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    article = found["article"] or ""
    said = _SAID[tag](hour % 24, past, bool(half), article)
    return said if tag in {"es", "pt"} else article + said


def _english(hour: int, past: int, half: bool, article: str) -> str:
    said = cardinal((hour - 1) % 12 + 1, "en")
    if past:
        said += f" {'oh ' if past < 10 else ''}{cardinal(past, 'en')}"
    elif not half and 0 < hour <= 12:
        return f"{said} o'clock"
    return f"{said} {'p' if hour >= 12 else 'a'}.m." if half or hour > 12 or hour == 0 else said


def _spanish(hour: int, past: int, half: bool, article: str) -> str:
    twelve = (hour - 1) % 12 + 1
    said = "una" if twelve == 1 else cardinal(twelve, "es")
    if past:
        said += {15: " y cuarto", 30: " y media"}.get(past, f" y {cardinal(past, 'es')}")
    if article:
        said = f"{'a ' if article.lower().startswith('a ') else ''}{'la' if twelve == 1 else 'las'} {said}"
    part = (
        "de la mañana" if hour < 12 else "del mediodía" if hour == 12 else "de la tarde" if hour < 20 else "de la noche"
    )
    return f"{said} {part}"


def _portuguese(hour: int, past: int, half: bool, article: str) -> str:
    shown = (hour - 1) % 12 + 1 if half else hour
    said = cardinal(shown, "pt", "horas")
    said += f" e {cardinal(past, 'pt')}" if past else " hora" if shown == 1 else " horas"
    if half:
        said += " da manhã" if hour < 12 else " da tarde" if hour < 19 else " da noite"
    return f"{'à' if shown == 1 else 'às'} {said}" if article else said


def _french(hour: int, past: int, half: bool, article: str) -> str:
    said = f"{cardinal(hour, 'fr', 'heures')} {'heure' if hour < 2 else 'heures'}"
    return f"{said} {cardinal(past, 'fr')}" if past else said


def _german(hour: int, past: int, half: bool, article: str) -> str:
    said = f"{'ein' if hour == 1 else cardinal(hour, 'de')} Uhr"
    return f"{said} {cardinal(past, 'de')}" if past else said


def _italian(hour: int, past: int, half: bool, article: str) -> str:
    said = "una" if hour == 1 else cardinal(hour, "it")
    return f"{said} e {cardinal(past, 'it')}" if past else said


_SAID: Final[Mapping[str, Callable[[int, int, bool, str], str]]] = {
    "en": _english, "es": _spanish, "pt": _portuguese, "fr": _french, "de": _german, "it": _italian
}  # fmt: skip
