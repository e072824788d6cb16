"""Hearing one caller: recognition begins on a guess at the first short silence, and is kept if the guess was right."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from ivr.answers.understand import Talk
from ivr.calls import language
from ivr.calls.concern import REMEMBERED
from ivr.calls.converse import TELLING
from ivr.calls.effects import Say
from ivr.calls.meaning import surely_means
from ivr.calls.state import Call, Expectation
from ivr.calls.values.read import Wanted
from ivr.flows.schema import Script
from ivr.ports.clock import Clock
from ivr.ports.speech import SpeechToText, Transcript, Urgency
from ivr.session.anticipate import replies
from ivr.session.composing import Composing
from ivr.session.ear import Closed, Glanced, Peeked
from ivr.session.perceive import Composes, Heard, Understands, perceive
from ivr.session.vault import Vault
from ivr.session.voice import Voice, sentences
from ivr.turns.asides import Verdict, verdict
from ivr.turns.completeness import Completeness, completeness
from ivr.vocabulary.errors import BackendError, BackendRejected
from ivr.vocabulary.events import AsideJudged, DigitGroup, Event, NotPerceived, PauseJudged, Perceived, UtteranceClosed
from ivr.vocabulary.ids import PromptId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16, pcm_duration_ms

_record = structlog.get_logger("hearing")

_GUESS: Final = UtteranceId("guess")
LONGEST_JOINED_MS: Final = 12_000
"A part longer than this stands by itself: two of them would not fit a recogniser's window."
REJOIN_MS: Final = 1_200
"From the end of the caller's words to their next: within it, both are one utterance."


@dataclass(frozen=True, slots=True)
class Senses:
    """What it takes to understand a caller."""

    hearing: SpeechToText
    understanding: Understands
    answers: Composes
    voice: Voice
    clock: Clock


class Listens(Protocol):
    def judge(self, completeness: Completeness) -> None: ...
    def look(self, verdict: Verdict) -> None: ...


class Hearing:
    """One per live call, inside its TaskGroup.

    now      the call's present state, and how to listen.
    post     takes PauseJudged, UtteranceClosed, then Perceived or NotPerceived.
    ear      is told what the words say about the floor.
    """

    def __init__(
        self,
        senses: Senses,
        script: Script,
        vault: Vault,
        now: Callable[[], tuple[Call, Expectation]],
        post: Callable[[Event], None],
        ear: Listens,
        utterances: int,
    ) -> None:
        self._senses, self._script, self._vault = senses, script, vault
        self._now, self._post, self._ear = now, post, ear
        self._utterances = utterances
        self.composing = Composing(senses.answers, senses.voice, post)
        self._guess: asyncio.Task[Heard | BackendError] | None = None
        self._pending: asyncio.Task[None] | None = None
        self._closed: Closed | None = None
        self._joined = False
        self.timing = Timing(senses.clock)

    def glance(self, tasks: asyncio.TaskGroup, glanced: Glanced) -> None:
        """The caller may have finished: work ahead on it."""
        self.withdraw()
        self._guess = tasks.create_task(self._work_ahead(tasks, glanced))

    def peek(self, tasks: asyncio.TaskGroup, peeked: Peeked) -> None:
        """Something is being said under a prompt: look at its words so far."""
        self.withdraw()
        self._guess = tasks.create_task(self._look(peeked))

    def withdraw(self) -> None:
        """The caller went on: throw away what was worked ahead."""
        self.composing.forget()
        if self._guess is not None:
            self._guess.cancel()
            self._guess = None

    def stop(self) -> None:
        """The call is over: nothing more is to be understood."""
        self.withdraw()
        self.composing.stop()
        if self._pending is not None:
            self._pending.cancel()

    def opened(self, onset_ms: int) -> tuple[Pcm16, int] | None:
        """The caller speaks. When that is the rest of what they had begun, the part that was closed is taken back.

        It is when the part is not understood yet, or when they went on within `REJOIN_MS`: it was closed too early.
        """
        self.withdraw()
        closed, self._closed, self._joined = self._closed, None, False
        if closed is None or pcm_duration_ms(closed.audio) > LONGEST_JOINED_MS:
            return None
        if self._pending is not None and not self._pending.done():
            self._pending.cancel()
        elif onset_ms - (closed.end_ms - closed.silence_ms) > REJOIN_MS:
            return None
        else:
            self._vault.take_back()  # its digits will be heard again with the rest
        self._joined = True
        return closed.audio, closed.start_ms

    def closed(self, tasks: asyncio.TaskGroup, closed: Closed) -> UtteranceId:
        """The utterance is complete. Returns its name."""
        self._utterances += 1
        utterance = UtteranceId(f"u{self._utterances}")
        self.timing.closed(utterance, closed.silence_ms)
        self._closed = closed
        self._post(UtteranceClosed(utterance, closed.start_ms, closed.end_ms, going_on=closed.silence_ms == 0))
        guess, self._guess = self._guess, None
        self._pending = tasks.create_task(self._understand(utterance, closed, guess))
        return utterance

    async def _understand(
        self, utterance: UtteranceId, closed: Closed, guess: "asyncio.Task[Heard | BackendError] | None"
    ) -> None:
        if not closed.is_words:
            if guess is not None:
                guess.cancel()
            self._post(_nothing(utterance, self._now()[0].language))
            return
        heard = await guess if guess is not None else None
        if not isinstance(heard, Heard):
            try:
                heard = await self._perceive(closed.audio)
            except BackendError as error:
                self._post(NotPerceived(utterance, type(error).__name__))
                return
        _, expected = self._now()
        text, digits = self._vault.hold(
            heard.text, heard.transcript.language, expected.wanted, choosing=expected.choosing
        )
        self.timing.perceived(heard.stages_ms)
        self._post(perceived(heard, utterance, text, digits))

    async def _perceive(self, audio: Pcm16) -> Heard:
        """Perceive. Raises BackendError; a mistake of ours costs this utterance, not the call."""
        senses = self._senses
        languages: Sequence[LanguageTag] = self._script.flow.languages
        try:
            call = self._now()[0]
            expected = language.priors(call)
            before = tuple(turn.text for turn in call.trail.turns[-REMEMBERED:])
            talk = Talk(call.answering, call.asking[-1] if call.asking else "", call.segment, before)
            return await perceive(audio, languages, senses.hearing, senses.understanding, senses.clock, talk, expected)
        except BackendError:
            raise
        except Exception as error:
            _record.exception("understanding failed")
            raise BackendRejected(f"understanding failed: {type(error).__name__}") from error

    async def _work_ahead(self, tasks: asyncio.TaskGroup, glanced: Glanced) -> Heard | BackendError:
        """Perceive, work out the reply, and have its first sentence rendered; begin to compose what must be."""
        try:
            heard = await self._perceive(glanced.audio)
        except BackendError as error:
            return error
        call, expected = self._now()
        guess = perceived(heard, _GUESS, heard.text, ())
        how = self._completeness(heard, call, guess, expected.wanted)
        self._ear.judge(how)
        self._post(PauseJudged(glanced.start_ms, glanced.end_ms, how))
        if not self._joined:  # what went before would speak for a nod that follows it
            self._ear.look(self._verdict(heard.transcript))
        if heard.text and not expected.collecting:
            closing = UtteranceClosed(_GUESS, glanced.start_ms, glanced.end_ms)
            reply = replies(call, closing, guess, self._script, self._senses.answers)
            if reply.to_compose is not None:
                self.composing.ahead(tasks, reply.to_compose, call.rate)
            await self._render(reply.said[:1])
        return heard

    async def _render(self, said: Sequence[Say]) -> None:
        """Have the first sentence in sound."""
        voice = self._senses.voice
        try:
            for say in said:
                for sentence in sentences(say.text)[:1]:
                    pieces = await voice.pieces(sentence, say.language, say.rate)
                    await voice.render(pieces[0], say.language, say.rate)
        except BackendError:
            pass  # the speaker meets the same fault when it matters, and reports it

    async def _look(self, peeked: Peeked) -> Heard | BackendError:
        """What its first words are decides whether the prompt is spared; what comes of it otherwise is thrown away."""
        languages: Sequence[LanguageTag] = self._script.flow.languages
        seen = Verdict.UNHEARD
        try:
            expected = language.priors(self._now()[0])
            hearing = self._senses.hearing
            heard = await hearing.transcribe(peeked.audio, languages, priors=expected, urgency=Urgency.ASIDE)
            seen = self._verdict(heard)
            self._post(AsideJudged(peeked.start_ms, peeked.end_ms, seen))
        except BackendError as error:
            return error
        finally:
            self._ear.look(seen)
        return BackendRejected("a first word is no utterance")

    def _verdict(self, transcript: Transcript) -> Verdict:
        call, _ = self._now()
        return verdict(transcript.text, transcript.language, transcript.confidence, asked=call.said_for not in TELLING)

    def _completeness(self, heard: Heard, call: Call, guess: Perceived, wanted: Wanted | None) -> Completeness:
        if wanted is not None and self._vault.completes(heard.text, heard.transcript.language, wanted):
            return Completeness.MEANT
        return how_finished(heard, call, guess)


def how_finished(heard: Heard, call: Call, guess: Perceived) -> Completeness:
    """How finished what was heard sounds to a call that waits for it; `guess` is the same, as the machine sees it."""
    sounds = completeness(heard.text, heard.transcript.language)
    unfinished = sounds in {Completeness.HANGING, Completeness.READING, Completeness.UNKNOWN}
    return Completeness.MEANT if not unfinished and surely_means(call, guess) else sounds


def perceived(heard: Heard, utterance: UtteranceId, text: str, digits: tuple[DigitGroup, ...]) -> Perceived:
    """What was heard, as an event; `text` and `digits` are what the vault lets out of it."""
    transcript = heard.transcript
    return Perceived(
        utterance,
        text,
        round(transcript.confidence, 3),
        transcript.language,
        round(transcript.posteriors.get(transcript.language, 0.0), 3),
        digits,
        heard.hits,
        heard.signals,
        heard.passages,
    )


def _nothing(utterance: UtteranceId, language: LanguageTag) -> Perceived:
    """A sound that was no words: a recogniser would make some of it all the same."""
    return Perceived(utterance, "", 0.0, language, 1.0)


class Timing:
    """How long the stages of a reply took, on the real clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._utterance: UtteranceId | None = None
        self._prompt: PromptId | None = None
        self._filler: PromptId | None = None
        self._closed_ms = self._perceived_ms = self._decided_ms = 0.0
        self._stages: dict[str, float] = {}

    def closed(self, utterance: UtteranceId, silence_ms: int) -> None:
        self._utterance, self._prompt = utterance, None
        self._closed_ms = self._perceived_ms = self._clock.now_ms()
        self._stages = {"endpoint": float(silence_ms)}

    def perceived(self, stages_ms: dict[str, float]) -> None:
        self._perceived_ms = self._clock.now_ms()
        self._stages |= stages_ms | {"wait": round(self._perceived_ms - self._closed_ms, 1)}

    def bridged(self, filler: PromptId) -> None:
        """A filler is about to be spoken, and the reply is still to come."""
        self._filler = filler

    def decided(self, prompt: PromptId) -> None:
        """The reply is about to be spoken. Only the first prompt after an utterance is its reply."""
        if self._utterance is not None and self._prompt is None:
            self._prompt = prompt
            self._decided_ms = self._clock.now_ms()
            self._stages["decide"] = round(self._decided_ms - self._perceived_ms, 1)

    def audible(self, prompt: PromptId) -> tuple[UtteranceId, dict[str, float]] | None:
        """The first frame of `prompt` left: the whole account, if it is the reply being timed."""
        if prompt == self._filler and self._utterance is not None:
            bridged_ms = self._clock.now_ms() - self._closed_ms + self._stages["endpoint"]
            self._stages.setdefault("filler", round(bridged_ms, 1))
        if prompt != self._prompt or self._utterance is None:
            return None
        utterance, self._utterance = self._utterance, None
        self._stages["speech"] = round(self._clock.now_ms() - self._decided_ms, 1)
        return utterance, dict(self._stages)
