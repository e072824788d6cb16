"""Vectors on disk, so that a start embeds only what is new: half a minute of a core for a bank of eighty answers.

    <folder>/<digest of the embedder's name>.vectors    a header with the width, then records:
    16 bytes digest of kind and text, the vector as float32, 4 bytes CRC-32 of both

Records are only ever added. What a crash or a full disk cut is passed over; a file that is something else, or has grown
too large with texts long gone, is begun anew. Only approved texts are given to it, never what callers say.
"""

import asyncio
import contextlib
import hashlib
import logging
import zlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.ports.meaning import Embedder

_log = logging.getLogger(__name__)

Rows = NDArray[np.float32]

_MAGIC: Final = b"ivrvec\x00\x01"
_DIGEST_BYTES: Final = 16
_CRC_BYTES: Final = 4


class KeptEmbedder:
    """`Embedder` over another one, for learning: remembers on disk what it was asked. Its faults reach nobody.

    max_bytes  beyond which the file is begun anew at the next start.
    """

    def __init__(self, embedder: Embedder, folder: Path, *, max_bytes: int = 256 << 20) -> None:
        name = hashlib.sha256(embedder.name.encode()).hexdigest()[:16]
        self._embedder = embedder
        self._file = folder / f"{name}.vectors"
        self._max_bytes = max_bytes
        self._known: dict[bytes, Rows] | None = None
        self._using = asyncio.Lock()

    @property
    def name(self) -> str:
        return self._embedder.name

    async def embed_queries(self, texts: Sequence[str]) -> Rows:
        return await self._embed("query", texts, self._embedder.embed_queries)

    async def embed_passages(self, texts: Sequence[str]) -> Rows:
        return await self._embed("passage", texts, self._embedder.embed_passages)

    async def _embed(self, kind: str, texts: Sequence[str], embed: Callable[[Sequence[str]], Awaitable[Rows]]) -> Rows:
        if not texts:
            return await embed(texts)
        async with self._using:
            if self._known is None:
                self._known = await asyncio.to_thread(self._read)
            known = self._known
            keys = [_digest(kind, text) for text in texts]
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            if missing:
                rows = await embed(list(missing.values()))
                new = dict(zip(missing, rows, strict=True))
                known.update(new)
                await asyncio.to_thread(self._append, new)
            return np.array([known[key] for key in keys], dtype=np.float32)

    def _read(self) -> dict[bytes, Rows]:
        try:
            data = self._file.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            _log.warning("kept vectors cannot be read, so all are made again: %s", error)
            return {}
        width = int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 4], "little")
        if not data.startswith(_MAGIC) or not 0 < width < 65_536 or len(data) > self._max_bytes:
            _log.warning("kept vectors are begun anew: %s", self._file.name)
            self._drop()
            return {}
        size = _DIGEST_BYTES + 4 * width + _CRC_BYTES
        known: dict[bytes, Rows] = {}
        for at in range(len(_MAGIC) + 4, len(data) - size + 1, size):
            record, crc = data[at : at + size - _CRC_BYTES], data[at + size - _CRC_BYTES : at + size]
            if zlib.crc32(record).to_bytes(_CRC_BYTES, "little") == crc:
                known[record[:_DIGEST_BYTES]] = np.frombuffer(record, dtype="<f4", offset=_DIGEST_BYTES)
        if (len(data) - len(_MAGIC) - 4) % size or not known:
            _log.warning("kept vectors were cut short, and are begun anew: %s", self._file.name)
            self._drop()
            self._append(known)
        return known

    def _drop(self) -> None:
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _append(self, new: dict[bytes, Rows]) -> None:
        records = []
        for key, row in new.items():
            record = key + row.astype("<f4").tobytes()
            records.append(record + zlib.crc32(record).to_bytes(_CRC_BYTES, "little"))
        if not records:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            width = len(next(iter(new.values())))
            with self._file.open("ab") as file:
                if file.tell() == 0:
                    records.insert(0, _MAGIC + width.to_bytes(4, "little"))
                file.write(b"".join(records))
        except OSError as error:
            _log.warning("vectors could not be kept: %s", error)


def _digest(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\n{text}".encode("utf-8", "surrogatepass")).digest()[:_DIGEST_BYTES]
