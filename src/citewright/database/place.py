"""Where a database is, and what differs between the kinds of them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from citewright.database.commits import Mark
from citewright.database.postgres import PostgresSchema
from citewright.database.sqlite import SqliteFile
from citewright.errors import CitewrightError, SettingsError

_HINT = (
    "Set CITEWRIGHT_DATABASE_URL to one like postgresql://USER:PASSWORD@HOST/DATABASE, or leave it "
    "out for a file in the project's folder."
)


class Place(Protocol):
    """One kind of database.

    ``name`` stands in messages and holds no secret. ``reading`` and ``writing`` are the execution
    options of a connection for a transaction of that kind; ``errors`` are the driver's own.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - the class says it
    @property
    def reading(self) -> dict[str, object]: ...  # noqa: D102
    @property
    def writing(self) -> dict[str, object]: ...  # noqa: D102
    @property
    def errors(self) -> tuple[type[Exception], ...]: ...  # noqa: D102

    def engine(self) -> Engine:
        """What connections come from."""
        ...

    def turn(self) -> AbstractContextManager[None]:
        """Held by the one thread of this process that writes; raises as it takes too long."""
        ...

    def marked(self, connection: Connection) -> Mark | None:
        """Writes down which transaction is about to be committed; None where nobody can be in
        doubt of that.
        """
        ...

    def explained(self, error: Exception) -> CitewrightError:
        """One of this package's errors for one of the driver's."""
        ...


def at(place: Path | str, busy_seconds: float) -> Place:
    """The kind of database that a path or an URL names.

    :raises SettingsError: when the URL cannot be used; the message does not repeat it.
    """
    if isinstance(place, Path):
        return SqliteFile(place, busy_seconds)
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        # Not even as the cause: what cannot be read may hold a password.
        raise SettingsError("the database's URL cannot be read as one.", hint=_HINT) from None
    backend = url.drivername.partition("+")[0]
    if backend in ("postgresql", "postgres"):
        return PostgresSchema(url, busy_seconds)
    if backend == "sqlite" and url.database:
        return SqliteFile(Path(url.database), busy_seconds)
    raise SettingsError(f"no database of the kind {backend!r} can be used.", hint=_HINT)
