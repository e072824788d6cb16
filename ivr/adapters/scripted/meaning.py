"""An embedder without a model: texts that share words and letters are near."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.adapters.scripted.faults import Faults

DIMENSIONS: Final = 384
_WORD: Final = re.compile(r"\w+")
_COMMON: Final = frozenset(
    "a an and are at can could do does for from have how i in is it me my of on or please the this to what when where "
    "which with would you your".split()
)


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """(len(texts), 384) float32 unit rows: hashed words, and hashed runs of three letters for inflected ones."""
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[0] = 1e-3  # so that empty text has a direction too
        for word in _WORD.findall(_plain(text)):
            weight = 0.2 if word in _COMMON else 1.0
            _add(row, word, weight)
            padded = f"<{word}>"
            for start in range(len(padded) - 2):
                _add(row, padded[start : start + 3], 0.4 * weight)
        row /= np.linalg.norm(row)
    return rows


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _add(row: NDArray[np.float32], feature: str, weight: float) -> None:
    digest = hashlib.blake2b(feature.encode(), digest_size=8).digest()
    place = int.from_bytes(digest[:4], "big") % DIMENSIONS
    row[place] += weight if digest[4] & 1 else -weight


class ScriptedEmbedder:
    """`Embedder` by hashing: the same vectors on every machine, in every process."""

    def __init__(self, *, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()

    @property
    def name(self) -> str:
        return "scripted-hashed-words-384/1"

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        await self.faults.meet()
        return embed(texts)

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        await self.faults.meet()
        return embed(texts)
