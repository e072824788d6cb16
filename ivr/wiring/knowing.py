"""What the house knows: approved answers and signals, found by words at once and by meaning when the embedder is up."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import structlog

from ivr.adapters.files.knowledge import FolderKnowledge, as_error
from ivr.adapters.files.vectors import KeptEmbedder
from ivr.answers.compose import Answer, Answers, Blocked
from ivr.answers.fills import prepared
from ivr.answers.hot_words import all_hot_words
from ivr.answers.knowledge import Knowledge
from ivr.answers.signals import read_signals
from ivr.answers.understand import Understanding, Understood
from ivr.flows.hours import Hours
from ivr.ports.clock import Clock
from ivr.ports.meaning import Embedder
from ivr.ports.store import ApprovedAnswer
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.opening import Opening, fill_faults

RETRY_MS = 1_000.0
"Between tries to reach the embedder."
LOOK_MS = 5_000.0
"Between looks at the folder for edits."

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
    ) -> None:
        self._folder, self._clock, self._opening, self._business = folder, clock, opening, business
        self._knowledge = Knowledge()
        self._understanding = Understanding(
            self._knowledge, embedders.asking, read_signals(signals), learning=embedders.learning
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
        return self._learnt

    async def keep_fresh(self) -> None:
        """Learn, and learn again whenever the folder changes; until cancelled."""
        while True:
            while not await self.learn():
                await self._clock.sleep_until(self._clock.now_ms() + RETRY_MS)
            _record.info("knowledge in use", answers=len(self._known))
            while not await self._look():
                await self._clock.sleep_until(self._clock.now_ms() + LOOK_MS)

    async def understand(self, text: str, language: LanguageTag, about: AnswerId | None = None) -> Understood:
        return await self._understanding.understand(text, language, about)

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

    def spoken(self, language: LanguageTag) -> list[str]:
        """What approved answers say in `language`, whenever they are asked."""
        known = [answer for answer in self._known if language in answer.spoken and language not in answer.live]
        return [answer.spoken[language] for answer in known]

    def state(self) -> tuple[bool, str]:
        found_by = "meaning" if self._learnt else "words only: the embedder is not up yet"
        return self._learnt, f"{len(self._known)} answers, found by {found_by}"

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
