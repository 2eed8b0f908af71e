"""What a user would keep versions in instead of a store by hash, each as a put and a get.

``plain`` writes a file and renames it, as is mostly done; ``local`` is obstore's LocalStore with a
conditional put; ``git`` makes a commit for each blob by git's own command, ``dulwich`` the same in
this process; ``sqlite`` is a table of blobs in WAL mode with FULL synchronisation, the only one
of them that has what it acknowledged on the disk.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import obstore
from obstore.store import LocalStore

from benchmarks.installing import library
from citewright.model.canonical import bytes_digest
from citewright.versions.store import Name

WHO = {
    "GIT_AUTHOR_NAME": "Bench",
    "GIT_AUTHOR_EMAIL": "bench@example.org",
    "GIT_COMMITTER_NAME": "Bench",
    "GIT_COMMITTER_EMAIL": "bench@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class Ways(NamedTuple):
    """How a blob is put and got."""

    put: Callable[[bytes], object]
    get: Callable[[bytes], bytes]


def plain(root: Path) -> Ways:
    """Files, written and renamed."""

    def put(blob: bytes) -> None:
        path = root / Name("raw", bytes_digest(blob)).key
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_bytes(blob)
            new.replace(path)

    return Ways(put, lambda blob: (root / Name("raw", bytes_digest(blob)).key).read_bytes())


def local(root: Path) -> Ways:
    """obstore's store of files."""
    store = LocalStore(root, mkdir=True)

    def put(blob: bytes) -> None:
        try:
            obstore.put(store, Name("raw", bytes_digest(blob)).key, blob, mode="create")
        except obstore.exceptions.AlreadyExistsError:
            return

    def get(blob: bytes) -> bytes:
        return bytes(obstore.get(store, Name("raw", bytes_digest(blob)).key).bytes())

    return Ways(put, get)


def sqlite(root: Path) -> Ways:
    """A table of blobs; a transaction a put."""
    root.mkdir(parents=True)
    database = sqlite3.connect(root / "blobs.sqlite", isolation_level=None)
    for statement in (
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE blobs (name TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID",
    ):
        database.execute(statement)

    def put(blob: bytes) -> None:
        database.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (bytes_digest(blob), blob))

    def get(blob: bytes) -> bytes:
        asked = "SELECT data FROM blobs WHERE name = ?"
        with closing(database.execute(asked, (bytes_digest(blob),))) as found:
            return bytes(found.fetchone()[0])

    return Ways(put, get)


def git(root: Path) -> Ways:
    """A commit for each blob, by the command.

    :raises FileNotFoundError: when there is no git.
    """
    root.mkdir(parents=True)

    def run(*words: str) -> bytes:
        command = ["git", "-C", str(root), *words]
        environment: Mapping[str, str] = os.environ | WHO
        return subprocess.run(command, check=True, capture_output=True, env=environment).stdout

    run("init", "--quiet")

    def put(blob: bytes) -> None:
        name = bytes_digest(blob)[7:]
        (root / name).write_bytes(blob)
        run("add", name)
        run("commit", "--quiet", "--allow-empty", "--message", name)

    return Ways(put, lambda blob: run("show", f"HEAD:{bytes_digest(blob)[7:]}"))


def dulwich(root: Path) -> Ways:
    """A commit for each blob, in this process.

    :raises Absent: when dulwich is not installed.
    """
    library("dulwich")
    porcelain, objects = library("dulwich.porcelain"), library("dulwich.objects")
    root.mkdir(parents=True)
    repository = porcelain.init(str(root))
    who = b"Bench <bench@example.org>"

    def put(blob: bytes) -> None:
        name = bytes_digest(blob)[7:]
        path = root / name
        path.write_bytes(blob)
        porcelain.add(repository, [str(path)])
        porcelain.commit(repository, message=name.encode(), author=who, committer=who)

    def get(blob: bytes) -> bytes:
        return bytes(repository.object_store[objects.Blob.from_string(blob).id].data)

    return Ways(put, get)
