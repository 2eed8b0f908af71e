"""Asking for the texts of a batch of sources again, and keeping what their servers said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from types import TracebackType

from citewright.model.evidence import Snapshot
from citewright.model.source import Source
from citewright.pipeline.refetching import Refetch, Refetched
from citewright.pipeline.workspace import SNAPSHOT_TAG, Workspace
from citewright.retrieval.fetch import Validators
from citewright.versions.sources import LastSeen, SourceLog


class TextChecks:
    """The texts of some sources, asked for one after another; a context manager.

    What is on record of them is read together at the beginning. That a text stands is recorded
    together at the end, since each transaction waits for the disk: who is killed before that asks
    once more for what stood. A text that is new is recorded at once.

    :param keys: the sources' keys.
    :raises CitewrightError: when the catalogue cannot be used.
    """

    def __init__(
        self, workspace: Workspace, refetch: Refetch, log: SourceLog, keys: Iterable[str]
    ) -> None:
        self._workspace, self._refetch, self._log = workspace, refetch, log
        self._known = log.known(keys)
        self._standing: dict[str, LastSeen] = {}

    def __enter__(self) -> TextChecks:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._log.saw(self._standing)

    def ask(self, source: Source) -> tuple[Refetched, str | None]:
        """What became of a source's text, and the digest of the snapshot that stands now.

        :raises InputError: when the library entry itself is unusable.
        :raises CitewrightError: when what is known of it cannot be read, or what is new be kept.
        """
        last, digest, validators = self._last(source.key)
        text = self._refetch(source, last, validators)
        if text.snapshot is not None:
            digest = self._kept(text.snapshot)
        current = text.snapshot or last
        if current is not None and digest is not None and text.kind != "unreachable":
            seen = LastSeen(
                url=current.requested,
                etag=text.validators.etag,
                last_modified=text.validators.last_modified,
                snapshot=digest,
                # Not before the snapshot's own time: what is later than this was retrieved since.
                checked=self._workspace.clock().isoformat(),
            )
            if text.snapshot is None:
                self._standing[source.key] = seen
            else:
                self._log.saw({source.key: seen})
        return text, digest

    def _kept(self, snapshot: Snapshot) -> str:
        digest = self._workspace.catalogue.known_snapshot(snapshot)
        if digest is None:
            self._workspace.store.put_document("snapshot", SNAPSHOT_TAG, snapshot)
            digest = self._workspace.catalogue.add_snapshot(snapshot)
        return digest

    def _last(self, key: str) -> tuple[Snapshot | None, str | None, Validators]:
        """The snapshot that stood last, by a check or by a retrieval since, its digest, and what to
        ask by.
        """
        known = self._known[key]
        taken = {digest: self._snapshot(digest) for digest in known.snapshots}
        newest = max(taken, key=lambda one: (taken[one].retrieved, one), default=None)
        if newest is None:
            return None, None, Validators()
        seen = known.seen
        if seen is None or taken[newest].retrieved > datetime.fromisoformat(seen.checked):
            return taken[newest], newest, Validators()
        last = taken.get(seen.snapshot) or self._snapshot(seen.snapshot)
        return last, seen.snapshot, Validators(seen.etag, seen.last_modified)

    def _snapshot(self, digest: str) -> Snapshot:
        # Not by the workspace, which keeps what it reads: a library has tens of thousands.
        return self._workspace.store.get_known("snapshot", SNAPSHOT_TAG, digest, Snapshot)
