"""The databases that tests run on: an SQLite file, or a schema on a PostgreSQL server.

The server is the one of ``CITEWRIGHT_TEST_POSTGRES``, by default the database ``test`` on this
machine. Where none answers, its tests are skipped. Folders' ``conftest.py`` import the fixtures.

With ``--database postgresql`` the catalogue of each project is on a server too (:mod:`catalogues`):
on one of this run's own where Debian's packages have its programs, else on the one above.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from catalogues import drop_catalogues, template
from clusters import NoPrograms, new_cluster
from opened import CATALOGUES, URL_FILE, database_in
from sqlalchemy import make_url

from citewright.database import Database
from citewright.database.tables import metadata

_OWN = "CITEWRIGHT_TEST_POSTGRES"
_NOWHERE = "postgresql://127.0.0.1:9/a-project-that-was-not-opened-by-the-tests-own-means"
_RUNNING = pytest.StashKey[ExitStack]()

SQLITE_ITSELF = "is about the SQLite file itself"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="where the catalogues of the tests' projects are",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--database") != "postgresql":
        return
    # Whatever opens a project in another way must not silently get a file.
    os.environ["CITEWRIGHT_DATABASE_URL"] = _NOWHERE
    if hasattr(config, "workerinput"):
        return
    running = config.stash[_RUNNING] = ExitStack()
    if _OWN not in os.environ:
        with suppress(NoPrograms):
            os.environ[_OWN] = running.enter_context(new_cluster()).url()
    try:
        running.enter_context(template(server()))
    except psycopg.OperationalError as error:
        raise pytest.UsageError(f"no PostgreSQL server at {server()}: {error}") from error
    os.environ[CATALOGUES] = server()


def pytest_unconfigure(config: pytest.Config) -> None:
    drop_catalogues(Path("/"))
    config.stash.get(_RUNNING, ExitStack()).close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database") == "postgresql":
        skip = pytest.mark.skip(reason=SQLITE_ITSELF)
        for item in items:
            if item.get_closest_marker("sqlite"):
                item.add_marker(skip)


@pytest.fixture(autouse=True)
def dropped_catalogues(request: pytest.FixtureRequest) -> Iterator[None]:
    """Drops the databases of the projects that a test made in its folder."""
    yield
    folder = getattr(request.node, "funcargs", {}).get("tmp_path")
    if folder:
        drop_catalogues(folder)


@pytest.fixture
def on_postgresql(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The catalogues of this test's projects are on the server; skips where none answers."""
    try:
        connect().close()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL server at {server()}: {error}")
    monkeypatch.setenv(CATALOGUES, server())
    yield
    drop_catalogues(tmp_path)


def server() -> str:
    """The URL of the server."""
    return os.environ.get(_OWN, "postgresql:///test")


def connect() -> psycopg.Connection[Any]:
    url = make_url(server()).render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True, connect_timeout=5)


@contextmanager
def new_schema() -> Iterator[str]:
    """The URL of an empty schema; skips the test where no server answers."""
    try:
        connection = connect()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL server at {server()}: {error}")
    name = f"citewright_{uuid4().hex[:12]}"
    query = {"options": f"-csearch_path={name}", "application_name": name}
    url = make_url(server()).update_query_dict(query)
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
