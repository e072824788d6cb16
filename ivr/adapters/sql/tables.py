"""The tables of the log, of the people who sign in, and of the keys. `migrations` brings a database to this shape."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

log_metadata: Final = MetaData()

calls: Final = Table(
    "calls",
    log_metadata,
    Column("call_id", Text, primary_key=True),
    Column("started_wall_ms", BigInteger, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("last_kind", Text, nullable=False),
    Column("erased", Integer, nullable=False, server_default="0"),
    Index("calls_newest_first", "started_wall_ms"),
)
"`erased` is one of the three below."

KEPT: Final = 0
ERASING: Final = 1
"Payloads are gone and nothing may be appended; the key or old pages may still be on disk. Finished at the next open."
ERASED: Final = 2

# Rows are never deleted, and come in the order written: SQLite then only ever fills pages at the end of the table, and
# never copies a row to another page, where a stale copy would outlive its erasure (see keys.py).
events: Final = Table(
    "events",
    log_metadata,
    Column("call_id", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("wall_ms", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

flows: Final = Table(
    "flows",
    log_metadata,
    Column("digest", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

users: Final = Table(
    "users",
    log_metadata,
    Column("user_id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("shown", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("languages", Text, nullable=False),
    Column("disabled", Integer, nullable=False, server_default="0"),
    Column("hashed", Text, nullable=False),
    Column("must_change", Integer, nullable=False),
    Column("set_wall_ms", BigInteger, nullable=False),
)
"`languages` are parted by spaces."

sessions: Final = Table(
    "sessions",
    log_metadata,
    Column("session_id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.user_id"), nullable=False),
    Column("began_wall_ms", BigInteger, nullable=False),
    Column("seen_wall_ms", BigInteger, nullable=False),
    Index("sessions_by_user", "user_id"),
)

keys_metadata: Final = MetaData()

keys: Final = Table(
    "keys",
    keys_metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", Text, nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=False),
)
