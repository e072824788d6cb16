"""The carrier's own voice: speaks `<Say>` through a separate process.

The speech library is under the GPL, so it is loaded by `voice_process.py` in a process of its own and never by this
one; the two talk over pipes. The process starts with the first `<Say>` and is restarted when it dies.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
from collections import OrderedDict

import structlog

from ivr.exchange.twiml import TwimlError
from ivr.vocabulary.units import MuLaw

log = structlog.get_logger("exchange.voice")

TIMEOUT_S = 20.0
CACHE_BYTES = 4 * 1_024 * 1_024


class Voice:
    """One speech process, one text at a time; recent texts are kept."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._cache: OrderedDict[tuple[str, str], MuLaw] = OrderedDict()
        self._cached_bytes = 0

    async def speak(self, text: str, language: str) -> MuLaw:
        """Text as µ-law audio. Raises TwimlError when the voice does not work or does not know the language."""
        key = (text, language)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        async with self._lock:
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    audio = await self._ask(text, language)
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as broken:
                await self._stop()
                raise TwimlError(13520, f"the carrier's voice does not answer ({type(broken).__name__})") from broken
            except asyncio.CancelledError:
                await self._stop()  # an answer half read would be taken for the next one's
                raise
        self._keep(key, audio)
        return audio

    async def close(self) -> None:
        """End the speech process."""
        await self._stop()

    async def _ask(self, text: str, language: str) -> MuLaw:
        process = await self._running()
        assert process.stdin and process.stdout  # noqa: S101 - both are pipes, see _running
        process.stdin.write(json.dumps({"text": text, "language": language}).encode() + b"\n")
        await process.stdin.drain()
        ok, length = struct.unpack(">?I", await process.stdout.readexactly(5))
        body = await process.stdout.readexactly(length)
        if not ok:
            raise TwimlError(13511, f"<Say>: {body.decode()}")
        return MuLaw(body)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "ivr.exchange.voice_process",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            log.info("voice process started", pid=self._process.pid)
        return self._process

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        if process.stdin:
            process.stdin.close()
        await process.wait()

    def _keep(self, key: tuple[str, str], audio: MuLaw) -> None:
        if key in self._cache or len(audio) > CACHE_BYTES // 4:
            return
        self._cache[key] = audio
        self._cached_bytes += len(audio)
        while self._cached_bytes > CACHE_BYTES:
            self._cached_bytes -= len(self._cache.popitem(last=False)[1])
