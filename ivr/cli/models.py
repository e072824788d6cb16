"""`ivr models`: which models there are, getting them, and checking that they are whole."""

from typing import Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, TextColumn
from rich.progress import Progress as Bar

from ivr import settings as settings_room
from ivr.cli.output import AsJson, console, emit, errors, plain_errors, show_faults, table
from ivr.wiring.stores import ModelStatus, ModelStore, Progress

app = typer.Typer(no_args_is_help=True, help="List, get and check the models.")

Ids = Annotated[list[str] | None, typer.Argument(help="Models; none means the ones the server needs.")]


def _facts(status: ModelStatus) -> dict[str, Any]:
    model = status.model
    return {
        "id": model.id,
        "job": model.job,
        "languages": list(model.languages),
        "licence": model.licence,
        "bytes": status.bytes,
        "state": status.state.value,
        "verified": status.verified,
        "path": str(status.path) if status.path else None,
        "default": model.default,
        "wheels": [part.package for file in model.wheel for part in file.parts],
        "hub": [f"{file.repo}@{file.revision}:{file.path}" for file in model.hub],
    }


def _size(count: int | None) -> str:
    return f"{count / 1e6:.0f} MB" if count else "?"


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """Every model, whether it is here, its licence and where it comes from."""
    with plain_errors():
        statuses = ModelStore(settings_room.load().models_dir).list()
    if as_json:
        emit([_facts(status) for status in statuses])
        return
    table(
        "model", "job", "languages", "size", "licence", "state",
        rows=[
            [
                status.model.id + (" *" if status.model.default else ""),
                status.model.job,
                ", ".join(status.model.languages),
                _size(status.bytes),
                status.model.licence,
                status.state.value + ("" if status.verified else ", unverified"),
            ]
            for status in statuses
        ],
    )  # fmt: skip
    console.print("[dim]* the server needs it[/]")


@app.command()
def pull(ids: Ids = None, as_json: AsJson = False) -> None:
    """Get models that are missing. A broken download goes on where it stopped."""
    bar = Bar(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=errors, transient=True)
    shown: dict[tuple[str, str], Any] = {}

    def on_progress(progress: Progress) -> None:
        key = (progress.model, progress.what)
        if key not in shown:
            shown[key] = bar.add_task(f"{progress.model}: {progress.stage} {progress.what}", total=None)
        bar.update(
            shown[key],
            description=f"{progress.model}: {progress.stage} {progress.what}",
            completed=progress.done_bytes,
            total=progress.total_bytes or None,
        )

    with plain_errors(), bar:
        statuses = ModelStore(settings_room.load().models_dir).pull(ids or (), on_progress=on_progress)
    if as_json:
        emit([_facts(status) for status in statuses])
    else:
        for status in statuses:
            console.print(f"[green]{status.state.value}[/] {status.model.id} ({_size(status.bytes)})", highlight=False)


@app.command()
def verify(ids: Ids = None, as_json: AsJson = False) -> None:
    """Hash every file and compare."""
    with plain_errors(), errors.status("hashing the models"):
        faults = ModelStore(settings_room.load().models_dir).verify(ids or ())
    if as_json:
        emit({"ok": not faults, "faults": [{"what": f.what, "where": f.where, "fix": f.fix} for f in faults]})
    elif not faults:
        console.print("[green]all whole[/]")
    else:
        show_faults("fault", [(fault.what, fault.where, fault.fix) for fault in faults])
    if faults:
        raise typer.Exit(1)
