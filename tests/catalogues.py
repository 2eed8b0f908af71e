"""Where the catalogues of tests' projects are: files in them, or databases on a server.

On a server each project folder has a database of its own, named by the folder's path, so that the
processes of a test find it too. ``pytest --database postgresql`` has all projects there, the
fixture ``on_postgresql`` those of one test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from opened import CATALOGUES
from psycopg import sql
from sqlalchemy import Connection, create_engine, make_url, select

from citewright import bootstrap
from citewright.database import Database, catalogue_of
from citewright.database.tables import metadata
from citewright.pipeline.workspace import Workspace
from citewright.settings import load

TEMPLATE = "citewright_template"
"""The database that those of projects are copied from, where the server has it."""

_MADE: dict[Path, tuple[str, str]] = {}
"""The server and the name of the database of each project folder."""


def database_environment(project: Path | str) -> dict[str, str]:
    """What a process has to be told to find the project's catalogue: nothing, if it is a file.

    A database that is not there yet is made.
    """
    server = os.environ.get(CATALOGUES)
    if not server:
        return {}
    folder = Path(project).resolve()
    name = f"citewright_{sha256(str(folder).encode()).hexdigest()[:24]}"
    if folder not in _MADE:
        with _administered(server) as connection:
            if not _there(connection, name):
                _copy(connection, TEMPLATE if _there(connection, TEMPLATE) else "template0", name)
        _MADE[folder] = (server, name)
    return {"CITEWRIGHT_DATABASE_URL": _url(server, name)}


@contextmanager
def found_by(project: Path | str) -> Iterator[None]:
    """An environment in which the project's catalogue is found."""
    names = database_environment(project)
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def open_workspace(project: Path) -> Workspace:
    """The project's workspace, with its catalogue wherever those of tests are."""
    with found_by(project):
        return bootstrap.open_workspace(project)


def open_catalogue(project: Path) -> Database:
    """The catalogue of a project, opened once more."""
    with found_by(project):
        return catalogue_of(project, load(project).database_url)


def copy_project(project: Path, to: Path) -> Path:
    """Another project like this one, its catalogue included; gives its folder."""
    shutil.copytree(project, to)
    server = os.environ.get(CATALOGUES)
    if server:
        database_environment(project)
        own = f"citewright_{sha256(str(to.resolve()).encode()).hexdigest()[:24]}"
        with _administered(server) as connection:
            _copy(connection, _MADE[project.resolve()][1], own)
        _MADE[to.resolve()] = (server, own)
    return to


@contextmanager
def tampering(project: Path) -> Iterator[Connection]:
    """A transaction on a project's catalogue without any of its rules, as an intruder has it."""
    where = database_environment(project).get("CITEWRIGHT_DATABASE_URL")
    url = make_url(where or f"sqlite:///{project / 'output' / 'catalogue.sqlite'}")
    engine = create_engine(url.set(drivername="postgresql+psycopg") if where else url)
    try:
        with engine.begin() as connection:
            if where:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
    finally:
        engine.dispose()


def rows_of(project: Path) -> dict[str, list[dict[str, Any]]]:
    """All that a project's catalogue holds, by table."""
    with open_catalogue(project).reading() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
        }


def put_back(project: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Put the rows in the place of those that the catalogue holds."""
    with tampering(project) as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
            if rows[table.name]:
                connection.execute(table.insert(), rows[table.name])


def drop_catalogues(under: Path) -> None:
    """Drop the databases of the projects in a folder, whoever is still at work in them."""
    for folder in [one for one in _MADE if one.is_relative_to(under.resolve())]:
        server, name = _MADE.pop(folder)
        with _administered(server) as connection:
            dropped = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(dropped)


@contextmanager
def template(server: str) -> Iterator[None]:
    """While it is open, the server has the database that those of projects are copied from."""
    with _administered(server) as connection:
        _copy(connection, "template0", TEMPLATE)
        try:
            Database(_url(server, TEMPLATE)).close()
            yield
        finally:
            connection.execute(f"DROP DATABASE {TEMPLATE} WITH (FORCE)")


@contextmanager
def _administered(server: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(server, autocommit=True, connect_timeout=5) as connection:
        connection.execute("SET client_min_messages = warning")
        yield connection


def _there(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    return connection.execute(
        "SELECT 1 FROM pg_database WHERE datname = %s", [name]
    ).fetchone() is not None  # fmt: skip


def _copy(connection: psycopg.Connection[tuple[object, ...]], of: str, to: str) -> None:
    # Nobody may be connected to what is copied; who was finds that out and connects again.
    connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [of]
    )
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(to), sql.Identifier(of)
        )
    )


def _url(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)
