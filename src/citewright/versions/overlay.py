"""A store on top of another one: what is written stays apart, what is read comes from either."""

from __future__ import annotations

from pathlib import Path

from citewright.errors import NotFound
from citewright.versions.folder_store import FolderStore
from citewright.versions.store import Name, Store


class OverlayStore(FolderStore):
    """Writes to its own folder; reads there first, then below. Hashes are checked as always."""

    def __init__(self, root: Path, below: Store) -> None:
        super().__init__(root)
        self._below = below

    def _read(self, name: Name) -> bytes:
        try:
            return super()._read(name)
        except NotFound:
            return self._below._read(name)
