"""Composing: the words of an answer. An approved answer is spoken as it was approved, in the caller's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ivr.answers.fills import Told, filled
from ivr.answers.knowledge import Knowledge
from ivr.flows.policies import ANY, Rule
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag


@dataclass(frozen=True, slots=True)
class Answer:
    """Words that may be spoken, under this rule.

    `sources` are the approved answers or passages they stand on; `language` is that of the words. `more`: the passage
    says more that is likely to help.
    """

    kind: Literal["approved", "composed"]
    text: str
    sources: tuple[AnswerId, ...]
    language: LanguageTag
    rule: Rule = ANY
    more: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing may be spoken. `reason` is no_candidate, not_approved, not_in_language or not_grounded.

    By the topic's policy it is person_only or nobody_to_approve.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """What an answer is to be composed for.

    text      what the caller said, masked.
    passages  ids of what it may stand on, best first.
    earlier   what was asked before, masked, the last one last.
    told      an answer to it that stands on the first of these: what the passage says after it is wanted. "" at first.
    """

    text: str
    language: LanguageTag
    passages: tuple[AnswerId, ...]
    earlier: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the gate made of a sentence: whether it may be spoken, why or why not, and the passages behind it."""

    text: str
    passed: bool
    reason: str
    sources: tuple[AnswerId, ...] = ()


class Answers:
    """Speaks for the knowledge in use at the moment it is asked: a revoked answer is blocked from then on."""

    def __init__(self, knowledge: Knowledge, told: Told | None = None, *, as_written: bool = False) -> None:
        """Speak for `knowledge`.

        told        the opening hours and the moment, for answers that speak of them.
        as_written  words count in any language. For evaluation only: callers are answered in their own.
        """
        self._knowledge = knowledge
        self._told = told
        self._as_written = as_written

    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Answer | Blocked:
        """Return the best candidate word for word. The next best never takes its place: it answers another question.

        candidates  best first, as in `AnswerRequested`.
        """
        if not candidates:
            return Blocked("no_candidate")
        found = self._knowledge.approved.get(candidates[0])
        if found is None:
            return Blocked("not_approved")
        spoken = _spoken(found, language)
        if spoken is None and self._as_written:
            spoken = next(iter(found.spoken.items()), None)
        if spoken is None:
            return Blocked("not_in_language")
        tag, text = spoken
        return Answer("approved", self._now(found, tag, text), (found.id,), tag)

    def words(self, answer: ApprovedAnswer) -> list[str]:
        """All that an answer says at this moment, in every language."""
        return [self._now(answer, tag, text) for tag, text in answer.spoken.items()]

    def _now(self, answer: ApprovedAnswer, tag: LanguageTag, text: str) -> str:
        if self._told is None or tag not in answer.live:
            return text
        return filled(answer.live[tag], tag, *self._told())


def _spoken(answer: ApprovedAnswer, language: LanguageTag) -> tuple[LanguageTag, str] | None:
    """Return the words in this language: in the very variety when there is one, else in a sister (pt for pt-BR)."""
    if language in answer.spoken:
        return language, answer.spoken[language]
    primary = language.partition("-")[0]
    return next(((tag, text) for tag, text in answer.spoken.items() if tag.partition("-")[0] == primary), None)
