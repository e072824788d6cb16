"""`ivr flows`: what an admin wrote, checked."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ivr import settings as settings_room
from ivr.cli.output import AsJson, console, emit, plain_errors, show_faults
from ivr.flows.schema import Flow
from ivr.wiring.scripts import script_faults

app = typer.Typer(no_args_is_help=True, help="Check call flows.")


@app.command("check")
def check_flow(
    file: Annotated[Path | None, typer.Argument(help="The flow to check. Left out: the one in use (IVR_FLOW).")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that every caller gets out, hears who speaks, and can reach a person; that every phrase has its words."""
    with plain_errors():
        settings = settings_room.load()
        if file is not None:
            settings = settings.model_copy(update={"flow": file})
        script, found = script_faults(settings)
    facts = {
        "ok": not found,
        "flow": script.flow.flow if script else None,
        "digest": script.digest() if script else None,
        "faults": [asdict(fault) for fault in found],
    }
    if as_json:
        emit(facts)
    elif script and not found:
        flow = script.flow
        console.print(f"[green]sound[/] {flow.flow} version {flow.version}, {len(flow.nodes)} nodes")
    else:
        show_faults("fault", [(fault.what, fault.place, fault.fix) for fault in found])
    if found:
        raise typer.Exit(1)


@app.command("schema")
def flow_schema() -> None:
    """The JSON Schema of a flow, for editors: they complete and explain its fields as you write."""
    emit({"$schema": "https://json-schema.org/draft/2020-12/schema"} | Flow.model_json_schema())
