"""Bringing a database to the tables of this citewright."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_MIGRATING = threading.Lock()


def alembic_config() -> Config:
    """Alembic's configuration, with the migrations that travel in this package."""
    config = Config()
    # Alembic reads its options with configparser, which takes "%" for an interpolation.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    return config


def migrate(engine: Engine, writing: Callable[[], AbstractContextManager[Connection]]) -> None:
    """Run the migrations that are missing, in one transaction.

    :raises alembic.util.CommandError: when the database has one that is not known here.
    """
    config = alembic_config()
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    # Two processes may arrive here at once: the second finds nothing left to do. Two threads may
    # not: Alembic keeps the connection it works on in a global.
    with _MIGRATING, writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
