"""The speaker: one prompt at a time onto the wire, paced, and honest about what was heard.

Audio leaves at most `LEAD_MS` ahead of the playout clock, so that a cut is quick and little is wasted. What the caller
heard is told from the playout clock and the marks, never from what was sent; marks that come back after a `clear` prove
nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from ivr.audio import g711
from ivr.audio.frames import padded
from ivr.audio.level import frame_levels_dbfs
from ivr.audio.music import music
from ivr.ports.clock import Clock
from ivr.session.voice import Voice, gap, sentences
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.events import Event, Fault, PromptCut, PromptHeard
from ivr.vocabulary.ids import PromptId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import FRAME_MS, FRAME_SAMPLES, MuLaw, duration_ms

LEAD_MS: Final = 300
"Audio sent ahead of the playout clock."
MUSIC_LEAD_MS: Final = 100
"The same of music, which gives way at once."
RENDERED_AHEAD: Final = 1
"Pieces of a prompt rendered while another one plays, beside the one that is being rendered."
MARK_GRACE_MS: Final = 3_000
"How long after its playout a prompt's last mark may be missing before we go on without it."


class Line(Protocol):
    """Where a prompt goes. Nothing here waits; a peer that stops reading loses its line."""

    def audio(self, audio: MuLaw) -> None: ...
    def mark(self, name: str) -> None: ...
    def clear(self) -> None: ...


@dataclass(slots=True)
class _Playing:
    prompt: PromptId
    text: str
    language: LanguageTag
    rate: float = 1.0
    interruptible: bool = True
    passing: bool = False
    sent: list[tuple[str, int]] = field(default_factory=list)
    "Sentences or clauses and their ms of audio, as far as sent."
    sent_ms: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    "Set by its last mark, or by a cut."
    begun: bool = False
    cut: bool = False
    due_ms: float | None = None
    "When its last mark must have come back; None while it is still being sent."


class Speaker:
    """One per live call.

    report       takes what became of a prompt.
    first_frame  is told when one becomes audible.
    played       takes when a sentence begins to play, and the level of each of its frames.
    """

    def __init__(
        self,
        voice: Voice,
        clock: Clock,
        report: Callable[[Event], None],
        first_frame: Callable[[PromptId], None],
        played: Callable[[float, list[float]], None] = lambda at_ms, levels: None,
        lead_ms: int = LEAD_MS,
    ) -> None:
        self._voice, self._clock = voice, clock
        self._report, self._first_frame = report, first_frame
        self._played, self._lead_ms = played, lead_ms
        self._line: Line | None = None
        self._playing: _Playing | None = None
        self._next: _Playing | None = None
        self._waiting = asyncio.Event()
        self._playout_end_ms = 0.0
        self._music_wanted = asyncio.Event()
        self._music_at, self._music_stretches = 0, 0
        self._musician: asyncio.Task[None] | None = None
        self._listens = False

    def attach(self, line: Line | None) -> None:
        """Speak onto this line from now on. What was playing on another is over, unheard of."""
        self._line = line
        if self._playing is not None:
            self._playing.cut = True
            self._playing.over.set()
            self._playing = self._next = None
        self._playout_end_ms = 0.0

    @property
    def interruptible(self) -> bool:
        return self._playing is None or self._playing.interruptible

    @property
    def speaking(self) -> bool:
        return self._playing is not None

    def music(self, on: bool) -> None:
        """Play music whenever nothing is said, or no more."""
        if on:
            self._music_wanted.set()
            if self._musician is None:
                self._waiting.set()
        else:
            self._music_wanted.clear()

    def listen(self, on: bool) -> None:
        """The caller speaks, or no longer: music would be in their way."""
        self._listens = on

    def say(
        self,
        prompt: PromptId,
        text: str,
        language: LanguageTag,
        *,
        rate: float = 1.0,
        interruptible: bool = True,
        passing: bool = False,
    ) -> None:
        """Speak this prompt next. One that is playing is cut, unless it is `passing`: that is heard to its end."""
        coming = _Playing(prompt, text, language, rate, interruptible, passing)
        if self._playing is not None and self._playing.passing and self._playing.sent_ms > 0:
            self._drop_next()
            self._next = coming
            return
        self.cut()
        self._begin(coming)

    def cut(self) -> None:
        """Stop now: what is buffered is cleared at once, and what was heard is reported."""
        playing = self._playing
        if playing is None:
            return
        unheard_ms = max(0.0, self._playout_end_ms - self._clock.now_ms())
        heard = _heard_text(playing, playing.sent_ms - unheard_ms)
        playing.cut = True
        playing.over.set()
        self._playing = None
        self._playout_end_ms = 0.0
        if self._line is not None:
            self._line.clear()
        self._report(PromptCut(playing.prompt, round(len(heard) / max(1, len(playing.text)), 3), heard))
        if self._next is not None and not self._next.interruptible:
            self._begin(self._next)
        else:
            self._drop_next()

    def _begin(self, coming: _Playing | None) -> None:
        self._playing, self._next = coming, None
        if coming is not None:
            self._waiting.set()

    def _drop_next(self) -> None:
        """What waited for a passing prompt to end will not be heard at all."""
        dropped, self._next = self._next, None
        if dropped is not None:
            self._report(PromptCut(dropped.prompt, 0.0, ""))

    def marked(self, name: str) -> None:
        """A mark came back."""
        if self._playing is not None and name == f"{self._playing.prompt}.end":
            self._playing.over.set()

    def tick(self) -> None:
        """Called with every frame of caller audio: goes on without a mark that did not come back."""
        playing = self._playing
        if playing is not None and playing.due_ms is not None and self._clock.now_ms() > playing.due_ms:
            playing.due_ms = None
            self._report(Fault("carrier", "the last mark of a prompt did not come back"))
            playing.over.set()

    async def run(self) -> None:
        """Speak prompt after prompt until cancelled. One that was cut while it was rendered holds up none after it."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._waiting.wait()
                self._waiting.clear()
                if self._music_wanted.is_set() and self._musician is None:
                    self._musician = tasks.create_task(self._play_music())
                if (playing := self._playing) is not None and not playing.begun:
                    playing.begun = True
                    tasks.create_task(self._speak(playing))

    async def _speak(self, playing: _Playing) -> None:
        try:
            await self._send(playing)
        except BackendError as error:
            if playing.cut:
                return
            self._report(Fault("speech", type(error).__name__))
        if playing.cut:
            return
        if self._line is not None:
            self._line.mark(f"{playing.prompt}.end")
        playing.due_ms = max(self._playout_end_ms, self._clock.now_ms()) + MARK_GRACE_MS
        await playing.over.wait()
        if not playing.cut:
            self._begin(self._next)
            sent = " ".join(text for text, _ in playing.sent)
            self._report(PromptHeard(playing.prompt, round(len(sent) / max(1, len(playing.text)), 3)))

    async def _send(self, playing: _Playing) -> None:
        """Piece after piece onto the line, the next one rendered while this one plays."""
        ahead: asyncio.Queue[tuple[str, MuLaw] | BackendError | None] = asyncio.Queue(RENDERED_AHEAD)
        rendering = asyncio.create_task(self._render(playing, ahead), name=f"rendering {playing.prompt}")
        try:
            number = 0
            while (rendered := await ahead.get()) is not None and not playing.cut:
                if isinstance(rendered, BackendError):
                    raise rendered
                if not await self._play(playing, number, *rendered):
                    return
                number += 1
        finally:
            rendering.cancel()
            await asyncio.gather(rendering, return_exceptions=True)

    async def _render(self, playing: _Playing, ahead: asyncio.Queue[tuple[str, MuLaw] | BackendError | None]) -> None:
        """Render the prompt's pieces in order. Ends with None, or with the error that stopped it."""
        try:
            parts = sentences(playing.text)
            for last, sentence in zip([*[False] * (len(parts) - 1), True], parts, strict=False):
                pieces = await self._voice.pieces(sentence, playing.language, playing.rate)
                for piece in pieces:
                    audio = await self._voice.render(piece, playing.language, playing.rate)
                    pause = b"" if last or piece is not pieces[-1] else gap()
                    await ahead.put((piece, MuLaw(audio + pause)))
            await ahead.put(None)
        except BackendError as error:
            await ahead.put(error)

    async def _play(self, playing: _Playing, number: int, piece: str, audio: MuLaw) -> bool:
        """Send one piece at the pace of its playing. False when the prompt was cut, or the line is gone."""
        playing.sent.append((piece, duration_ms(audio)))
        self._played(max(self._playout_end_ms, self._clock.now_ms()), frame_levels_dbfs(g711.decode(audio)))
        for start in range(0, len(audio), FRAME_SAMPLES):
            await self._pace()
            if playing.cut or self._line is None:
                return False
            self._frame(playing, padded(MuLaw(audio[start : start + FRAME_SAMPLES])))
        if self._line is not None:
            self._line.mark(f"{playing.prompt}.{number}")
        return True

    def _frame(self, playing: _Playing, audio: MuLaw) -> None:
        assert self._line is not None  # noqa: S101 - the caller looked
        self._line.audio(audio)
        if playing.sent_ms == 0:
            self._first_frame(playing.prompt)
        playing.sent_ms += FRAME_MS
        self._playout_end_ms = max(self._playout_end_ms, self._clock.now_ms()) + FRAME_MS

    async def _play_music(self) -> None:
        """Frame after frame while it is wanted and nothing is said. Each stretch ends in a mark, as a sentence does."""
        frames, playing = music(), False
        while True:
            if not playing:
                await self._music_wanted.wait()
            await self._pace(min(self._lead_ms, MUSIC_LEAD_MS))
            said = self._playing is not None and self._playing.sent_ms > 0  # until it is rendered there is music
            if self._music_wanted.is_set() and self._line is not None and not (said or self._listens):
                self._line.audio(frames[self._music_at % len(frames)])
                self._music_at += 1
                self._playout_end_ms = max(self._playout_end_ms, self._clock.now_ms()) + FRAME_MS
                playing = True
                continue
            if playing and self._line is not None:
                self._music_stretches += 1
                self._line.mark(f"music.{self._music_stretches}")
            playing = False
            await self._clock.sleep_until(self._clock.now_ms() + FRAME_MS)

    async def _pace(self, lead_ms: float | None = None) -> None:
        lead_ms = self._lead_ms if lead_ms is None else lead_ms
        ahead_ms = self._playout_end_ms - self._clock.now_ms()
        if ahead_ms > lead_ms:
            await self._clock.sleep_until(self._playout_end_ms - lead_ms)


def _heard_text(playing: _Playing, heard_ms: float) -> str:
    """The words that fit into `heard_ms` of the audio: whole sentences, then a share of the next one's words."""
    heard: list[str] = []
    for sentence, length_ms in playing.sent:
        if heard_ms >= length_ms:
            heard.append(sentence)
            heard_ms -= length_ms
            continue
        words = sentence.split()
        heard += words[: int(len(words) * max(0.0, heard_ms) / max(1, length_ms))]
        break
    return " ".join(heard)
