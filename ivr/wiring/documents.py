"""The documents of a data folder, for the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.clock import SystemClock
from ivr.adapters.sql.stores import LOG_FILE, open_stores
from ivr.answers.curator import Curator
from ivr.ports.clock import Clock
from ivr.ports.documents import DocumentStore
from ivr.settings import Settings

__all__ = ["Archive", "in_use", "open_archive"]


@dataclass(frozen=True, slots=True)
class Archive:
    """The documents, and who decides about them."""

    store: DocumentStore
    curator: Curator
    clock: Clock


@asynccontextmanager
async def open_archive(settings: Settings) -> AsyncIterator[Archive]:
    """Raises what `open_stores` raises. A running server sees within a second what is decided here."""
    clock = SystemClock()
    stores = await open_stores(settings.data)
    try:
        yield Archive(stores.documents, Curator(stores.documents, stores.identity, clock), clock)
    finally:
        await stores.close()


def in_use(folder: Path) -> bool:
    """Whether a data folder has stores; opening them would make them."""
    return (folder / LOG_FILE).exists()
