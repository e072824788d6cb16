"""`ivr bench compose`: what a language model costs, and what it adds to the passages' own words."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ivr import settings as settings_room
from ivr.adapters.clock import SystemClock
from ivr.answers.knowledge import Knowledge
from ivr.answers.understand import Understanding
from ivr.cli.output import AsJson, console, emit, errors, language_option, run, table
from ivr.measure.answers_eval import UNHURRIED_MS, read_passages
from ivr.measure.compose_bench import Watch, bench_composing
from ivr.measure.golden import read_golden
from ivr.wiring.offline import meaning
from ivr.wiring.writing import GATE, offline_writer


def bench_compose(
    file: Annotated[Path, typer.Argument(help="Questions, one JSON object a line.")],
    knowledge: Annotated[Path, typer.Option(help="Folder of plain passages that count as approved.")],
    language: Annotated[str, typer.Option(help="Language of questions and passages.")] = "en",
    most: Annotated[int, typer.Option(min=1, help="Questions that are asked at most.")] = 100,
    as_json: AsJson = False,
) -> None:
    """How long composing takes stage by stage, and how often the model's words pass and are right."""

    async def main() -> dict[str, Any]:
        settings, tag, clock = settings_room.load(), language_option(language), SystemClock()
        rows = [row for row in read_golden(file) if row.language == tag and row.expected is not None][:most]
        known, watch = Knowledge(), Watch(GATE)
        async with meaning(settings) as embedders, offline_writer(settings, clock, watch.gate) as writer:
            asking = Understanding(
                known, embedders.asking, {}, learning=embedders.learning, embed_deadline_ms=UNHURRIED_MS
            )
            await known.learn_passages(read_passages(knowledge, tag), {}, embedders.learning)
            with errors.status(f"asking {len(rows)} questions"):
                return (await bench_composing(rows, asking, known, writer, watch)).as_json()

    facts = run(main)
    if as_json:
        emit(facts)
        return
    table(
        "stage", "p50 ms", "p95 ms", "n",
        rows=[[name, *(str(each[key]) for key in ("p50", "p95", "n"))] for name, each in facts["stages_ms"].items()],
    )  # fmt: skip
    console.print(
        f"{facts['known']} of {facts['asked']} are known; the model's words passed in [bold]{facts['by_model']}[/] and "
        f"differ from the extract in {facts['differs']}; right {facts['right_composed']}, by extracts alone "
        f"{facts['right_extract']}; {facts['reasons']}",
        highlight=False,
    )
