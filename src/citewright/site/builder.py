"""The files of a site, each made only when what it is made from has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable

from citewright.site.frame import placed
from citewright.site.ledger import Ledger
from citewright.site.staging import Staging


def stamp_of(*parts: object) -> str:
    """A name for these values: two that differ have different ones."""
    text = json.dumps(parts, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Builder:
    """Makes the files of one build, keeps count, and knows which are not needed any more.

    ``stamp`` is a name for what all pages depend on. ``made`` and ``kept`` count files.
    """

    def __init__(self, ledger: Ledger, staging: Staging, stamp: str) -> None:
        self.stamp = stamp
        self.made = self.kept = 0
        self._ledger, self._staging = ledger, staging
        self._owners = ledger.owners()
        self._known: dict[str, dict[str, str]] = {}
        self._kept: set[str] = set()
        self._new: dict[str, tuple[str, str]] = {}
        self._seen: set[str] = set()

    def page(self, path: str, owner: str, sources: object, make: Callable[[], str]) -> None:
        """A page, unless it is there and was made from the same.

        :param path: relative to the site's folder.
        :param owner: the article it belongs to, or an empty text.
        :param sources: what it is made from, beside what all pages depend on.
        :param make: gives it, with links from the site's folder.
        """
        self.file(path, owner, sources, lambda: placed(make(), path).encode())

    def file(self, path: str, owner: str, sources: object, make: Callable[[], bytes]) -> None:
        """Any other file, likewise."""
        key = stamp_of(self.stamp, sources)
        self._seen.add(path)
        if self._of(owner).get(path) == key:
            self.kept += 1
            return
        self._staging.write(path, make())
        self._new[path] = (owner, key)
        self.made += 1

    def keep(self, owner: str) -> None:
        """Keep all files of an article or a source, unread: most builds keep most of them."""
        self._kept.add(owner)
        self.kept += self._owners.get(owner, 0)

    def finish(self) -> list[str]:
        """Move all to the site, and give the files that were taken out."""
        left = self._owners.keys() - self._kept
        gone = sorted({path for owner in left for path in self._of(owner)} - self._seen)
        self._staging.publish(gone)
        self._ledger.set_pages(self._new, gone)
        return gone

    def _of(self, owner: str) -> dict[str, str]:
        """What each file of an owner was made from."""
        if owner not in self._known:
            self._known[owner] = self._ledger.pages(owner) if owner in self._owners else {}
        return self._known[owner]


def chunks(number: int, size: int) -> Iterable[tuple[int, int]]:
    """Where each part of a list begins and ends; one empty part of an empty list."""
    return [(start, min(start + size, number)) for start in range(0, max(number, 1), size)]
