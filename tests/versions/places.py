"""Where a test's store is kept, for tests that hold for every kind of store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from opened_store import store_in

from citewright.versions.store import Store


def key(kind: str, digest: str) -> str:
    """The path of what is stored, in a folder and in a bucket."""
    name = digest.removeprefix("sha256:")
    return f"{kind}/{name[:2]}/{name}"


@dataclass(frozen=True)
class Place:
    """A folder that :func:`opened_store.store_in` opens; ``kept`` is where the files really are."""

    folder: Path
    kept: Path

    def open(self) -> Store:
        """The store as another process finds it: with nothing in memory and no cache."""
        for cached in (self.folder / "cache").rglob("*"):
            if cached.is_file():
                cached.unlink()
        return store_in(self.folder)

    def file(self, kind: str, digest: str) -> Path:
        return self.kept / key(kind, digest)

    def files(self) -> list[Path]:
        return [path for path in self.kept.rglob("*") if path.is_file()]
