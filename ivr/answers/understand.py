"""Understanding: from the words of one turn to the approved answers near it and the signals in it.

Cost       One or two short embeddings and some arithmetic: under 30 ms a turn with the embedder idle.
Failing    Without the embedder, answers are found by words, with scores that are careful; signals lose little.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    """

    hits: tuple[Hit, ...]
    signals: dict[str, float]
    degraded: bool = False


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

    async def understand(self, text: str, language: LanguageTag, about: AnswerId | None = None) -> Understood:
        """Understand one turn. Never raises because of the embedder.

        about  the answer last given: what a turn such as "and on Sundays?" leans on (`ivr.answers.follow_ups`).
        """
        if not text.strip():
            return Understood((), {})
        index, hints = self._knowledge.index, self._hints
        signals = score_wording(self._books, text, language)
        readings = readings_of(text, language, index)
        last = self._knowledge.approved.get(about) if about is not None else None
        turn = follow_up(text, language, last) if last is not None else None
        joined = [Wording(turn.text)] if turn is not None else []
        compared: Sequence[Matrix] | None = None
        degraded = False
        if self.calibrated and index.answers:
            try:
                async with asyncio.timeout(self._deadline_s):
                    vectors = await self._embedder.embed_queries([reading.text for reading in (*readings, *joined)])
            except (BackendError, TimeoutError):
                degraded = True
            else:
                degraded = not index.has_meaning
                compared = None if degraded else list(vectors)
                if hints is not None:
                    for name, score in hints.score(vectors[0]).items():
                        if signals.get(name, 1.0) > DENIED:
                            signals[name] = max(signals.get(name, 0.0), score)
        if not index.answers:
            return Understood((), signals, degraded)
        plain = None if compared is None else compared[: len(readings)]
        found = hits(index, weigh(index, readings, plain, language))
        if turn is not None and last is not None:
            again = hits(index, weigh(index, joined, None if compared is None else compared[-1:], language))
            found = follow(found, again, turn, last.id, self._knowledge.approved, language)
        return Understood(named(found, self._knowledge.approved, language), signals, degraded)
