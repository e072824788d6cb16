"""Hearing and speaking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final, Protocol

from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser made of one utterance.

    text         words with punctuation, unmasked; "" when nothing was said.
    confidence   0..1, the mean probability of its tokens.
    language     the one it was transcribed in: the likeliest by posterior and prior together.
    posteriors   language to probability, masked to the languages asked for, summing to 1; by the sound alone.
    no_speech    0..1, the chance that nobody spoke.
    window_ms    length of the encoder window that was used.
    """

    text: str
    confidence: float
    language: LanguageTag
    posteriors: dict[LanguageTag, float]
    no_speech: float
    window_ms: int


NO_WORDS: Final[Mapping[LanguageTag, str]] = MappingProxyType({})
"For a recogniser: lean towards nothing."


EVEN: Final[Mapping[LanguageTag, float]] = MappingProxyType({})
"For a recogniser: every language is as likely as another before anything is heard."


class Urgency(IntEnum):
    """Which of the requests that wait is served first; within one, whoever came first."""

    REPLY = 0
    "A caller has finished, or may have, and waits."
    ASIDE = 1
    "Something is said under a prompt: whoever waits for a reply goes first."
    RECORD = 2
    "Two people speak with each other: whoever speaks with the assistant goes first."


class SpeechToText(Protocol):
    async def transcribe(
        self,
        utterance: Pcm16,
        languages: Sequence[LanguageTag],
        hot_words: Mapping[LanguageTag, str] = NO_WORDS,
        *,
        priors: Mapping[LanguageTag, float] = EVEN,
        urgency: Urgency = Urgency.REPLY,
    ) -> Transcript:
        """Transcribe one utterance.

        utterance  int16 little-endian mono PCM at 8 000 Hz, at most 30 s.
        languages  the flow's languages, at least one; one of them is chosen from the same encode.
        hot_words  language to words that its speakers are likely to use here, to lean towards. They count only when
                   that language is the one heard.
        priors     language to how many times likelier than others it was before this was heard; 1 when absent. They
                   choose the language that is transcribed, and leave the posteriors as they were heard.
        urgency    whose turn it is when several calls want something at once.
        Raises     BackendUnavailable, BackendRejected, DeadlineExceeded. Nothing else.
        Cancel     The result is dropped; the worker finishes what it has begun.
        """
        ...


class TextToSpeech(Protocol):
    def voice(self, language: LanguageTag) -> str | None:
        """Name of the voice that would speak `language`, or None when there is none. Names a cache."""
        ...

    async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
        """Speak one sentence or short paragraph, already in words (no markup).

        rate     1.0 is the voice's own pace, 0.8 is slower.
        Returns  int16 little-endian mono PCM at 8 000 Hz, without leading or trailing silence over 100 ms.
        Raises   BackendUnavailable, BackendRejected (no voice for the language), DeadlineExceeded. Nothing else.
        """
        ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """Audio, and the voice that really spoke it: what a cache must file it under."""

    audio: Pcm16
    voice: str


class NamedSpeech(Protocol):
    """Speech by whichever voice can, best first, that says which one it was."""

    async def speak(self, text: str, language: LanguageTag, rate: float = 1.0) -> Spoken:
        """As `TextToSpeech.synthesize`, with the name of the voice."""
        ...


class VoiceActivity(Protocol):
    """One detector per call: it keeps state from frame to frame."""

    def is_speech(self, frame: Pcm16) -> bool:
        """Whether this 20 ms frame (320 bytes) holds speech. Raises ValueError for another length."""
        ...
