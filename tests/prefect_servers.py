"""The Prefect server of a run of tests: one for each process of pytest's that asks for it.

To make Prefect's tables takes longer than all else of a server's start. They are kept in pytest's
cache, by Prefect's version, so that only the first run of tests makes them.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import pytest
from ports import kept_port


def copy_tables(database: Path, to: Path) -> None:
    """Copy an SQLite file, whole or not at all, also while a server is at work in it."""
    own = to.with_name(f"{uuid4().hex}.db")
    with closing(sqlite3.connect(database)) as made, closing(sqlite3.connect(own)) as copy:
        made.backup(copy)
    own.replace(to)


@pytest.fixture(scope="session")
def prefect_tables(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database is that a server's is copied from; not there before the first one ran."""
    cache = getattr(pytestconfig, "cache", None)
    folder = cache.mkdir("prefect") if cache else tmp_path_factory.mktemp("tables")
    return folder / f"prefect-{version('prefect')}.db"


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory, prefect_tables: Path) -> Path:
    """The folder of this session's own Prefect server: its database and its log."""
    home = tmp_path_factory.mktemp("prefect")
    if prefect_tables.is_file():
        copy_tables(prefect_tables, home / "prefect.db")
    return home


@pytest.fixture(scope="session")
def prefect_server(prefect_home: Path, prefect_tables: Path) -> Iterator[str]:
    """The API address of a Prefect server of this session's own."""
    environment = os.environ | {
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"]
    log = prefect_home / "server.log"
    with kept_port() as port, log.open("wb") as said:
        address = f"http://127.0.0.1:{port}/api"
        server = subprocess.Popen(
            [*command, "--port", str(port)], env=environment, stdout=said, stderr=said
        )
        try:
            _wait_for(f"{address}/health", server, log)
            if not prefect_tables.is_file():
                copy_tables(prefect_home / "prefect.db", prefect_tables)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=300)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(3000):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8"))
