"""`ivr knowledge check` and `list`: what callers may be told, and what of it wants a person's look."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import typer

from ivr import settings as settings_room
from ivr.cli import documents, importing
from ivr.cli.output import AsJson, console, emit, legible, run, show_faults, table
from ivr.ports.documents import Document
from ivr.ports.store import ApprovedAnswer
from ivr.settings import Settings
from ivr.wiring.checks import CheckFault, knowledge_findings
from ivr.wiring.documents import Archive, in_use, open_archive
from ivr.wiring.stores import FolderKnowledge

Result = TypeVar("Result")

app = typer.Typer(no_args_is_help=True, help="Import documents, decide about them; check and list what may be told.")
importing.add_to(app)
documents.add_to(app)


@app.command("check")
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


@app.command("list")
def list_knowledge(as_json: AsJson = False) -> None:
    """Everything that callers are told today: approved answers, and documents in force."""

    async def main() -> tuple[list[ApprovedAnswer], Sequence[Document]]:
        settings = settings_room.load()
        return await FolderKnowledge(settings.knowledge_dir).answers(), await _in_force(settings)

    answers, told = run(main)
    rows = [_answer_facts(each) for each in answers] + [_document_facts(each) for each in told]
    if as_json:
        emit(rows)
        return
    table(
        "answer or document", "kind", "topic", "languages", "owner", "review by",
        rows=[
            [legible(row[name]) for name in ("id", "kind", "topic")]
            + [", ".join(row["languages"]), legible(row["owner"]), row["review_by"]]
            for row in rows
        ],
    )  # fmt: skip


def _answer_facts(answer: ApprovedAnswer) -> dict[str, Any]:
    return {
        "id": answer.id,
        "kind": "answer",
        "topic": answer.topic,
        "owner": answer.owner,
        "review_by": answer.review_by,
        "languages": sorted(answer.spoken),
        "questions": {language: list(asked) for language, asked in answer.questions.items()},
        "where": answer.where,
    }


def _document_facts(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "kind": "document",
        "topic": document.topic,
        "owner": document.owner,
        "review_by": document.review_by.isoformat(),
        "languages": [document.language],
        "questions": {},
        "where": f"{document.source}, version {document.version}, {len(document.passages)} passages",
    }


async def _in_force(settings: Settings) -> Sequence[Document]:
    async def work(archive: Archive) -> Sequence[Document]:
        return await archive.store.in_force(archive.curator.today())

    return await _if_there(settings, work) or []


async def _if_there(settings: Settings, work: Callable[[Archive], Awaitable[Result]]) -> Result | None:
    """Look at the documents, if the data folder was ever used: looking makes nothing."""
    if not in_use(settings.data):
        return None
    async with open_archive(settings) as archive:
        return await work(archive)
