"""The floor: who may speak now, the caller or a prompt.

Fed one 20 ms frame at a time with whether it holds speech, and told when a prompt begins and ends, and what was made of
the words so far. `at` is the audio
time at the END of the frame. The table of what happens:

    floor            voiced frame                        unvoiced frame
    ─────            ────────────                        ──────────────
    caller's, idle   onset after `onset_ms` voiced:      `silence_ms` without a word: CallerQuiet
                     OpenUtterance                       a gap over `gap_ms` forgets the onset
    prompt's, idle   `aside_ms` voiced: OpenUtterance,   the same
                     and the prompt goes on
    prompt's, open   `peek_ms` unbroken: Peek, and       a clear wish for the floor: CutPrompt; else
                     again each `peek_again_ms`          as below, and the prompt goes on
                     a clear wish for the floor, or
                     `barge_in_ms` unbroken: CutPrompt,
                     unless what was heard by then is a
                     nod, unsure or nothing, or the sound
                     can be no words: then `spared_ms`
    caller's, open   goes on; a glance is withdrawn      `glance_ms`: Glance; patience over: CloseUtterance

How long patience lasts is looked up by what was asked and by how finished the words so far sound: `PAUSES_MS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from ivr.audio.gate import NEAR_DBFS
from ivr.turns.asides import Verdict
from ivr.turns.completeness import Completeness
from ivr.vocabulary.units import FRAME_MS


class Patience(StrEnum):
    """What kind of answer the last prompt asked for, and so how long a pause may be."""

    OPEN = "open"
    SHORT = "short"
    "Yes or no."
    DIGITS = "digits"
    "A number is being read out."
    LETTERS = "letters"
    "A name or an address is being given, maybe letter by letter."


PAUSES_MS: Final[Mapping[Patience, Mapping[Completeness, int]]] = {
    Patience.OPEN: {
        Completeness.UNKNOWN: 900,
        Completeness.MEANT: 300,
        Completeness.QUESTION: 520,
        Completeness.PLAIN: 760,
        Completeness.HANGING: 1_500,
        Completeness.READING: 2_000,
    },
    Patience.SHORT: {
        Completeness.UNKNOWN: 700,
        Completeness.MEANT: 300,
        Completeness.QUESTION: 500,
        Completeness.PLAIN: 600,
        Completeness.HANGING: 1_200,
        Completeness.READING: 2_000,
    },
    Patience.DIGITS: {
        Completeness.UNKNOWN: 1_400,
        Completeness.MEANT: 500,
        Completeness.QUESTION: 1_000,
        Completeness.PLAIN: 1_400,
        Completeness.HANGING: 1_500,
        Completeness.READING: 2_000,
    },
    Patience.LETTERS: {
        Completeness.UNKNOWN: 1_400,
        Completeness.MEANT: 500,
        Completeness.QUESTION: 1_000,
        Completeness.PLAIN: 1_200,
        Completeness.HANGING: 1_800,
        Completeness.READING: 2_500,
    },
}
"Silence that closes an utterance. Measured in docs/benchmarks.md."


@dataclass(frozen=True, slots=True)
class TurnRules:
    onset_ms: int = 60
    'Voiced audio that opens an utterance while the caller has the floor: a word as short as "no" has 100.'
    aside_ms: int = 100
    "Voiced audio that opens an utterance under a prompt, without cutting it: a cough, a nod, or a short answer."
    peek_ms: int = 240
    "From its onset, unbroken speech under a prompt after which its first word is looked at."
    peek_again_ms: int = 160
    "Audio between two looks: what a recogniser needs for one."
    barge_in_ms: int = 480
    "From its onset, unbroken speech that takes the floor from a prompt: coughs and most nods are shorter."
    doubted_ms: int = 720
    "The same for speech that was no wish for the floor at first, and then words."
    spared_ms: int = 1_000
    'The same for speech that began with a nod: "okay, I see" may take this long.'
    wordless_ms: int = 1_600
    'The same for a sound in which there are no words: a drawn-out "oh", a fit of coughing.'
    gap_ms: int = 100
    "Unvoiced audio that an onset survives: stops inside a word."
    glance_ms: int = 80
    "Silence after which recognition may begin, in the hope that the caller has finished."
    pauses_ms: Mapping[Patience, Mapping[Completeness, int]] = field(default_factory=lambda: PAUSES_MS)
    "Silence that closes an utterance, by what was asked and how finished its words sound."
    patience: float = 1.0
    "Stretches every pause but those after words that mean something definite."
    silence_ms: int = 8_000
    "Silence after which a caller who has the floor is asked again."
    longest_ms: int = 25_000
    "An utterance is closed at this length, so that it fits a recogniser's window."
    soft_ms: int = 400
    "How much of a soft beginning belongs to what is loud then: a voice far away may have gone before."
    lead_ms: int = 240
    "Audio before the onset that belongs to the utterance: soft consonants are not voiced."
    near_dbfs: float = NEAR_DBFS
    "What the loudest syllable of a caller we have not heard yet must reach: who is weaker is not near the telephone."

    def pause_ms(self, patience: Patience, completeness: Completeness) -> int:
        """Silence that closes an utterance."""
        pause_ms = self.pauses_ms[patience][completeness]
        return pause_ms if completeness is Completeness.MEANT else round(pause_ms * self.patience)


class Floor(NamedTuple):
    """Who holds the floor. All times in ms of caller audio. A named tuple: another is made fifty times a second a call.

    prompt         a prompt is playing.
    onset          start of the voiced stretch now heard, if any.
    voiced_ms      voiced audio in that stretch, until it opens an utterance.
    last_voiced    end of the last voiced frame.
    open_since     start of the open utterance, if one is open.
    peeked_at      when the words of that stretch were last asked for; `looking` until an answer came.
    looked         what was made of them.
    spared         they were no wish for the floor when they could have taken it.
    glanced        a glance was given for the present pause.
    judged         how finished the words before the present pause sound, once that is known.
    quiet_since    when the caller was given the floor, or last spoke; None while a prompt plays.
    """

    prompt: bool = False
    onset: int | None = None
    voiced_ms: int = 0
    last_voiced: int = 0
    open_since: int | None = None
    peeked_at: int | None = None
    looking: bool = False
    looked: Verdict = Verdict.UNHEARD
    spared: bool = False
    glanced: bool = False
    judged: Completeness = Completeness.UNKNOWN
    quiet_since: int | None = None
    patience: Patience = Patience.OPEN


@dataclass(frozen=True, slots=True)
class OpenUtterance:
    start_ms: int


@dataclass(frozen=True, slots=True)
class CutPrompt:
    """Stop speaking now: the caller has taken the floor."""

    since_ms: int


@dataclass(frozen=True, slots=True)
class Peek:
    """Speech under a prompt has lasted long enough to show its first word, or another: a nod, or an interruption?"""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Glance:
    """A first short silence: what was said so far may be all. Work done on it may be thrown away."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class GlanceWithdrawn:
    """The caller went on."""


@dataclass(frozen=True, slots=True)
class CloseUtterance:
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class CallerQuiet:
    for_ms: int


TurnEffect = OpenUtterance | CutPrompt | Peek | Glance | GlanceWithdrawn | CloseUtterance | CallerQuiet

NOTHING: Final[tuple[TurnEffect, ...]] = ()


def hear(
    floor: Floor, at: int, voiced: bool, rules: TurnRules, *, is_near: bool = True, is_words: bool = True
) -> tuple[Floor, tuple[TurnEffect, ...]]:
    """One frame of caller audio that ended at `at`: the next floor, and what to do about it.

    is_near   whether the voiced stretch so far comes from somebody near (`ivr.audio.gate`). Nothing opens before.
    is_words  whether the voiced stretch so far can be words (`ivr.audio.articulation`). It matters under a prompt only.
    """
    if floor.open_since is not None:
        return _in_utterance(floor, floor.open_since, at, voiced, is_words, rules)
    if voiced:
        return _voiced(floor, at, is_near, rules)
    if floor.onset is not None and at - floor.last_voiced > rules.gap_ms:
        floor = floor._replace(onset=None, voiced_ms=0)
    if floor.quiet_since is not None and floor.onset is None and at - floor.quiet_since >= rules.silence_ms:
        return floor._replace(quiet_since=at), (CallerQuiet(at - floor.quiet_since),)
    return floor, NOTHING


def prompt_began(floor: Floor) -> Floor:
    """The assistant speaks. An utterance that is open goes on: who spoke first is decided by its end."""
    return floor._replace(prompt=True, quiet_since=None)


def prompt_ended(floor: Floor, at: int, patience: Patience) -> Floor:
    """The prompt is over, heard or cut; what it asked for decides the patience with the answer."""
    return floor._replace(prompt=False, patience=patience, quiet_since=at)


def judge(floor: Floor, completeness: Completeness) -> Floor:
    """How finished the words up to the present pause sound. Between pauses it comes too late, and changes nothing."""
    return floor._replace(judged=completeness) if floor.open_since is not None and floor.glanced else floor


def look(floor: Floor, verdict: Verdict) -> Floor:
    """What was made of the words under a prompt so far. Without a prompt, or an utterance, it comes too late.

    A look that came to nothing (`UNHEARD`) leaves standing what an earlier one found.
    """
    floor = floor._replace(looking=False)
    told = verdict is not Verdict.UNHEARD and floor.open_since is not None and floor.prompt
    return floor._replace(looked=verdict) if told else floor


def _voiced(floor: Floor, at: int, is_near: bool, rules: TurnRules) -> tuple[Floor, tuple[TurnEffect, ...]]:
    onset = floor.onset if floor.onset is not None else at - FRAME_MS
    if not is_near:
        onset = max(onset, at - rules.soft_ms)
    voiced_ms = floor.voiced_ms + FRAME_MS
    floor = floor._replace(onset=onset, voiced_ms=voiced_ms, last_voiced=at)
    if not is_near or voiced_ms < (rules.aside_ms if floor.prompt else rules.onset_ms):
        return floor, NOTHING
    start = max(0, onset - rules.lead_ms)
    return floor._replace(open_since=start, glanced=False, quiet_since=None), (OpenUtterance(start),)


def _in_utterance(
    floor: Floor, start: int, at: int, voiced: bool, is_words: bool, rules: TurnRules
) -> tuple[Floor, tuple[TurnEffect, ...]]:
    if voiced:
        return _goes_on(floor, start, at, is_words, rules)
    silence = at - floor.last_voiced
    if silence >= rules.pause_ms(floor.patience, floor.judged):
        return _closed(floor, at), (CloseUtterance(start, at),)
    if silence >= rules.glance_ms and not floor.glanced:
        return floor._replace(glanced=True, looking=False), (Glance(start, at),)  # it looks at all of it
    if floor.prompt and floor.looked is Verdict.CLEAR:
        return floor._replace(prompt=False), (CutPrompt(floor.last_voiced),)
    return floor, NOTHING


def _goes_on(
    floor: Floor, start: int, at: int, is_words: bool, rules: TurnRules
) -> tuple[Floor, tuple[TurnEffect, ...]]:
    effects: list[TurnEffect] = [GlanceWithdrawn()] if floor.glanced else []
    unbroken = floor.onset is not None and at - FRAME_MS - floor.last_voiced <= rules.gap_ms
    if not unbroken:
        floor = floor._replace(onset=at - FRAME_MS, peeked_at=None, looked=Verdict.UNHEARD, spared=False)
    floor = floor._replace(last_voiced=at, glanced=False, judged=Completeness.UNKNOWN)
    if floor.prompt:
        floor, under_prompt = _under_prompt(floor, start, at, is_words, rules)
        effects += under_prompt
    if at - start >= rules.longest_ms:
        floor = _closed(floor, at)
        effects.append(CloseUtterance(start, at))
    return floor, tuple(effects)


def _under_prompt(
    floor: Floor, start: int, at: int, is_words: bool, rules: TurnRules
) -> tuple[Floor, tuple[TurnEffect, ...]]:
    """A voiced frame under a prompt: look at the words, and decide whether they take the floor."""
    onset = floor.onset if floor.onset is not None else at - FRAME_MS
    since_ms = at - onset
    if since_ms >= rules.barge_in_ms and floor.looked in _NO_WISH:
        floor = floor._replace(spared=True)
    if _takes_floor(floor, since_ms, is_words, rules):
        return floor._replace(prompt=False, looking=False), (CutPrompt(onset),)
    due = since_ms >= rules.peek_ms and (floor.peeked_at is None or at - floor.peeked_at >= rules.peek_again_ms)
    if due and not floor.looking:
        return floor._replace(peeked_at=at, looking=True), (Peek(start, at),)
    return floor, NOTHING


_NO_WISH: Final = frozenset({Verdict.NOTHING, Verdict.NOD, Verdict.UNSURE})


def _takes_floor(floor: Floor, since_ms: int, is_words: bool, rules: TurnRules) -> bool:
    if floor.looked is Verdict.CLEAR:
        return since_ms >= rules.peek_ms
    if is_words and not floor.spared:
        return since_ms >= rules.barge_in_ms
    match floor.looked:
        case Verdict.NOTHING:
            return since_ms >= rules.wordless_ms
        case Verdict.WORDS if is_words:
            return since_ms >= rules.doubted_ms
        case _:
            return since_ms >= rules.spared_ms


def _closed(floor: Floor, at: int) -> Floor:
    return floor._replace(
        open_since=None,
        onset=None,
        voiced_ms=0,
        peeked_at=None,
        looking=False,
        looked=Verdict.UNHEARD,
        spared=False,
        glanced=False,
        judged=Completeness.UNKNOWN,
        quiet_since=None if floor.prompt else at,
    )
