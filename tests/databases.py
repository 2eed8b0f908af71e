"""The databases that tests run on: an SQLite file, or a schema on a PostgreSQL server.

The server is the one of ``CITEWRIGHT_TEST_POSTGRES``, by default the database ``test`` on this
machine. Where none answers, its tests are skipped. Folders' ``conftest.py`` import the fixtures.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from opened import URL_FILE, database_in
from sqlalchemy import make_url

from citewright.database import Database
from citewright.database.tables import metadata

SERVER = os.environ.get("CITEWRIGHT_TEST_POSTGRES", "postgresql:///test")


def connect() -> psycopg.Connection[Any]:
    url = make_url(SERVER).render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True, connect_timeout=5)


@contextmanager
def new_schema() -> Iterator[str]:
    """The URL of an empty schema; skips the test where no server answers."""
    try:
        connection = connect()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL server at {SERVER}: {error}")
    name = f"citewright_{uuid4().hex[:12]}"
    query = {"options": f"-csearch_path={name}", "application_name": name}
    url = make_url(SERVER).update_query_dict(query)
    with connection:
        connection.execute(f"CREATE SCHEMA {name}")
        try:
            yield url.render_as_string(hide_password=False)
        finally:
            connection.execute("SET client_min_messages = warning")
            connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture
def schema() -> Iterator[str]:
    """The URL of an empty schema of this test's own."""
    with new_schema() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_schema() -> Iterator[str]:
    """The URL of a schema with all tables, for one test after the other."""
    with new_schema() as url:
        Database(url).close()
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to be copied: that takes a tenth of making them."""
    path = tmp_path_factory.mktemp("database") / "catalogue.sqlite"
    Database(path).close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with an empty database, of each kind in turn; see :mod:`opened`."""
    if request.param == "postgresql":
        url = request.getfixturevalue("migrated_schema")
        with psycopg.connect(url) as connection:
            # What earlier tests left open: a server takes a hundred connections, no more.
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
                "pg_backend_pid() AND application_name = current_setting('application_name')"
            )
            # To truncate them takes twenty times as long.
            for table in reversed(metadata.sorted_tables):
                connection.execute(f"DELETE FROM {table.name}")
        (tmp_path / URL_FILE).write_text(url, encoding="utf-8")
    else:
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "catalogue.sqlite")
    return tmp_path


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    """An empty database of each kind in turn."""
    opened = database_in(folder)
    yield opened
    opened.close()
