"""A database and its transactions, the same whether it is an SQLite file or on a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.util import CommandError
from pydantic import SecretStr
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, InterfaceError
from sqlalchemy.exc import TimeoutError as NoConnection

from citewright.database.migrating import migrate
from citewright.database.place import Place, at
from citewright.errors import CitewrightError, InputError

BUSY_SECONDS = 30.0
"""How long a writer waits for another one."""


def catalogue_of(project: Path, url: SecretStr | None) -> Database:
    """The catalogue of a project: on a server, or the file in its folder where no URL is given.

    :raises CitewrightError: as :class:`Database` does.
    """
    return Database(url.get_secret_value() if url else project / "output" / "catalogue.sqlite")


class Database:
    """An SQLite file or a schema on a PostgreSQL server.

    An acknowledged commit survives a power cut, and one writer follows another: what is read in a
    transaction that writes stays true until its end. Numbers without gaps, claims, caps and the
    chain of events rest on that.
    """

    def __init__(self, place: Path | str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Open a database, creating its tables or migrating them as needed.

        :param place: a file's path, or an URL as SQLAlchemy has them: ``postgresql://…``. A file
            is created where there is none.
        :param busy_seconds: how long to wait for another writer.
        :raises CitewrightError: when the disk is as good as full, the database stays locked, or
            the server cannot be reached.
        :raises IntegrityError: when the file is damaged or no database.
        :raises SettingsError: when the URL cannot be used.
        :raises InputError: when a newer citewright made it.
        """
        self._place: Place = at(place, busy_seconds)
        self._engine = self._place.engine()
        try:
            with self._explained():
                migrate(self._engine, self.writing)
        except CommandError as error:
            raise InputError(
                f"{self._place.name} was made by a newer citewright.", hint="Install that one."
            ) from error
        finally:
            # Connections are opened again as they are needed.
            self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database; raises as :meth:`writing` does."""
        with self._transaction(self._place.reading) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other writer runs beside; rolled back when its block raises.

        Where the server goes away at the commit, nobody knows whether it was kept: read again by
        a key of your own before you do it once more.

        :raises CitewrightError: when the database stays locked, cannot be written or reached.
        :raises IntegrityError: when it is damaged, or the change breaks one of its constraints.
        """
        with self._place.turn(), self._transaction(self._place.writing) as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, options: dict[str, object]) -> Iterator[Connection]:
        with (
            self._explained(),
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns the driver's errors into this package's."""
        errors: tuple[type[Exception], ...] = (
            DatabaseError, InterfaceError, *self._place.errors,
        )  # fmt: skip
        try:
            yield
        except errors as error:
            raise self._place.explained(error) from error
        except NoConnection as error:
            raise CitewrightError(
                f"all connections to {self._place.name} are taken.",
                hint="Try again later, or do less at once.",
                retry=True,
            ) from error
