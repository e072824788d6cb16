"""Messages that callers left and nobody has dealt with: from the log of the latest calls, and what is written since."""

from collections import OrderedDict
from typing import Final

from ivr.ports.store import CallLog
from ivr.vocabulary.events import CallOffered, Logged
from ivr.vocabulary.ids import CallId, RecordingId
from ivr.vocabulary.messages import VoicemailDone, VoicemailLeft
from ivr.web.desk.models import Message

LOOKED_BACK: Final = 200
"Calls in which a message may wait, at a start."
CALLERS: Final = 4_096
"Calls whose number is remembered until a message of theirs is made out; the oldest go first."


class Messages:
    """What waits, oldest first."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[CallId, RecordingId], Message] = {}
        self._callers: OrderedDict[CallId, str] = OrderedDict()
        self._read = False

    @property
    def waiting(self) -> list[Message]:
        return sorted(self._waiting.values(), key=lambda message: message.left_ms)

    async def read(self, log: CallLog) -> None:
        """Find those that waited before this process began; once. Raises BackendError."""
        if self._read:
            return
        for row in await log.calls(LOOKED_BACK):
            entries = [] if row.erased else await log.read(row.call)
            if any(isinstance(each.event, VoicemailLeft) for each in entries):
                for each in entries:
                    self.observe(each)
        self._read = True

    def observe(self, logged: Logged) -> bool:
        """Take one entry of a log; whether it changed what waits. Taken twice, it counts once."""
        match logged.event:
            case CallOffered(caller=caller):
                self._callers[logged.call] = "" if caller == "anonymous" else caller
                while len(self._callers) > CALLERS:
                    self._callers.popitem(last=False)
            case VoicemailLeft(recording=recording, seconds=seconds, words=words, language=language):
                self._waiting[logged.call, recording] = Message(
                    call=logged.call,
                    recording=recording,
                    caller=self._callers.get(logged.call, ""),
                    language=language,
                    words=words,
                    seconds=seconds,
                    left_ms=logged.wall_ms,
                )
                return True
            case VoicemailDone(recording=recording):
                return self._waiting.pop((logged.call, recording), None) is not None
            case _:
                pass
        return False

    def there_is(self, call: CallId, recording: RecordingId) -> bool:
        return (call, recording) in self._waiting
