"""The history of the log's tables, one file a step. `ivr.adapters.sql.migrate` runs it."""
