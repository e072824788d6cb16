"""The words a summary is told in: one book a language, of what agents hear and of what they read.

Data  `prompts/spoken/xx.yaml` has what is heard (`briefing_…`) and the reasons; `prompts/screen/xx.yaml` has what is
      read. An operator's own folder of spoken words may say any of them differently.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError

from ivr.answers.summary.folding import fold
from ivr.flows.faults import FlowFault
from ivr.flows.source import read
from ivr.vocabulary.events import ESCALATION_REASONS
from ivr.vocabulary.language import LanguageTag

LANGUAGES: Final = tuple(LanguageTag(tag) for tag in ("en", "es", "pt", "fr", "de", "it"))
"Languages that agents are told in."
FALLBACK: Final = LanguageTag("en")

_NONE: Final = frozenset[str]()
HEARD: Final[Mapping[str, frozenset[str]]] = {
    "briefing_who": frozenset({"name"}),
    "briefing_who_segment": frozenset({"name", "segment"}),
    "briefing_language": frozenset({"language"}),
    "briefing_why": frozenset({"reason"}),
    "briefing_words": frozenset({"words"}),
    "briefing_asked": frozenset({"name"}),
    "briefing_told": frozenset({"name"}),
    "briefing_part": frozenset({"name"}),
    "briefing_open": frozenset({"words"}),
    **{f"reason_{reason}": _NONE for reason in ESCALATION_REASONS},
}
"What an agent hears, each with the fills that it must take and no other."
MOODS: Final = ("calm", "distress", "danger", "abuse", "frustration", "complaint", "repetition", "insists")
STEPS: Final = (
    "secure", "verify", "case", "legal", "apologise", "comfort", "safety", "firm", "answer", "listen", "language",
    "do", "greet",
)  # fmt: skip
READ: Final[Mapping[str, frozenset[str]]] = {
    "who": frozenset({"number"}),
    "who_hidden": _NONE,
    "who_name": frozenset({"name", "number"}),
    "who_segment": frozenset({"name", "segment", "number"}),
    "language": frozenset({"language"}),
    "languages": frozenset({"language"}),
    "why": frozenset({"reason"}),
    "why_words": frozenset({"reason", "words"}),
    "why_key": frozenset({"reason", "key"}),
    "asked": frozenset({"words"}),
    "asked_name": frozenset({"words", "name"}),
    "told": frozenset({"words", "source"}),
    "told_part": frozenset({"words", "source"}),
    "told_nothing": frozenset({"source"}),
    "open": frozenset({"words"}),
    "proved": frozenset({"what"}),
    "not_proved": frozenset({"what"}),
    "given": frozenset({"what", "value"}),
    "callback": frozenset({"number"}),
    "next_callback": frozenset({"number"}),
    **{f"mood_{mood}": _NONE for mood in MOODS},
    **{f"next_{step}": _NONE for step in STEPS},
}
"What an agent reads, the same way."

_FILL: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Book:
    """The words of one language."""

    language: LanguageTag
    phrases: Mapping[str, str]

    def say(self, phrase: str, /, **fills: str) -> str:
        """The phrase with its fills put in; "" when the book does not have it. Never raises."""
        return _FILL.sub(lambda found: fills.get(found[1], found[0]), self.phrases.get(phrase, ""))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of its own, folded: what a line may hold beside what it tells of the call."""
        return frozenset(word for text in self.phrases.values() for word in fold(_FILL.sub(" ", text)).split())

    def language_name(self, language: LanguageTag) -> str:
        """What another language is called in this one."""
        try:
            return str(Locale.parse(language, sep="-").get_display_name(self.language) or language)
        except (UnknownLocaleError, ValueError):
            return language


Books = Mapping[LanguageTag, Book]


def book_of(books: Books, language: LanguageTag) -> Book:
    """The book of this language, of its sister (pt for pt-BR), else the English one."""
    primary = LanguageTag(language.partition("-")[0])
    return books.get(language) or books.get(primary) or books[FALLBACK]


def read_books(spoken: Sequence[Path], screen: Path) -> tuple[dict[LanguageTag, Book], list[FlowFault]]:
    """Every language's book, and what is wrong with the files.

    spoken  folders of what is heard; of a phrase that several have, the last one's counts.
    screen  folder of what is read.
    """
    books: dict[LanguageTag, Book] = {}
    faults: list[FlowFault] = []
    for language in LANGUAGES:
        phrases: dict[str, str] = {}
        for folder, keys in [*((each, HEARD) for each in spoken), (screen, READ)]:
            found, wrong = _read(folder / f"{language}.yaml", keys)
            phrases |= found
            faults += wrong
        faults += [
            FlowFault(f"{key!r} has no words", f"phrases.{language}.{key}", f"write {key}: … there", str(screen))
            for key in sorted({**HEARD, **READ}.keys() - phrases.keys())
        ]
        books[language] = Book(language, phrases)
    return books, faults


def _read(file: Path, keys: Mapping[str, frozenset[str]]) -> tuple[dict[str, str], list[FlowFault]]:
    try:
        source = read(file.read_bytes(), str(file))
    except OSError:
        return {}, []  # what no folder has is named as missing
    if isinstance(source, FlowFault):
        return {}, [source]
    phrases = {key: " ".join(str(source.data[key]).split()) for key in keys if source.data.get(key)}
    return phrases, [fault for key, text in phrases.items() for fault in _fills(key, text, keys[key], str(file))]


def _fills(key: str, text: str, needed: frozenset[str], file: str) -> Iterator[FlowFault]:
    fills = set(_FILL.findall(text))
    if fills != needed:
        takes = ", ".join(f"{{{name}}}" for name in sorted(needed)) or "none"
        yield FlowFault(f"{key!r} takes the wrong fills", key, f"it takes {takes}", file)
