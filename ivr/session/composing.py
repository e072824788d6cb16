"""Composing beside the call: what is known by heart comes at once, what must be composed is worked on ahead.

Ahead    An answer that a guess would ask for is begun in the caller's silence, up to its first sentence in sound; so
         are the passages' own words, which are spoken when a model is late. The real request for the same takes it as
         far as it is; for anything else it is thrown away.
In force A passage that was revoked meanwhile speaks no more: the store of answers is asked again at the end.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from ivr.answers.compose import Answer as Words
from ivr.answers.compose import Blocked, Judged, Question
from ivr.answers.writer import Spare, nobody
from ivr.calls.effects import Answer
from ivr.session.perceive import Composes
from ivr.session.voice import Voice, sentences
from ivr.vocabulary.answered import AnswerBlocked, AnswerPolicy, SentenceJudged
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import AnswerReady
from ivr.vocabulary.ids import RequestId
from ivr.vocabulary.masking import mask

_record = structlog.get_logger("composing")


@dataclass(slots=True)
class _Work:
    """One answer being composed, and what the gate has said of it so far."""

    question: Question
    task: "asyncio.Task[Words | Blocked]"
    judged: list[Judged] = field(default_factory=list)


class Composing:
    """One per live call, inside its TaskGroup. `post` takes SentenceJudged, AnswerReady and AnswerBlocked."""

    def __init__(self, answers: Composes, voice: Voice, post: Callable[[Event], None]) -> None:
        self._answers, self._voice, self._post = answers, voice, post
        self._purse = answers.purse()
        self._work: _Work | None = None
        self._asked: asyncio.Task[None] | None = None

    def ahead(self, tasks: asyncio.TaskGroup, request: Answer, rate: float) -> None:
        """The caller may have asked this: begin, as far as its first sentence in sound."""
        question = question_of(request)
        if self._asked is None and (self._work is None or self._work.question != question):
            self.forget()
            self._work = self._begin(tasks, question, lambda spare: tasks.create_task(self._sound(spare, rate)))
            tasks.create_task(self._render(self._work.task, rate))

    def forget(self) -> None:
        """The caller went on: what was worked ahead for a guess is worth nothing."""
        if self._asked is None and self._work is not None:
            self._work.task.cancel()
            self._work = None

    def answer(self, tasks: asyncio.TaskGroup, request: Answer) -> None:
        """Post what there is to say for this request, now or when it is composed. One that waits still is dropped."""
        if not request.passages:
            self._post(resolve(request, self._answers))
            return
        question = question_of(request)
        if self._asked is not None:
            self.stop()
        if self._work is None or self._work.question != question:
            self.forget()
            self._work = self._begin(tasks, question)
        self._asked = tasks.create_task(self._tell(request.request, self._work))

    def stop(self) -> None:
        """Nothing of what is composed is wanted any more."""
        asked, self._asked = self._asked, None
        if asked is not None:
            asked.cancel()
        self.forget()

    def _begin(self, tasks: asyncio.TaskGroup, question: Question, spare: Spare = nobody) -> _Work:
        judged: list[Judged] = []
        return _Work(question, tasks.create_task(self._compose(question, judged, spare)), judged)

    async def _compose(self, question: Question, judged: list[Judged], spare: Spare) -> Words | Blocked:
        """A mistake of ours costs this answer, not the call."""
        try:
            return await self._answers.compose(question, judged.append, self._purse, spare=spare)
        except Exception:
            _record.exception("composing failed")
            return Blocked("failed")

    async def _tell(self, request: RequestId, work: _Work) -> None:
        found = await work.task
        for each in work.judged:
            text = mask(each.text, work.question.language).text
            self._post(SentenceJudged(request, text, each.passed, each.reason, each.sources))
        self._post(as_event(request, found))
        self._asked = self._work = None

    async def _render(self, task: "asyncio.Task[Words | Blocked]", rate: float) -> None:
        await asyncio.wait({task})
        if not task.cancelled() and isinstance(found := task.result(), Words):
            await self._sound(found, rate)

    async def _sound(self, found: Words, rate: float) -> None:
        """Have the first sentence in sound, unless a person looks at it first. A fault shows when it matters."""
        if found.rule.policy is not AnswerPolicy.AUTOMATIC:
            return
        try:
            for sentence in sentences(found.text)[:1]:
                pieces = await self._voice.pieces(sentence, found.language, rate)
                await self._voice.render(pieces[0], found.language, rate)
        except BackendError:
            pass


def question_of(request: Answer) -> Question:
    """What is to be composed. What the caller said is masked once more: a guess holds it as it was heard."""
    asked = mask(request.question, request.language).text
    return Question(asked, request.language, request.passages, request.earlier, request.told)


def resolve(request: Answer, answers: Composes) -> AnswerReady | AnswerBlocked:
    """The words that are known by heart for a request, as the event that brings them back."""
    return as_event(request.request, answers.answer(request.candidates, request.language))


def as_event(request: RequestId, found: Words | Blocked) -> AnswerReady | AnswerBlocked:
    """What was found, as the event that brings it back."""
    if isinstance(found, Blocked):
        return AnswerBlocked(request, found.reason)
    rule = found.rule
    return AnswerReady(
        request,
        found.kind,
        found.text,
        found.sources,
        found.language,
        rule.policy.value,
        rule.topic,
        rule.within_s,
        found.more,
    )
