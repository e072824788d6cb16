"""The agents of a data folder, for the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ivr.adapters.clock import SystemClock
from ivr.adapters.sql.stores import open_stores
from ivr.calls.routing.state import Plan
from ivr.ports.clock import Clock
from ivr.ports.directory import Directory
from ivr.ports.identity import Identity
from ivr.settings import Settings
from ivr.wiring.opening import Opening
from ivr.wiring.queues import Queueing, directory_of

__all__ = ["Office", "open_office"]


@dataclass(frozen=True, slots=True)
class Office:
    """plan  the queues there are, and their hours."""

    directory: Directory
    identity: Identity
    plan: Plan
    clock: Clock


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """Raises what `open_stores` raises, and ConfigError for faulty hours or queues.

    A running server sees within a second what is changed here.
    """
    clock = SystemClock()
    opening = Opening(settings.hours_file, clock)
    opening.load()
    queueing = Queueing(settings.queues_file, opening, clock)
    queueing.load()
    stores = await open_stores(settings.data)
    try:
        yield Office(directory_of(stores, queueing, clock), stores.identity, queueing.plan(), clock)
    finally:
        await stores.close()
