"""The documents of a data folder, and deciding about them, for the command line and the first start."""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ivr.adapters.clock import SystemClock
from ivr.adapters.sql.stores import LOG_FILE, SqlStores, open_stores
from ivr.answers.curator import Curator
from ivr.ports.clock import Clock
from ivr.ports.documents import DocumentStore
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.wiring.opening import Opening

__all__ = ["Archive", "archive_of", "digest_of", "in_use", "open_archive"]


@dataclass(frozen=True, slots=True)
class Archive:
    """The documents, and who decides about them. `link_domains` are where they may link to."""

    store: DocumentStore
    curator: Curator
    clock: Clock
    link_domains: tuple[str, ...] = ()


def archive_of(settings: Settings, stores: SqlStores, clock: Clock, today: Callable[[], date]) -> Archive:
    """The documents among open stores. `today` is the day where the business is."""
    curator = Curator(stores.documents, stores.identity, clock, today)
    return Archive(stores.documents, curator, clock, settings.link_domains_listed)


@asynccontextmanager
async def open_archive(settings: Settings) -> AsyncIterator[Archive]:
    """Raises what `open_stores` raises. A running server sees within a second what is decided here."""
    clock = SystemClock()
    opening = Opening(settings.hours_file, clock)
    with contextlib.suppress(ConfigError):
        opening.load()  # with faulty hours, days are those of universal time: a document must be revocable all the same
    stores = await open_stores(settings.data)
    try:
        yield archive_of(settings, stores, clock, opening.today)
    finally:
        await stores.close()


def in_use(folder: Path) -> bool:
    """Whether a data folder has stores; opening them would make them."""
    return (folder / LOG_FILE).exists()


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hex. Blocking. Raises ConfigError when it cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        fix = "Check its name, and whether it may be read."
        raise ConfigError(f"cannot be opened: {error.strerror}", where=file.name, fix=fix) from error
