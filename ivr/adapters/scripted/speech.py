"""Hearing, speaking and voice activity over the tone codec."""

from collections.abc import Collection, Mapping, Sequence

from ivr.adapters.scripted.codec import encode, listen
from ivr.adapters.scripted.faults import Faults
from ivr.audio.level import level_dbfs
from ivr.ports.speech import EVEN, NO_WORDS, Transcript, Urgency
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import FRAME_SAMPLES, Pcm16, pcm_duration_ms

_LONGEST_MS = 30_000
_SURE = 0.98


def transcript_of(
    utterance: Pcm16,
    languages: Sequence[LanguageTag],
    confidence: float,
    priors: Mapping[LanguageTag, float] = EVEN,
) -> Transcript:
    """What the tones in `utterance` say, as a recogniser would report it.

    The language is the one the message names when it is among `languages`; a message that names another leaves them
    even, one that names none is in the likeliest by `priors`, else the first.
    """
    messages = [heard for heard in listen(utterance) if heard.text]
    named = next((heard.language for heard in messages if heard.language), "")
    if not named or not messages:
        named = max(languages, key=lambda tag: priors.get(tag, 1.0)) if messages else ""
    posteriors = _posteriors(languages, LanguageTag(named))
    whole = bool(messages) and all(heard.whole for heard in messages)
    return Transcript(
        text=" ".join(heard.text for heard in messages),
        confidence=0.0 if not messages else confidence if whole else confidence / 2,
        language=max(posteriors, key=lambda tag: posteriors[tag] * priors.get(tag, 1.0)),
        posteriors=posteriors,
        no_speech=0.0 if messages else 1.0,
        window_ms=pcm_duration_ms(utterance),
    )


def _posteriors(languages: Sequence[LanguageTag], named: LanguageTag) -> dict[LanguageTag, float]:
    if len(set(languages)) == 1:
        return {languages[0]: 1.0}
    if named not in languages:
        return {tag: 1.0 / len(set(languages)) for tag in languages}
    others = len(set(languages)) - 1
    return {tag: _SURE if tag == named else (1 - _SURE) / others for tag in languages}


class ScriptedHearing:
    """`SpeechToText` that reads tones. What was cut off is heard in part, at half the confidence."""

    def __init__(self, *, confidence: float = 0.95, faults: Faults | None = None) -> None:
        self.confidence = confidence
        self.faults = faults or Faults()

    async def transcribe(
        self,
        utterance: Pcm16,
        languages: Sequence[LanguageTag],
        hot_words: Mapping[LanguageTag, str] = NO_WORDS,
        *,
        priors: Mapping[LanguageTag, float] = EVEN,
        urgency: Urgency = Urgency.REPLY,
    ) -> Transcript:
        await self.faults.meet()
        if not languages:
            raise BackendRejected("no language was given to listen for; a flow has at least one")
        if len(utterance) % 2 or pcm_duration_ms(utterance) > _LONGEST_MS:
            raise BackendRejected("an utterance is 16-bit samples, at most 30 s")
        return transcript_of(utterance, languages, self.confidence, priors)


class ScriptedSpeech:
    """`TextToSpeech` that speaks in tones, in every language or in those given."""

    def __init__(self, languages: Collection[LanguageTag] | None = None, *, faults: Faults | None = None) -> None:
        self._languages = None if languages is None else frozenset(languages)
        self.faults = faults or Faults()

    def voice(self, language: LanguageTag) -> str | None:
        return f"tones-{language}" if self._languages is None or language in self._languages else None

    async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
        await self.faults.meet()
        if self.voice(language) is None:
            raise BackendRejected(f"no scripted voice speaks {language}")
        return encode(text.strip(), language, rate)


class EnergyVoiceActivity:
    """`VoiceActivity` by level alone: whatever is louder than the threshold is speech."""

    def __init__(self, threshold_dbfs: float = -40.0) -> None:
        self._threshold_dbfs = threshold_dbfs

    def is_speech(self, frame: Pcm16) -> bool:
        if len(frame) != 2 * FRAME_SAMPLES:
            raise ValueError(f"a frame is {2 * FRAME_SAMPLES} bytes, not {len(frame)}")
        return level_dbfs(frame) > self._threshold_dbfs
