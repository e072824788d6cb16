"""Understanding: from the words of one turn to the approved answers near it and the signals in it.

Cost       One or two short embeddings and some arithmetic: under 30 ms a turn with the embedder idle.
Failing    Without the embedder, answers are found by words, with scores that are careful; signals lose little.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ivr.answers.escalation.again import asked_again
from ivr.answers.escalation.sense import Sense
from ivr.answers.follow_ups import follow, follow_up
from ivr.answers.hints import Hints, build_hints
from ivr.answers.knowledge import Knowledge
from ivr.answers.names import named
from ivr.answers.readings import Wording, readings_of, sentences_apart
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

MOST_TURNS: Final = 256
"Turns whose vectors are remembered for the next turn of their call."

SAID: Final = 0.1
"A score worth writing down."


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
    before   the caller's turns before this one, masked, the last one last.
    """

    about: AnswerId | None = None
    asked: str = ""
    segment: str = ""
    before: tuple[str, ...] = ()


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
        sense: Sense | None = None,
        embed_deadline_ms: float = EMBED_DEADLINE_MS,
    ) -> None:
        """learning: makes the vectors of what is approved, and may remember them. What callers say never reaches it.

        sense: tells what callers say who are to be handed over; None looks for none.
        """
        self._knowledge = knowledge
        self._embedder = embedder
        self._learning = learning or embedder
        self._books = dict(books)
        self._deadline_s = embed_deadline_ms / 1_000
        self._hints: Hints | None = None
        self._sense = sense
        self._vectors: OrderedDict[str, Matrix] = OrderedDict()

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
        each: Sequence[Matrix] = ()
        before, apart = (talk.before, sentences_apart(text)) if self._sense is not None else ((), [])
        if self.calibrated and (index.answers or knowledge.passages or self._sense is not None):
            unseen = [turn for turn in before if turn not in self._vectors]
            asked = [reading.text for reading in (*readings, *joined, *([deeper] if deeper is not None else []))]
            try:
                async with asyncio.timeout(self._deadline_s):
                    vectors = await self._embedder.embed_queries([*asked, *apart, *unseen])
            except (BackendError, TimeoutError):
                degraded = True
            else:
                compared = list(vectors[: len(asked)])
                each = list(vectors[len(asked) : len(asked) + len(apart)])
                self._remember([text, *unseen], [vectors[0], *vectors[len(asked) + len(apart) :]])
                degraded = bool(index.answers) and not index.has_meaning
                if hints is not None:
                    for name, score in hints.score(vectors[0]).items():
                        if signals.get(name, 1.0) > DENIED:
                            signals[name] = max(signals.get(name, 0.0), score)
        worried = None if compared is None else [*compared[: len(readings)], *each]
        said = [*(reading.text for reading in readings), *apart]
        for name, score in self._worries(said, language, before, worried).items():
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

    def _remember(self, texts: Sequence[str], vectors: Sequence[Matrix]) -> None:
        """Keep the vectors of what was said for the next turn of its call; in memory, and not for long."""
        for text, vector in zip(texts, vectors, strict=True):
            self._vectors[text] = vector
            self._vectors.move_to_end(text)
        while len(self._vectors) > MOST_TURNS:
            self._vectors.popitem(last=False)

    def _worries(
        self,
        said: Sequence[str],
        language: LanguageTag,
        before: Sequence[str],
        vectors: Sequence[Matrix] | None,
    ) -> dict[str, float]:
        """How much the turn sounds like each reason, and like what was asked before.

        said  the turn as it was heard, put right, and its sentences; `vectors` are theirs.
        """
        if self._sense is None:
            return {}
        scores: dict[str, float] = {}
        for at, part in enumerate(said):
            found = self._sense.score(part, None if vectors is None else vectors[at])
            scores |= {name: max(score, scores.get(name, 0.0)) for name, score in found.items()}
        known = [self._vectors[turn] for turn in before if turn in self._vectors]
        vector = None if vectors is None else vectors[0]
        again = asked_again(said[0], language, before, vector, known if len(known) == len(before) else ())
        return scores | {"again": again} if again >= SAID else scores

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
