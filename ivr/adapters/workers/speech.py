"""Asking a worker to speak: what the voices' adapters share."""

from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.wire import Priority
from ivr.vocabulary.errors import BackendUnavailable
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16


async def synthesize(
    client: WorkerClient, text: str, language: LanguageTag, rate: float, deadline_ms: float, priority: Priority
) -> Pcm16:
    """One `synthesize` request.

    A caller hears silence while it waits, so it fails at once when the worker is down and another voice may speak;
    warm-up waits for the worker to come back.
    """
    if not text.strip():
        return Pcm16(b"")
    reply = await client.request(
        "synthesize",
        {"text": text, "language": language, "rate": rate},
        deadline_ms=deadline_ms,
        priority=priority,
        retry_once_after_restart=priority is Priority.BACKGROUND,
    )
    if len(reply.payload) % 2:
        raise BackendUnavailable("the worker's speech is not whole samples")
    return Pcm16(reply.payload)
