"""Priming: the recogniser leans towards words that callers of this business are likely to use.

Under a prompt it does not: what is said there is mostly a nod or a noise, and neither is one of these words.
"""

from collections.abc import Callable, Mapping, Sequence

from ivr.ports.speech import EVEN, NO_WORDS, SpeechToText, Transcript, Urgency
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16


class Primed:
    """A `SpeechToText` over another.

    hot_words  language to its words, as they are now: knowledge changes while calls go on.
    """

    def __init__(self, inner: SpeechToText, hot_words: Callable[[], Mapping[LanguageTag, str]]) -> None:
        self._inner, self._hot_words = inner, hot_words

    async def transcribe(
        self,
        utterance: Pcm16,
        languages: Sequence[LanguageTag],
        hot_words: Mapping[LanguageTag, str] = NO_WORDS,
        *,
        priors: Mapping[LanguageTag, float] = EVEN,
        urgency: Urgency = Urgency.REPLY,
    ) -> Transcript:
        if urgency is Urgency.REPLY:
            hot_words = {**self._hot_words(), **hot_words}
        return await self._inner.transcribe(utterance, languages, hot_words, priors=priors, urgency=urgency)
