"""Meaning: text as vectors."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    @property
    def name(self) -> str:
        """Names the model and its version: vectors of two names never mix."""
        ...

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what callers ask. Returns (len(texts), dimensions) float32 rows of unit length.

        Raises  BackendUnavailable, BackendRejected, DeadlineExceeded. Nothing else.
        """
        ...

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what we know; shape, type and errors as `embed_queries`."""
        ...
