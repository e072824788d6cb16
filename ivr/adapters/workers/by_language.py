"""Speaking each language by the voice that was chosen for it."""

from collections.abc import Mapping

from ivr.ports.speech import TextToSpeech
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16


class ByLanguage:
    """A `TextToSpeech` of several: the voice of the house in each language, and no other in its place."""

    def __init__(self, voices: Mapping[LanguageTag, TextToSpeech]) -> None:
        self._voices = dict(voices)

    def voice(self, language: LanguageTag) -> str | None:
        speech = self._of(language)
        return speech.voice(language) if speech else None

    async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
        speech = self._of(language)
        if speech is None:
            raise BackendRejected(f"no voice speaks {language}; name one in IVR_VOICES")
        return await speech.synthesize(text, language, rate)

    def _of(self, language: LanguageTag) -> TextToSpeech | None:
        return self._voices.get(language) or self._voices.get(LanguageTag(language.split("-")[0]))
