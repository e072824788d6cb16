"""Recordings that we keep: messages of callers."""

from typing import Protocol

from ivr.vocabulary.ids import CallId, RecordingId
from ivr.vocabulary.units import MuLaw


class Recordings(Protocol):
    """Audio, sealed with the key of its call: erasing the call makes it unreadable.

    Raises  BackendUnavailable when it cannot be written or read now; BackendRejected when it is damaged. Nothing else.
    """

    async def keep(self, call: CallId, audio: MuLaw) -> RecordingId:
        """Keep this, durably, under a name of its own."""
        ...

    async def read(self, call: CallId, recording: RecordingId) -> MuLaw | None:
        """The audio; None when there is none of this name, or its call was erased."""
        ...

    async def forget(self, call: CallId) -> None:
        """Remove everything kept of this call. Part of erasing it."""
        ...
