"""The people of a data folder, for the command line and the first start."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ivr.adapters.argon2.passwords import Argon2Passwords
from ivr.adapters.clock import SystemClock
from ivr.adapters.sql.stores import open_stores
from ivr.web.signin.staff import Given, Staff

__all__ = ["Given", "Staff", "open_staff"]


@asynccontextmanager
async def open_staff(folder: Path) -> AsyncIterator[Staff]:
    """Raises what `open_stores` raises. A running server sees at once what is changed here."""
    stores = await open_stores(folder)
    passwords = Argon2Passwords()
    try:
        yield Staff(stores.identity, passwords, SystemClock())
    finally:
        await passwords.close()
        await stores.close()
