"""Telling: facts to lines, lines through the check, and what is left as a summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ivr.answers.summary.brief import shortened
from ivr.answers.summary.check import Proof, is_about, proof_of, unsupported
from ivr.answers.summary.facts import Facts, Known, facts_of
from ivr.answers.summary.lines import Line, lines_of
from ivr.answers.summary.words import Book
from ivr.vocabulary.events import Logged
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

NARRATED: Final = frozenset({"asked", "told", "open"})
"Kinds of lines that an approved proposal stands in for."


@dataclass(frozen=True, slots=True)
class Proposed:
    """One line of a summary that somebody else wrote, and the turns it is said to stand on."""

    text: str
    turns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that may not stand, and why."""

    text: str
    turns: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A call as an agent is told it.

    language  of the words; what the caller said is quoted in theirs.
    lines     as they are read, from who calls to what to do next.
    aloud     what may be spoken, beside what the lines say themselves.
    dropped   lines that the check took out. Of our own there are none, unless something is wrong with us.
    """

    language: LanguageTag
    lines: tuple[Line, ...]
    aloud: tuple[Line, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def summarise(
    log: Sequence[Logged],
    book: Book,
    *,
    known: Known | None = None,
    names: Mapping[AnswerId, str] | None = None,
    proposed: Sequence[Proposed] = (),
) -> Summary:
    """What this call is about, as far as its log goes. Never raises, whatever the log holds.

    known     the caller, when somebody knows better than the log who they are.
    names     what approved answers are called in the book's language.
    proposed  lines that somebody else wrote: those that stand are told in place of questions and answers.
    """
    facts, names = facts_of(log, known), names or {}
    checker = _Checker(facts, book, names)
    lines = [line for line in lines_of(facts, book, names) if checker.lets_stand(line)]
    claims = checker.claims(proposed)
    if claims:
        lines = _in_place(lines, claims)
    return Summary(
        book.language,
        tuple(line for line in lines if line.text),
        tuple(line for line in lines if line.spoken),
        tuple(checker.dropped),
    )


def briefing(summary: Summary) -> str:
    """The summary for the ear, in whole lines: at most twelve seconds of it."""
    return shortened(summary.aloud)


def as_json(summary: Summary) -> list[dict[str, object]]:
    """The lines as `ivr call --json` and `ivr calls show --summary --json` print them."""
    return [{"line": line.text, "turns": list(line.turns)} for line in summary.lines]


def _in_place(lines: Sequence[Line], claims: Sequence[Line]) -> list[Line]:
    """The claims after the reason, in the place of what they tell; the rest of the lines is only heard."""
    silent = [replace(line, text="") if line.kind in NARRATED else line for line in lines]
    at = next((n for n, line in enumerate(silent) if line.kind not in {"who", "language", "why"}), len(silent))
    return [*silent[:at], *claims, *silent[at:]]


class _Checker:
    """Lets lines stand or drops them, and remembers what it dropped."""

    def __init__(self, facts: Facts, book: Book, names: Mapping[AnswerId, str]) -> None:
        self._facts, self._book, self._names = facts, book, names
        self._proofs: dict[tuple[int, ...], Proof | None] = {}
        self.dropped: list[Dropped] = []

    def lets_stand(self, line: Line) -> bool:
        proof = self._proof(line.turns)
        why = unsupported(line.text, proof, self._book) or unsupported(line.spoken, proof, self._book)
        return self._decided(line.text or line.spoken, line.turns, why)

    def claims(self, proposed: Sequence[Proposed]) -> list[Line]:
        """The proposed lines that stand."""
        stand = [each for each in proposed if self._decided(each.text, each.turns, self._against(each))]
        return [Line(each.text, each.turns, "claim") for each in stand]

    def _against(self, each: Proposed) -> str:
        proof = self._proof(each.turns)
        why = unsupported(each.text, proof, self._book)
        if why or proof is None:
            return why
        return "" if is_about(each.text, proof, self._book) else "would fit any call"

    def _decided(self, text: str, turns: tuple[int, ...], why: str) -> bool:
        if why:
            self.dropped.append(Dropped(text, turns, why))
        return not why

    def _proof(self, turns: tuple[int, ...]) -> Proof | None:
        if turns not in self._proofs:
            self._proofs[turns] = proof_of(self._facts, turns, self._book, self._names)
        return self._proofs[turns]
