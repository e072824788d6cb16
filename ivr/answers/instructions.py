"""Instructions: what a language model is told, as versioned templates, and callers' words in them as data.

Room   Pure but for `read_instructions`, which reads `prompts/instructions`.
Data   What a caller said and what a document says is put between tags that it cannot close: no sign of it can begin a
       tag, or one of the marks with which models tell turns apart. Places are filled once, so data holds no places.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from ivr.ports.language_model import Turn
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag, language_tag

PLACES: Final = frozenset({"language", "passages", "earlier", "question"})
EVERY: Final = "*"

LONGEST_QUESTION: Final = 600
LONGEST_PASSAGE: Final = 1_600
"Characters of either that a model is given."

ECHO_WORDS: Final = 6
"As many words in a row are the instructions' own, and no accident."

_MARKS: Final = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "|": "/", "`": "'", "#": "№"}
)
"Signs that begin a tag, a turn of a model's own language, or a place of ours."

_HEADING: Final = re.compile(r"^# (system|user|assistant)[ \t]*$", re.MULTILINE)
_PLACE: Final = re.compile(r"\{([a-z]+)\}")
_WORD: Final = re.compile(r"[^\W_]+")
_FRONT: Final = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def as_data(text: str, longest: int) -> str:
    """Return text that a model may be given as something to read: one line, no marks, nothing unseen."""
    plain = unicodedata.normalize("NFKC", text[: longest * 2]).translate(_MARKS)
    seen = "".join(" " if letter.isspace() or unicodedata.category(letter)[0] == "C" else letter for letter in plain)
    return " ".join(seen.split())[:longest]


@dataclass(frozen=True, slots=True)
class Instructions:
    """One template.

    languages  what it may be used for, by tag or primary subtag; ("*",) is every one.
    turns      the last is the caller's, and holds the places.
    echoes     runs of ECHO_WORDS words that stand in what the model is told and shown.
    """

    id: str
    version: int
    languages: tuple[str, ...]
    turns: tuple[Turn, ...]
    echoes: frozenset[tuple[str, ...]] = field(repr=False)

    def filled(self, language: str, passages: Sequence[str], earlier: Sequence[str], question: str) -> list[Turn]:
        """Return the turns for one question. `language` is its name, for people."""
        values = {
            "language": as_data(language, 40),
            "passages": "\n".join(as_data(text, LONGEST_PASSAGE) for text in passages),
            "earlier": "".join(f"<earlier>{as_data(text, LONGEST_QUESTION)}</earlier>\n" for text in earlier),
            "question": as_data(question, LONGEST_QUESTION),
        }
        return [Turn(turn.role, _PLACE.sub(lambda place: values[place[1]], turn.text)) for turn in self.turns]

    def fixed(self, language: str) -> list[Turn]:
        """Return the turns that are the same for every question in this language: what can be read ahead."""
        return self.filled(language, (), (), "")[:-1]

    def echoed(self, text: str) -> bool:
        """Whether it holds a run of the instructions' own words."""
        return not self.echoes.isdisjoint(_runs(text))


Book = Mapping[str, Sequence[Instructions]]
"Id to its templates."


def choose(book: Book, id: str, language: LanguageTag) -> Instructions | None:
    """Return the template for this language: its very variety, then the language, then the one for every language."""
    for wanted in (language, language.partition("-")[0], EVERY):
        for each in book.get(id, ()):
            if wanted in each.languages:
                return each
    return None


def read_instructions(folder: Path) -> Book:
    """Read every *.md. Raises ConfigError naming file, fault and fix."""
    book: dict[str, list[Instructions]] = {}
    for file in sorted(folder.glob("*.md")):
        found = parse(file.read_text(encoding="utf-8"), str(file))
        book.setdefault(found.id, []).append(found)
    return book


def parse(text: str, where: str) -> Instructions:
    """Read one template. Raises ConfigError."""
    front = _FRONT.match(text)
    try:
        facts: Any = yaml.safe_load(front[1]) if front else None
    except yaml.YAMLError as error:
        raise ConfigError(f"the front matter is no YAML ({error})", where=where, fix="See compose.md.") from error
    if front is None or not isinstance(facts, dict):
        raise ConfigError("there is no front matter", where=where, fix="Begin with ---, id, version, languages, ---.")
    id, version, languages = facts.get("id"), facts.get("version"), facts.get("languages")
    if not isinstance(id, str) or not isinstance(version, int) or not isinstance(languages, list) or not languages:
        fix = "Give `id`, a whole number as `version`, and a list of `languages`."
        raise ConfigError("the front matter is not whole", where=where, fix=fix)
    turns = _turns(text[front.end() :])
    if not turns or turns[0].role != "system" or turns[-1].role != "user":
        raise ConfigError("the turns are not in order", where=where, fix="Begin with # system and end with # user.")
    places = {place for turn in turns for place in _PLACE.findall(turn.text)}
    last = set(_PLACE.findall(turns[-1].text))
    if places - PLACES or not {"passages", "question"} <= last or (places - {"language"}) - last:
        fix = "{passages}, {earlier} and {question} stand in the last turn, {language} anywhere, nothing else."
        raise ConfigError("its places are not those that are filled", where=where, fix=fix)
    tags = tuple(EVERY if each == EVERY else language_tag(str(each)) for each in languages)
    return Instructions(id, version, tags, tuple(turns), frozenset(_echoes(turns)))


def _turns(body: str) -> list[Turn]:
    parts = _HEADING.split(body)[1:]
    found: list[Turn] = []
    for role, text in zip(parts[::2], parts[1::2], strict=True):
        match role:
            case "system":
                found.append(Turn("system", text.strip()))
            case "assistant":
                found.append(Turn("assistant", text.strip()))
            case _:
                found.append(Turn("user", text.strip()))
    return found


def _echoes(turns: Iterable[Turn]) -> Iterable[tuple[str, ...]]:
    for turn in turns:
        yield from _runs(_PLACE.sub(" ", turn.text))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return {tuple(words[at : at + ECHO_WORDS]) for at in range(len(words) - ECHO_WORDS + 1)}
