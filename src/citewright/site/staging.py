"""A site's folder changed as a whole: files are written aside, and moved to it at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from citewright.site.write import READABLE

_SYNC_EACH = 64
"""Up to so many files are synced one by one; more of them by one sync of all there is."""


class Staging:
    """Files on their way to a site's folder.

    Until :meth:`publish`, readers see the site as it was. Each file is then replaced in one step,
    and a folder that is new comes as a whole; what leads to a new page comes after that page, if it
    was written after it.
    """

    def __init__(self, folder: Path, aside: Path) -> None:
        """Begin anew.

        :param folder: the site's.
        :param aside: a folder on the same file system, emptied now.
        """
        self._folder, self._aside = folder, aside
        shutil.rmtree(aside, ignore_errors=True)
        self._written: dict[str, Path] = {}
        self._folders: set[str] = set()
        self._there: set[str] = set()
        self._moved: set[str] = set()
        self._synced = False

    def write(self, path: str, data: bytes) -> None:
        """Write a file aside; ``path`` is relative to the site's folder."""
        draft = self._aside / path
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            draft.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, READABLE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            os.fchmod(descriptor, READABLE)
        self._written[path] = draft

    def publish(self, gone: Iterable[str]) -> None:
        """Move all to the site's folder, then take out the files that are ``gone``.

        :raises OSError: when a file cannot be moved; calling it again goes on from there.
        """
        if not self._synced:
            self._sync()
        self._synced = True
        if self._written:
            self._folder.mkdir(parents=True, exist_ok=True)
        for path in list(self._written):
            self._move(path)
            del self._written[path]
        for path in gone:
            self._remove(self._folder / path)
        shutil.rmtree(self._aside, ignore_errors=True)

    def _move(self, path: str) -> None:
        """Move a file, or the outermost folder around it that the site does not have yet."""
        end = path.find("/")
        while end >= 0:
            folder = path[:end]
            if folder in self._moved:
                return
            if folder not in self._there:
                target = self._folder / folder
                if not target.is_dir():
                    (self._aside / folder).rename(target)
                    self._moved.add(folder)
                    return
                self._there.add(folder)
            end = path.find("/", end + 1)
        self._written[path].replace(self._folder / path)

    def _sync(self) -> None:
        """Make what was written last: a file that is moved before may be empty after a crash."""
        if len(self._written) > _SYNC_EACH:
            os.sync()
            return
        for draft in self._written.values():
            with draft.open("rb") as file:
                os.fsync(file.fileno())

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == self._folder or not folder.is_dir() or any(folder.iterdir()):
                return
            folder.rmdir()
