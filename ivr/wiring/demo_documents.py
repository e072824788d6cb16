"""The demo bank's documents, imported and approved when a data folder that serves it does not have them."""

import asyncio
from pathlib import Path
from typing import Final

import structlog

from ivr.answers.intake import Details, id_from
from ivr.ports.documents import DocumentState
from ivr.settings import Settings
from ivr.wiring.documents import Archive, digest_of
from ivr.wiring.importing import bring_in

OWNER: Final = "demo"
"Who brought them, in the history. Nobody signs in by this name."

_record = structlog.get_logger("demo")


async def stock_demo(settings: Settings, archive: Archive) -> None:
    """Bring the demo's documents into a data folder that serves the demo bank, as they are in this version of it.

    Once a person decided anything about one of them, it is theirs, and left alone.
    """
    folder = settings.demo_documents
    if folder is None:
        return
    for file in sorted(await asyncio.to_thread(lambda: list(folder.glob("*.md")))):
        if await _lacks(archive, file):
            await _approve(archive, file)


async def _lacks(archive: Archive, file: Path) -> bool:
    id = id_from(file.stem)
    latest = await archive.store.get(id)
    if latest is None:
        return True
    if any(each.by != OWNER for each in await archive.store.history(id)):
        return False
    begun = latest.state in (DocumentState.DRAFT, DocumentState.REVIEW)  # and cut short by a kill
    return begun or latest.digest != await asyncio.to_thread(digest_of, file)


async def _approve(archive: Archive, file: Path) -> None:
    brought = await bring_in(archive, file, Details(), OWNER, apart=False)
    if brought.document is None:
        _record.error("a document of the demo cannot be read", file=file.name, fault=brought.fault)
        return
    id, version = brought.document.id, brought.document.version
    for state in (DocumentState.REVIEW, DocumentState.APPROVED):
        await archive.store.decide(id, version, state, OWNER, archive.clock.wall_ms())
    _record.info("a document of the demo is approved", document=id, version=version)
