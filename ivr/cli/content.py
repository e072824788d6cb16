"""`ivr flows` and `ivr knowledge`: what an admin wrote, checked."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ivr import settings as settings_room
from ivr.cli.output import AsJson, console, emit, plain_errors, run, show_faults, table
from ivr.flows.schema import Flow
from ivr.wiring.checks import CheckFault, knowledge_findings
from ivr.wiring.scripts import script_faults
from ivr.wiring.stores import FolderKnowledge

flows = typer.Typer(no_args_is_help=True, help="Check call flows.")
knowledge = typer.Typer(no_args_is_help=True, help="Check and list approved answers.")


@flows.command("check")
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


@flows.command("schema")
def flow_schema() -> None:
    """The JSON Schema of a flow, for editors: they complete and explain its fields as you write."""
    emit({"$schema": "https://json-schema.org/draft/2020-12/schema"} | Flow.model_json_schema())


@knowledge.command("check")
def check_knowledge(as_json: AsJson = False) -> None:
    """Faults keep the folder from being served; warnings want a person's look."""

    async def main() -> tuple[list[CheckFault], list[CheckFault]]:
        return await asyncio.to_thread(knowledge_findings, settings_room.load())

    found, warnings = run(main)
    if as_json:
        emit({"ok": not found, "faults": [asdict(f) for f in found], "warnings": [asdict(w) for w in warnings]})
    else:
        for kind, listed in (("fault", found), ("warning", warnings)):
            show_faults(kind, [(each.what, each.where, each.fix) for each in listed])
        if not found:
            console.print("[green]can be served[/]")
    if found:
        raise typer.Exit(1)


@knowledge.command("list")
def list_knowledge(as_json: AsJson = False) -> None:
    """Every approved answer."""

    async def main() -> list[dict[str, Any]]:
        answers = await FolderKnowledge(settings_room.load().knowledge_dir).answers()
        return [
            {
                "id": each.id,
                "topic": each.topic,
                "owner": each.owner,
                "review_by": each.review_by,
                "languages": sorted(each.spoken),
                "questions": {language: list(asked) for language, asked in each.questions.items()},
                "where": each.where,
            }
            for each in answers
        ]

    rows = run(main)
    if as_json:
        emit(rows)
        return
    table(
        "answer", "topic", "languages", "owner", "review by",
        rows=[[r["id"], r["topic"], ", ".join(r["languages"]), r["owner"], r["review_by"]] for r in rows],
    )  # fmt: skip
