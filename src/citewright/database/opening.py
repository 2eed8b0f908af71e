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

from citewright.database.commits import Mark, stands
from citewright.database.migrating import migrate
from citewright.database.patience import AWAY_SECONDS, Patience
from citewright.database.place import Place, at
from citewright.errors import CitewrightError, DatabaseAway, InputError

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

    def __init__(
        self,
        place: Path | str,
        *,
        busy_seconds: float = BUSY_SECONDS,
        away_seconds: float = AWAY_SECONDS,
    ) -> None:
        """Open a database, creating its tables or migrating them as needed.

        :param place: a file's path, or an URL as SQLAlchemy has them: ``postgresql://…``. A file
            is created where there is none.
        :param busy_seconds: how long to wait for another writer.
        :param away_seconds: how long to wait for a server that was there and went away.
        :raises CitewrightError: when the disk is as good as full, the database stays locked, or
            the server cannot be reached.
        :raises IntegrityError: when the file is damaged or no database.
        :raises SettingsError: when the URL cannot be used.
        :raises InputError: when a newer citewright made it.
        """
        self._place: Place = at(place, busy_seconds)
        self._engine = self._place.engine()
        # One that was never there is not waited for.
        self._patience = Patience(0)
        try:
            with self._explained():
                migrate(self._engine, self._unmarked)
        except CommandError as error:
            raise InputError(
                f"{self._place.name} was made by a newer citewright.", hint="Install that one."
            ) from error
        finally:
            # Connections are opened again as they are needed.
            self._engine.dispose()
        self._patience = Patience(away_seconds)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database; raises as :meth:`writing` does."""
        with self._explained(), self._begun(self._place.reading) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other writer runs beside; rolled back when its block raises.

        A server that is away as it begins is waited for. Where it goes away at the commit, what
        became of that is found out as soon as it is back: what was kept is no error.

        :raises DatabaseAway: when the server went away; nothing is kept. The block may be done
            again: see :func:`citewright.database.repeated`.
        :raises CitewrightError: when the database stays locked or cannot be written, or a server
            that went away at the commit did not come back.
        :raises IntegrityError: when it is damaged, or the change breaks one of its constraints.
        """
        with (
            self._place.turn(),
            self._explained(),
            self._begun(self._place.writing) as connection,
        ):
            yield connection
            marked = self._place.marked(connection)
            try:
                connection.commit()
            except self._errors as error:
                if marked is None or not self._is_away(error):
                    raise
                if not self._stands(marked, error):
                    raise

    def waits(self) -> bool:
        """Pause for a server that went away; False when it has been away for too long."""
        return self._patience.waits()

    def was_missed_within(self, seconds: float) -> bool:
        """Whether it was found to be away in the last so many seconds; never true of a file."""
        return self._patience.was_missed_within(seconds)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _unmarked(self) -> Iterator[Connection]:
        """A transaction that writes, before there is a table to write its number into."""
        with self._place.turn(), self._begun(self._place.writing) as connection:
            yield connection
            connection.commit()

    @contextmanager
    def _begun(self, options: dict[str, object]) -> Iterator[Connection]:
        """A transaction, rolled back unless it was committed; waits for a server that is away."""
        while True:
            try:
                connection = self._begin(options)
            except self._errors as error:
                if not self._is_away(error) or not self.waits():
                    raise
            else:
                break
        self._patience.over()
        with connection:
            yield connection

    def _begin(self, options: dict[str, object]) -> Connection:
        connection = self._engine.connect().execution_options(**options)
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection

    def _stands(self, marked: Mark, doubt: Exception) -> bool:
        """Whether a transaction was kept, asked behind it should it still be under way."""
        try:
            with self._begun(self._place.writing) as connection:
                return stands(connection, marked)
        except self._errors as error:
            raise CitewrightError(
                f"{self._place.name} went away at a commit and is not back: nobody knows whether "
                "it was kept.",
                hint="Once the server runs, see what stands there before you do it again.",
                retry=True,
            ) from (error if self._is_away(error) else doubt)

    @property
    def _errors(self) -> tuple[type[Exception], ...]:
        return (DatabaseError, InterfaceError, *self._place.errors)

    def _is_away(self, error: Exception) -> bool:
        return isinstance(self._place.explained(error), DatabaseAway)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns the driver's errors into this package's."""
        try:
            yield
        except self._errors as error:
            raise self._place.explained(error) from error
        except NoConnection as error:
            raise CitewrightError(
                f"all connections to {self._place.name} are taken.",
                hint="Try again later, or do less at once.",
                retry=True,
            ) from error
