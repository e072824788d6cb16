"""The port's side of Kokoro: a `TextToSpeech` that asks the worker."""

from collections.abc import Mapping

from ivr.adapters.kokoro.languages import manner
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.speech import synthesize
from ivr.adapters.workers.wire import Priority
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16


class KokoroSpeech:
    """`TextToSpeech` over a Kokoro worker: clear, and slow enough that it speaks clause by clause.

    models    language to the id of the model, part of its voices' names: another model makes other audio.
    priority  BACKGROUND for warm-up, so that a caller's request goes first.
    """

    def __init__(
        self,
        client: WorkerClient,
        models: Mapping[LanguageTag, str],
        *,
        deadline_ms: float = 5_000,
        priority: Priority = Priority.INTERACTIVE,
    ) -> None:
        self._client = client
        self._models = dict(models)
        self._deadline_ms = deadline_ms
        self._priority = priority

    def voice(self, language: LanguageTag) -> str | None:
        model = self._models.get(language) or self._models.get(LanguageTag(language.split("-")[0]))
        how = manner(language) if model else None
        return f"{model}-{how.phonemes}-{how.style}-{how.pace}" if how else None

    async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
        if self.voice(language) is None:
            raise BackendRejected(f"Kokoro does not speak {language}; add a voice with `ivr models pull`")
        return await synthesize(self._client, text, language, rate, self._deadline_ms, self._priority)
