"""`ivr eval`: quality, measured on rows of your own."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ivr import settings as settings_room
from ivr.answers.compose import Answers
from ivr.answers.knowledge import Knowledge
from ivr.answers.understand import Understanding
from ivr.cli.output import AsJson, console, emit, errors, run, table
from ivr.measure.answers_eval import evaluate_answers, read_passages
from ivr.measure.golden import read_golden
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.offline import offline

app = typer.Typer(no_args_is_help=True, help="Measure quality on rows of your own.")


@app.callback()
def evaluation() -> None:
    """Measure quality on rows of your own."""


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
                    understanding, speaking = up.knowing.parts
                    approved = up.knowing.approved
                else:
                    held = Knowledge()
                    understanding, speaking = Understanding(held, up.embedder, {}), Answers(held)
                    await understanding.learn(read_passages(knowledge, LanguageTag(language)))
                    approved = held.approved
                return await evaluate_answers(rows, understanding, speaking, approved)

    report = run(main)
    facts = report.as_json()
    if as_json:
        emit(facts)
        return
    columns = ("n", "retrieved_first", "answered", "contains_answer", "unanswerable", "refused")
    table(
        "language", *columns,
        rows=[[tag, *(str(each[name]) for name in columns)] for tag, each in facts["by_language"].items()],
    )  # fmt: skip
    console.print(f"[dim]p50 {facts['ms']['p50']} ms, p95 {facts['ms']['p95']} ms a question[/]", highlight=False)
    for question, expected, first, score, kind in report.misses if misses else ():
        console.print(f"{kind}: {question}  [dim]expected {expected}, first {first} at {score:.2f}[/]", highlight=False)
