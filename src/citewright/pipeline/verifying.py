"""Deriving anew every hash and every offset of what a project has stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from citewright.checks.gate import misplaced
from citewright.errors import CitewrightError
from citewright.model.evidence import Snapshot
from citewright.model.version import Version
from citewright.pipeline.heads import check_heads
from citewright.pipeline.recipes import check_recipe
from citewright.pipeline.verifying_assessments import check_assessments
from citewright.pipeline.verifying_log import check_logs
from citewright.pipeline.workspace import SNAPSHOT_TAG, Workspace
from citewright.versions.catalogue import Entry
from citewright.versions.reviews import LogEntry


@dataclass
class Verification:
    """What was looked at and what was found wrong, one sentence each."""

    versions: int = 0
    snapshots: int = 0
    evidence: int = 0
    answers: int = 0
    events: int = 0
    assessments: int = 0
    problems: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The verification as plain values, for ``--json``."""
        return {"ok": not self.problems, **vars(self)}


def verify(workspace: Workspace, slug: str | None = None) -> Verification:
    """Check all versions, or one article's: documents, blobs, chain, evidence, assessments, log,
    states, head.

    Everything is looked at, however much is wrong.

    :raises NotFound: for an unknown article.
    """
    if slug is not None:
        workspace.catalogue.version(slug)
    entries = [e for e in workspace.catalogue.all_versions() if slug in (None, e.slug)]
    result = Verification()
    before: Entry | None = None
    for entry in entries:
        result.versions += 1
        previous = before if before and before.slug == entry.slug else None
        if entry.parent != (previous.digest if previous else None):
            result.problems.append(
                f"{entry.slug} {entry.number}: its parent is not the version before."
            )
        before = entry
        try:
            version = workspace.version(entry.digest)
            result.problems += [
                f"{entry.slug} {entry.number}: {p}" for p in _mismatches(entry, version)
            ]
            _blobs(workspace, version, result)
            for problem in check_recipe(workspace, entry.recipe) if entry.recipe else ():
                result.problems.append(f"{entry.slug} {entry.number}: {problem}")
        except CitewrightError as error:
            result.problems.append(f"{entry.slug} {entry.number}: {error.message}")
    result.problems += _loose_ends(workspace, entries)
    result.problems += _numbers(entries)
    logs: dict[str, list[LogEntry]] = {entry.slug: [] for entry in entries}
    for said in workspace.catalogue.reviews.log(slug):
        logs.setdefault(said.slug, []).append(said)
    result.events = sum(map(len, logs.values()))
    result.problems += check_logs(logs, entries)
    result.problems += check_heads(workspace, logs, slug)
    _assessments(workspace, slug, entries, result)
    return result


def _assessments(
    workspace: Workspace, slug: str | None, entries: list[Entry], result: Verification
) -> None:
    """All assessments, or those of one article's versions."""
    wanted = {entry.digest for entry in entries}
    named = [one for one in workspace.assessments.all() if slug is None or one[1] in wanted]
    result.assessments = len(named)
    result.problems += check_assessments(workspace, named, entries)


def _mismatches(entry: Entry, version: Version) -> Iterator[str]:
    recorded = (entry.slug, entry.number, entry.content, entry.parent)
    actual = (version.slug, version.number, version.content, version.parent)
    for name, ours, theirs in zip(
        ("slug", "number", "content", "parent"), recorded, actual, strict=True
    ):
        if ours != theirs:
            yield f"the catalogue's {name} is {ours!r}, the document's {theirs!r}."


def _blobs(workspace: Workspace, version: Version, result: Verification) -> None:
    """Each blob on its own, so that one that is damaged hides no other."""
    store = workspace.store
    problems: list[str] = []
    texts: dict[str, str] = {}

    def stands(read: Callable[[], object]) -> bool:
        try:
            read()
        except CitewrightError as error:
            problems.append(error.message)
            return False
        return True

    for snapshot in version.snapshots:
        result.snapshots += 1
        stands(
            partial(
                workspace.store.get_document, "snapshot", SNAPSHOT_TAG, snapshot.digest, Snapshot
            )
        )
        stands(partial(store.get, "raw", snapshot.raw))
        if stands(partial(store.text, snapshot.text)):
            text = texts[snapshot.digest] = store.text(snapshot.text)
            if len(text) != snapshot.length:
                problems.append(
                    f"the text of {snapshot.source} has {len(text)} characters, "
                    f"not {snapshot.length}."
                )
    for answer in version.answers:
        result.answers += 1
        stands(partial(store.get, "answer", answer))
    if version.cause.kind == "import":
        for file in version.files:
            stands(partial(store.get, "raw", file.sha256))
    result.evidence += sum(c.evidence.kind == "quote" for c in version.article.citations())
    if len(texts) == len(version.snapshots):
        problems += [f"{problem}." for problem in misplaced(version, texts.__getitem__)]
    result.problems += [f"{version.slug} {version.number}: {problem}" for problem in problems]


def _numbers(entries: list[Entry]) -> Iterator[str]:
    """Gaps in the numbers: each one follows the one before by a step of MAJOR or MINOR."""
    before: Entry | None = None
    for entry in entries:
        if before is None or before.slug != entry.slug:
            # An imported page keeps the number it was published under.
            before = entry
            continue
        whole, part = (int(piece) for piece in before.number.split("."))
        if entry.number not in (f"{whole + 1}.0", f"{whole}.{part + 1}"):
            yield f"{entry.slug}: {entry.number} does not follow {before.number}."
        before = entry


def _loose_ends(workspace: Workspace, entries: list[Entry]) -> list[str]:
    """Current pointers that do not point at an article's last version."""
    last = {entry.slug: entry.digest for entry in entries}
    currents = workspace.catalogue.currents()
    return [
        f"{slug}: the current version is not the last one."
        for slug, digest in last.items()
        if currents.get(slug) != digest
    ]
