"""Moving a catalogue from one database to another: from the file to a server, or back."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Row, Select, Table, func, select, text

from citewright.database.opening import Database
from citewright.database.tables import commits, metadata, versions
from citewright.errors import InputError, IntegrityError

_AT_ONCE = 500

# How far connections to a server had come says nothing of another one.
_OWN = frozenset({commits.name})


def copy_all(of: Database, to: Database) -> dict[str, int]:
    """Copy every row of a catalogue, in one transaction; gives the number of rows by table.

    Nobody writes to either in the meantime. What is copied stays where it is.

    :param to: one whose tables are empty.
    :raises InputError: when they are not.
    :raises IntegrityError: when a row does not fit there, or not all of them arrived; nothing is
        kept then.
    :raises CitewrightError: when one of them cannot be read or written.
    """
    with of.writing() as source, to.writing() as target:
        tables = [table for table in metadata.sorted_tables if table.name not in _OWN]
        _refuse_full(target, tables)
        copied = {table.name: _copy(table, source, target) for table in tables}
        for table in tables:
            _go_on_counting(table, target)
            arrived = _count(table, target)
            if arrived != copied[table.name] or arrived != _count(table, source):
                raise IntegrityError(
                    f"{arrived} of {copied[table.name]} rows of {table.name} arrived.",
                    hint="Nothing was kept; copy again while nothing else is at work.",
                )
    return copied


def _refuse_full(target: Connection, tables: list[Table]) -> None:
    full = [table.name for table in tables if _count(table, target)]
    if full:
        raise InputError(
            f"the database to copy to is not empty: it has {', '.join(full)}.",
            hint="Copy to an empty schema, or to a project folder without a catalogue.",
        )


def _copy(table: Table, source: Connection, target: Connection) -> int:
    copied = 0
    for rows in _pages(table, source):
        target.execute(table.insert(), [dict(row._mapping) for row in rows])
        copied += len(rows)
    return copied


def _pages(table: Table, source: Connection) -> Iterator[list[Row[tuple[object, ...]]]]:
    found = source.execute(_ordered(table))
    while rows := found.fetchmany(_AT_ONCE):
        yield list(rows)


def _ordered(table: Table) -> Select[tuple[object, ...]]:
    """All rows; a version behind the one that it follows."""
    if table is versions:
        return select(table).order_by(versions.c.slug, versions.c.major, versions.c.minor)
    return select(table).order_by(*table.primary_key.columns)


def _go_on_counting(table: Table, target: Connection) -> None:
    """Let the next row that a server numbers come behind those that were copied."""
    column = table.autoincrement_column
    if column is None or target.dialect.name != "postgresql":
        return
    highest = target.execute(select(func.max(column))).scalar()
    if highest is not None:
        named = {"table": table.name, "column": column.name, "highest": highest}
        target.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"), named
        )


def _count(table: Table, connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
