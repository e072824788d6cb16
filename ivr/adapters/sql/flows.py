"""The flows ever pinned, in SQL."""

import asyncio

from sqlalchemy import bindparam, exists, select

from ivr.adapters.sql.engine import Database
from ivr.adapters.sql.tables import flows

_PUT = flows.insert().from_select(
    ["digest", "text"],
    select(
        bindparam("new_digest", type_=flows.c.digest.type),
        bindparam("new_text", type_=flows.c.text.type),
    ).where(~exists(select(flows.c.digest).where(flows.c.digest == bindparam("new_digest")))),
)


class SqlFlowStore:
    """`FlowStore` over one database, which it does not close. Raises BackendUnavailable, BackendRejected."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, digest: str, text: str) -> None:
        """Keep `text`, on disk when this returns. Doing it twice changes nothing."""
        await asyncio.to_thread(self._put, digest, text)

    async def get(self, digest: str) -> str | None:
        return await asyncio.to_thread(self._get, digest)

    def _put(self, digest: str, text: str) -> None:
        with self._database.writing() as connection:
            connection.execute(_PUT, {"new_digest": digest, "new_text": text})

    def _get(self, digest: str) -> str | None:
        with self._database.reading() as connection:
            return connection.scalar(select(flows.c.text).where(flows.c.digest == digest))
