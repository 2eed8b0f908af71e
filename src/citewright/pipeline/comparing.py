"""Two stored versions of an article compared."""

from __future__ import annotations

from dataclasses import dataclass

from citewright.diff.changes import VersionDiff
from citewright.diff.compare import compare
from citewright.diff.patch import article_patch
from citewright.model.canonical import Json
from citewright.model.staleness import ChangeCause
from citewright.model.version import Version
from citewright.pipeline.causing import changes_between
from citewright.pipeline.workspace import Workspace


@dataclass(frozen=True)
class Compared:
    """The difference, and the JSON Patch that makes the old article's document the new one's.

    ``titles`` are the sections' by their ids, the new ones first.
    ``causes`` are what the versions from the earlier to the later one record of their changes,
    oldest first; of a version that was drafted anew as a whole, nothing.
    """

    difference: VersionDiff
    titles: dict[str, str]
    patch: tuple[Json, ...]
    causes: tuple[ChangeCause, ...]


def compare_numbers(workspace: Workspace, slug: str, old: str, new: str) -> Compared:
    """What changed from one version's number to another's, in either direction.

    :raises NotFound: for an unknown article or number.
    :raises IntegrityError: when a stored version is not what its hash says.
    """
    before, after = (
        workspace.version(workspace.catalogue.version(slug, number).digest) for number in (old, new)
    )
    patch = tuple(article_patch(before.article, after.article))
    titles = section_titles(before, after)
    causes = _causes(workspace, before, after)
    return Compared(compare(before, after), titles, patch, causes)


def section_titles(before: Version, after: Version) -> dict[str, str]:
    """The titles of both versions' sections by their ids, the later ones first."""
    return {one.id: one.title for version in (before, after) for one in version.article.sections}


def _causes(workspace: Workspace, before: Version, after: Version) -> tuple[ChangeCause, ...]:
    """The recorded changes on the way between two versions, whichever is the earlier one."""
    for start, end in ((before, after), (after, before)):
        way, here = [], end
        while here.digest != start.digest and here.parent is not None:
            way.append(here)
            here = workspace.version(here.parent)
        if here.digest == start.digest:
            return changes_between(way[::-1])
    return ()
