"""`ivr calls`: what was said, why, and whether it would be decided the same again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from ivr import settings as settings_room
from ivr.answers.summary import Summary, briefing
from ivr.answers.summary import as_json as as_json_lines
from ivr.answers.summary.brief import seconds as spoken_seconds
from ivr.audio.wav import write_wav
from ivr.calls import folds
from ivr.cli.output import AsJson, console, emit, language_option, run, table
from ivr.flows.schema import Script
from ivr.vocabulary.errors import NotFound
from ivr.vocabulary.events import FlowPinned, Logged
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.messages import VoicemailLeft
from ivr.vocabulary.payloads import payload
from ivr.vocabulary.units import MuLaw
from ivr.wiring.stores import SqlStores, open_stores
from ivr.wiring.summaries import offline_summaries

app = typer.Typer(no_args_is_help=True, help="Read, replay and erase calls.")

CallArgument = Annotated[str, typer.Argument(help="The call's id, as `ivr calls list` shows it.")]


@asynccontextmanager
async def _stores() -> AsyncIterator[SqlStores]:
    stores = await open_stores(settings_room.load().data)
    try:
        yield stores
    finally:
        await stores.close()


async def _read(stores: SqlStores, call: str) -> list[Logged]:
    log = await stores.calls.read(CallId(call))
    if not log:
        raise NotFound(f"there is no call {call}, or it was erased; `ivr calls list` shows those there are")
    return log


async def _script(stores: SqlStores, log: list[Logged]) -> Script:
    pinned = next((each.event for each in log if isinstance(each.event, FlowPinned)), None)
    text = await stores.flows.get(pinned.digest) if pinned is not None else None
    if text is None:
        raise NotFound(f"the flow that call {log[0].call} was pinned to is not kept; it cannot be replayed")
    return Script.model_validate_json(text)


@app.command("list")
def list_calls(
    limit: Annotated[int, typer.Option(help="How many, newest first.")] = 20, as_json: AsJson = False
) -> None:
    """The latest calls."""

    async def main() -> list[dict[str, Any]]:
        async with _stores() as stores:
            rows = []
            for row in await stores.calls.calls(limit):
                told = folds.transcript(await stores.calls.read(row.call)) if not row.erased else None
                rows.append(
                    {
                        "call": row.call,
                        "started": datetime.fromtimestamp(row.started_wall_ms / 1_000, UTC).isoformat(
                            timespec="seconds"
                        ),
                        "events": row.events,
                        "outcome": told.outcome if told else "erased",
                        "ended_by": told.ended_by if told else "",
                        "turns": len(told.turns) if told else 0,
                        "callback_number": (told.number or None) if told else None,
                        "voicemail_s": sum(each.seconds for each in told.voicemails) or None if told else None,
                    }
                )
            return rows

    rows = run(main)
    if as_json:
        emit(rows)
        return
    columns = ("call", "started", "turns", "outcome", "ended_by", "callback_number", "voicemail_s")
    shown = [[str(row[name] or "") for name in columns] for row in rows]
    table("call", "started", "turns", "outcome", "ended by", "call back", "message, s", rows=shown)


@app.command()
def show(
    call: CallArgument,
    events: Annotated[bool, typer.Option("--events", help="Every event, not only what was said.")] = False,
    summary: Annotated[bool, typer.Option("--summary", help="What an agent is told who takes the call.")] = False,
    language: Annotated[str, typer.Option(help="Language of --summary.")] = "en",
    as_json: AsJson = False,
) -> None:
    """One call: what was said, answered from what, and heard."""
    tag = language_option(language)

    async def main() -> tuple[list[Logged], Summary | None]:
        async with _stores() as stores:
            log = await _read(stores, call)
        return log, (await offline_summaries(settings_room.load())).of(log, tag) if summary else None

    log, summed = run(main)
    told = folds.transcript(log)
    if as_json:
        listed = [
            {"seq": e.seq, "at_ms": e.at_ms, "wall_ms": e.wall_ms, "kind": e.kind} | payload(e.event) for e in log
        ]
        facts = {"call": call, "outcome": told.outcome, "ended_by": told.ended_by}
        emit(facts | (_summary_facts(summed) if summed is not None else {"events": listed}))
    elif summed is not None:
        _print_summary(summed)
    elif events:
        for each in log:
            fields = "  ".join(f"{name}={value}" for name, value in payload(each.event).items())
            console.print(
                f"[dim]{each.seq:4} {each.at_ms / 1_000:8.2f}s[/] [bold]{each.kind}[/] {fields}", highlight=False
            )
    else:
        _print_transcript(told)


def _summary_facts(summed: Summary) -> dict[str, Any]:
    aloud = briefing(summed)
    return {
        "language": summed.language,
        "summary": as_json_lines(summed),
        "briefing": aloud,
        "briefing_s": spoken_seconds(aloud),
        "dropped": [{"line": each.text, "turns": list(each.turns), "why": each.why} for each in summed.dropped],
    }


def _print_summary(summed: Summary) -> None:
    for line in summed.lines:
        turns = ", ".join(map(str, line.turns))
        console.print(f"[dim]{turns:>12}[/]  {escape(line.text)}", highlight=False)
    for each in summed.dropped:
        console.print(f"[yellow]     dropped[/]  {escape(each.text)} ({escape(each.why)})", highlight=False)
    aloud = briefing(summed)
    console.print(f"[bold]briefing[/], at most {spoken_seconds(aloud):.1f} s: {escape(aloud)}", highlight=False)


def _print_transcript(told: folds.Transcript) -> None:
    for text in told.greeting:
        console.print(f"[dim]   assistant[/]  {text}", highlight=False)
    for number, turn in enumerate(told.turns, 1):
        console.print(f"[dim]{number:2}[/] [bold cyan]caller[/]     {turn.caller or '(keys)'}", highlight=False)
        for text in turn.fillers:
            console.print(f"[dim]              ({text})[/]", highlight=False)
        for text in turn.assistant:
            console.print(f"[dim]   assistant[/]  {text}", highlight=False)
        if turn.sources:
            sources = f"from {', '.join(turn.sources)}; heard {turn.heard:.0%}"
            console.print(f"[dim]              {sources}[/]", highlight=False)
    for line in told.room:
        console.print(f"[bold cyan]{escape(line.speaker):>12}[/]  {escape(line.text)}", highlight=False)
    console.print(f"[bold]{told.outcome}[/], ended by {told.ended_by or 'nobody yet'}")
    if told.number:
        console.print(f"call back [bold]{told.number}[/] ({told.reason})")
    for left in told.voicemails:
        console.print(f"message [bold]{left.recording}[/], {left.seconds} s: {escape(left.words) or '(not made out)'}")


@app.command()
def replay(call: CallArgument, as_json: AsJson = False) -> None:
    """Feed a call's facts to the machine again: does it decide the same?"""

    async def main() -> list[folds.Difference]:
        async with _stores() as stores:
            log = await _read(stores, call)
            return folds.differences(log, await _script(stores, log))

    found = run(main)
    shown = [
        {
            "seq": each.seq,
            "logged": {"kind": each.logged.kind} | payload(each.logged) if each.logged else None,
            "decided": {"kind": each.decided.kind} | payload(each.decided) if each.decided else None,
        }
        for each in found
    ]
    if as_json:
        emit({"call": call, "same": not found, "differences": shown})
    elif not found:
        console.print("[green]decides the same[/]")
    else:
        for each in shown:
            console.print(
                f"event {each['seq']}: logged {each['logged']}, decided now {each['decided']}", highlight=False
            )
    if found:
        raise typer.Exit(1)


@app.command()
def voicemail(
    call: CallArgument,
    out: Annotated[Path, typer.Option(help="Where to write the message, a WAV file.")],
    number: Annotated[int, typer.Option(help="Which one, when several were left.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Write down the audio of a message that was left. The file is not sealed: delete it when you are done."""

    async def main() -> tuple[VoicemailLeft, MuLaw]:
        async with _stores() as stores:
            left = folds.transcript(await _read(stores, call)).voicemails
            if not 0 < number <= len(left):
                raise NotFound(f"call {call} has {len(left) or 'no'} messages; `ivr calls show` tells of them")
            audio = await stores.recordings.read(CallId(call), left[number - 1].recording)
            if audio is None:
                raise NotFound(f"the recording {left[number - 1].recording} is not there any more")
            return left[number - 1], audio

    left, audio = run(main)
    out.write_bytes(write_wav(audio))
    if as_json:
        emit({"call": call, "recording": left.recording, "seconds": left.seconds, "words": left.words, "out": str(out)})
    else:
        console.print(f"{left.seconds} s written to {out}: {escape(left.words)}", highlight=False)


@app.command()
def erase(
    call: CallArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Destroy what was said in a call, for good."""
    if not yes:
        typer.confirm(f"Erase everything that was said in {call}? This cannot be undone", abort=True)

    async def main() -> bool:
        async with _stores() as stores:
            erased = await stores.calls.erase(CallId(call))
            await stores.recordings.forget(CallId(call))
            return erased

    erased = run(main)
    if as_json:
        emit({"call": call, "erased": erased})
    elif erased:
        console.print("erased: its key and its words are gone")
    if not erased:
        console.print(f"there is no call {call}")
        raise typer.Exit(1)
