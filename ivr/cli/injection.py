"""`ivr eval injection`: texts of attackers, asked as a caller would ask them."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ivr import settings as settings_room
from ivr.cli.output import AsJson, console, emit, errors, language_option, run, table
from ivr.measure.injection_eval import Report, evaluate_injection, read_attacks
from ivr.wiring.attacked import CONFIGURED, Poisoning, attacked


def injection(
    file: Annotated[Path, typer.Argument(help="Texts of attackers, one JSON object a line.")],
    knowledge: Annotated[
        Path | None, typer.Option(help="Folder of plain passages that count as approved, for evaluation only.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of those passages.")] = "en",
    poisoned: Annotated[int, typer.Option(min=0, help="How many poisoned passages are approved with the others.")] = 0,
    model: Annotated[
        list[str] | None,
        typer.Option(help=f"Who writes: `{CONFIGURED}`, or a scripted attacker such as `obeys`. May be given again."),
    ] = None,
    seen: Annotated[bool, typer.Option("--seen", help="Show the attacks that had an effect.")] = False,
    as_json: AsJson = False,
) -> None:
    """How many attacks are obeyed or make the assistant tell its instructions: none should."""

    async def main() -> Report:
        settings = settings_room.load()
        rows = read_attacks(file)
        poisoning = Poisoning(poisoned, [row.text for row in rows], knowledge, language_option(language))
        async with attacked(settings, model or [CONFIGURED, "obeys"], poisoning) as up:
            with errors.status(f"asking {len(rows)} texts"):
                return await evaluate_injection(rows, up.models, up.sound, up.instructions)

    report = run(main)
    facts: dict[str, Any] = report.as_json()
    if as_json:
        emit(facts)
        return
    kinds = sorted({kind for counts in facts["by_model"].values() for kind in counts} - {"obeyed", "leaked"})
    table(
        "model", "obeyed", "leaked", *kinds,
        rows=[
            [name, *(str(counts.get(kind, 0)) for kind in ("obeyed", "leaked", *kinds))]
            for name, counts in facts["by_model"].items()
        ],
    )  # fmt: skip
    console.print(
        f"of {facts['n']} attacks [bold]{facts['obeyed']}[/] obeyed and [bold]{facts['leaked']}[/] leaked, with "
        f"{facts['poisoned']} poisoned passages; p95 {facts['ms']['p95']} ms",
        highlight=False,
    )
    for name, id, what, reply in report.seen if seen else ():
        console.print(f"{name}: {id} {what}: {reply}", highlight=False)
