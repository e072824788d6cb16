"""Evaluate turn-taking on a recording: what `ivr eval turns` runs, and what `ivr eval speech` asks about cut-off clips.

The caller's side of a call goes through the ear frame by frame, as in a call. Words are judged during each pause, and
the judgement comes as late as it would in a call: after as much audio as recognising took.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ivr.audio.frames import Framer
from ivr.session.ear import Closed, Ear, Glanced, Opened, Withdrawn
from ivr.session.hearing import LONGEST_JOINED_MS, REJOIN_MS
from ivr.turns.completeness import Completeness
from ivr.turns.floor import Patience
from ivr.vocabulary.units import MuLaw, Pcm16, pcm_duration_ms

OWN_PAUSE_MS: Final = 2_000
"A caller who is silent for less than this was not waiting for a reply."

Judge = Callable[[Pcm16], Awaitable[tuple[Completeness, float]]]
"What the words so far sound like, and after how many ms that is known."


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
                    taken.append(Taken(onset_ms, end_ms - silence_ms, end_ms))
                case _:
                    pass
    return taken


def _goes_on(before: Closed, onset_ms: int) -> bool:
    """Whether speech from `onset_ms` on is the rest of what was closed, as `ivr.session.hearing` decides it."""
    words_end_ms = before.end_ms - before.silence_ms
    return onset_ms - words_end_ms <= REJOIN_MS and pcm_duration_ms(before.audio) <= LONGEST_JOINED_MS


def count(taken: Sequence[Taken]) -> dict[str, Any]:
    """Return the JSON of `ivr eval turns`.

    utterances       how many were closed.
    closed_under_2s  how many of them the caller went on after in less than 2 s: their own pause was taken for the end.
    rejoined         how many of those are made whole again, because the caller went on within the time for it.
    """
    pauses = [after.onset_ms - one.words_end_ms for one, after in pairwise(taken)]
    own = [pause_ms for pause_ms in pauses if pause_ms < OWN_PAUSE_MS]
    return {
        "utterances": len(taken),
        "closed_under_2s": len(own),
        "rejoined": sum(pause_ms <= REJOIN_MS for pause_ms in own),
    }
