"""`ivr knowledge documents`, `show`, `submit`, `approve`, `revoke`, `history`: documents, and deciding about them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

import typer
from rich.markup import escape

from ivr import settings as settings_room
from ivr.answers.curator import Curator, Decided
from ivr.cli.output import AsJson, console, emit, legible, run, table
from ivr.ports.documents import Decision, Document, DocumentState, Passage
from ivr.wiring.documents import Archive, open_archive

Result = TypeVar("Result")

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The document, as `ivr knowledge documents` names it.")]
VersionOption = Annotated[int | None, typer.Option(min=1, help="Another version than the latest.")]
By = Annotated[str, typer.Option(help="Who decides: the name of a supervisor or an admin, as `ivr users list` shows.")]
Note = Annotated[str, typer.Option(help="Why, for those who read the history.")]

_COLOURS = {DocumentState.APPROVED: "green", DocumentState.REVIEW: "yellow", DocumentState.REVOKED: "red"}


def add_to(app: typer.Typer) -> None:
    app.command("documents")(documents)
    for command in (show, submit, approve, revoke, history):
        app.command()(command)


def documents(as_json: AsJson = False) -> None:
    """Every document: its latest version, and the approved one where that is another."""

    async def work(archive: Archive) -> tuple[list[Document], date]:
        return await archive.store.documents(), archive.curator.today()

    found, today = in_archive(work)
    if as_json:
        emit([facts(each, today) for each in found])
        return
    rows = [
        [
            each.id, str(each.version), each.standing(today).value, counted(each), each.topic,
            f"{each.review_by}", _effect(each),
        ]
        for each in found
    ]  # fmt: skip
    names = "document", "version", "state", "holds", "topic", "review by", "in effect"
    table(*names, rows=[[legible(cell) for cell in row] for row in rows])


def show(id: IdArgument, version: VersionOption = None, as_json: AsJson = False) -> None:
    """One version with its passages, what is quarantined and why, and what was decided."""

    async def work(archive: Archive) -> tuple[Document, list[Decision], date]:
        found = await archive.curator.find(id, version)
        return found, await archive.store.history(id), archive.curator.today()

    found, decided, today = in_archive(work)
    if as_json:
        passages = [passage_facts(each) for each in found.passages]
        emit(facts(found, today) | {"passages": passages, "history": [decision_facts(each) for each in decided]})
        return
    state = found.standing(today)
    colour = _COLOURS.get(state, "dim")
    console.print(
        f"[bold]{legible(found.title) or '(no title)'}[/]  {found.id}, version {found.version}  [{colour}]{state}[/]",
        highlight=False,
    )
    for name, told in _details(found):
        console.print(f"{name:>12}  {legible(told)}", highlight=False)
    for passage in found.passages:
        _print_passage(passage)
    console.print("\n[bold]history[/]")
    _print_history(decided)


def submit(
    id: IdArgument,
    by: Annotated[str, typer.Option(help="Who asks for the review: the name of somebody who may sign in.")] = "",
    note: Note = "",
    version: VersionOption = None,
    as_json: AsJson = False,
) -> None:
    """Bring a draft into review."""

    async def work(curator: Curator) -> Decided:
        return await curator.submit(id, await who(curator, by), note, version)

    _tell("in review", _decided(work), as_json)


def approve(
    id: IdArgument,
    by: By,
    note: Note = "",
    version: VersionOption = None,
    with_quarantined: Annotated[
        bool, typer.Option("--with-quarantined", help="Approve the other passages; the quarantined ones stay so.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Have callers told what a document in review says, from now on; the version before it is revoked."""
    told = _decided(lambda curator: curator.approve(id, by, note, version, with_quarantined=with_quarantined))
    _tell("approved", told, as_json)


def revoke(
    id: IdArgument,
    by: By,
    note: Annotated[str, typer.Option(help="Why: the history tells it for ever.")],
    version: VersionOption = None,
    as_json: AsJson = False,
) -> None:
    """Have callers told nothing of a document any more, also those who are speaking now."""
    _tell("revoked", _decided(lambda curator: curator.revoke(id, by, note, version)), as_json)


def history(id: IdArgument, as_json: AsJson = False) -> None:
    """Who decided what about a document, and when."""

    async def work(archive: Archive) -> list[Decision]:
        await archive.curator.find(id)
        return await archive.store.history(id)

    decided = in_archive(work)
    if as_json:
        emit([decision_facts(each) for each in decided])
    else:
        _print_history(decided)


def in_archive(work: Callable[[Archive], Awaitable[Result]]) -> Result:
    """Do something with the documents of the data folder, with our errors in plain words."""

    async def main() -> Result:
        async with open_archive(settings_room.load()) as archive:
            return await work(archive)

    return run(main)


async def who(curator: Curator, by: str) -> str:
    """The person who was named; whoever works on this machine when nobody was."""
    return (await curator.person(by)).name if by else COMMAND_LINE


COMMAND_LINE = "command line"
"Stands in the history where nobody was named, and names nobody: a name of a person has no spaces."


def facts(document: Document, today: date) -> dict[str, Any]:
    """A version without its passages, as `--json` prints it."""
    return {
        "document": document.id,
        "version": document.version,
        "state": document.standing(today).value,
        "title": document.title,
        "topic": document.topic,
        "language": document.language,
        "owner": document.owner,
        "source": document.source,
        "digest": document.digest,
        "effective_from": _iso(document.effective_from),
        "effective_until": _iso(document.effective_until),
        "review_by": _iso(document.review_by),
        "segment": document.segment,
        "passage_count": len(document.passages),
        "quarantined": len(document.quarantined),
    }


def counted(document: Document) -> str:
    """How many passages, and how many of them are quarantined."""
    number, held = len(document.passages), len(document.quarantined)
    return f"{number} passage{'' if number == 1 else 's'}" + (f", {held} quarantined" if held else "")


def decision_facts(decision: Decision) -> dict[str, Any]:
    return {
        "document": decision.document,
        "version": decision.version,
        "state": decision.state.value,
        "by": decision.by,
        "at": _when(decision).isoformat(timespec="seconds"),
        "note": decision.note,
    }


def _decided(work: Callable[[Curator], Awaitable[Decided]]) -> tuple[Decided, date]:
    async def main(archive: Archive) -> tuple[Decided, date]:
        return await work(archive.curator), archive.curator.today()

    return in_archive(main)


def _tell(done: str, told: tuple[Decided, date], as_json: bool) -> None:
    decided, today = told
    found = decided.document
    if as_json:
        emit(facts(found, today) | {"replaced": decided.replaced})
        return
    console.print(f"[green]{done}[/] {found.id}, version {found.version}: {counted(found)}", highlight=False)
    if found.state is DocumentState.APPROVED:
        if decided.replaced is not None:
            console.print(f"version {decided.replaced} is revoked", highlight=False)
        if found.effective_from is not None and found.effective_from > today:
            console.print(f"callers are told it from {found.effective_from} on", highlight=False)
    if found.state is DocumentState.REVIEW and found.quarantined:
        console.print(f"look at what is quarantined: ivr knowledge show {found.id}", highlight=False)


def _details(document: Document) -> list[tuple[str, str]]:
    return [
        ("topic", document.topic or "(none)"),
        ("owner", document.owner or "(nobody)"),
        ("language", document.language),
        ("in effect", _effect(document)),
        ("review by", f"{document.review_by}"),
        ("for", f"callers of the segment {document.segment}" if document.segment else "everybody"),
        ("from", f"{document.source}, sha256 {document.digest[:12]}…"),
        ("cut into", counted(document)),
    ]


def _print_passage(passage: Passage) -> None:
    mark = "  [bold red]quarantined[/]" if passage.flags else ""
    heading = f"  {legible(passage.heading)}" if passage.heading else ""
    console.print(
        f"\n[bold cyan]{escape(passage.id)}[/]{heading}  [dim]{legible(passage.where)}[/]{mark}", highlight=False
    )
    for flag in passage.flags:
        console.print(f"  [red]{flag.suspicion}[/] at {legible(flag.where)}: “{legible(flag.words)}”", highlight=False)
    console.print(f"  {legible(passage.text)}", highlight=False)


def _print_history(decided: list[Decision]) -> None:
    rows = [
        [f"{_when(each):%Y-%m-%d %H:%M}", str(each.version), each.state.value, each.by, each.note] for each in decided
    ]
    table("when (UTC)", "version", "state", "by", "note", rows=[[legible(cell) for cell in row] for row in rows])


def passage_facts(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "heading": passage.heading,
        "text": passage.text,
        "where": passage.where,
        "flags": [
            {"suspicion": flag.suspicion.value, "words": flag.words, "where": flag.where} for flag in passage.flags
        ],
    }


def _effect(document: Document) -> str:
    first, last = document.effective_from, document.effective_until
    match first, last:
        case None, None:
            return "always"
        case None, _:
            return f"until {last}"
        case _, None:
            return f"from {first}"
        case _:
            return f"{first} to {last}"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _when(decision: Decision) -> datetime:
    return datetime.fromtimestamp(decision.wall_ms / 1_000, UTC)
