"""The port's side of Piper: a `TextToSpeech` that asks the worker."""

from collections.abc import Mapping

from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.speech import synthesize
from ivr.adapters.workers.wire import Priority
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16


class PiperSpeech:
    """`TextToSpeech` over a Piper worker.

    voices    language tag to the name of its voice: the ones the worker was configured with.
    priority  BACKGROUND for warm-up, so that a caller's request goes first.
    """

    def __init__(
        self,
        client: WorkerClient,
        voices: Mapping[LanguageTag, str],
        *,
        deadline_ms: float = 4_000,
        priority: Priority = Priority.INTERACTIVE,
    ) -> None:
        self._client = client
        self._voices = dict(voices)
        self._deadline_ms = deadline_ms
        self._priority = priority

    def voice(self, language: LanguageTag) -> str | None:
        return self._voices.get(language) or self._voices.get(LanguageTag(language.split("-")[0]))

    async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
        if self.voice(language) is None:
            raise BackendRejected(f"no Piper voice speaks {language}; add one with `ivr models pull`")
        return await synthesize(self._client, text, language, rate, self._deadline_ms, self._priority)
