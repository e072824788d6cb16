"""The policies in use: which topics a person looks at first, or answers alone."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

import structlog

from ivr.adapters.files.knowledge import as_error
from ivr.adapters.files.policies_file import load_policies
from ivr.adapters.sql.documents import SqlDocumentStore
from ivr.adapters.sql.engine import Database
from ivr.adapters.sql.stores import LOG_FILE
from ivr.flows.policies import Policies
from ivr.ports.clock import Clock
from ivr.ports.documents import DocumentStore
from ivr.settings import Settings
from ivr.vocabulary.errors import BackendError, ConfigError
from ivr.wiring.documents import in_use
from ivr.wiring.knowing import Knowing
from ivr.wiring.opening import LOOK_MS, stamp

_record = structlog.get_logger("policies")

Topics = Callable[[], Awaitable[Collection[str]]]
"The topics that answers and documents have now. Raises BackendError."


class Policing:
    """The policies of a file that people edit; kept fresh while `keep_fresh` runs."""

    def __init__(self, path: Path, topics: Topics, clock: Clock) -> None:
        self._path, self._topics, self._clock = path, topics, clock
        self._policies = Policies()
        self._stamp: tuple[int, int] | None = None

    async def load(self) -> None:
        """Read the file, when it was edited; without one every topic is answered automatically.

        Raises ConfigError with every fault of it, BackendError when the documents' topics cannot be asked for.
        """
        now = stamp(self._path)
        if now == self._stamp and now is not None:
            return
        file = await asyncio.to_thread(load_policies, self._path, await self._topics())
        if file.faults:
            raise as_error(file.faults, self._path)
        self._policies, self._stamp = file.policies, now

    async def keep_fresh(self) -> None:
        """Take edits into use, each as a whole; until cancelled."""
        while True:
            await self._clock.sleep_until(self._clock.now_ms() + LOOK_MS)
            try:
                await self.load()
            except (ConfigError, BackendError) as error:
                _record.error("the edited policies are faulty: the last good ones stay in use", detail=str(error))

    def now(self) -> Policies:
        """The policies in use now."""
        return self._policies


def policing_of(settings: Settings, documents: DocumentStore, knowing: Knowing, clock: Clock) -> Policing:
    """The policies of the settings, for the topics of answers and documents."""

    async def topics() -> Collection[str]:
        return knowing.topics | {document.topic for document in await documents.documents()}

    return Policing(settings.policies_file, topics, clock)


async def document_topics(folder: Path) -> set[str]:
    """The topics of the documents in a data folder, which is not changed. Raises BackendError."""
    if not in_use(folder):
        return set()
    database = Database(folder / LOG_FILE)
    try:
        return {document.topic for document in await SqlDocumentStore(database).documents()}
    finally:
        database.close()
