"""Perceiving: from the audio of one utterance to words, candidates and signals.

May be run on a guess, while the caller may still go on: nothing here changes anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ivr.answers.compose import Answer, Blocked
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


class Understands(Protocol):
    async def understand(self, text: str, language: LanguageTag, about: AnswerId | None = None) -> Understood:
        """Understand one turn; `about` is the answer last given, which a short turn may lean on."""
        ...


class Composes(Protocol):
    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Answer | Blocked:
        """The words for the first candidate that may be spoken in `language`, or why none may."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What was made of an utterance, raw: it lives in memory only, until the vault has masked it."""

    transcript: Transcript
    text: str
    hits: tuple[Hit, ...]
    signals: dict[str, float]
    stages_ms: dict[str, float]


async def perceive(
    audio: Pcm16,
    languages: Sequence[LanguageTag],
    hearing: SpeechToText,
    understanding: Understands,
    clock: Clock,
    about: AnswerId | None = None,
    priors: Mapping[LanguageTag, float] = EVEN,
) -> Heard:
    """Transcribe and understand, after the answer `about`. Raises BackendError when the recogniser cannot serve us."""
    began = clock.now_ms()
    transcript = await hearing.transcribe(audio, languages, priors=priors)
    transcribed = clock.now_ms()
    text = transcript.text.strip()
    if transcript.no_speech >= NOBODY_SPOKE and transcript.confidence < SURE:
        text = ""
    hits: tuple[Hit, ...] = ()
    signals: dict[str, float] = {}
    if text:
        understood = await understanding.understand(mask(text, transcript.language).text, transcript.language, about)
        hits, signals = understood.hits, understood.signals
    stages = {"transcribe": transcribed - began, "understand": clock.now_ms() - transcribed}
    return Heard(transcript, text, hits, signals, {name: round(ms, 1) for name, ms in stages.items()})
