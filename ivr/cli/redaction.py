"""`ivr eval redaction`: groups of digits that must go, and those that must stay."""

from pathlib import Path
from typing import Annotated

import typer

from ivr.cli.output import AsJson, console, emit, run, table
from ivr.measure.redaction_eval import Report, evaluate_redaction, read_redaction


def redaction(
    file: Annotated[Path, typer.Argument(help="Turns with secrets and what to keep, one JSON object a line.")],
    touched: Annotated[
        bool, typer.Option("--touched", help="Show where something was held back in vain, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """How many of the secrets that callers say are shown, and how much is held back that need not be."""

    async def main() -> Report:
        return evaluate_redaction(read_redaction(file))

    report = run(main)
    facts = report.as_json()
    if as_json:
        emit(facts)
        return
    columns = ("secrets", "leaked", "keep", "false_redactions")
    rows = [[tag, *(str(each[name]) for name in columns)] for tag, each in facts["by_language"].items()]
    table("language", *columns, rows=[*rows, ["all", *(str(facts[name]) for name in columns)]])
    console.print(f"[dim]p50 {facts['ms']['p50']} ms, p95 {facts['ms']['p95']} ms a turn[/]", highlight=False)
    for miss in report.leaked:
        console.print(f"leaked: {miss.id} turn {miss.turn}", highlight=False)
    for miss in report.false_redactions if touched else ():
        console.print(f"held back in vain: {miss.id} turn {miss.turn}", highlight=False)
