"""The port's side of Whisper: a `SpeechToText` that asks the worker."""

from collections.abc import Mapping, Sequence
from typing import Final

from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.wire import Priority, Reply
from ivr.ports.speech import EVEN, NO_WORDS, Transcript, Urgency
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16, pcm_duration_ms

_LONGEST_MS: Final = 30_000
_PRIORITY: Final = {
    Urgency.REPLY: Priority.INTERACTIVE,
    Urgency.ASIDE: Priority.ASIDE,
    Urgency.RECORD: Priority.BACKGROUND,
}


class WorkerHearing:
    """`SpeechToText` over any worker that serves `transcribe`: Whisper, or the scripted one.

    deadline_ms  the longest a transcription may take, with a restart of the worker in between.
    full_window  in the recogniser's own window, whatever the utterance's length: to measure against.
    """

    def __init__(self, client: WorkerClient, *, deadline_ms: float = 6_000, full_window: bool = False) -> None:
        self._client = client
        self._deadline_ms = deadline_ms
        self._full_window = full_window

    async def transcribe(
        self,
        utterance: Pcm16,
        languages: Sequence[LanguageTag],
        hot_words: Mapping[LanguageTag, str] = NO_WORDS,
        *,
        priors: Mapping[LanguageTag, float] = EVEN,
        urgency: Urgency = Urgency.REPLY,
    ) -> Transcript:
        if not languages:
            raise BackendRejected("no language was given to listen for; a flow has at least one")
        if len(utterance) % 2 or pcm_duration_ms(utterance) > _LONGEST_MS:
            raise BackendRejected("an utterance is 16-bit samples, at most 30 s")
        reply = await self._client.request(
            "transcribe",
            {
                "languages": list(languages),
                "hot_words": dict(hot_words),
                "priors": dict(priors),
                "full_window": self._full_window,
            },
            utterance,
            deadline_ms=self._deadline_ms,
            priority=_PRIORITY[urgency],
            retry_once_after_restart=True,
        )
        return _transcript(reply)


def _transcript(reply: Reply) -> Transcript:
    found = reply.result
    try:
        return Transcript(
            text=str(found["text"]),
            confidence=float(found["confidence"]),
            language=LanguageTag(found["language"]),
            posteriors={LanguageTag(tag): float(chance) for tag, chance in found["posteriors"].items()},
            no_speech=float(found["no_speech"]),
            window_ms=int(found["window_ms"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BackendUnavailable(f"the worker's transcript lacks or garbles a field: {error}") from error
