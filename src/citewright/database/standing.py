"""Looking at a database as it is: nothing is made in it, nothing is migrated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError, InterfaceError

from citewright.database.migrating import alembic_config
from citewright.database.place import at


@dataclass(frozen=True)
class Standing:
    """What a database is like.

    ``revision`` is the last migration that ran in it, None where none did; ``missing`` how many
    are still to run, None where the revision is not known here. ``ahead`` is how far the server's
    clock is before this machine's, in seconds; None for a file.
    """

    name: str
    server: str
    revision: str | None
    missing: int | None
    ahead: float | None


def look(place: Path | str, *, busy_seconds: float = 5.0) -> Standing | None:
    """What the database at a place is like; None for a file that is not there yet.

    :raises CitewrightError: as :class:`citewright.database.Database` does.
    """
    if isinstance(place, Path) and not place.exists():
        return None
    where = at(place, busy_seconds)
    engine = where.engine()
    errors: tuple[type[Exception], ...] = (DatabaseError, InterfaceError, *where.errors)
    try:
        with engine.connect().execution_options(**where.reading) as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            server, ahead = _server(connection)
    except errors as error:
        raise where.explained(error) from error
    finally:
        engine.dispose()
    return Standing(where.name, server, revision, _missing(revision), ahead)


def _server(connection: Connection) -> tuple[str, float | None]:
    """The server's version, and how far its clock is before this machine's."""
    if connection.dialect.name != "postgresql":
        return f"SQLite {connection.execute(text('SELECT sqlite_version()')).scalar_one()}", None
    version = connection.execute(text("SHOW server_version")).scalar_one()
    before = datetime.now(UTC)
    told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    # It was told at some time between asking and having the answer.
    middle = before + (datetime.now(UTC) - before) / 2
    return f"PostgreSQL {version}", (told - middle).total_seconds()


def _missing(revision: str | None) -> int | None:
    known = [one.revision for one in ScriptDirectory.from_config(alembic_config()).walk_revisions()]
    if revision is None:
        return len(known)
    # From the newest one down.
    return known.index(revision) if revision in known else None
