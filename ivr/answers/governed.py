"""Governed: what may be said, under the policies of the business. Stands before whoever finds or composes the words."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from ivr.answers.compose import Answer, Blocked, Judged, Question
from ivr.answers.writer import Purse
from ivr.flows.policies import Policies, Rule
from ivr.vocabulary.answered import AnswerPolicy
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

PERSON_ONLY: Final = Blocked("person_only")
NOBODY: Final = Blocked("nobody_to_approve")
"Somebody would have to look at it first, and nobody is there: the caller is not made to wait for that."


@dataclass(frozen=True, slots=True)
class Held:
    """Asked of every answer, at the moment it is there.

    topic     of an approved answer or a passage; "" when it is in use no more.
    policies  those of this moment.
    someone   whether anybody is there who could look at an answer.
    """

    topic: Callable[[AnswerId], str]
    policies: Callable[[], Policies]
    someone: Callable[[], bool]

    def rule(self, sources: Collection[AnswerId]) -> Rule:
        """What holds for an answer that stands on these."""
        return self.policies().rule([topic for source in sources if (topic := self.topic(source))])


class Finds(Protocol):
    """As `ivr.session.perceive.Composes`."""

    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Answer | Blocked: ...

    def purse(self) -> Purse | None: ...

    async def compose(
        self, asked: Question, judged: Callable[[Judged], None], purse: Purse | None
    ) -> Answer | Blocked: ...


class Governed:
    """Finds and composes as `answers` does, as far as the policies that hold let it."""

    def __init__(self, answers: Finds, held: Held) -> None:
        self._answers, self._held = answers, held

    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Answer | Blocked:
        """The words of the first candidate, with what holds for them, or why none may be spoken."""
        return self._under(self._answers.answer(candidates, language))

    def purse(self) -> Purse | None:
        return self._answers.purse()

    async def compose(
        self, asked: Question, judged: Callable[[Judged], None], purse: Purse | None = None
    ) -> Answer | Blocked:
        """Words that stand on passages, with what holds for them.

        The nearest passage decides whether anything is composed at all; others that only a person may answer from are
        left out. What holds is looked up again at the end, by the passages that the words do stand on.
        """
        refused = self._refused(asked.passages[:1])
        if refused is not None:
            return refused
        passages = tuple(each for each in asked.passages if self._refused([each]) is not PERSON_ONLY)
        return self._under(await self._answers.compose(replace(asked, passages=passages), judged, purse))

    def _under(self, found: Answer | Blocked) -> Answer | Blocked:
        if isinstance(found, Blocked):
            return found
        return self._refused(found.sources) or replace(found, rule=self._held.rule(found.sources))

    def _refused(self, sources: Sequence[AnswerId]) -> Blocked | None:
        """Why nothing may be said that stands on these; None when it may, at least once somebody has looked at it."""
        match self._held.rule(sources).policy:
            case AnswerPolicy.PERSON_ONLY:
                return PERSON_ONLY
            case AnswerPolicy.APPROVE_FIRST if not self._held.someone():
                return NOBODY
            case _:
                return None
