"""The tables of the log, of people who sign in, of agents and queues, of documents, and of the keys.

`migrations` brings a database to this shape.
"""

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

# What a board holds (`ivr.calls.routing`). What is about a caller is sealed with the key of their call: erasing the
# call makes it unreadable, and the row goes at the next change.
board: Final = Table(
    "board",
    log_metadata,
    Column("id", Integer, primary_key=True),
    Column("version", BigInteger, nullable=False),
)

agents: Final = Table(
    "agents",
    log_metadata,
    Column("agent_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("queues", Text, nullable=False),
    Column("languages", Text, nullable=False),
    Column("skills", Text, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("user_id", Text),
    Column("only", Text, nullable=False),
    Column("presence", Text, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("idle_ms", BigInteger, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
)
"`queues`, `languages` and `skills` are parted by spaces."

holds: Final = Table(
    "holds",
    log_metadata,
    Column("agent_id", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("transfer_id", Text, primary_key=True),
    Column("queue", Text, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
)

places: Final = Table(
    "places",
    log_metadata,
    Column("call_id", Text, primary_key=True),
    Column("transfer_id", Text, primary_key=True),
    Column("seen_ms", BigInteger, nullable=False),
    Column("left_ms", BigInteger),
    Column("sealed", LargeBinary, nullable=False),
)

callbacks: Final = Table(
    "callbacks",
    log_metadata,
    Column("callback_id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

handled: Final = Table(
    "handled",
    log_metadata,
    Column("queue", Text, primary_key=True),
    Column("took_ms", Text, nullable=False),
)
"`took_ms` are parted by spaces, newest last."

# Documents (`ivr.ports.documents`). Rows are only ever added; of a version only its state changes.
documents: Final = Table(
    "documents",
    log_metadata,
    Column("document_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("effective_from", Text),
    Column("effective_until", Text),
    Column("review_by", Text, nullable=False),
    Column("segment", Text, nullable=False),
)
"Days are written as in ISO 8601, so that they sort."

passages: Final = Table(
    "passages",
    log_metadata,
    Column("document_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("passage_id", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("found_at", Text, nullable=False),
    Column("flags", Text, nullable=False),
)
"`number` is the place among the passages of its version; `flags` is a JSON list of [suspicion, words, where]."

document_decisions: Final = Table(
    "document_decisions",
    log_metadata,
    Column("number", Integer, primary_key=True),
    Column("document_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("wall_ms", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Index("decisions_by_document", "document_id"),
)
"Every change of the tables above comes with a row here, so the greatest `number` is their revision."

keys_metadata: Final = MetaData()

keys: Final = Table(
    "keys",
    keys_metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", Text, nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=False),
)
