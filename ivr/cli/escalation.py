"""`ivr eval escalation`: who is handed to a person, and why, on calls written down turn by turn."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ivr import settings as settings_room
from ivr.cli.output import AsJson, console, emit, errors, legible, run, table
from ivr.measure.escalation_eval import Outcome, Report, evaluate_escalation, read_calls
from ivr.wiring.offline import offline


def escalation(
    file: Annotated[Path, typer.Argument(help="Calls, one JSON object a line.")],
    misses: Annotated[bool, typer.Option("--misses", help="Show the calls that went wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """How many who need a person are handed over in time, for which reason, and how many others are."""

    async def main() -> Report:
        settings = settings_room.load()
        rows = read_calls(file)
        async with offline(settings) as up:
            with errors.status(f"going through {len(rows)} calls"):
                return await evaluate_escalation(rows, up.knowing)

    report = run(main)
    facts = report.as_json()
    if as_json:
        emit(facts)
        return
    _show(facts)
    for outcome in report.misses if misses else ():
        console.print(_told(outcome), highlight=False)


def _show(facts: Mapping[str, Any]) -> None:
    """For people: the figures, then which reason was taken for which."""
    columns = ("n", "recall", "continue", "false_transfer_rate", "reason_accuracy")
    listed = {"all": facts, **facts["by_language"]}
    table("language", *columns, rows=[[tag, *(str(each[name]) for name in columns)] for tag, each in listed.items()])
    confusion: Mapping[str, Mapping[str, int]] = facts["confusion"]
    found = [name for name in (*confusion, *_others(confusion)) if any(name in row for row in confusion.values())]
    console.print("\nthe reason that is right, and what was found instead", style="dim", highlight=False)
    table(
        "right", *found,
        rows=[[name, *(_cell(name, each, row.get(each, 0)) for each in found)] for name, row in confusion.items()],
    )  # fmt: skip
    console.print(
        f"[dim]offered first {facts['offered']}, early {facts['early']}; p50 {facts['ms']['p50']} ms, "
        f"p95 {facts['ms']['p95']} ms a turn[/]",
        highlight=False,
    )


def _others(confusion: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Reasons that were found and are right nowhere."""
    return sorted({name for row in confusion.values() for name in row} - set(confusion))


def _cell(right: str, found: str, count: int) -> str:
    if not count:
        return "[dim]·[/]"
    return f"[bold green]{count}[/]" if right == found else f"[yellow]{count}[/]"


def _told(outcome: Outcome) -> str:
    row, decision = outcome.row, outcome.decision
    what = decision.told() if decision is not None else "goes on"
    said = legible(" / ".join(row.turns))
    wanted = row.reason or "to go on"
    return f"{row.id} expected {wanted}, turn {outcome.turn}: {legible(what)}\n    [dim]{said}[/]"
