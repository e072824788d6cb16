"""The stores in SQL: the call log with its sealed payloads, the keys kept apart from it, and the flows.

`open_stores(folder)` opens everything that lives in one data folder. SQLite today; the SQL is SQLAlchemy Core, so that
PostgreSQL can follow (docs/decisions/004-call-log-storage.md).
"""

from ivr.adapters.sql.stores import SqlStores, open_stores

__all__ = ["SqlStores", "open_stores"]
