"""Recordings in memory: for tests without a disk."""

from ivr.vocabulary.errors import BackendUnavailable
from ivr.vocabulary.ids import CallId, RecordingId
from ivr.vocabulary.units import MuLaw


class ScriptedRecordings:
    """`Recordings` in memory. While `down`, everything raises BackendUnavailable."""

    def __init__(self) -> None:
        self.down = False
        self.kept: dict[tuple[CallId, RecordingId], MuLaw] = {}

    async def keep(self, call: CallId, audio: MuLaw) -> RecordingId:
        self._require_up()
        name = RecordingId(f"{call}.{sum(of == call for of, _ in self.kept) + 1}")
        self.kept[call, name] = audio
        return name

    async def read(self, call: CallId, recording: RecordingId) -> MuLaw | None:
        self._require_up()
        return self.kept.get((call, recording))

    async def forget(self, call: CallId) -> None:
        self._require_up()
        self.kept = {key: audio for key, audio in self.kept.items() if key[0] != call}

    def _require_up(self) -> None:
        if self.down:
            raise BackendUnavailable("the scripted recordings are down; set `down` to False")
