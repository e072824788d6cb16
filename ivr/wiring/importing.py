"""Files that become drafts of documents: found, read apart from this process, cut into passages, kept."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.findings import Finding
from ivr.answers.ingest.passages import passages
from ivr.answers.intake import Details, Origin, draft, id_from, said_in
from ivr.ports.converted import Converted, Skipped
from ivr.ports.documents import Document
from ivr.vocabulary.errors import ConfigError
from ivr.wiring.documents import Archive, digest_of

__all__ = ["Brought", "Skipped", "bring_in", "files_in"]

OnPage = Callable[[int, int], None]
"Is told how many pages, rows or parts of how many are read; from any thread."


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one file.

    document  the version that holds it; None when there is a fault.
    new       it was not there before.
    skipped   what of the file is in no passage.
    """

    file: Path
    document: Document | None = None
    new: bool = False
    skipped: tuple[Skipped, ...] = ()
    fault: Finding | None = None


def files_in(places: Iterable[Path]) -> list[Path]:
    """The files named, and those within the folders named that somebody writes in: hidden ones are none of them.

    Of a folder, files of kinds that are not read come too: they are said to be no documents when it is their turn.
    """
    found: dict[Path, None] = {}
    for place in places:
        if not place.is_dir():
            found[place] = None
            continue
        for path in sorted(place.rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
            if path.is_file() and not hidden:
                found[path] = None
    return list(found)


async def bring_in(
    archive: Archive,
    file: Path,
    said: Details,
    by: str,
    *,
    id: str = "",
    on_page: OnPage | None = None,
    apart: bool = True,
) -> Brought:
    """Keep a file as a draft; the version that there is, when nothing of it is new.

    What `said` leaves open is taken from the file itself, then from the version before. A file that cannot be read is
    no error: it has a fault.

    apart  read it in a process of its own, as is due to files of strangers.
    """
    id = id or id_from(file.stem)
    try:
        if not id:
            raise ConfigError("makes no id of its name", where=file.name, fix="Say what it is called: --id fees-2027.")
        digest = await asyncio.to_thread(digest_of, file)
        read = await _read(file, on_page, apart=apart)
        taken = passages(read, id, archive.link_domains)
        said = said.over(said_in(file.name, read.said, taken.title, taken.language))
    except ConfigError as error:
        return Brought(file, fault=Finding(error.what, error.where, error.fix))
    latest = await archive.store.get(id)
    draft_of_it = draft(id, Origin(file.name, digest), said, latest, taken.passages, archive.curator.today())
    kept = await archive.store.add(draft_of_it, by, archive.clock.wall_ms())
    return Brought(file, kept, new=latest is None or kept.version != latest.version, skipped=taken.skipped)


async def _read(file: Path, on_page: OnPage | None, *, apart: bool) -> Converted:
    # Readers come with large libraries: no other command, and no server, shall load them.
    from ivr.adapters.documents import apart as process
    from ivr.adapters.documents import reading

    if apart:
        return await process.read_apart(file, progress=on_page)
    return await asyncio.to_thread(reading.read_document, file, progress=on_page)
