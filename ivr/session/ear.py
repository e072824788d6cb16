"""The ear: from the carrier's payloads to what turn-taking makes of them, frame by frame, without ever waiting."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ivr.audio import g711
from ivr.audio.articulation import Articulation
from ivr.audio.echo import EchoGuard
from ivr.audio.frames import Framer
from ivr.audio.gate import LevelGate
from ivr.audio.level import level_dbfs
from ivr.ports.speech import VoiceActivity
from ivr.turns import floor as turns
from ivr.turns.asides import Verdict
from ivr.turns.completeness import Completeness
from ivr.turns.floor import Floor, Patience, TurnRules
from ivr.vocabulary.units import FRAME_MS, Pcm16

_REMEMBERED_FRAMES: Final = 60
"Frames kept while nothing is open: more than an onset and its lead."


@dataclass(frozen=True, slots=True)
class Opened:
    """The caller began to speak, at this audio time."""

    onset_ms: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The caller took the floor from the prompt, with what they said from this audio time on."""

    since_ms: int


@dataclass(frozen=True, slots=True)
class Peeked:
    """What was said so far under a prompt: enough for its first word, or another."""

    audio: Pcm16
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Glanced:
    """A first short silence: this may be all."""

    audio: Pcm16
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """It was not: the caller goes on."""


@dataclass(frozen=True, slots=True)
class Closed:
    """An utterance is complete.

    silence_ms  the silence that closed it, which is part of it.
    is_words    False for a sound over a prompt, of some length, that was at no time like words: a fit of coughing.
    """

    audio: Pcm16
    start_ms: int
    end_ms: int
    silence_ms: int
    is_words: bool = True


@dataclass(frozen=True, slots=True)
class Quiet:
    """The caller had the floor and said nothing."""

    for_ms: int


Happening = Opened | Cut | Peeked | Glanced | Withdrawn | Closed | Quiet


class Ear:
    """One per call. `at_ms` counts caller audio since the call was answered, over all of its streams."""

    def __init__(self, detector: VoiceActivity, rules: TurnRules, at_ms: int) -> None:
        self.at_ms = at_ms
        self._detector, self._rules = detector, rules
        self._framer, self._floor = Framer(), Floor()
        self._recent: deque[Pcm16] = deque(maxlen=_REMEMBERED_FRAMES)
        self._open = bytearray()
        self._open_since: int | None = None
        self._joined: tuple[bytes, int] | None = None
        self._gate, self._guard = LevelGate(quietest_dbfs=rules.near_dbfs), EchoGuard()
        self._articulation = Articulation()
        self._last_sound_ms = at_ms

    def begin(self) -> None:
        """A new stream: nothing is open, nothing is remembered."""
        self._framer, self._floor = Framer(), Floor()
        self._recent.clear()
        self._open.clear()
        self._articulation.close()
        self._open_since, self._joined = None, None

    def played(self, at_ms: float, levels_dbfs: list[float]) -> None:
        """What the caller's telephone plays from `at_ms` of the session's clock on."""
        self._guard.played(at_ms, levels_dbfs)

    def prompt_began(self) -> None:
        self._floor = turns.prompt_began(self._floor)

    def prompt_ended(self, patience: Patience) -> None:
        self._floor = turns.prompt_ended(self._floor, self.at_ms, patience)

    def judge(self, completeness: Completeness) -> None:
        """How finished the words before the present pause sound."""
        self._floor = turns.judge(self._floor, completeness)

    def look(self, verdict: Verdict) -> None:
        """What was made of the words under the prompt so far."""
        self._floor = turns.look(self._floor, verdict)

    def not_silent(self) -> None:
        """The caller did something other than speaking (a key): silence counts from now."""
        if self._floor.quiet_since is not None:
            self._floor = self._floor._replace(quiet_since=self.at_ms)

    def join(self, audio: Pcm16, start_ms: int) -> None:
        """The utterance now open goes on from this one, which was closed too early: both are one."""
        self._joined = (audio, start_ms)

    def hear(self, payload: bytes, now_ms: float, *, deaf: bool) -> Iterator[Happening]:
        """Take a payload that came at `now_ms` of the session's clock.

        deaf  the prompt that plays may not be cut, so speech counts for nothing.
        """
        for coded in self._framer.push(payload):
            frame = g711.decode(coded)
            self.at_ms += FRAME_MS
            self._recent.append(frame)
            if self._open_since is not None:
                self._open += frame
            voiced = self._is_caller(frame, now_ms) and not deaf
            if voiced:
                is_near, is_words = self._open_since is not None or self._gate.is_near, self._can_be_words(frame)
                self._floor, effects = turns.hear(
                    self._floor, self.at_ms, True, self._rules, is_near=is_near, is_words=is_words
                )
            else:
                self._floor, effects = turns.hear(self._floor, self.at_ms, False, self._rules)
            for effect in effects:
                yield self._happening(effect)

    def _is_caller(self, frame: Pcm16, now_ms: float) -> bool:
        """Speech, and loud enough, and not our own prompt coming back."""
        level = level_dbfs(frame)
        self._guard.heard(level)
        self._gate.hear(level)
        if not self._detector.is_speech(frame) or not self._gate.passes(level):
            return False
        if self._floor.prompt and self._guard.is_echo(now_ms):
            return False
        self._stretch(level)
        if not self._floor.prompt and self._open_since is not None:
            self._gate.learn(level)
        return True

    def _stretch(self, level: float) -> None:
        """A voiced frame: it goes on with the stretch of sound before it, or begins another."""
        if self.at_ms - self._last_sound_ms > self._rules.gap_ms + FRAME_MS:
            self._articulation.pause()
            self._gate.pause()
        self._last_sound_ms = self.at_ms
        self._gate.goes_on(level)

    def _can_be_words(self, frame: Pcm16) -> bool:
        """Whether the sound that this frame goes on with can be words. Without a prompt nothing else is expected."""
        if not self._floor.prompt:
            self._articulation.words_seen = True
            return True
        self._articulation.hear(frame)
        return self._articulation.is_words

    def _happening(self, effect: turns.TurnEffect) -> Happening:
        match effect:
            case turns.OpenUtterance(start_ms=start):
                self._begin_recording(start)
                return Opened(self._floor.last_voiced)
            case turns.CutPrompt(since_ms=since):
                return Cut(since)
            case turns.Peek(start_ms=start, end_ms=end):
                return Peeked(Pcm16(bytes(self._open)), start, end)
            case turns.Glance(end_ms=end):
                audio, start = self._recorded()
                return Glanced(audio, start, end)
            case turns.GlanceWithdrawn():
                return Withdrawn()
            case turns.CloseUtterance(end_ms=end):
                audio, start = self._recorded()
                self._open_since, self._joined = None, None
                self._open.clear()
                was_words = self._articulation.close()
                return Closed(audio, start, end, max(0, end - self._floor.last_voiced), was_words)
            case turns.CallerQuiet(for_ms=for_ms):
                return Quiet(for_ms)

    def _begin_recording(self, start_ms: int) -> None:
        frames = min(len(self._recent), (self.at_ms - start_ms) // FRAME_MS)
        self._open = bytearray(b"".join(list(self._recent)[len(self._recent) - frames :]))
        self._open_since = start_ms

    def _recorded(self) -> tuple[Pcm16, int]:
        start = self._open_since if self._open_since is not None else self.at_ms
        if self._joined is None:
            return Pcm16(bytes(self._open)), start
        before, began = self._joined
        return Pcm16(before + bytes(self._open)), began
