"""The port's side of eSpeak NG: a `TextToSpeech` that asks the worker."""

from ivr.adapters.espeak.languages import voice_code
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.speech import synthesize
from ivr.adapters.workers.wire import Priority
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16


class EspeakSpeech:
    """`TextToSpeech` over an eSpeak worker: plain, but it speaks when nothing else does."""

    def __init__(
        self, client: WorkerClient, *, deadline_ms: float = 2_000, priority: Priority = Priority.INTERACTIVE
    ) -> None:
        self._client = client
        self._deadline_ms = deadline_ms
        self._priority = priority

    def voice(self, language: LanguageTag) -> str | None:
        code = voice_code(language)
        return f"espeak-{code}" if code else None

    async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
        if self.voice(language) is None:
            raise BackendRejected(f"eSpeak NG has no voice for {language}")
        return await synthesize(self._client, text, language, rate, self._deadline_ms, self._priority)
