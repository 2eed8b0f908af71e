"""The store in a folder, durable against kills and power cuts.

Nothing is acknowledged before it would survive a power cut: the file is written under another name,
synced, linked to its own name without overwriting, and the folder is synced. Plain renames
without these steps lose or empty acknowledged files.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from citewright.errors import CitewrightError
from citewright.versions.store import Name, Store, digests_of


class FolderStore(Store):
    """A :class:`Store` in ``root/<kind>/<first two hex digits>/<hex>``."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root
        self._entered: set[Path] = set()

    def digests(self, kind: str) -> list[str]:
        """The names of all that is stored of a kind, in order."""
        return digests_of(path.name for path in (self._root / kind).glob("??/*"))

    def _read(self, name: Name) -> bytes:
        try:
            return (self._root / name.key).read_bytes()
        except FileNotFoundError as error:
            raise name.absent() from error
        except OSError as error:
            raise CitewrightError(
                f"the stored {name} cannot be read: {error.strerror}.", retry=True
            ) from error

    def _put(self, name: Name, data: bytes, *, durable: bool) -> None:
        path = self._root / name.key
        try:
            if not _holds(path, data):
                _write(path, data, durable=durable)
            elif durable:
                # It may have been put as what need not last.
                _sync(path)
            if durable:
                self._enter(path.parent)
        except OSError as error:
            raise CitewrightError(
                f"{path} cannot be written: {error.strerror}.",
                hint="See that the disk has room and that the folder may be written to.",
                retry=True,
            ) from error

    def _enter(self, folder: Path) -> None:
        """Sync a folder's entries, also those that another process made and has not synced yet.

        The folder's own entry lasts once it was synced: nobody removes folders.
        """
        _sync(folder)
        if folder not in self._entered:
            for above in (folder.parent, self._root, *self._root.parents[:2]):
                _sync(above)
            self._entered.add(folder)


def _write(path: Path, data: bytes, *, durable: bool) -> None:
    _make_folder(path.parent, durable=durable)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        try:
            os.link(new, path)
        except FileExistsError:
            if not _holds(path, data):
                # Left torn or altered: replacing it is safe, since the name fixes the content.
                new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False


def _make_folder(folder: Path, *, durable: bool) -> None:
    """Create a folder and those above it, each entry synced to the disk if it is to last."""
    if folder.is_dir():
        return
    _make_folder(folder.parent, durable=durable)
    folder.mkdir(exist_ok=True)
    if durable:
        _sync(folder.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
