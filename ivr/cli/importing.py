"""`ivr knowledge import`: files become drafts of documents, with what was skipped and what was kept back, and why."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from ivr import settings as settings_room
from ivr.answers.intake import Details, id_from, is_id
from ivr.cli.documents import counted, facts, passage_facts, who
from ivr.cli.output import AsJson, console, emit, errors, language_option, legible, plain_errors, run
from ivr.vocabulary.errors import ConfigError
from ivr.wiring.documents import Archive, open_archive
from ivr.wiring.importing import Brought, bring_in, files_in

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files, or folders of them.", exists=True)]
Topic = Annotated[str | None, typer.Option(help="What it is about: decides who may answer from it, and how.")]
Owner = Annotated[str | None, typer.Option(help="Who answers for it.")]
Language = Annotated[str | None, typer.Option(help="Its language. Left out: as in the version before, or English.")]
Title = Annotated[str | None, typer.Option(help="Left out: as the file calls itself.")]
Id = Annotated[str, typer.Option(help="What it is called here, of one file. Left out: after the file's name.")]
ReviewBy = Annotated[str | None, typer.Option(metavar="DAY", help="Day by which to look at it again: 2027-06-30.")]
From = Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day on which callers are told it.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DAY", help="Last day on which they are.")]
Segment = Annotated[str | None, typer.Option(help="Only callers of this customer segment are told it.")]
By = Annotated[str, typer.Option(help="Who imports it: the name of somebody who may sign in.")]


def add_to(app: typer.Typer) -> None:
    app.command("import")(import_documents)


def import_documents(
    files: Files,
    topic: Topic = None,
    owner: Owner = None,
    language: Language = None,
    title: Title = None,
    id: Id = "",
    review_by: ReviewBy = None,
    first: From = None,
    last: Until = None,
    segment: Segment = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Make drafts of files: Markdown, HTML, PDF, Word, CSV. What is not said stays as in the version before.

    An empty option, --segment "" or --until "", is none. The same file with the same details again changes nothing.
    """
    with plain_errors():
        said = Details(
            title=title,
            topic=topic,
            language=language_option(language) if language is not None else None,
            owner=owner,
            review_by=_day(review_by, "--review-by", None),
            effective_from=_day(first, "--from", date.min),
            effective_until=_day(last, "--until", date.max),
            segment=segment,
        )
        found = files_in(files)
        _check(found, id, title)

    async def main() -> tuple[list[Brought], date]:
        async with open_archive(settings_room.load()) as archive:
            name = await who(archive.curator, by)
            with _bars(len(found)) as bars:
                return [await _one(archive, file, id, said, name, bars) for file in found], archive.curator.today()

    brought, today = run(main)
    if as_json:
        emit({"ok": not any(each.fault for each in brought), "files": [_facts(each, today) for each in brought]})
    else:
        for each in brought:
            _print(each)
    if any(each.fault for each in brought):
        raise typer.Exit(1)


async def _one(archive: Archive, file: Path, id: str, said: Details, by: str, bars: "_Bars") -> Brought:
    with bars.file(file) as on_page:
        return await bring_in(archive, file, said, by, id=id, on_page=on_page)


def _check(found: Sequence[Path], id: str, title: str | None) -> None:
    """What can only be said of one file is not said of several."""
    for name, given in (("--id", bool(id)), ("--title", title is not None)):
        if given and len(found) > 1:
            raise ConfigError(f"{len(found)} files cannot all have it", where=name, fix="Import them one by one.")
    named: dict[str, Path] = {}
    for file in found:
        other = named.setdefault(id_from(file.stem), file)
        if other is not file and id_from(file.stem):
            what = f"{legible(other.name)} and {legible(file.name)} would both be {id_from(file.stem)}"
            raise ConfigError(what, where="FILE", fix="Import them one by one, with --id.")
    if id and not is_id(id):
        raise ConfigError(f"{id!r} is no id", where="--id", fix="Use small letters, digits and hyphens: fees-2027.")


def _day(text: str | None, option: str, none: date | None) -> date | None:
    if text is None:
        return None
    if text == "" and none is not None:
        return none
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{text!r} is no day", where=option, fix="Write it as 2027-06-30.") from error


class _Bars:
    """Progress on standard error: of all files, and of the pages of the one that is being read."""

    def __init__(self, bar: Bar, files: int) -> None:
        self._bar = bar
        self._all = bar.add_task("files", total=files)

    @contextlib.contextmanager
    def file(self, file: Path) -> Iterator[Callable[[int, int], None]]:
        """What this gives is told how many pages of how many are done, from any thread."""
        pages = self._bar.add_task(legible(file.name), total=None)
        try:
            yield lambda done, of: self._bar.update(pages, completed=done, total=of)
        finally:
            self._bar.remove_task(pages)
            self._bar.advance(self._all)


@contextlib.contextmanager
def _bars(files: int) -> Iterator[_Bars]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Bar(*columns, console=errors, transient=True) as bar:
        yield _Bars(bar, files)


def _facts(brought: Brought, today: date) -> dict[str, Any]:
    told: dict[str, Any] = {"file": str(brought.file), "fault": None, "new": brought.new}
    if brought.fault is not None:
        told["fault"] = {"what": brought.fault.what, "where": brought.fault.where, "fix": brought.fault.fix}
    if brought.document is not None:
        told |= facts(brought.document, today)
        told["held_back"] = [passage_facts(each) for each in brought.document.quarantined]
    return told | {"skipped": [{"what": each.what, "where": each.where, "why": each.why} for each in brought.skipped]}


def _print(brought: Brought) -> None:
    name = legible(str(brought.file))
    if brought.fault is not None:
        console.print(f"[bold red]not imported[/] {name}: {legible(brought.fault.what)}", highlight=False)
        console.print(f"      where  {legible(brought.fault.where)}", highlight=False)
        console.print(f"      fix    {legible(brought.fault.fix)}", highlight=False)
    if (document := brought.document) is not None:
        done = "[green]imported[/]" if brought.new else "[dim]as it was[/]"
        told = f"{document.id}, version {document.version}: {counted(document)}"
        console.print(f"{done} {name}  {told}", highlight=False)
        for passage in document.quarantined:
            for flag in passage.flags:
                told = f"{passage.id} at {flag.where}, {flag.suspicion}: “{flag.words}”"
                console.print(f"  [red]quarantined[/] {legible(told)}", highlight=False)
    for each in brought.skipped:
        console.print(f"  [yellow]skipped[/] {legible(f'{each.what} at {each.where}: {each.why}')}", highlight=False)
