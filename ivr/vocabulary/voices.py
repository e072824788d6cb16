"""Which voice speaks which language, as an operator writes it: `es=piper:es_ES-davefx-medium,fr=espeak`.

Room  Names only; what is on this machine is the wiring's to find out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivr.vocabulary.language import LanguageTag, language_tag

ENGINES: Final = ("piper", "kokoro", "espeak")
PIPER_VOICE: Final = re.compile(r"^(?P<region>(?P<family>[a-z]{2,3})_[A-Z]{2})-(?P<name>\w+)-(?P<quality>\w+)$")
"How Piper's voices are called."

_FORM: Final = "write for example es=kokoro,fr=piper:fr_FR-siwis-medium,de=espeak"


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """An engine and, for Piper, the name of its voice."""

    engine: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.engine}:{self.name}" if self.name else self.engine


DEFAULTS: Final[Mapping[LanguageTag, VoiceChoice]] = {
    LanguageTag("en"): VoiceChoice("piper", "en_US-joe-medium"),
    LanguageTag("es"): VoiceChoice("kokoro"),
    LanguageTag("pt"): VoiceChoice("kokoro"),
}
"Any other language: a Piper voice that was pulled for it, else eSpeak NG."


def read_voices(text: str) -> dict[LanguageTag, VoiceChoice]:
    """The table that an operator wrote. Raises ValueError naming the entry that is wrong."""
    table: dict[LanguageTag, VoiceChoice] = {}
    for entry in filter(None, (each.strip() for each in text.split(","))):
        tag, equals, voice = (each.strip() for each in entry.partition("="))
        if not equals or not voice:
            raise ValueError(f"{entry!r} names no voice; {_FORM}")
        language = language_tag(tag)
        if language in table:
            raise ValueError(f"{language} is given two voices")
        table[language] = _choice(voice)
    return table


def _choice(voice: str) -> VoiceChoice:
    engine, _, name = voice.partition(":")
    if engine not in ENGINES:
        raise ValueError(f"{engine!r} is no engine that speaks; choose one of {', '.join(ENGINES)}")
    if engine == "piper" and not PIPER_VOICE.match(name):
        raise ValueError(f"{voice!r} names no Piper voice; write for example piper:es_MX-claude-high")
    if engine != "piper" and name:
        raise ValueError(f"{voice!r}: {engine} has no voices to choose from; write {engine} alone")
    return VoiceChoice(engine, name)
