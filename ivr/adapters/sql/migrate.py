"""Bring a database to the tables of this version. Blocking."""

import threading
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from ivr.adapters.sql.engine import open_engine
from ivr.vocabulary.errors import ConfigError

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME: Final = threading.Lock()
"Alembic keeps what it is working on in a module of its own."


def upgrade(url: URL | str) -> None:
    """Run every migration that is missing.

    All of them are one transaction that takes the write lock first: of several processes starting at once one works and
    the others find it done, and one killed half-way leaves nothing.

    Raises ConfigError when a later version of the product wrote the database; database errors as they come.
    """
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            if is_current(connection):
                return
        immediately = engine.connect().execution_options(ivr_begin="BEGIN IMMEDIATE")
        with _ONE_AT_A_TIME, immediately as connection, connection.begin():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise ConfigError(
            f"the database is not one that this version knows how to upgrade ({error})",
            where=str(engine.url.database),
            fix="Update the product, or restore the backup made before the update.",
        ) from error
    finally:
        engine.dispose()


def is_current(connection: Connection) -> bool:
    """Whether the database has exactly the tables of this version."""
    heads = ScriptDirectory.from_config(_config()).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
