"""The examples that people write: what callers say who must be handed over, and what only sounds like it.

Room       Reading files into plain data, with a fault for everything that does not fit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ivr.flows.faults import FlowFault, did_you_mean
from ivr.flows.source import read
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag, language_tag

REASONS: Final = (
    "asked", "theft", "fraud", "account_access", "dispute", "legal", "complaint", "distress", "danger", "abuse",
    "frustration", "language",
)  # fmt: skip
"Reasons of a transfer that words alone can show."

HINTS: Final = ("threat", "correction", "vague", "garbled")
"""What is no reason of its own: a threat is abuse that nobody is warned for; corrections add up to frustration or
repetition, what is vague to no progress, and what no sense can be made of to not being understood."""

KINDS: Final = (*REASONS, *HINTS)
PAGE: Final = "see docs/escalation.md, and the demo's escalation/en.yaml for one that is whole"
LONGEST: Final = 400
"Characters of one example: a caller's turn, not a story."


@dataclass(frozen=True, slots=True)
class Examples:
    """Whole turns of callers: `examples` are meant, `counter` only sound like it."""

    examples: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EscalationBook:
    """What was written for one language. `others` are turns that no person is needed for."""

    language: LanguageTag
    reasons: Mapping[str, Examples]
    others: tuple[str, ...] = ()


Books = Mapping[LanguageTag, EscalationBook]


def read_escalation(folder: Path) -> dict[LanguageTag, EscalationBook]:
    """Read every `*.yaml` of a folder; {} when there is none. Raises ConfigError with the first fault."""
    books, faults = examine_escalation(folder)
    if faults:
        first = faults[0]
        more = f" (and {len(faults) - 1} more: `ivr check` names them)" if len(faults) > 1 else ""
        raise ConfigError(first.what + more, where=first.place, fix=first.fix)
    return books


def examine_escalation(folder: Path) -> tuple[dict[LanguageTag, EscalationBook], list[FlowFault]]:
    """Read a folder as far as it can be read, and find everything that is wrong with it."""
    books: dict[LanguageTag, EscalationBook] = {}
    faults: list[FlowFault] = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            data = file.read_bytes()
        except OSError as error:
            faults.append(FlowFault(f"the file cannot be read ({error.strerror})", file.name, PAGE, str(file)))
            continue
        source = read(data, str(file))
        if isinstance(source, FlowFault):
            faults.append(source)
            continue
        reader = _Reader(str(file), source.locate)
        book = reader.book(source.data)
        faults += reader.faults
        if book is None:
            continue
        if book.language in books:
            what = f"a second file is about {book.language}"
            faults.append(FlowFault(what, "language", "put both into one file", str(file)))
        books[book.language] = book
    return books, faults


class _Reader:
    """One file's data to a book, gathering faults."""

    def __init__(self, file: str, locate: Any) -> None:
        self._file, self._locate = file, locate
        self.faults: list[FlowFault] = []

    def book(self, data: Mapping[str, Any]) -> EscalationBook | None:
        for key in data:
            if key not in {"language", "reasons", "others"}:
                self._fault(f"{key} is nothing that this file has", key, fix=did_you_mean(key, ["reasons", "others"]))
        try:
            language = language_tag(str(data["language"]))
        except (KeyError, ValueError):
            self._fault("the file does not say which language it is in", "language", fix="add a line `language: en`")
            return None
        reasons = data.get("reasons")
        if not isinstance(reasons, Mapping) or not reasons:
            self._fault("there are no reasons", "reasons", fix=f"write them under `reasons:`; {PAGE}")
            return None
        read_reasons = {name: self._examples(name, entry) for name, entry in reasons.items() if self._known(name)}
        return EscalationBook(language, read_reasons, self._texts(data.get("others"), "others"))

    def _known(self, name: str) -> bool:
        if name in KINDS:
            return True
        self._fault(f"{name!r} is no reason", "reasons", name, fix=did_you_mean(name, KINDS))
        return False

    def _examples(self, name: str, entry: Any) -> Examples:
        if not isinstance(entry, Mapping):
            self._fault(f"{name} has no examples", "reasons", name, fix='write `examples: ["…"]` under it')
            return Examples()
        for key in entry:
            if key not in {"examples", "counter"}:
                fix = did_you_mean(key, ["examples", "counter"])
                self._fault(f"{key} is nothing that a reason has", "reasons", name, key, fix=fix)
        examples = self._texts(entry.get("examples"), "reasons", name, "examples")
        if not examples:
            self._fault(f"{name} has no examples", "reasons", name, fix="write what callers say, or take it out")
        return Examples(examples, self._texts(entry.get("counter"), "reasons", name, "counter"))

    def _texts(self, entry: Any, *path: str) -> tuple[str, ...]:
        if entry is None:
            return ()
        if not isinstance(entry, list):
            self._fault(f"{path[-1]} is no list", *path, fix=f'write `{path[-1]}: ["…", "…"]`')
            return ()
        texts = []
        for at, text in enumerate(entry):
            said = " ".join(text.split()) if isinstance(text, str) else ""
            if not said or len(said) > LONGEST:
                what = "an example is no text" if not said else f"an example has more than {LONGEST} characters"
                self._fault(what, *path, at, fix="write what a caller says in one turn, in quotes")
            else:
                texts.append(said)
        return tuple(dict.fromkeys(texts))

    def _fault(self, what: str, *path: str | int, fix: str) -> None:
        line, column = self._locate(path)
        where = ".".join(str(step) for step in path)
        self.faults.append(FlowFault(what, where, fix, self._file, line, column))
