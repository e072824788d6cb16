"""What is said while caller and agent speak with each other: heard from a copy of the caller's line, and written down.

Two ears, one a side, so that nobody's words are taken for the other's. It is for reading at the desk and afterwards:
nothing is decided by it, the recogniser serves callers who wait for an answer first, and what it cannot keep up with is
left out. Digits are masked before anything is written.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from ivr.ports.clock import Clock
from ivr.ports.speech import SpeechToText, Urgency, VoiceActivity
from ivr.session.ear import Closed, Ear
from ivr.session.perceive import NOBODY_SPOKE, SURE
from ivr.turns.floor import TurnRules
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import mask
from ivr.vocabulary.units import Pcm16

CALLER, AGENT = "caller", "agent"
"The speakers."

BEHIND: Final = 6
"Utterances that may wait for the recogniser; when there are more, the oldest is left out."

Tell = Callable[[str, str, LanguageTag], None]
"Takes a speaker, their words, and the language."


class RoomEar:
    """One for each copy. `hear` takes audio without waiting; `run` makes words of it until cancelled."""

    def __init__(
        self,
        call: CallId,
        hearing: SpeechToText,
        detector: Callable[[], VoiceActivity],
        rules: TurnRules,
        languages: Sequence[LanguageTag],
        clock: Clock,
        tell: Tell,
    ) -> None:
        self._hearing, self._languages, self._clock, self._tell = hearing, languages, clock, tell
        self._ears = {speaker: Ear(detector(), rules, 0) for speaker in (CALLER, AGENT)}
        self._waiting: deque[tuple[str, Pcm16]] = deque(maxlen=BEHIND)
        self._more = asyncio.Event()
        self._record = structlog.get_logger("room").bind(call=call)

    def hear(self, speaker: str, audio: bytes) -> None:
        """µ-law of any length that one of them said."""
        for happened in self._ears[speaker].hear(audio, self._clock.now_ms(), deaf=False):
            if isinstance(happened, Closed) and happened.is_words:
                if len(self._waiting) == BEHIND:
                    self._record.warning("what was said is left out: the recogniser is behind", speaker=speaker)
                self._waiting.append((speaker, happened.audio))
                self._more.set()

    async def run(self) -> None:
        """Utterance by utterance, in the order in which they ended."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                await self._write_down(*self._waiting.popleft())

    async def _write_down(self, speaker: str, audio: Pcm16) -> None:
        try:
            heard = await self._hearing.transcribe(audio, self._languages, urgency=Urgency.RECORD)
        except BackendError as error:
            self._record.warning("what was said is left out", speaker=speaker, error=type(error).__name__)
            return
        if heard.no_speech >= NOBODY_SPOKE and heard.confidence < SURE:
            return
        if words := mask(heard.text.strip(), heard.language).text:
            self._tell(speaker, words, heard.language)
