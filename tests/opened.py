"""The database of a test's folder, for the test and for the processes that it starts."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from citewright.database import Database

CATALOGUES = "TESTS_CATALOGUES"
"""The environment variable with the URL of the server that has the catalogues of tests' projects;
unset: they are files; see :mod:`catalogues`."""

URL_FILE = "database-url"
"""Names the database of a folder where it is not the file beside it."""


@cache
def _with_all_tables() -> bytes:
    folder = Path(mkdtemp())
    try:
        Database(folder / "catalogue.sqlite").close()
        return (folder / "catalogue.sqlite").read_bytes()
    finally:
        shutil.rmtree(folder)


def put_database(folder: Path) -> Path:
    """Put an SQLite file with all tables into a folder that has none; gives the folder.

    That takes a tenth of the time of making them; tests of how they are made do not call it. Where
    catalogues are on a server, there is no file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "catalogue.sqlite"
    if not path.exists() and not os.environ.get(CATALOGUES):
        # Whole or not at all: another process may be at the same.
        own = folder / f"{uuid4().hex}.sqlite"
        own.write_bytes(_with_all_tables())
        with suppress(FileExistsError):
            path.hardlink_to(own)
        own.unlink()
    return folder


def database_in(folder: Path, **options: Any) -> Database:
    url = folder / URL_FILE
    if url.is_file():
        return Database(url.read_text(encoding="utf-8"), **options)
    return Database(folder / "catalogue.sqlite", **options)
