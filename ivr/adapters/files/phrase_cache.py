"""Rendered phrases on disk: one small file each, the oldest dropped when there are too many.

    <folder>/<two hex digits>/<sha256 of the key>    a header of 40 bytes, then µ-law

The header holds the SHA-256 of the audio, so that a file cut by a crash or a full disk counts as absent.
"""

import asyncio
import contextlib
import hashlib
import logging
import os
import tempfile
from pathlib import Path
from typing import Final

from ivr.vocabulary.units import MuLaw

_log = logging.getLogger(__name__)

_MAGIC: Final = b"ivrph\x00\x00\x01"
_HEADER_BYTES: Final = len(_MAGIC) + hashlib.sha256().digest_size
_SLACK: Final = 0.9
"Dropping goes down to this share of the limit, so that not every phrase that is kept drops another."


class DiskPhraseCache:
    """`PhraseCache` in a folder. Its files are read and written in a thread; no fault of theirs reaches the caller.

    max_bytes  of all audio together; the least recently used go first.
    """

    def __init__(self, folder: Path, *, max_bytes: int = 512 << 20) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._size: int | None = None  # measured at the first write
        self._writing = asyncio.Lock()

    async def get(self, key: str) -> MuLaw | None:
        return await asyncio.to_thread(self._read, key)

    async def put(self, key: str, audio: MuLaw) -> None:
        async with self._writing:
            await asyncio.to_thread(self._write, key, bytes(audio))

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / name[:2] / name

    def _read(self, key: str) -> MuLaw | None:
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        header, audio = data[:_HEADER_BYTES], data[_HEADER_BYTES:]
        if header != _MAGIC + hashlib.sha256(audio).digest():
            _log.warning("a kept phrase is damaged and is dropped: %s", path.name)
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # used now
        return MuLaw(audio)

    def _write(self, key: str, audio: bytes) -> None:
        path = self._path(key)
        data = _MAGIC + hashlib.sha256(audio).digest() + audio
        if len(data) > self._max_bytes:
            return
        temporary = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replaced = _size_of(path)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(path)
            if self._size is None:
                self._size = sum(size for _, size, _ in self._kept())
            else:
                self._size += len(data) - replaced
            if self._size > self._max_bytes:
                self._drop_oldest(spare=path)
        except OSError as error:
            _log.warning("a phrase could not be kept: %s", error)
            if temporary:
                Path(temporary).unlink(missing_ok=True)

    def _drop_oldest(self, spare: Path) -> None:
        kept = sorted(self._kept())
        size = sum(bytes_ for _, bytes_, _ in kept)
        for _, bytes_, path in kept:
            if size <= self._max_bytes * _SLACK:
                break
            if path != spare:
                path.unlink(missing_ok=True)
                size -= bytes_
        self._size = size

    def _kept(self) -> list[tuple[int, int, Path]]:
        """Time of last use, size and path of every file, those of writers that died among them."""
        found = []
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
        return found


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
