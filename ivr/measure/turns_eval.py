"""Evaluate turn-taking on recordings: what `ivr eval turns` runs, and what `ivr eval speech` asks about cut-off clips.

The caller's side of a call goes through the ear frame by frame, as in a call. Words are judged during each pause, and
the judgement comes as late as it would in a call: after as much audio as recognising and understanding took.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, Final

from ivr.audio import g711
from ivr.audio.frames import Framer
from ivr.audio.gate import LevelGate
from ivr.audio.level import level_dbfs
from ivr.measure.phone import trailing_silence_ticks
from ivr.ports.speech import VoiceActivity
from ivr.session.ear import Closed, Ear, Glanced, Opened, Withdrawn
from ivr.session.hearing import LONGEST_JOINED_MS, REJOIN_MS
from ivr.turns.completeness import Completeness
from ivr.turns.floor import Patience, TurnRules
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import FRAME_MS, MULAW_SILENCE, MuLaw, Pcm16, duration_ms, pcm_duration_ms

OWN_PAUSE_MS: Final = 2_000
"A caller who is silent for less than this was not waiting for a reply."
OTHER_SPEAKS_MS: Final = 200
"Speech on the other side that makes a pause one in which the caller listened."
AFTERWARDS_MS: Final = 3_000
"Silence after a recording, so that turn-taking comes to its end."
FIXED_MS: Final = 400
"A fixed silence that closes every turn, to compare with."

Judge = Callable[[Pcm16], Awaitable[tuple[Completeness, float]]]
"What the words so far sound like, and after how many ms that is known."
MakeEar = Callable[[TurnRules], Ear]


@dataclass(frozen=True, slots=True)
class Taken:
    """One utterance as turn-taking took it, in ms of caller audio.

    onset_ms      when it was noticed that the caller speaks.
    words_end_ms  end of the last voiced frame.
    closed_ms     when it was closed.
    """

    onset_ms: int
    words_end_ms: int
    closed_ms: int
    audio: Pcm16 = field(default=Pcm16(b""), repr=False)


async def take_turns(audio: MuLaw, ear: Ear, judge: Judge | None = None) -> list[Taken]:
    """Let `ear` hear `audio` with the floor the caller's throughout: every utterance that was closed.

    judge  None: no words are known during pauses, as with the recogniser down.
    """
    taken: list[Taken] = []
    onset_ms, judged_at_ms, judgement = 0, 0.0, Completeness.UNKNOWN
    before: Closed | None = None
    ear.prompt_ended(Patience.OPEN)
    for frame in Framer().push(audio):
        if judgement is not Completeness.UNKNOWN and ear.at_ms >= judged_at_ms:
            ear.judge(judgement)
            judgement = Completeness.UNKNOWN
        for happened in list(ear.hear(frame, ear.at_ms, deaf=False)):
            match happened:
                case Opened(onset_ms=onset_ms):
                    if before is not None and _goes_on(before, onset_ms):
                        ear.join(before.audio, before.start_ms)
                case Glanced(audio=words, end_ms=end_ms) if judge is not None:
                    judgement, took_ms = await judge(words)
                    judged_at_ms = end_ms + took_ms
                case Withdrawn():
                    judgement = Completeness.UNKNOWN
                case Closed(end_ms=end_ms, silence_ms=silence_ms):
                    judgement, before = Completeness.UNKNOWN, happened
                    taken.append(Taken(onset_ms, end_ms - silence_ms, end_ms, happened.audio))
                case _:
                    pass
    return taken


def _goes_on(before: Closed, onset_ms: int) -> bool:
    """Whether speech from `onset_ms` on is the rest of what was closed, as `ivr.session.hearing` decides it."""
    words_end_ms = before.end_ms - before.silence_ms
    return onset_ms - words_end_ms <= REJOIN_MS and pcm_duration_ms(before.audio) <= LONGEST_JOINED_MS


def count(taken: Sequence[Taken], other: Sequence[bool] = ()) -> dict[str, Any]:
    """Return the figures of one call.

    other            whether the other side of the call speaks, frame by frame; a pause in which it does is no pause of
                     the caller's own.
    utterances       how many were closed.
    outgrew          how many of them were closed in the middle of speech, because they had become too long.
    closed_under_2s  how many of them the caller went on after in less than 2 s: their own pause was taken for the end.
    rejoined         how many of those are made whole again, because the caller went on within the time for it.
    """
    own = [
        after.onset_ms - one.words_end_ms
        for one, after in pairwise(taken)
        if one.closed_ms > one.words_end_ms and not _other_speaks(other, one.words_end_ms, after.onset_ms)
    ]
    own = [pause_ms for pause_ms in own if pause_ms < OWN_PAUSE_MS]
    return {
        "utterances": len(taken),
        "outgrew": sum(one.closed_ms == one.words_end_ms for one in taken),
        "closed_under_2s": len(own),
        "rejoined": sum(pause_ms <= REJOIN_MS for pause_ms in own),
    }


def _other_speaks(other: Sequence[bool], from_ms: int, until_ms: int) -> bool:
    return sum(other[from_ms // FRAME_MS : until_ms // FRAME_MS]) * FRAME_MS >= OTHER_SPEAKS_MS


def speaks(audio: MuLaw, detector: VoiceActivity) -> list[bool]:
    """Whether somebody speaks on this side of a call, frame by frame."""
    gate, voiced = LevelGate(), []
    for frame in Framer().push(audio):
        decoded = g711.decode(frame)
        voiced.append(detector.is_speech(decoded) and gate.passes(level_dbfs(decoded)))
    return voiced


async def evaluate_call(
    caller: MuLaw, other: Sequence[bool], make_ear: MakeEar, rules: TurnRules, judge: Judge | None
) -> dict[str, Any]:
    """The pauses of a call's caller, and beside them what a fixed silence would have closed, in the same run."""
    fixed = TurnRules(
        pauses_ms={patience: dict.fromkeys(Completeness, FIXED_MS) for patience in Patience}, near_dbfs=rules.near_dbfs
    )
    found = count(await take_turns(caller, make_ear(rules), judge), other)
    plain = count(await take_turns(caller, make_ear(fixed)), other)
    return found | {f"fixed_{FIXED_MS}_ms_closes": plain["closed_under_2s"]}


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording: who speaks which language, and what they say."""

    audio: MuLaw
    language: LanguageTag
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ClipTaken:
    """How one recording was taken.

    utterances  how many it was closed into.
    cut_off     one of them was closed before its speaker, by the energy of the recording, had finished.
    heard       what was made of the last one, with what was joined to it.
    """

    name: str
    utterances: int
    cut_off: bool
    heard: str


async def take_clip(
    clip: Clip, ear: Ear, judge: Judge | None, words: Callable[[Pcm16], Awaitable[str]] | None = None
) -> ClipTaken:
    """Let `ear` hear one recording by itself."""
    speaks_until_ms = duration_ms(clip.audio) - trailing_silence_ticks(clip.audio) * FRAME_MS
    silence = bytes([MULAW_SILENCE]) * (AFTERWARDS_MS * 8)
    taken = await take_turns(MuLaw(clip.audio + silence), ear, judge)
    cut_off = any(one.closed_ms < speaks_until_ms for one in taken)
    heard = await words(taken[-1].audio) if taken and words is not None else ""
    return ClipTaken(clip.name, len(taken), cut_off, heard)


def count_clips(taken: Sequence[ClipTaken]) -> dict[str, Any]:
    """Return the figures of a set of recordings, each of which is one turn.

    one_utterance  how many were closed once, at their end.
    cut_off        share that was closed before its speaker had finished.
    lost           how many were not noticed, or had no word in the end.
    """
    return {
        "n": len(taken),
        "one_utterance": sum(each.utterances == 1 for each in taken),
        "cut_off": round(sum(each.cut_off for each in taken) / max(1, len(taken)), 4),
        "lost": sum(not each.heard for each in taken),
        "more_than_one": {each.name: each.utterances for each in taken if each.utterances > 1},
    }


def settings_of(rules: TurnRules) -> Mapping[str, Any]:
    """The settings that turn-taking was measured with, for whoever compares figures."""
    pauses_ms = {str(asked): {str(sounds): ms for sounds, ms in by.items()} for asked, by in rules.pauses_ms.items()}
    return asdict(rules) | {"pauses_ms": pauses_ms}
