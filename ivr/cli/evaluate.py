"""`ivr eval`: quality, measured on rows of your own."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from ivr import settings as settings_room
from ivr.cli.escalation import escalation
from ivr.cli.injection import injection
from ivr.cli.output import AsJson, console, emit, errors, language_option, run, table
from ivr.cli.place import recording
from ivr.cli.redaction import redaction
from ivr.measure.answers_eval import evaluate_answers, on_passages
from ivr.measure.asides_eval import evaluate_asides, read_asides
from ivr.measure.golden import read_golden
from ivr.measure.quiet_eval import Counted, listen, made_up, recorded
from ivr.measure.speech_eval import evaluate_speech, read_clips, timed
from ivr.measure.turns_eval import count_clips, evaluate_call, settings_of, speaks, take_clip
from ivr.ports.speech import Transcript
from ivr.settings import Settings
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16
from ivr.wiring.engines import voice_detector
from ivr.wiring.offline import offline, offline_hearing, offline_listening

app = typer.Typer(no_args_is_help=True, help="Measure quality on rows of your own.")


@app.callback()
def evaluation() -> None:
    """Measure quality on rows of your own."""


app.command("injection")(injection)
app.command("redaction")(redaction)
app.command("escalation")(escalation)


@app.command("answers")
def answers(
    file: Annotated[Path, typer.Argument(help="Questions, one JSON object a line.")],
    knowledge: Annotated[
        Path | None, typer.Option(help="Folder of plain passages that count as approved, for evaluation only.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of those passages.")] = "en",
    misses: Annotated[bool, typer.Option("--misses", help="Show the questions that went wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """How often the right answer is given, and how often nothing is when nothing fits."""

    async def main() -> Any:
        settings = settings_room.load()
        rows = read_golden(file)
        async with offline(settings) as up:
            with errors.status(f"asking {len(rows)} questions"):
                if knowledge is None:
                    return await evaluate_answers(rows, *up.knowing.parts, up.knowing.told, up.knowing.compose)
                given = await on_passages(knowledge, language_option(language), *up.embedders)
                return await evaluate_answers(rows, given.understanding, given.answers, given.passages, given.compose)

    report = run(main)
    facts = report.as_json()
    if as_json:
        emit(facts)
        return
    columns = ("n", "retrieved_first", "answered", "contains_answer_of_answered", "unanswerable", "refused")
    table(
        "language", *columns,
        rows=[[tag, *(str(each[name]) for name in columns)] for tag, each in facts["by_language"].items()],
    )  # fmt: skip
    console.print(f"[dim]p50 {facts['ms']['p50']} ms, p95 {facts['ms']['p95']} ms a question[/]", highlight=False)
    for question, expected, first, score, kind in report.misses if misses else ():
        console.print(f"{kind}: {question}  [dim]expected {expected}, first {first} at {score:.2f}[/]", highlight=False)


@app.command("speech")
def speech(
    place: Annotated[Path, typer.Argument(help="A manifest, or a folder with one: audio, language and text a line.")],
    misses: Annotated[bool, typer.Option("--misses", help="Show what was misheard.")] = False,
    as_json: AsJson = False,
) -> None:
    """How well and how fast callers are heard, against the recogniser's full window, and how often they are cut off."""

    async def main() -> Any:
        settings = settings_room.load()
        clips = read_clips(place, recording)
        async with offline_listening(settings) as up:
            with Progress(console=errors, transient=True) as progress:
                task = progress.add_task("hearing", total=len(clips))
                return await evaluate_speech(
                    clips, up.fitted, up.full, up.make_ear, lambda tag: up.judge([tag]), lambda: progress.advance(task)
                )

    report = run(main)
    facts = report.as_json()
    if as_json:
        emit(facts)
        return
    columns = ("n", "wer", "wer_full_window")
    table(
        "language", *columns,
        rows=[[tag, *(str(each[name]) for name in columns)] for tag, each in facts["by_language"].items()],
    )  # fmt: skip
    console.print(
        f"seconds an utterance [bold]{facts['seconds_per_utterance']}[/], in the full window "
        f"{facts['seconds_full_window']}; language right {facts['language_accuracy']}, cut off {facts['cut_off']}",
        highlight=False,
    )
    for language, said, heard, heard_full in report.misheard if misses else ():
        console.print(f"{language}  {said}\n    {heard}\n    [dim]{heard_full}[/]", highlight=False)


@app.command("turns")
def turns(
    places: Annotated[
        list[Path],
        typer.Argument(help="WAVs of the caller's side of a call; manifests, or folders with one, of single turns."),
    ],
    other: Annotated[Path | None, typer.Option(help="A WAV of the other side of the call.")] = None,
    language: Annotated[str, typer.Option(help="Language of the caller of a WAV.")] = "en",
    words: Annotated[bool, typer.Option(help="Let the words so far decide, as in a call.")] = True,
    as_json: AsJson = False,
) -> None:
    """How often turn-taking took a pause of the caller's own for the end of their turn, and what it lost."""

    async def main() -> dict[str, Any]:
        settings = settings_room.load()
        with errors.status("listening"):
            return await measure_turns(settings, places, other, language_option(language), words=words)

    facts = run(main)
    if as_json:
        emit(facts)
    else:
        show_turns(facts)


def show_turns(facts: dict[str, Any]) -> None:
    """For people."""
    for name, call in facts["calls"].items():
        console.print(
            f"{name}: {call['closed_under_2s']} of {call['utterances']} utterances were closed at a pause under 2 s; "
            f"{call['rejoined']} of them are made whole again. A fixed 400 ms closes {call['fixed_400_ms_closes']}.",
            highlight=False,
        )
    for name, clips in facts["clips"].items():
        more = ", ".join(f"{clip} {times}" for clip, times in clips["more_than_one"].items())
        console.print(
            f"{name}: {clips['one_utterance']} of {clips['n']} turns are one utterance, {clips['cut_off']:.1%} were "
            f"closed early, {clips['lost']} lost{f'; more than one: {more}' if more else ''}",
            highlight=False,
        )


async def measure_turns(
    settings: Settings, places: Sequence[Path], other: Path | None, language: LanguageTag, *, words: bool = True
) -> dict[str, Any]:
    """Turn-taking by these settings on every recording. Raises ConfigError for a place that is none."""
    calls, sets = {}, {}
    beside = speaks(recording(other), voice_detector()) if other is not None else []
    async with offline_listening(settings) as up:
        for place in places:
            if place.suffix.lower() == ".wav":
                judge = up.judge([language]) if words else None
                calls[place.name] = await evaluate_call(recording(place), beside, up.make_ear, up.rules, judge)
                continue
            taken = []
            for clip in read_clips(place, recording):
                judge = up.judge([clip.language]) if words else None
                taken.append(await take_clip(clip, up.make_ear(), judge, partial(up.words, languages=[clip.language])))
            sets[place.name] = count_clips(taken)
        return {"rules": settings_of(up.rules), "calls": calls, "clips": sets}


@app.command("asides")
def asides(
    place: Annotated[Path, typer.Argument(help="A manifest, or a folder with one: audio and kind a line.")],
    wrong: Annotated[bool, typer.Option("--wrong", help="Show the recordings that did what they should not.")] = False,
    as_json: AsJson = False,
) -> None:
    """How often nods and coughs cut a prompt, and how soon interruptions do."""

    async def main() -> Any:
        settings = settings_room.load()
        clips = read_asides(place, recording)
        async with offline_hearing(settings) as up:

            async def hears(audio: Pcm16, language: LanguageTag) -> tuple[Transcript, float]:
                heard, took_s = await timed(up.fitted, audio, [language])
                return heard, took_s * 1_000

            with Progress(console=errors, transient=True) as progress:
                task = progress.add_task("listening", total=len(clips))
                return await evaluate_asides(clips, hears, up.make_ear, lambda: progress.advance(task))

    report = run(main)
    facts = report.as_json()
    if as_json:
        emit(facts)
        return
    columns = ("n", "cut", "wrong", "within_500_ms")
    table(
        "kind", *columns, "p50 ms", "p95 ms",
        rows=[
            [kind, *(str(each[name]) for name in columns), str(each["ms"]["p50"]), str(each["ms"]["p95"])]
            for kind, each in facts["by_kind"].items()
        ],
    )  # fmt: skip
    for outcome in report.wrong() if wrong else ():
        how = f"after {outcome.cut_ms} ms" if outcome.cut_ms is not None else f"by its words: {outcome.text!r}"
        console.print(f"{outcome.aside.kind} {outcome.aside.name}  [dim]{how}[/]", highlight=False)


@app.command("quiet")
def quiet(
    minutes: Annotated[float, typer.Option(min=0.02, help="How long each kind of noise is listened to.")] = 30.0,
    far: Annotated[
        list[Path] | None, typer.Option(help="A recording of somebody else: heard far away, and as our prompt's echo.")
    ] = None,
    language: Annotated[list[str] | None, typer.Option(help="Languages that are listened for.")] = None,
    as_json: AsJson = False,
) -> None:
    """How many turns are made of noise, music, voices far away and our own echo: none should be."""

    async def main() -> dict[str, Counted]:
        settings = settings_room.load()
        languages = [language_option(tag) for tag in language or ("en", "es", "pt")]
        lines = made_up(minutes) + [line for file in far or () for line in recorded(file.stem, recording(file))]
        async with offline_hearing(settings) as up:

            async def words(audio: Pcm16) -> str:
                return await up.words(audio, languages)

            counted: dict[str, Counted] = {}
            with Progress(console=errors, transient=True) as progress:
                for line in progress.track(lines, description="listening"):
                    counted[line.name] = await listen(line, up.make_ear(), words)
            return counted

    counted = run(main)
    turns = sum(each.turns for each in counted.values())
    if as_json:
        emit({"turns": turns, "lines": {name: each.as_json() for name, each in counted.items()}})
        return
    table(
        "line", "minutes", "utterances", "turns", "prompts cut",
        rows=[[name, *(str(value) for value in each.as_json().values())] for name, each in counted.items()],
    )  # fmt: skip
    for name, each in counted.items():
        for text in each.words:
            console.print(f"{name}: {text}", highlight=False)
    console.print(f"[bold]{turns}[/] turns made of nothing", highlight=False)
