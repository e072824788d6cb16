"""Alembic's entry: run the migrations in the transaction that `migrate.upgrade` opened."""

from alembic import context

from ivr.adapters.sql.tables import log_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=log_metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
