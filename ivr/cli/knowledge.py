"""`ivr knowledge check`, `list`, `report`: what callers may be told, and what of it wants a person's look."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, TypeVar

import typer

from ivr import settings as settings_room
from ivr.answers.ingest.contradictions import Finding, Matter, report
from ivr.cli import documents, importing
from ivr.cli.output import AsJson, console, emit, legible, run, show_faults, table
from ivr.ports.documents import Document, DocumentState
from ivr.ports.store import ApprovedAnswer
from ivr.settings import Settings
from ivr.vocabulary.errors import NotFound
from ivr.wiring.checks import CheckFault, knowledge_findings
from ivr.wiring.documents import Archive, in_use, open_archive
from ivr.wiring.stores import FolderKnowledge

Result = TypeVar("Result")

_AGREE: Final = "Have them say the same; or leave it, when both are right."
_FIXES: Final = defaultdict(
    lambda: _AGREE,
    {
        Matter.DUPLICATE: "Keep one of them.",
        Matter.DUE: "Look at it, and say by which day to do so again: review_by, or import with --review-by.",
        Matter.EXPIRED: "Import it again with another last day, or revoke it.",
        Matter.FUTURE: "Nothing needs to be done.",
    },
)

app = typer.Typer(no_args_is_help=True, help="Import documents, decide about them; check and list what may be told.")
importing.add_to(app)
documents.add_to(app)


@app.command("check")
def check_knowledge(as_json: AsJson = False) -> None:
    """Faults keep the folder from being served; warnings want a person's look."""

    async def main() -> tuple[list[CheckFault], list[CheckFault]]:
        settings = settings_room.load()
        found, warnings = await asyncio.to_thread(knowledge_findings, settings)
        remarks = await _looked_at(settings, "") if not found else []
        return found, warnings + [_as_warning(each) for each in remarks]

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


@app.command("report")
def report_knowledge(
    id: Annotated[
        str,
        typer.Argument(
            metavar="[ID]", help="A document that is not approved yet: how would its latest version fit in?"
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Where approved answers and documents contradict one another, and what is due for review, over, or to come."""

    async def main() -> list[Finding]:
        settings = settings_room.load()
        return await _looked_at(settings, id)

    found = run(main)
    if as_json:
        emit({"findings": [asdict(each) for each in found]})
        return
    for each in found:
        console.print(f"[yellow]{each.matter.value}[/]  {legible(each.what)}", highlight=False)
        for place in each.places:
            words = f"  “{legible(place.words)}”" if place.words else ""
            console.print(f"  [bold]{legible(place.id)}[/]  [dim]{legible(place.where)}[/]{words}", highlight=False)
    if not found:
        console.print("[green]nothing to look at[/]")


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


async def _looked_at(settings: Settings, id: str) -> list[Finding]:
    """What the report says of all that is approved, with the latest version of one document instead of that."""

    async def work(archive: Archive) -> tuple[list[Document], date]:
        wanted = await archive.curator.find(id) if id else None
        approved = [each for each in await archive.store.documents() if each.state is DocumentState.APPROVED]
        others = [each for each in approved if wanted is None or each.id != wanted.id]
        return others + ([wanted] if wanted is not None else []), archive.curator.today()

    answers = await FolderKnowledge(settings.knowledge_dir).answers()
    if id and not in_use(settings.data):
        raise NotFound(f"there is no document {id}; `ivr knowledge documents` lists them")
    documents, day = await _if_there(settings, work) or ([], datetime.now(UTC).date())
    return await asyncio.to_thread(report, documents, answers, day)


def _as_warning(finding: Finding) -> CheckFault:
    said = "; ".join(f"“{place.words}”" for place in finding.places if place.words)
    where = ", ".join(f"{place.id} ({place.where})" for place in finding.places)
    return CheckFault(
        f"{finding.matter.value}: {finding.what}" + (f": {said}" if said else ""), where, _FIXES[finding.matter]
    )


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
