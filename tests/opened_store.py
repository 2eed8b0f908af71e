"""The store of a test's folder, for the test and for the processes that it starts."""

from __future__ import annotations

from pathlib import Path

from citewright.versions.folder_store import FolderStore
from citewright.versions.store import Store

STORE_URL_FILE = "store-url"
"""Names the store of a folder where it is not the folder in it."""


def store_in(folder: Path) -> Store:
    url = folder / STORE_URL_FILE
    if url.is_file():
        from citewright.versions.object_store import ObjectStore

        return ObjectStore(url.read_text(encoding="utf-8"), folder / "cache")
    return FolderStore(folder / "store")
