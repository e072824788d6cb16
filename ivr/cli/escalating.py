"""`ivr escalation learn`: make what a server scores callers' turns by, from the examples that people wrote."""

import time

import typer
from rich.progress import Progress

from ivr import settings as settings_room
from ivr.adapters.files.knowledge import FolderKnowledge
from ivr.answers.escalation.book import read_escalation
from ivr.answers.escalation.learning import learn
from ivr.answers.escalation.learnt import FILE, Learnt, save
from ivr.answers.signals import read_signals
from ivr.cli.output import AsJson, console, emit, errors, run
from ivr.vocabulary.errors import ConfigError
from ivr.wiring.offline import meaning

app = typer.Typer(
    name="escalation", help="Who is handed to a person: what is learnt from your examples.", no_args_is_help=True
)


@app.callback()
def escalation() -> None:
    """Who is handed to a person: what is learnt from your examples."""


@app.command("learn")
def learn_command(
    as_json: AsJson = False,
) -> None:
    """Learn from the examples in the folder that IVR_ESCALATION names, beside the flow, or of the demo.

    Writes `learnt.npz` there. A server takes it into use when it starts.
    """

    async def main() -> Learnt:
        settings = settings_room.load()
        folder = settings.escalation_dir
        books = read_escalation(folder)
        answers = await FolderKnowledge(settings.knowledge_dir).answers()
        async with meaning(settings) as embedders:
            with Progress(console=errors, transient=True) as progress:
                task = progress.add_task("learning", total=1.0)
                try:
                    learnt = await learn(
                        books,
                        answers,
                        read_signals(settings.signals_dir),
                        embedders.learning,
                        lambda done: progress.update(task, completed=done),
                    )
                except ValueError as error:
                    fix = "write examples: docs/escalation.md"
                    raise ConfigError(str(error), where=str(folder), fix=fix) from error
        save(learnt, folder / FILE)
        return learnt

    began = time.perf_counter()
    learnt = run(main)
    file = settings_room.load().escalation_dir / FILE
    facts = {
        "file": str(file),
        "reasons": list(learnt.names[:-1]),
        "languages": list(learnt.languages),
        "embedder": learnt.embedder,
        "bytes": file.stat().st_size,
        "seconds": round(time.perf_counter() - began, 1),
    }
    if as_json:
        emit(facts)
        return
    console.print(
        f"Learnt {len(learnt.names) - 1} reasons and hints in {', '.join(learnt.languages)}: {file}", highlight=False
    )
    console.print(
        "[dim]A server takes it into use when it starts. What it does to calls: ivr eval escalation FILE[/]",
        highlight=False,
    )
