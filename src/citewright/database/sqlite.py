"""The catalogue as a file: SQLite in WAL mode with ``synchronous=FULL``.

WAL with ``synchronous=NORMAL`` loses acknowledged commits at a power cut; FULL does not.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from citewright.database.commits import Mark
from citewright.errors import CitewrightError, IntegrityError

FREE_BYTES = 16 * 1024 * 1024
"""Least free space to open the database with: on a full disk SQLite's shared-memory file can end
the process by SIGBUS, where an error is wanted."""

_TURNS: dict[Path, threading.Lock] = {}

_OUTER = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
    }
)


class SqliteFile:
    """A file; see :class:`citewright.database.place.Place`."""

    errors: ClassVar[tuple[type[Exception], ...]] = (sqlite3.DatabaseError,)
    reading: ClassVar[dict[str, object]] = {}
    writing: ClassVar[dict[str, object]] = {"immediate": True}

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._path = path
        self._busy = busy_seconds

    @property
    def name(self) -> str:
        """The path."""
        return str(self._path)

    def engine(self) -> Engine:
        """What connections come from.

        :raises CitewrightError: when the disk is as good as full.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._path.parent).free
        if free < FREE_BYTES:
            raise CitewrightError(
                f"only {free} bytes are free for {self.name}.",
                hint="Free some disk space.",
                retry=True,
            )
        url = URL.create("sqlite", database=self.name)
        engine = create_engine(
            url,
            connect_args={"timeout": self._busy},
            pool_timeout=self._busy,
            hide_parameters=True,
        )
        event.listen(engine, "connect", partial(_on_connect, self._busy))
        event.listen(engine, "begin", _on_begin)
        return engine

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Held by the one thread of this process that writes.

        SQLite lets those who wait sleep for up to a tenth of a second at a time, whoever is next;
        threads wake each other.

        :raises CitewrightError: when the others take too long.
        """
        lock = _TURNS.setdefault(self._path.resolve(), threading.Lock())
        if not lock.acquire(timeout=self._busy):
            raise CitewrightError(
                f"{self.name} is being written to by this process.",
                hint="Try again later.",
                retry=True,
            )
        try:
            yield
        finally:
            lock.release()

    def marked(self, connection: Connection) -> Mark | None:  # noqa: ARG002 - as others have it
        """Nothing: a commit in this process has its answer."""
        return None

    def explained(self, error: Exception) -> CitewrightError:
        """One of this package's errors for one of the driver's."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        # The low byte is the primary code: https://www.sqlite.org/rescode.html
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return CitewrightError(
                f"{self.name} is locked by another process.", hint="Try again later.", retry=True
            )
        if code in _OUTER:
            return CitewrightError(
                f"{self.name} cannot be used: {cause}.",
                hint="See that the disk has room and that the file may be written to.",
                retry=True,
            )
        if code == sqlite3.SQLITE_CONSTRAINT:
            return IntegrityError(f"{self.name} refuses the change: {cause}.")
        return IntegrityError(
            f"{self.name} cannot be read as the catalogue: {cause}.",
            hint="Restore it from a backup; versions and snapshots are in the store.",
        )


def _on_connect(
    busy_seconds: float, connection: sqlite3.Connection, _: ConnectionPoolEntry
) -> None:
    # The driver's own transactions begin late and deferred; _on_begin starts them instead.
    connection.isolation_level = None
    _use_wal(connection, time.monotonic() + busy_seconds)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: sqlite3.Connection, deadline: float) -> None:
    # SQLite's own waiting does not cover this switch: two that make one database at once collide.
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _on_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
