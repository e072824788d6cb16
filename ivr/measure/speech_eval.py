"""Evaluate hearing: what `ivr eval speech` runs, on recordings with transcripts.

Every recording is transcribed twice, in the product's window and in the recogniser's full one, turn by turn: whatever
else the machine does meanwhile slows both, so their ratio holds.
"""

import json
import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from num2words import num2words

from ivr.audio import g711
from ivr.measure.answers_eval import percentile
from ivr.measure.turns_eval import Clip, Judge, take_clip
from ivr.ports.speech import SpeechToText, Transcript
from ivr.session.ear import Ear
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag, language_tag
from ivr.vocabulary.units import MuLaw, Pcm16

SPELLED_BELOW: Final = 10_000
"Numbers from here on are read digit by digit."
_NUMBER: Final = re.compile(r"\d+")
_APOSTROPHES: Final = re.compile(r"['’ʼ`]")
_NO_WORD: Final = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Tally:
    """One language: word errors and words, of the product's window and of the full one."""

    n: int = 0
    words: int = 0
    errors: int = 0
    errors_full: int = 0

    def as_json(self) -> dict[str, Any]:
        words = max(1, self.words)
        return {
            "n": self.n,
            "wer": round(self.errors / words, 4),
            "wer_full_window": round(self.errors_full / words, 4),
        }


@dataclass(slots=True)
class Report:
    """What was counted; of every clip with errors, `misheard` holds language, said, heard, heard in the full window."""

    by_language: dict[LanguageTag, Tally] = field(default_factory=dict)
    times_s: list[float] = field(default_factory=list)
    times_full_s: list[float] = field(default_factory=list)
    right_language: int = 0
    cut_off: int = 0
    misheard: list[tuple[LanguageTag, str, str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `ivr eval speech --json` prints."""
        n = max(1, len(self.times_s))
        every = Tally()
        for tally in self.by_language.values():
            every.words += tally.words
            every.errors += tally.errors
            every.errors_full += tally.errors_full
        pooled = every.as_json()
        ms = [each * 1_000 for each in self.times_s]
        return {
            "by_language": {tag: tally.as_json() for tag, tally in sorted(self.by_language.items())},
            "wer": pooled["wer"],
            "wer_full_window": pooled["wer_full_window"],
            "seconds_per_utterance": round(sum(self.times_s) / n, 4),
            "seconds_full_window": round(sum(self.times_full_s) / n, 4),
            "language_accuracy": round(self.right_language / n, 4),
            "cut_off": round(self.cut_off / n, 4),
            "ms": {"p50": percentile(ms, 50), "p95": percentile(ms, 95)},
        }


async def evaluate_speech(
    clips: Sequence[Clip],
    fitted: SpeechToText,
    full: SpeechToText,
    make_ear: Callable[[], Ear],
    judge_for: Callable[[LanguageTag], Judge],
    on_clip: Callable[[], None] = lambda: None,
) -> Report:
    """Hear every clip and count. `fitted` is the recogniser as the product asks it, `full` in its full window.

    Each chooses among the languages of all clips. `judge_for` says how finished words of a language sound to a call.
    Raises what the recogniser raises.
    """
    report = Report()
    languages = sorted({clip.language for clip in clips})
    for number, clip in enumerate(clips):
        audio = g711.decode(clip.audio)
        order = [(fitted, report.times_s), (full, report.times_full_s)]
        heard: dict[int, Transcript] = {}
        for recogniser, times in order if number % 2 else reversed(order):
            heard[id(recogniser)], took_s = await timed(recogniser, audio, languages)
            times.append(took_s)
        mine, whole = heard[id(fitted)], heard[id(full)]
        _count(report, clip, mine.text, whole.text)
        report.right_language += mine.language == clip.language
        report.cut_off += (await take_clip(clip, make_ear(), judge_for(clip.language))).cut_off
        on_clip()
    return report


async def timed(recogniser: SpeechToText, audio: Pcm16, languages: Sequence[LanguageTag]) -> tuple[Transcript, float]:
    began = time.perf_counter()
    heard = await recogniser.transcribe(audio, languages)
    return heard, time.perf_counter() - began


def _count(report: Report, clip: Clip, heard: str, heard_full: str) -> None:
    tally = report.by_language.setdefault(clip.language, Tally())
    said = normalised(clip.text, clip.language)
    errors = [word_errors(said, normalised(each, clip.language)) for each in (heard, heard_full)]
    tally.n += 1
    tally.words += len(said.split())
    tally.errors += errors[0]
    tally.errors_full += errors[1]
    if any(errors):
        report.misheard.append((clip.language, clip.text, heard, heard_full))


def word_errors(said: str, heard: str) -> int:
    """Words to replace, leave out or put in to turn what was said into what was heard; both normalised."""
    if not said:
        return len(heard.split())
    if not heard:
        return len(said.split())
    import jiwer  # for evaluation only: nothing that takes calls needs it

    counted = jiwer.process_words(said, heard)
    return int(counted.substitutions + counted.deletions + counted.insertions)


def normalised(text: str, language: LanguageTag) -> str:
    """`text` in lower case, numbers as words, without punctuation; accents stay as they are."""
    spelled = _NUMBER.sub(lambda found: f" {_in_words(found.group(), language)} ", unicodedata.normalize("NFC", text))
    joined = _APOSTROPHES.sub("", spelled.casefold())
    return " ".join(_NO_WORD.sub(" ", joined).split())


def _in_words(digits: str, language: LanguageTag) -> str:
    parts = [digits] if int(digits) < SPELLED_BELOW and not digits.startswith("0") else list(digits)
    try:
        return " ".join(str(num2words(int(part), lang=language.partition("-")[0])) for part in parts)
    except NotImplementedError:
        return " ".join(digits)  # a language without number words here: digit by digit, the same for both sides


def read_clips(place: Path, recording: Callable[[Path], MuLaw]) -> list[Clip]:
    """Read a manifest (JSON lines with `audio`, `language`, `text`), or the one in a folder; `recording` reads a file.

    Raises ConfigError naming the line that is wrong.
    """
    manifest = place
    if place.is_dir():
        found = sorted(place.glob("*.jsonl"))
        if len(found) != 1:
            raise ConfigError(
                f"holds {len(found)} manifests", where=str(place), fix="Name the file, or keep one *.jsonl in it."
            )
        manifest = found[0]
    clips = []
    for number, line in enumerate(_lines(manifest), 1):
        try:
            row = json.loads(line)
            tag, text, audio = language_tag(row["language"]), str(row["text"]), manifest.parent / row["audio"]
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"is no row with audio, language and text ({error})",
                where=f"{manifest}:{number}",
                fix='Write {"audio": "file.wav", "language": "en", "text": "…"}.',
            ) from error
        clips.append(Clip(recording(audio), tag, text, audio.stem))
    if not clips:
        raise ConfigError("has no rows", where=str(manifest), fix="Write one recording a line.")
    return clips


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read ({error})", where=str(file), fix="Give a UTF-8 text file.") from error
