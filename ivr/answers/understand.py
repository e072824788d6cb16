"""Understanding: from the words of one turn to the approved answers near it and the signals in it.

Cost       One or two short embeddings and some arithmetic: under 30 ms a turn with the embedder idle.
Failing    Without the embedder, answers are found by words, with scores that are careful; signals lose little.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ivr.answers.follow_ups import follow, follow_up
from ivr.answers.hints import Hints, build_hints
from ivr.answers.knowledge import Knowledge
from ivr.answers.names import named
from ivr.answers.readings import Wording, readings_of
from ivr.answers.scores import calibrated, hits, weigh
from ivr.answers.signals import DENIED, SignalBook, score_wording
from ivr.answers.space import Matrix
from ivr.ports.meaning import Embedder
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

EMBED_DEADLINE_MS: Final = 400
"A caller is waiting: after this the turn goes on by words alone."


@dataclass(frozen=True, slots=True)
class Understood:
    """What one turn may mean.

    hits      best first, at most five; a score is the chance, 0..1, that this answer is the one.
    signals   name to score, 0..1, of those that were heard at all.
    degraded  the embedder could not serve, so words had to do.
    passages  as `hits`, of approved documents.
    """

    hits: tuple[Hit, ...]
    signals: dict[str, float]
    degraded: bool = False
    passages: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """What a turn stands in.

    about    the answer last given, or the passage: what a turn such as "and on Sundays?" leans on.
    asked    the words that it answered, masked.
    segment  the customer's; passages for other segments are none of theirs.
    """

    about: AnswerId | None = None
    asked: str = ""
    segment: str = ""


NO_TALK: Final = Talk()


class Understanding:
    """Understands turns by the knowledge in use."""

    def __init__(
        self,
        knowledge: Knowledge,
        embedder: Embedder,
        books: Mapping[LanguageTag, SignalBook],
        *,
        learning: Embedder | None = None,
        embed_deadline_ms: float = EMBED_DEADLINE_MS,
    ) -> None:
        """learning: makes the vectors of what is approved, and may remember them. What callers say never reaches it."""
        self._knowledge = knowledge
        self._embedder = embedder
        self._learning = learning or embedder
        self._books = dict(books)
        self._deadline_s = embed_deadline_ms / 1_000
        self._hints: Hints | None = None

    @property
    def calibrated(self) -> bool:
        """False when scores were never fitted for this embedder: then words alone are used (`scripts/calibrate`)."""
        return calibrated(self._embedder.name)

    async def learn(self, answers: Sequence[ApprovedAnswer]) -> bool:
        """Take these answers into use. Call it at the start, whenever the knowledge changes, and after a False.

        Returns False when the embedder could not serve; turns are then understood by words until the next call. Old
        answers are gone in either case. Never blocks the loop: vectors come in small batches, the rest in a thread.
        """
        learnt = await self._knowledge.learn(answers, self._learning)
        if learnt and self.calibrated:
            try:
                self._hints = await build_hints(self._books, self._knowledge.index, self._learning)
            except BackendError:
                return False
        return learnt

    async def understand(self, text: str, language: LanguageTag, talk: Talk = NO_TALK) -> Understood:
        """Understand one turn. Never raises because of the embedder."""
        if not text.strip():
            return Understood((), {})
        knowledge, hints = self._knowledge, self._hints
        index = knowledge.index
        signals = score_wording(self._books, text, language)
        readings = readings_of(text, language, index)
        last = knowledge.approved.get(talk.about) if talk.about is not None else None
        turn = follow_up(text, language, last) if last is not None else None
        joined = [Wording(turn.text)] if turn is not None else []
        deeper = self._leaning(text, language, talk) if last is None else None
        compared: Sequence[Matrix] | None = None
        degraded = False
        if self.calibrated and (index.answers or knowledge.passages):
            asked = [reading.text for reading in (*readings, *joined, *([deeper] if deeper is not None else []))]
            try:
                async with asyncio.timeout(self._deadline_s):
                    vectors = await self._embedder.embed_queries(asked)
            except (BackendError, TimeoutError):
                degraded = True
            else:
                compared = list(vectors)
                degraded = bool(index.answers) and not index.has_meaning
                if hints is not None:
                    for name, score in hints.score(vectors[0]).items():
                        if signals.get(name, 1.0) > DENIED:
                            signals[name] = max(signals.get(name, 0.0), score)
        passages = self._passages(readings, deeper, compared, language, talk.segment)
        if not index.answers:
            return Understood((), signals, degraded, passages)
        answers = compared if index.has_meaning else None
        plain = None if answers is None else answers[: len(readings)]
        found = hits(index, weigh(index, readings, plain, language))
        if turn is not None and last is not None:
            of_joined = None if answers is None else answers[len(readings) : len(readings) + 1]
            again = hits(index, weigh(index, joined, of_joined, language))
            found = follow(found, again, turn, last.id, knowledge.approved, language)
        return Understood(named(found, knowledge.approved, language), signals, degraded, passages)

    def _leaning(self, text: str, language: LanguageTag, talk: Talk) -> Wording | None:
        """This turn with what was asked before, when it leans on a passage."""
        last = self._knowledge.passages.get(talk.about) if talk.about is not None else None
        if last is None or not talk.asked:
            return None
        turn = follow_up(text, language, replace(last, questions={language: (talk.asked,)}))
        return Wording(turn.text) if turn is not None else None

    def _passages(
        self,
        readings: Sequence[Wording],
        deeper: Wording | None,
        vectors: Sequence[Matrix] | None,
        language: LanguageTag,
        segment: str,
    ) -> tuple[Hit, ...]:
        """The passages near a turn; one that leans on the last is about what it leans on."""
        index = self._knowledge.documents
        if not index.answers:
            return ()
        if deeper is not None:
            readings, vectors = [deeper], None if vectors is None else vectors[-1:]
        elif vectors is not None:
            vectors = vectors[: len(readings)]
        weighed = weigh(index, readings, vectors if index.has_meaning else None, language)
        found = hits(index, weighed, beside=bool(self._knowledge.index.answers))
        return tuple(hit for hit in found if self._knowledge.passage_for(hit.answer, segment) is not None)
