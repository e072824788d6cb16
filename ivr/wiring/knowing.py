"""What the house knows: approved answers and signals, found by words at once and by meaning when the embedder is up."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import structlog

from ivr.adapters.files.knowledge import FolderKnowledge, as_error
from ivr.adapters.files.vectors import KeptEmbedder
from ivr.answers.compose import Answer, Answers, Blocked, Judged, Question
from ivr.answers.escalation.sense import Sense
from ivr.answers.fills import prepared
from ivr.answers.hot_words import all_hot_words
from ivr.answers.knowledge import Knowledge
from ivr.answers.signals import read_signals
from ivr.answers.understand import NO_TALK, Talk, Understanding, Understood
from ivr.answers.writer import Purse, Spare, nobody
from ivr.flows.hours import Hours
from ivr.ports.clock import Clock
from ivr.ports.meaning import Embedder
from ivr.ports.store import ApprovedAnswer
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.library import Library, Shelf
from ivr.wiring.opening import Opening, fill_faults

RETRY_MS = 1_000.0
"Between tries to reach the embedder."
LOOK_MS = 5_000.0
"Between looks at the folder for edits."
WATCH_MS = 500.0
"Between looks at whether a document was approved or revoked."

_record = structlog.get_logger("knowledge")


class Embedders(NamedTuple):
    """The embedder, for what callers say; and the same for what is approved, which remembers it on disk."""

    asking: Embedder
    learning: Embedder


def remembering(embedder: Embedder, settings: Settings) -> Embedders:
    """Keep the vectors of what is approved in the data folder, from one start to the next."""
    return Embedders(embedder, KeptEmbedder(embedder, settings.data / "cache" / "meaning"))


class Knowing:
    """Understands and answers from a folder that people edit; kept fresh while `keep_fresh` runs."""

    def __init__(
        self,
        folder: FolderKnowledge,
        embedders: Embedders,
        signals: Path,
        clock: Clock,
        opening: Opening,
        business: str = "",
        library: Library | None = None,
        sense: Sense | None = None,
    ) -> None:
        """library: the imported documents, and who writes answers from them; None when there are none.

        sense: tells what callers say who are to be handed over.
        """
        self._folder, self._clock, self._opening, self._business = folder, clock, opening, business
        self._library = library
        self._embedders = embedders
        self._knowledge = Knowledge()
        self._understanding = Understanding(
            self._knowledge,
            embedders.asking,
            read_signals(signals),
            learning=embedders.learning,
            sense=sense,
        )
        self._answers = Answers(self._knowledge, opening.told)
        self._read: list[ApprovedAnswer] = []
        "As they are written."
        self._hours: Hours = {}
        self._known: list[ApprovedAnswer] = []
        "The same, with what the hours say put in."
        self.hot_words: Mapping[LanguageTag, str] = {}
        "What callers are likely to say, by language."
        self._learnt = False
        self._shelf = Shelf()

    async def load(self) -> None:
        """Read the folder. Raises ConfigError with every fault of it: a server does not start on faulty knowledge."""
        self._read = await self._folder.answers()
        wrong = fill_faults(self._read, self._opening.schedules)
        if wrong:
            raise as_error(wrong, self._folder.path)
        self._prepare()

    async def learn(self) -> bool:
        """Take what was read into use; False while the embedder cannot serve."""
        self.hot_words = await asyncio.to_thread(all_hot_words, self._business, self._known)
        self._learnt = await self._understanding.learn(self._known)
        return await self._learn_passages() and self._learnt

    async def keep_fresh(self) -> None:
        """Learn, and learn again whenever the folder changes; until cancelled."""
        while True:
            while not await self.learn():
                await self._clock.sleep_until(self._clock.now_ms() + RETRY_MS)
            _record.info("knowledge in use", answers=len(self._known), passages=len(self._knowledge.passages))
            while not await self._look():
                await self._watch_documents()

    async def understand(self, text: str, language: LanguageTag, talk: Talk = NO_TALK) -> Understood:
        return await self._understanding.understand(text, language, talk)

    def purse(self) -> Purse | None:
        """What one call may spend on whoever writes its answers."""
        return self._library.purse() if self._library is not None else None

    async def compose(
        self,
        asked: Question,
        judged: Callable[[Judged], None],
        purse: Purse | None = None,
        *,
        spare: Spare = nobody,
    ) -> Answer | Blocked:
        """Words that stand on passages that are in force, at the beginning and at the end."""
        found = [passage for id in asked.passages if (passage := self._knowledge.passages.get(id)) is not None]
        if self._library is None or not found:
            return Blocked("not_approved")
        writer = self._library.writer
        said = await writer.compose(
            asked.text, asked.language, found, asked.earlier, judged, purse, told=asked.told, spare=spare
        )
        if isinstance(said, Answer) and any(id not in self._knowledge.passages for id in said.sources):
            return Blocked("not_approved")
        return said

    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Answer | Blocked:
        return self._answers.answer(candidates, language)

    @property
    def parts(self) -> tuple[Understanding, Answers]:
        """For `ivr ask` and `ivr eval`, which decide outside a call."""
        return self._understanding, self._answers

    @property
    def approved(self) -> Mapping[AnswerId, ApprovedAnswer]:
        """The answers in use."""
        return self._knowledge.approved

    @property
    def told(self) -> Mapping[AnswerId, ApprovedAnswer]:
        """Whatever an answer may stand on: answers and passages."""
        return {**self._knowledge.approved, **self._knowledge.passages}

    @property
    def passages(self) -> Mapping[AnswerId, ApprovedAnswer]:
        """The passages in use."""
        return self._knowledge.passages

    @property
    def topics(self) -> frozenset[str]:
        """Those of the answers as they were read last, and of the passages in use."""
        return frozenset(answer.topic for answer in (*self._read, *self.passages.values()))

    def topic(self, id: AnswerId) -> str:
        """That of an answer or a passage in use; "" of any other."""
        found = self.approved.get(id) or self.passages.get(id)
        return found.topic if found is not None else ""

    def spoken(self, language: LanguageTag) -> list[str]:
        """What approved answers say in `language`, whenever they are asked."""
        known = [answer for answer in self._known if language in answer.spoken and language not in answer.live]
        return [answer.spoken[language] for answer in known]

    def state(self) -> tuple[bool, str]:
        found_by = "meaning" if self._learnt else "words only: the embedder is not up yet"
        passages = f" and {len(self._knowledge.passages)} passages" if self._knowledge.passages else ""
        return self._learnt, f"{len(self._known)} answers{passages}, found by {found_by}"

    async def _learn_passages(self) -> bool:
        """Take the documents in force into use; what is not in force any more is out of use at once."""
        if self._library is None:
            return True
        self._shelf = await self._library.look(self._shelf, self._opening.today())
        return await self._knowledge.learn_passages(
            self._shelf.passages, self._shelf.segments, self._embedders.learning
        )

    async def _watch_documents(self) -> None:
        """Until the folder is due to be looked at again: a document that is revoked is out of use within a moment."""
        until_ms = self._clock.now_ms() + LOOK_MS
        while self._clock.now_ms() < until_ms:
            await self._clock.sleep_until(self._clock.now_ms() + WATCH_MS)
            if self._library is not None and await self._library.changed(self._shelf, self._opening.today()):
                while not await self._learn_passages():
                    await self._clock.sleep_until(self._clock.now_ms() + RETRY_MS)

    async def _look(self) -> bool:
        """Read the folder again. True when what is known has changed, by its words or by the hours."""
        before = self._read, self._hours
        try:
            self._read = await self._folder.answers()
        except ConfigError as error:
            _record.error("the edited knowledge is faulty: the last good one stays in use", detail=str(error))
        if (self._read, self._opening.schedules) == before:
            return False
        if wrong := fill_faults(self._read, self._opening.schedules):
            _record.error("answers speak of hours that are not there", faults=[fault.where for fault in wrong])
            self._read, self._hours = before[0], self._opening.schedules
            return False
        self._prepare()
        return True

    def _prepare(self) -> None:
        """Put in what the hours say."""
        self._hours, moment = self._opening.told()
        self._known = [prepared(answer, self._hours, moment) for answer in self._read]
