"""An approved answer in the assistant's voice, for caller and agent together: fetched by the carrier, heard by both.

The carrier fetches it under the number that the wish has in the call's log, so any process can give it. It is in the
transcript once it was heard to its end, by the carrier's own report; until then the copy of the line is not listened
to on the agent's side, or its words would be taken for the agent's.
"""

from typing import Final

from ivr.ports.clock import Clock
from ivr.session.agents import Side
from ivr.session.voice import Voice, gap, sentences
from ivr.vocabulary.events import RoomSpoken
from ivr.vocabulary.ids import TransferId
from ivr.vocabulary.transfers import SayAsked, SayFailed
from ivr.vocabulary.units import MuLaw, duration_ms

ASSISTANT: Final = "assistant"
"The speaker."
REPORTED_WITHIN_MS: Final = 3_000
"After the end of the audio: without a report it is taken to be over."
ECHO_MS: Final = 500
"How long the copy of the line may lag behind the report."


class Saying:
    """One per live call."""

    def __init__(self, side: Side, voice: Voice, clock: Clock) -> None:
        self._side, self._voice, self._clock = side, voice, clock
        self._until_ms = 0.0
        self._over: set[int] = set()

    @property
    def is_heard(self) -> bool:
        """Whether an answer may be heard in the room now."""
        return self._clock.now_ms() < self._until_ms

    def latest(self) -> int:
        """The number of the last wish in the log."""
        return next(logged.seq for logged in reversed(self._side.log) if isinstance(logged.event, SayAsked))

    async def audio(self, number: int, transfer: TransferId) -> MuLaw | None:
        """What was wished for, None when nothing was. Raises BackendError."""
        asked = self._asked(number, transfer)
        if asked is None:
            return None
        spoken = [await self._voice.render(each, asked.language) for each in sentences(asked.text)]
        return MuLaw(gap().join(spoken))

    async def given(self, number: int, transfer: TransferId) -> MuLaw | None:
        """The audio for the carrier, which plays it at once."""
        audio = await self.audio(number, transfer)
        if audio is not None and number not in self._over:
            self._until_ms = self._clock.now_ms() + duration_ms(audio) + REPORTED_WITHIN_MS
        return audio

    def told(self, number: int, transfer: TransferId, *, heard: bool) -> None:
        """The carrier reports that it was heard to its end, or that it could not be played. Twice is once."""
        asked = self._asked(number, transfer)
        if asked is None or number in self._over:
            return
        self._over.add(number)
        self._until_ms = self._clock.now_ms() + ECHO_MS
        if heard:
            self._side.post(RoomSpoken(ASSISTANT, "", asked.text, asked.language))
        else:
            self._side.post(SayFailed(transfer, "not played"))

    def _asked(self, number: int, transfer: TransferId) -> SayAsked | None:
        events = (logged.event for logged in self._side.log if logged.seq == number)
        found = next(events, None)
        return found if isinstance(found, SayAsked) and found.transfer == transfer else None
