"""The writer: an answer in a model's words where they stand on approved passages, else in the passages' own.

Room       Asks a language model and the gate; decides nothing about the call, and never raises.
Gate       A model's sentence is judged as soon as it is whole. The first that fails ends the model's part: what came
           before it has passed, and what would come after it nobody waits for.
Time       A caller waits. The first sentence that passes must be there by `first_ms`, the others by `whole_ms`. For a
           model that is late the extract is spoken, which was found before the model was asked.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeVar

import structlog
from babel import Locale, UnknownLocaleError

from ivr.answers.compose import Answer, Blocked, Judged
from ivr.answers.further import further
from ivr.answers.instructions import Book, Instructions, choose
from ivr.answers.stream import Endless, Sentences
from ivr.answers.unfit import fit
from ivr.ports.clock import Clock
from ivr.ports.language_model import Entailment, LanguageModel
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

_record = structlog.get_logger("writer")
_T = TypeVar("_T")

COMPOSE: Final = "compose"
"The instructions that composing goes by."

EXTRACT: Final = "extract"
"What words of a passage itself pass as."

EARLIER: Final = 2
"Questions before this one that a model is told."

SHARED: Final = 0.5
"Least share of a claim's words that its passage has, for a judge to be asked: of other words it may believe anything."

LETTERS_A_TOKEN: Final = 4
"How many a token has, about: what a call may spend is estimated, since not every endpoint counts."


class Verdict(Protocol):
    """What the gate makes of one sentence; see `ivr.answers.gate`."""

    @property
    def passed(self) -> bool: ...
    @property
    def text(self) -> str: ...
    @property
    def sources(self) -> tuple[AnswerId, ...]: ...
    @property
    def reason(self) -> str: ...


class Judges(Protocol):
    def __call__(
        self, sentence: str, language: LanguageTag, passages: Sequence[ApprovedAnswer], question: str
    ) -> Verdict: ...


Extracts = Callable[[str, LanguageTag, Sequence[ApprovedAnswer]], Answer | None]
"The sentences of the passages that answer a question best, word for word; None when there are none in its language."

Furthers = Callable[[str, Answer, Sequence[ApprovedAnswer]], Answer | None]
"What the passage behind an answer to this question says next; None when nothing of it is likely to help."


Spare = Callable[[Answer], object]
"Is told what is spoken when nothing better comes."


def nobody(spare: Answer) -> None:
    """Nobody wants to know beforehand."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What decides what may be spoken.

    fit      what of the passages may answer a question; the rest is for no caller, whoever approved it.
    claim    the reason of a verdict on a sentence that holds nothing false, and is no extract: where an entailment
             model is configured, it has the last word on it.
    """

    judge: Judges
    extract: Extracts
    fit: Callable[[Sequence[ApprovedAnswer], str], Sequence[ApprovedAnswer]] = fit
    further: Furthers = further
    claim: str = "not_extract"


@dataclass(frozen=True, slots=True)
class Limits:
    """first_ms    to the first sentence that passed.

    whole_ms        to the last.
    sentences       at most, of the model's.
    passages        that it is given, at most.
    tokens          that it may write for one answer.
    entailed        the least chance at which a claim counts as following from the passages.
    """

    first_ms: float = 700.0
    whole_ms: float = 1_200.0
    sentences: int = 2
    passages: int = 3
    tokens: int = 120
    entailed: float = 0.9


@dataclass(slots=True)
class Purse:
    """What one call may still spend on the model, in tokens, questions and answers together."""

    left: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question, as `Writer.compose` takes it."""

    question: str
    language: LanguageTag
    passages: Sequence[ApprovedAnswer]
    earlier: Sequence[str]
    judged: Callable[[Judged], None]
    purse: Purse | None

    def spend(self, text: str) -> None:
        if self.purse is not None:
            self.purse.left -= -(-len(text) // LETTERS_A_TOKEN)


@dataclass(slots=True)
class _Draft:
    """What of a model's words has passed so far."""

    texts: list[str] = field(default_factory=list)
    sources: list[AnswerId] = field(default_factory=list)


class Writer:
    """Composes answers. One serves every call."""

    def __init__(
        self,
        model: LanguageModel | None,
        book: Book,
        gate: Gate,
        clock: Clock,
        *,
        entailment: Entailment | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._model, self._book, self._gate, self._clock = model, book, gate, clock
        self._entailment, self._limits = entailment, limits or Limits()

    async def compose(
        self,
        question: str,
        language: LanguageTag,
        passages: Sequence[ApprovedAnswer],
        earlier: Sequence[str],
        judged: Callable[[Judged], None],
        purse: Purse | None = None,
        *,
        told: str = "",
        spare: Spare = nobody,
    ) -> Answer | Blocked:
        """Return words that may be spoken, or why there are none. Raises nothing but cancellation.

        passages  what they may stand on, best first.
        earlier   what the caller asked before, the last one last.
        judged    is told of every sentence that was looked at.
        purse     what the call may still spend; None sets no bound.
        told      what was told last from the first of the passages: then what it says next is returned, as it stands.
        spare     is told of the passages' own words before a model is asked: they are likely to be spoken in the end.
        """
        asked = _Asked(question, language, self._fit(passages, question), earlier, judged, purse)
        if told:
            begun = Answer("composed", told, tuple(each.id for each in passages[:1]), language)
            return self._told(asked, self._further(asked, begun))
        extract = self._extract(asked)
        if extract is not None:
            spare(extract)
        draft = await self._drafted(asked)
        if draft.texts:
            sources = tuple(dict.fromkeys(draft.sources))
            return self._with_more(asked, Answer("composed", " ".join(draft.texts), sources, language))
        return self._told(asked, extract)

    def _told(self, asked: _Asked, found: Answer | None) -> Answer | Blocked:
        """The passages' own words, if there are any: they have passed."""
        if found is None:
            return Blocked("not_grounded")
        asked.judged(Judged(found.text, True, EXTRACT, found.sources))
        return self._with_more(asked, found)

    def _with_more(self, asked: _Asked, found: Answer) -> Answer:
        return replace(found, more=self._further(asked, found) is not None)

    def _fit(self, passages: Sequence[ApprovedAnswer], question: str) -> Sequence[ApprovedAnswer]:
        try:
            return self._gate.fit(passages, question)
        except Exception:
            _record.exception("looking through the passages failed")
            return ()

    def _extract(self, asked: _Asked) -> Answer | None:
        try:
            return self._gate.extract(asked.question, asked.language, asked.passages)
        except Exception:
            _record.exception("extracting failed")
            return None

    def _further(self, asked: _Asked, told: Answer) -> Answer | None:
        try:
            return self._gate.further(asked.question, told, asked.passages)
        except Exception:
            _record.exception("looking for more failed")
            return None

    async def _drafted(self, asked: _Asked) -> _Draft:
        """Return what the model wrote and the gate passed: nothing, when there is no model for this."""
        model, draft = self._model, _Draft()
        instructions = choose(self._book, COMPOSE, asked.language)
        if model is None or instructions is None or not asked.passages or not model.writes(asked.language):
            return draft
        if asked.purse is not None and asked.purse.left <= 0:
            return draft
        try:
            await self._write(model, instructions, asked, draft)
        except TimeoutError:
            _record.info("the language model was late", model=model.name)
        except Endless as error:
            asked.judged(Judged(str(error), False, "endless"))
        except BackendError as error:
            _record.warning("the language model did not serve", error=type(error).__name__, detail=str(error))
        except Exception:  # a mistake of ours costs the model's words, not the answer
            _record.exception("writing failed")
        return draft

    async def _write(self, model: LanguageModel, instructions: Instructions, asked: _Asked, draft: _Draft) -> None:
        """Put sentences into the draft until one fails, there are enough of them, or the time is over."""
        limits, began_ms = self._limits, self._clock.now_ms()
        given = [text for each in asked.passages[: limits.passages] if (text := words_of(each, asked.language))]
        turns = instructions.filled(_name(asked.language), given, asked.earlier[-EARLIER:], asked.question)
        most = limits.tokens if asked.purse is None else min(limits.tokens, asked.purse.left)
        asked.spend("".join(turn.text for turn in turns))
        sentences = Sentences()
        async with aclosing(model.write(turns, most_tokens=most, within_ms=limits.whole_ms)) as pieces:
            while True:
                due_ms = began_ms + (limits.whole_ms if draft.texts else limits.first_ms)
                piece = await self._by(due_ms, anext(pieces, None))
                asked.spend(piece or "")
                for sentence in sentences.rest() if piece is None else sentences.feed(piece):
                    if not await self._takes(sentence, instructions, asked, draft, due_ms):
                        return
                if piece is None:
                    return

    async def _takes(
        self, sentence: str, instructions: Instructions, asked: _Asked, draft: _Draft, due_ms: float
    ) -> bool:
        """Judge a sentence; one that passes joins the draft. False when nothing more is wanted."""
        verdict = self._gate.judge(sentence, asked.language, asked.passages, asked.question)
        passed, text, reason = verdict.passed, verdict.text, verdict.reason
        if instructions.echoed(sentence):
            passed, reason = False, "instructions"
        elif not passed and reason == self._gate.claim and await self._follows(sentence, verdict, asked, due_ms):
            passed, text, reason = True, sentence, "entailed"
        asked.judged(Judged(sentence, passed, reason, tuple(verdict.sources)))
        if not passed or text in draft.texts:
            return False
        draft.texts.append(text)
        draft.sources += verdict.sources
        return len(draft.texts) < self._limits.sentences

    async def _follows(self, sentence: str, verdict: Verdict, asked: _Asked, due_ms: float) -> bool:
        """Whether it follows from the passages that the gate names, or from the best of them."""
        if self._entailment is None:
            return False
        named = [each for each in asked.passages if each.id in verdict.sources] or asked.passages[:1]
        premise = " ".join(text for each in named if (text := words_of(each, asked.language)))
        if _shared(sentence, premise) < SHARED:
            return False
        try:
            scores = await self._by(due_ms, self._entailment.entailed(premise, [sentence], asked.language))
        except (BackendError, TimeoutError) as error:
            _record.warning("entailment was not judged", error=type(error).__name__, detail=str(error))
            return False
        return bool(scores) and scores[0] >= self._limits.entailed

    async def _by(self, due_ms: float, work: Awaitable[_T]) -> _T:
        """Do this by a moment. Raises TimeoutError when it is not done then, and what the work raises."""
        task = asyncio.ensure_future(work)
        bell = asyncio.ensure_future(self._clock.sleep_until(due_ms))
        try:
            await asyncio.wait((task, bell), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise TimeoutError
            return task.result()
        finally:
            for each in (task, bell):
                each.cancel()
            await asyncio.gather(task, bell, return_exceptions=True)


def words_of(passage: ApprovedAnswer, language: LanguageTag) -> str:
    """Return what a passage says in this language, or in a variety of it; "" when it says nothing in it."""
    primary = language.partition("-")[0]
    found = passage.spoken.get(language)
    return found or next((text for tag, text in passage.spoken.items() if tag.partition("-")[0] == primary), "")


def _shared(claim: str, premise: str) -> float:
    words, known = (set(re.findall(r"[^\W_]+", text.casefold())) for text in (claim, premise))
    return len(words & known) / max(1, len(words))


def _name(language: LanguageTag) -> str:
    """What the language is called in English."""
    try:
        return str(Locale.parse(language, sep="-").get_display_name("en") or language)
    except (UnknownLocaleError, ValueError):
        return language
