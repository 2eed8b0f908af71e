"""A project folder opened for work: its documents, its store, its catalogue, and its helpers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from citewright.checks.building import Review
from citewright.checks.examine import Corpus
from citewright.checks.judging import Judge
from citewright.checks.quotes import QuoteFinder
from citewright.community.queue import Queue
from citewright.database import Database
from citewright.drafting.ports import Drafter, Gathering
from citewright.errors import DocumentError, InputError, NotFound
from citewright.model.assessment import Assessment
from citewright.model.brief import Brief, Outline, SectionSpec
from citewright.model.canonical import bytes_digest
from citewright.model.community import Suggested
from citewright.model.evidence import Passage, Snapshot
from citewright.model.outcome import CheckedSection
from citewright.model.outlay import FileHash
from citewright.model.shares import Share
from citewright.model.source import Source
from citewright.model.version import Version
from citewright.resources import find, read_bytes, read_yaml
from citewright.retrieval.fetch import Fetcher
from citewright.retrieval.passages import split
from citewright.settings import Settings
from citewright.versions.assessments import AssessmentLog
from citewright.versions.catalogue import Catalogue
from citewright.versions.refreshing import RefreshLog
from citewright.versions.requests import RequestLog
from citewright.versions.sources import SourceLog
from citewright.versions.store import Store

if TYPE_CHECKING:
    from citewright.pipeline.estimating import Rehearsal

SNAPSHOT_TAG = "citewright/snapshot/1"
SECTION_TAG = "citewright/checked-section/1"
VERSION_TAG = "citewright/version/1"
ASSESSMENT_TAG = "citewright/assessment/1"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class RunOptions:
    """What one run may differ in from the project's settings.

    ``previous`` is the digest of the version to go on from; without it, all is drafted anew.
    ``touched`` are the ids of its statements that do not stand, whatever their sources say.
    ``asked`` is what people asked to be looked at: the id of a statement, or None for the whole
    article, and their words. ``suggested`` is what a reader suggested for the one section drafted.
    ``batch``: calls to the model are gathered and sent in batches. ``judge`` is who judges support.
    ``actor`` is who started the run, who may then not approve what it makes. ``share`` is by what
    a worker holds the article, where several share the run.
    """

    run: str
    drafter: str | None = None
    budget_usd: Decimal | None = None
    previous: str | None = None
    touched: frozenset[str] = frozenset()
    asked: tuple[tuple[str | None, str], ...] = ()
    suggested: Suggested | None = None
    batch: bool = False
    judge: str | None = None
    actor: str | None = None
    share: Share | None = None


@dataclass(frozen=True)
class Workspace:
    """Everything that the use cases work with."""

    project: Path
    settings: Settings
    store: Store
    catalogue: Catalogue
    source_log: SourceLog
    refresh_log: RefreshLog
    request_log: RequestLog
    assessments: AssessmentLog
    queue: Queue
    database: Database
    fetcher: Fetcher
    make_drafter: Callable[[RunOptions], Drafter]
    make_gathering: Callable[[RunOptions], Gathering]
    make_judge: Callable[[RunOptions], Judge | None]
    rehearse: Callable[[RunOptions], Rehearsal | None]
    clock: Callable[[], datetime]
    reviews: dict[str, tuple[tuple[SectionSpec, Corpus], Review]] = field(default_factory=dict)
    _snapshots: dict[str, Snapshot] = field(default_factory=dict)
    _passages: dict[str, tuple[Passage, ...]] = field(default_factory=dict)
    _finders: dict[str, QuoteFinder] = field(default_factory=dict)

    @property
    def site(self) -> Path:
        """The folder of the published pages."""
        return self.project / "output" / "site"

    @property
    def preview(self) -> Path:
        """The folder of pages that are looked at and not published."""
        return self.project / "output" / "preview"

    def brief(self, slug: str) -> Brief:
        """The brief of an article.

        :raises NotFound: when there is none of that name.
        :raises DocumentError: when it does not fit its schema.
        """
        folder = self.project / "sources" / "briefs"
        brief = self._named(folder, slug, Brief, "brief")
        if brief.slug != slug:
            raise DocumentError(
                f"{folder / slug}.yaml holds the slug {brief.slug!r}.",
                hint="A brief's file is named by its slug.",
            )
        return brief

    def source(self, key: str) -> Source:
        """A source of the library; raises as :meth:`brief` does."""
        folder = self.project / "sources" / "library"
        source = self._named(folder, key, Source, "source")
        if source.key != key:
            raise DocumentError(
                f"{folder / key}.yaml holds the key {source.key!r}.",
                hint="A source's file is named by its key.",
            )
        return source

    def source_keys(self) -> list[str]:
        """The keys of all sources of the library, in order."""
        return sorted(_names(self.project / "sources" / "library"))

    def library(self) -> dict[str, Source]:
        """All sources of the library by key."""
        folder = self.project / "sources" / "library"
        return {key: self.source(key) for key in _names(folder)}

    def outline(self, name: str) -> Outline:
        """An outline, the project's own before the packaged one."""
        return read_yaml(Outline, self._outline_path(name), project=self.project)

    def input_hashes(self, brief: Brief) -> tuple[FileHash, ...]:
        """The brief and the outline as they were when a version was made."""
        paths = {
            f"sources/briefs/{brief.slug}.yaml": self.project / f"sources/briefs/{brief.slug}.yaml",
            f"prompts/outlines/{brief.outline}.yaml": self._outline_path(brief.outline),
        }
        return tuple(
            FileHash(name=name, sha256=bytes_digest(read_bytes(path)))
            for name, path in paths.items()
        )

    def snapshot(self, digest: str) -> Snapshot:
        """A stored snapshot, its hash derived anew; read once in a process."""
        known = self._snapshots.get(digest)
        if known is None:
            known = self.store.get_document("snapshot", SNAPSHOT_TAG, digest, Snapshot)
            self._snapshots[digest] = known
        return known

    def checked_section(self, digest: str) -> CheckedSection:
        """A stored outcome of a section, its hash derived anew."""
        return self.store.get_document("section", SECTION_TAG, digest, CheckedSection)

    def version(self, digest: str) -> Version:
        """A stored version, its hash derived anew."""
        return self.store.get_document("version", VERSION_TAG, digest, Version)

    def assessment(self, version: str) -> Assessment | None:
        """The newest assessment of a version; None when it was never checked again.

        :param version: the version's digest.
        """
        digest = self.assessments.newest(version)
        if digest is None:
            return None
        return self.store.get_document("assessment", ASSESSMENT_TAG, digest, Assessment)

    def passages(self, snapshot_digest: str) -> tuple[Passage, ...]:
        """The passages of a snapshot; cut once in a process, since they never change."""
        known = self._passages.get(snapshot_digest)
        if known is None:
            snapshot = self.snapshot(snapshot_digest)
            known = split(
                self.store.text(snapshot.text),
                source=snapshot.source,
                snapshot=snapshot_digest,
                text_digest=snapshot.text,
            )
            self._passages[snapshot_digest] = known
        return known

    def finder(self, snapshot_digest: str) -> QuoteFinder:
        """What finds quotes in a snapshot's text; prepared once in a process."""
        known = self._finders.get(snapshot_digest)
        if known is None:
            known = QuoteFinder(self.store.text(self.snapshot(snapshot_digest).text))
            self._finders[snapshot_digest] = known
        return known

    def _outline_path(self, name: str) -> Path:
        return find("prompts", f"outlines/{name}.yaml", self.project)

    def _named(self, folder: Path, name: str, model: type[M], what: str) -> M:
        path = folder / f"{name}.yaml"
        if name not in _names(folder):
            known = ", ".join(sorted(_names(folder))[:20]) or "none"
            raise NotFound(f"there is no {what} {name!r} in {folder}.", hint=f"Known: {known}.")
        return read_yaml(model, path, project=self.project)


def open_folder(project: Path) -> Path:
    """The project's folder as an absolute path.

    :raises InputError: when it is no folder.
    """
    folder = project.resolve()
    if not folder.is_dir():
        raise InputError(f"{project} is not a folder.", hint="Give a project's folder (--project).")
    return folder


@lru_cache(maxsize=64)
def _listed(folder: Path, _changed: int) -> frozenset[str]:
    return frozenset(path.stem for path in folder.glob("*.yaml"))


def _names(folder: Path) -> frozenset[str]:
    # Looking a name up in the listing, instead of opening what it says, keeps "../x" from working.
    if not folder.is_dir():
        return frozenset()
    return _listed(folder, folder.stat().st_mtime_ns)
