"""The catalogue on a PostgreSQL server: the schema that its URL's search path names first.

Writers follow one another by an advisory lock, one for each schema, which their transactions hold
to the end. They read what is committed (READ COMMITTED): a snapshot that is taken before the lock
is there would show the state before the last writer. Readers see one snapshot (REPEATABLE READ).
https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, LiteralString

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from citewright.database.commits import Mark, mark
from citewright.errors import CitewrightError, DatabaseAway, IntegrityError, SettingsError

if TYPE_CHECKING:
    import psycopg

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('citewright ' || current_schema(), 0))"

_SESSION: tuple[LiteralString, ...] = (
    # A writer whose machine is gone is found out, and its lock let go, within two minutes.
    "SET tcp_keepalives_idle = 60",
    "SET tcp_keepalives_interval = 15",
    "SET tcp_keepalives_count = 4",
    # A commit that is acknowledged is on the disk, whatever the server's default.
    (
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    ),
)

_CONNECT_SECONDS = 10

# Classes and codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
_LOCKED = ("55P03",)
_AWAY = ("08", "57P", "40001", "40P01")
_OUTER = ("53", "58", "25006")
_REFUSED = ("22", "23", "P0001")
_SETTING = ("28", "3D", "3F", "42501")


class PostgresSchema:
    """A schema on a server; see :class:`citewright.database.place.Place`."""

    reading: ClassVar[dict[str, object]] = {
        "isolation_level": "REPEATABLE READ",
        "postgresql_readonly": True,
    }
    writing: ClassVar[dict[str, object]] = {
        "isolation_level": "READ COMMITTED",
        "immediate": True,
    }

    def __init__(self, url: URL, busy_seconds: float) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self._busy = busy_seconds

    @property
    def name(self) -> str:
        """The server and the database, without who signs in there."""
        host = self._url.host or "localhost"
        return f"the PostgreSQL database {self._url.database or ''!r} at {host}"

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises where SQLAlchemy does not stand between: while connecting."""
        from psycopg import Error

        return (Error,)

    def engine(self) -> Engine:
        """What connections come from.

        :raises SettingsError: when the driver is not installed.
        """
        try:
            engine = create_engine(
                self._url,
                pool_pre_ping=True,
                pool_timeout=self._busy,
                max_overflow=20,
                hide_parameters=True,
                connect_args={"connect_timeout": _CONNECT_SECONDS},
            )
        except ImportError as error:
            raise SettingsError(
                "PostgreSQL's driver is not installed.",
                hint="Install it: pip install 'citewright[postgres]'.",
            ) from error
        event.listen(engine, "connect", partial(_on_connect, self._busy))
        event.listen(engine, "begin", _on_begin)
        return engine

    def turn(self) -> AbstractContextManager[None]:
        """Nothing: the server wakes who is next."""
        return nullcontext()

    def marked(self, connection: Connection) -> Mark | None:
        """The transaction's number, written down in it."""
        return mark(connection)

    def explained(self, error: Exception) -> CitewrightError:
        """One of this package's errors for one of the driver's."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlstate", None) or ""
        said = _said(cause)
        if code.startswith(_LOCKED):
            return CitewrightError(
                f"{self.name} is locked by another process.", hint="Try again later.", retry=True
            )
        if code.startswith(_REFUSED) or _is_refused_here(cause):
            return IntegrityError(f"{self.name} refuses the change: {said}.")
        if code.startswith(_SETTING):
            return SettingsError(
                f"{self.name} does not let citewright in: {said}.",
                hint="See CITEWRIGHT_DATABASE_URL, and what its user may do there.",
            )
        if code.startswith(_OUTER):
            return CitewrightError(
                f"{self.name} cannot be used: {said}.",
                hint="See that the server has room and may be written to.",
                retry=True,
            )
        if code.startswith(_AWAY) or not code:
            return DatabaseAway(
                f"{self.name} cannot be reached, or went away: {said}.",
                hint="Try again once the server runs.",
                retry=True,
            )
        return IntegrityError(
            f"{self.name} cannot be read as the catalogue: {said}.",
            hint="Restore it from a backup; versions and snapshots are in the store.",
        )


def _said(cause: object) -> str:
    """What the server said in its first line: the lines after it may repeat a row's values."""
    diagnosis = getattr(cause, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    if primary:
        return str(primary)
    lines = str(cause).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(cause).__name__


def _is_refused_here(cause: object) -> bool:
    # The driver itself refuses a text with a NUL before the server sees it.
    return type(cause).__name__ == "DataError"


def _on_connect(
    busy_seconds: float, connection: psycopg.Connection[Any], _: ConnectionPoolEntry
) -> None:
    before, connection.autocommit = connection.autocommit, True
    with connection.cursor() as cursor:
        for statement in _SESSION:
            cursor.execute(statement)
        wait = f"{max(1, round(busy_seconds * 1000))}ms"
        cursor.execute("SELECT set_config('lock_timeout', %s, false), current_schema()", [wait])
        row = cursor.fetchone()
        if row is None or row[1] is None:
            # Without a schema there is nothing that the lock could be named by.
            raise SettingsError(
                "the search path of the database's URL names no schema that is there.",
                hint="Create the schema, or mend the URL.",
            )
    connection.autocommit = before


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("immediate", False):
        connection.exec_driver_sql(_LOCK)
