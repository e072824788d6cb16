"""Evaluate hearing nothing: what `ivr eval quiet` runs, on lines where nobody speaks to us.

Made-up noise and music, and recordings of somebody else: far from the telephone, or our own prompt coming back. What
opens an utterance all the same is given to the recogniser, as in a call; a turn is what it makes words of.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from ivr.audio import g711
from ivr.audio.level import frame_levels_dbfs
from ivr.measure.noise import KINDS, noise
from ivr.session.ear import Closed, Cut, Ear
from ivr.turns.floor import Patience
from ivr.vocabulary.units import FRAME_MS, MULAW_SILENCE, SAMPLE_RATE_HZ, MuLaw, Pcm16, duration_ms

LEVELS_DBFS: Final = (-45.0, -30.0)
"A bad line, and a noisy room; speech is around -25 dBFS."
FAR_DB: Final = (-20.0, -30.0)
"How much weaker a voice far away is than somebody who holds the telephone."
ECHO_DB: Final = (-8.0, -16.0)
"How much weaker our own prompt comes back."
ECHO_MS: Final = 180
"How much later."

Words = Callable[[Pcm16], Awaitable[str]]
"What a call would make of an utterance; empty when that is nothing."


@dataclass(frozen=True, slots=True)
class Line:
    """A line on which nobody speaks to us: what comes in, a piece at a time, and, under a prompt, what we play."""

    name: str
    pieces: Callable[[], Iterator[MuLaw]]
    playing: MuLaw | None = None


@dataclass(slots=True)
class Counted:
    """minutes of audio; utterances that were opened; turns that were committed with words; prompts that were cut."""

    minutes: float = 0.0
    utterances: int = 0
    turns: int = 0
    cut: int = 0
    words: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        minutes = round(self.minutes, 1)
        return {"minutes": minutes, "utterances": self.utterances, "turns": self.turns, "prompts_cut": self.cut}


def made_up(minutes: float) -> list[Line]:
    """Every kind of noise, at each level, for so long."""
    seconds = max(1, round(minutes * 60))

    def line(kind: str, level: float) -> Line:
        return Line(f"{kind} {level:.0f}", lambda: noise(kind, seconds, level))

    return [line("silence", LEVELS_DBFS[0])] + [
        line(kind, level) for kind in KINDS if kind != "silence" for level in LEVELS_DBFS
    ]


def recorded(name: str, audio: MuLaw) -> list[Line]:
    """Somebody else: far away while the caller has the floor, and as the echo of a prompt of ours."""
    late = bytes([MULAW_SILENCE]) * (SAMPLE_RATE_HZ * ECHO_MS // 1_000)

    def far_away(db: float) -> Line:
        return Line(f"{name} far {db:.0f} dB", lambda: _seconds(weaker(audio, db)))

    def echo(db: float) -> Line:
        return Line(f"{name} echo {db:.0f} dB", lambda: _seconds(MuLaw(late + weaker(audio, db))), audio)

    return [far_away(db) for db in FAR_DB] + [echo(db) for db in ECHO_DB]


def weaker(audio: MuLaw, by_db: float) -> MuLaw:
    """The same recording at another level."""
    samples = np.frombuffer(g711.decode(audio), dtype="<i2").astype(np.float64) * 10 ** (by_db / 20)
    return g711.encode(Pcm16(np.clip(samples, -32_768, 32_767).astype("<i2").tobytes()))


def _seconds(audio: MuLaw) -> Iterator[MuLaw]:
    for start in range(0, len(audio), SAMPLE_RATE_HZ):
        yield MuLaw(audio[start : start + SAMPLE_RATE_HZ])


async def listen(line: Line, ear: Ear, words: Words) -> Counted:
    """Hear the whole line and count. Raises what the recogniser raises."""
    counted = Counted()
    if line.playing is None:
        ear.prompt_ended(Patience.OPEN)
    else:
        ear.prompt_began()
    levels = frame_levels_dbfs(g711.decode(line.playing)) if line.playing is not None else []
    for piece in line.pieces():
        counted.minutes += duration_ms(piece) / 60_000
        if levels:
            first = ear.at_ms // FRAME_MS
            ear.played(ear.at_ms, levels[first : first + len(piece) * 1_000 // SAMPLE_RATE_HZ // FRAME_MS])
        for start in range(0, len(piece), SAMPLE_RATE_HZ * FRAME_MS // 1_000):
            frame = MuLaw(piece[start : start + SAMPLE_RATE_HZ * FRAME_MS // 1_000])
            for happened in list(ear.hear(frame, ear.at_ms, deaf=False)):
                match happened:
                    case Cut():
                        counted.cut += 1
                        ear.prompt_began()
                    case Closed(audio=audio, is_words=is_words):
                        counted.utterances += 1
                        if is_words and (text := await words(audio)):
                            counted.turns += 1
                            counted.words.append(text)
                    case _:
                        pass
    return counted
