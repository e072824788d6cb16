"""Evaluate barge-in: what `ivr eval asides` runs, on recordings of nods, coughs and interruptions.

Each recording is played into the ear while a prompt plays that never ends. What the recogniser makes of its words comes
as late as it would in a call: after as much audio as recognising took.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from ivr.audio import g711
from ivr.audio.frames import Framer
from ivr.calls.converse import for_us
from ivr.calls.state import Call
from ivr.measure.answers_eval import percentile
from ivr.ports.speech import Transcript
from ivr.session.ear import Closed, Cut, Ear, Glanced, Peeked, Withdrawn
from ivr.turns.asides import Verdict, verdict
from ivr.turns.completeness import completeness
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.events import Perceived
from ivr.vocabulary.ids import UtteranceId
from ivr.vocabulary.language import LanguageTag, language_tag
from ivr.vocabulary.units import SAMPLE_RATE_HZ, MuLaw, Pcm16

BEFORE_MS: Final = 1_000
AFTERWARDS_MS: Final = 2_500
LINE_NOISE: Final = 12.0
"Standard deviation of the line's own noise, in samples: about -69 dBFS."
INTERRUPTION: Final = "interruption"
"The kind of recording that should cut a prompt; any other should not."
DECIDED_WITHIN_MS: Final = 500

Hears = Callable[[Pcm16, LanguageTag], Awaitable[tuple[Transcript, float]]]
"A transcript, and how many ms it took."


@dataclass(frozen=True, slots=True)
class Aside:
    """One recording, and what it is: nod, cough, interruption."""

    name: str
    kind: str
    language: LanguageTag
    audio: MuLaw


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the prompt.

    cut_ms    from the first sound that was noticed to the cut; None when turn-taking left the prompt alone.
    stopped   it was stopped all the same, by the words once they were complete.
    text      what was understood in the end.
    """

    aside: Aside
    cut_ms: int | None
    stopped: bool
    text: str

    @property
    def took_floor(self) -> bool:
        return self.cut_ms is not None or self.stopped


@dataclass(slots=True)
class Report:
    outcomes: list[Outcome] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `ivr eval asides --json` prints.

        by_kind.NAME  n; cut: how many cut the prompt, or stopped it by their words; wrong: how many did what they
                      should not. Of those that cut it, ms from onset to the cut.
        """
        kinds = sorted({outcome.aside.kind for outcome in self.outcomes})
        return {"by_kind": {kind: self._kind([o for o in self.outcomes if o.aside.kind == kind]) for kind in kinds}}

    def _kind(self, outcomes: list[Outcome]) -> dict[str, Any]:
        taken = sum(outcome.took_floor for outcome in outcomes)
        times = [outcome.cut_ms for outcome in outcomes if outcome.cut_ms is not None]
        wanted = bool(outcomes) and outcomes[0].aside.kind == INTERRUPTION
        return {
            "n": len(outcomes),
            "cut": taken,
            "wrong": len(outcomes) - taken if wanted else taken,
            "within_500_ms": sum(ms <= DECIDED_WITHIN_MS for ms in times),
            "ms": {"p50": percentile(times, 50), "p95": percentile(times, 95)},
        }

    def wrong(self) -> list[Outcome]:
        """Those that did what they should not."""
        return [o for o in self.outcomes if o.took_floor != (o.aside.kind == INTERRUPTION)]


async def evaluate_asides(
    asides: Sequence[Aside], hears: Hears, make_ear: Callable[[], Ear], on_aside: Callable[[], None] = lambda: None
) -> Report:
    """Say every aside over a prompt that tells something, and count. Raises what the recogniser raises."""
    report = Report()
    for aside in asides:
        report.outcomes.append(await _over_a_prompt(aside, hears, make_ear()))
        on_aside()
    return report


async def _over_a_prompt(aside: Aside, hears: Hears, ear: Ear) -> Outcome:
    due_ms, seen = 0.0, Verdict.UNHEARD
    heard: Transcript | None = None
    ear.prompt_began()
    for frame in Framer().push(_on_a_line(aside.audio)):
        if heard is not None and ear.at_ms >= due_ms:
            ear.judge(completeness(heard.text, heard.language))
            ear.look(seen)
            heard = None
        for happened in list(ear.hear(frame, ear.at_ms, deaf=False)):
            match happened:
                case Peeked(audio=audio, end_ms=end_ms) | Glanced(audio=audio, end_ms=end_ms):
                    heard, took_ms = await hears(audio, aside.language)
                    seen = verdict(heard.text, heard.language, heard.confidence, asked=False)
                    due_ms = end_ms + took_ms
                case Withdrawn():
                    heard = None
                case Cut(since_ms=since_ms):
                    return Outcome(aside, ear.at_ms - since_ms, False, "")
                case Closed(audio=audio, is_words=True):
                    whole, _ = await hears(audio, aside.language)
                    if whole.text and for_us(Call(said_for="answer"), _perceived(whole)):
                        return Outcome(aside, None, True, whole.text)
                case _:
                    pass
    return Outcome(aside, None, False, "")


def _perceived(heard: Transcript) -> Perceived:
    return Perceived(UtteranceId("u1"), heard.text, heard.confidence, heard.language, 1.0)


def _on_a_line(audio: MuLaw) -> MuLaw:
    """The recording with the silence of a telephone line before and after it."""
    chance = np.random.default_rng(0)

    def quiet(ms: int) -> MuLaw:
        samples = chance.normal(0, LINE_NOISE, SAMPLE_RATE_HZ * ms // 1_000)
        return g711.encode(Pcm16(samples.astype("<i2").tobytes()))

    return MuLaw(quiet(BEFORE_MS) + audio + quiet(AFTERWARDS_MS))


def read_asides(place: Path, recording: Callable[[Path], MuLaw]) -> list[Aside]:
    """Read a manifest (JSON lines with `audio`, `kind` and, if not English, `language`), or the one in a folder.

    Raises ConfigError naming the line that is wrong.
    """
    manifest = place / "manifest.jsonl" if place.is_dir() else place
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        fix = 'Give a JSON lines file, or a folder with manifest.jsonl: {"audio": "file.wav", "kind": "nod"} a line.'
        raise ConfigError(f"cannot be read ({error})", where=str(manifest), fix=fix) from error
    asides = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            kind, tag, file = str(row["kind"]), language_tag(row.get("language", "en")), manifest.parent / row["audio"]
        except (ValueError, KeyError, TypeError) as error:
            fix = 'Write {"audio": "file.wav", "kind": "nod"}; kinds are yours, and "interruption" is what should cut.'
            raise ConfigError(f"is no row ({error})", where=f"{manifest}:{number}", fix=fix) from error
        asides.append(Aside(file.stem, kind, tag, recording(file)))
    if not asides:
        raise ConfigError("has no rows", where=str(manifest), fix="Write one recording a line.")
    return asides
