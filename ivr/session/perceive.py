"""Perceiving: from the audio of one utterance to words, candidates and signals.

May be run on a guess, while the caller may still go on: nothing here changes anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ivr.answers.compose import Answer, Blocked, Judged, Question
from ivr.answers.understand import NO_TALK, Talk
from ivr.answers.writer import Purse
from ivr.ports.clock import Clock
from ivr.ports.speech import EVEN, SpeechToText, Transcript
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import mask
from ivr.vocabulary.units import Pcm16

NOBODY_SPOKE: Final = 0.6
"A recogniser's no-speech probability from which, unless it is sure of its words, nothing was said."
SURE: Final = 0.5


class Understood(Protocol):
    @property
    def hits(self) -> tuple[Hit, ...]: ...
    @property
    def signals(self) -> dict[str, float]: ...
    @property
    def passages(self) -> tuple[Hit, ...]: ...


class Understands(Protocol):
    async def understand(self, text: str, language: LanguageTag, talk: Talk = NO_TALK) -> Understood:
        """Understand one turn in the talk that it stands in."""
        ...


class Composes(Protocol):
    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Answer | Blocked:
        """The words for the first candidate that may be spoken in `language`, or why none may."""
        ...

    def purse(self) -> Purse | None:
        """What one call may spend on composing; None sets no bound."""
        ...

    async def compose(self, asked: Question, judged: Callable[[Judged], None], purse: Purse | None) -> Answer | Blocked:
        """Words that stand on passages, or why there are none. Raises nothing but cancellation.

        judged  is told of every sentence that the gate looked at.
        """
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What was made of an utterance, raw: it lives in memory only, until the vault has masked it."""

    transcript: Transcript
    text: str
    hits: tuple[Hit, ...]
    signals: dict[str, float]
    stages_ms: dict[str, float]
    passages: tuple[Hit, ...] = ()


async def perceive(
    audio: Pcm16,
    languages: Sequence[LanguageTag],
    hearing: SpeechToText,
    understanding: Understands,
    clock: Clock,
    talk: Talk = NO_TALK,
    priors: Mapping[LanguageTag, float] = EVEN,
) -> Heard:
    """Transcribe and understand. Raises BackendError when the recogniser cannot serve us."""
    began = clock.now_ms()
    transcript = await hearing.transcribe(audio, languages, priors=priors)
    transcribed = clock.now_ms()
    text = transcript.text.strip()
    if transcript.no_speech >= NOBODY_SPOKE and transcript.confidence < SURE:
        text = ""
    hits: tuple[Hit, ...] = ()
    passages: tuple[Hit, ...] = ()
    signals: dict[str, float] = {}
    if text:
        understood = await understanding.understand(mask(text, transcript.language).text, transcript.language, talk)
        hits, signals, passages = understood.hits, understood.signals, understood.passages
    stages = {"transcribe": transcribed - began, "understand": clock.now_ms() - transcribed}
    return Heard(transcript, text, hits, signals, {name: round(ms, 1) for name, ms in stages.items()}, passages)
