"""Recordings: what `<Record>` or a conference heard, kept as WAV files until REST deletes them or the exchange ends."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ivr.exchange.records import now
from ivr.exchange.sounds import wav
from ivr.vocabulary.units import MuLaw, duration_ms

KEPT = 200
"The oldest recordings go when there are more."


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording of one call, or of a conference; then there is no call."""

    sid: str
    call_sid: str
    duration_s: int
    path: Path
    created: datetime = field(default_factory=now)
    conference_sid: str = ""


class Recordings:
    """The files and their list. `folder` empty uses a temporary folder, removed by `close`."""

    def __init__(self, folder: str) -> None:
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="exchange-recordings-")
        self._folder = Path(folder or (self._temporary.name if self._temporary else ""))
        self._kept: dict[str, Recording] = {}

    async def add(self, sid: str, call_sid: str, audio: MuLaw, *, conference_sid: str = "") -> Recording:
        """Write one recording."""
        seconds = -(-duration_ms(audio) // 1_000)
        recording = Recording(sid, call_sid, seconds, self._folder / f"{sid}.wav", conference_sid=conference_sid)
        await asyncio.to_thread(self._write, recording.path, audio)
        self._kept[sid] = recording
        while len(self._kept) > KEPT:
            await self.delete(next(iter(self._kept)))
        return recording

    @staticmethod
    def _write(path: Path, audio: MuLaw) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wav(audio))

    def get(self, sid: str) -> Recording | None:
        """One recording, or None."""
        return self._kept.get(sid)

    def of(self, call_sid: str = "", conference_sid: str = "") -> list[Recording]:
        """Recordings, newest first, of one call, of one conference, or of all."""
        return [
            entry
            for entry in reversed(self._kept.values())
            if call_sid in ("", entry.call_sid) and conference_sid in ("", entry.conference_sid)
        ]

    async def delete(self, sid: str) -> bool:
        """Remove one; False if there is none."""
        recording = self._kept.pop(sid, None)
        if recording is None:
            return False
        await asyncio.to_thread(recording.path.unlink, True)
        return True

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._temporary:
            self._temporary.cleanup()
