"""Messages of callers: fetched from the carrier, made out, kept sealed, and then deleted there.

None of it is in anybody's way: the call goes on, or is over, meanwhile. What a process that went away had not finished
is done by the next one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import structlog

from ivr.audio import g711
from ivr.audio.level import level_dbfs
from ivr.calls import folds
from ivr.ports.carrier import Carrier, RecordingReport
from ivr.ports.clock import Clock
from ivr.ports.recordings import Recordings
from ivr.ports.speech import SpeechToText, Transcript, Urgency
from ivr.ports.store import CallLog
from ivr.vocabulary.errors import BackendError, BackendRejected, SequenceConflict
from ivr.vocabulary.events import Event, Logged
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.messages import VoicemailAsked, VoicemailLeft, VoicemailTaken
from ivr.vocabulary.redaction.decide import redact
from ivr.vocabulary.redaction.memory import NOTHING, Memory
from ivr.vocabulary.units import FRAME_SAMPLES, MuLaw, Pcm16

TRIES_MS: Final = (0, 2_000, 10_000, 60_000, 300_000)
"Waits before each try to fetch and keep a message."
LOOKED_BACK: Final = 200
"Calls in which a message may have been left that is not kept yet."
LONGEST_PIECE_S: Final = 25
"What a recogniser takes at once."
CUT_WITHIN_S: Final = 8
"How far before that the quietest moment is looked for, to cut there."
SMALL_PIECE_S: Final = 5
"Into how long pieces one with a secret is cut, to silence no more than must be; `SMALL_CUT_S` likewise."
SMALL_CUT_S: Final = 2

Tell = Callable[[CallId, Event], Awaitable[bool]]
"Lets a fact into a call, live or over."

_record = structlog.get_logger("voicemail")


class Voicemails:
    """Takes care of messages while `run` lasts. `languages` are those that callers speak here."""

    def __init__(
        self,
        carrier: Carrier,
        hearing: SpeechToText,
        recordings: Recordings,
        log: CallLog,
        tell: Tell,
        clock: Clock,
        languages: Sequence[LanguageTag],
    ) -> None:
        self._carrier, self._hearing, self._recordings = carrier, hearing, recordings
        self._log, self._tell, self._clock, self._languages = log, tell, clock, tuple(languages)
        self._tasks: asyncio.TaskGroup | None = None
        self._taking: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Own the work. Leaving it stops what is not done yet: the next start does it."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            recovering = tasks.create_task(self._recover())
            try:
                yield
            finally:
                for task in (recovering, *self._taking.values()):
                    task.cancel()
                self._tasks = None

    def take(self, report: RecordingReport) -> None:
        """A recording can be fetched now. Told twice, it is fetched once."""
        if self._tasks is not None and report.recording and report.recording not in self._taking:
            self._taking[report.recording] = self._tasks.create_task(self._take(report))

    async def _take(self, report: RecordingReport) -> None:
        try:
            for wait_ms in TRIES_MS:
                await self._clock.sleep_until(self._clock.now_ms() + wait_ms)
                try:
                    await self._keep(report)
                except BackendRejected as error:
                    _record.error("a message is given up", call=report.call, detail=str(error))
                except (BackendError, SequenceConflict) as error:
                    _record.warning("a message is not kept yet", call=report.call, error=type(error).__name__)
                    continue
                return
            _record.error("a message is given up: it is still with the carrier", call=report.call)
        finally:
            self._taking.pop(report.recording, None)

    async def _keep(self, report: RecordingReport) -> None:
        log = await self._log.read(report.call)
        if log and not any(isinstance(each.event, VoicemailAsked) for each in log):
            return  # no message that we asked for
        if log and report.recording not in _kept(log):  # without a log the call was erased, and this goes as well
            audio = await self._carrier.recording(report.recording)
            words, language, audio = await self._made_out(audio, log)
            name = await self._recordings.keep(report.call, audio)
            left = VoicemailLeft(name, report.seconds, words, language, report.recording)
            if not await self._tell(report.call, left):
                await self._recordings.forget(report.call)  # erased meanwhile
        await self._carrier.delete_recording(report.recording)

    async def _made_out(self, audio: MuLaw, log: Sequence[Logged]) -> tuple[str, LanguageTag, MuLaw]:
        """The masked words, their language, and the audio without the pieces in which a secret is said.

        While nobody can hear, "" and the audio as it is: the message itself is there.
        """
        language = LanguageTag(folds.transcript(log).language)
        heard: list[str] = []
        kept: list[Pcm16] = []
        memory = NOTHING
        try:
            for piece in pieces(audio):
                told = await self._words(piece, language)
                redacted = redact(told.text.strip(), told.language, memory)
                heard.append(redacted.text)
                kept.append(await self._without_secrets(piece, language, memory) if redacted.kinds else piece)
                memory = redacted.memory
                language = told.language if told.text.strip() else language
        except BackendError as error:
            _record.warning("a message could not be made out", error=type(error).__name__)
        done = sum(map(len, kept))
        return " ".join(filter(None, heard)), language, MuLaw(g711.encode(Pcm16(b"".join(kept))) + audio[done // 2 :])

    async def _words(self, piece: Pcm16, language: LanguageTag) -> Transcript:
        return await self._hearing.transcribe(piece, self._languages, priors={language: 4.0}, urgency=Urgency.ASIDE)

    async def _without_secrets(self, piece: Pcm16, language: LanguageTag, memory: Memory) -> Pcm16:
        """The piece, silent where a secret is read out; all of it when it cannot be told where."""
        parts: list[Pcm16] = []
        found = False
        for part in pieces(g711.encode(piece), SMALL_PIECE_S, SMALL_CUT_S):
            told = await self._words(part, language)
            redacted = redact(told.text.strip(), told.language, memory)
            secret = bool(redacted.held or redacted.veiled)
            parts.append(silent(part) if secret else part)
            found, memory = found or secret, redacted.memory
        return Pcm16(b"".join(parts)) if found else silent(piece)

    async def _recover(self) -> None:
        """Take what was recorded and not kept when the process before this one went."""
        try:
            for row in await self._log.calls(LOOKED_BACK):
                log = [] if row.erased else await self._log.read(row.call)
                for each in log:
                    if isinstance(each.event, VoicemailTaken) and each.event.recording not in _kept(log):
                        self.take(RecordingReport(row.call, each.event.recording, each.event.seconds))
        except BackendError as error:
            _record.warning("messages left before could not be looked for", error=type(error).__name__)


def _kept(log: Sequence[Logged]) -> set[str]:
    """The carrier's names of the messages that are kept."""
    return {each.event.taken_as for each in log if isinstance(each.event, VoicemailLeft)}


def silent(piece: Pcm16) -> Pcm16:
    """Silence, as long as the piece."""
    return Pcm16(bytes(len(piece)))


def pieces(audio: MuLaw, longest_s: int = LONGEST_PIECE_S, within_s: int = CUT_WITHIN_S) -> Iterator[Pcm16]:
    """The audio in pieces that a recogniser takes, cut where it is quietest."""
    pcm, frame = g711.decode(audio), 2 * FRAME_SAMPLES
    longest, within = longest_s * 50 * frame, within_s * 50 * frame
    at = 0
    while len(pcm) - at > longest:
        frames = range(at + longest - within, at + longest, frame)
        cut = min(frames, key=lambda start: level_dbfs(Pcm16(pcm[start : start + frame])))
        yield Pcm16(pcm[at:cut])
        at = cut
    if at < len(pcm):
        yield Pcm16(pcm[at:])
